import assert from "node:assert/strict";
import { openPace } from "../../../provider/dns/cloudflare/pace";
import { openHastyClock } from "../../support/hasty-clock";

describe("the pace of requests to Cloudflare", () => {
  const signal = new AbortController().signal;

  it("never lets more than 1,200 pass in any five minutes", async () => {
    const clock = openHastyClock();
    const pace = openPace(250, 3);
    const passed: number[] = [];
    for (let at = 0; at < 3_000; at += 1) {
      await pace.turn({ clock, signal });
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
    const pace = openPace(10, 1);
    const order: number[] = [];
    await Promise.all(Array.from({ length: 10 }, (_, at) => pace.turn({ clock, signal }).then(() => order.push(at))));
    assert.deepEqual(order, [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
    assert.deepEqual(clock.sleeps, []);
  });

  it("holds all of them when it is told to", async () => {
    const clock = openHastyClock();
    const pace = openPace(10, 1);
    pace.hold(5_000, { clock });
    pace.hold(1_000, { clock });
    await pace.turn({ clock, signal });
    assert.equal(clock.now(), 5_000);
  });

  it("lets one who goes away take no turn", async () => {
    const clock = openHastyClock();
    const pace = openPace(1, 0.001);
    await pace.turn({ clock, signal });
    const control = new AbortController();
    const reason = new Error("stopped");
    const waiting = pace.turn({ clock, signal: control.signal });
    control.abort(reason);
    await assert.rejects(waiting, (error) => error === reason);
    await pace.turn({ clock, signal });
    assert.ok(clock.now() <= 1_000_000);
  });
});
