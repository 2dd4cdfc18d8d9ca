import assert from "node:assert/strict";
import { openRateLimiter } from "../../../provider/core/queues";
import { openHastyClock } from "../../support/hasty-clock";

describe("the pace of requests to Cloudflare", () => {
  const signal = new AbortController().signal;

  it("never lets more than 1,200 pass in any five minutes", async () => {
    const clock = openHastyClock();
    const limiter = openRateLimiter({ spacingMs: 1_000 / 3, burst: 250 });
    const passed: number[] = [];
    for (let at = 0; at < 3_000; at += 1) {
      await limiter.turn({ clock, signal });
      passed.push(clock.now());
    }
    for (const [at, time] of passed.entries()) {
      const after = passed[at + 1_200];
      assert.ok(after === undefined || after - time > 300_000, `${at}: ${time} to ${after}`);
    }
    assert.ok(clock.now() < 1_000_000, "slower than it need be");
  });

  it("lets the first come first, without waiting", async () => {
    const clock = openHastyClock();
    const limiter = openRateLimiter({ spacingMs: 1_000, burst: 10 });
    const order: number[] = [];
    await Promise.all(
      Array.from({ length: 10 }, (_, at) => limiter.turn({ clock, signal }).then(() => order.push(at))),
    );
    assert.deepEqual(order, [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
    assert.deepEqual(clock.sleeps, []);
  });

  it("holds all of them when it is told to", async () => {
    const clock = openHastyClock();
    const limiter = openRateLimiter({ spacingMs: 1_000, burst: 10 });
    limiter.hold(5_000, { clock });
    limiter.hold(1_000, { clock });
    await limiter.turn({ clock, signal });
    assert.equal(clock.now(), 5_000);
  });

  it("lets one who goes away take no turn", async () => {
    const clock = openHastyClock();
    const limiter = openRateLimiter({ spacingMs: 1_000_000 });
    await limiter.turn({ clock, signal });
    const control = new AbortController();
    const reason = new Error("stopped");
    const waiting = limiter.turn({ clock, signal: control.signal });
    control.abort(reason);
    await assert.rejects(waiting, (error) => error === reason);
    await limiter.turn({ clock, signal });
    assert.ok(clock.now() <= 1_000_000);
  });
});
