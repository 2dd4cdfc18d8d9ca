import assert from "node:assert/strict";
import { silentLog } from "../../provider/core/ctx";
import { SesError } from "../../provider/core/errors";
import { openFlight, openMemo, openRateLimiter, openRateLimiters } from "../../provider/core/queues";
import { retry } from "../../provider/core/retry";
import { openDice } from "../support/dice";
import { openHastyClock } from "../support/hasty-clock";

const never = new AbortController().signal;

const bySend = { spacingMs: 1000 };

describe("the limiter of AWS calls", () => {
  it("lets the first call go at once and spaces out the others, in their order", async () => {
    const clock = openHastyClock();
    const limiter = openRateLimiter(bySend);
    const went: [number, number][] = [];
    await Promise.all(
      [0, 1, 2, 3].map(async (each) => {
        await limiter.turn({ clock, signal: never });
        went.push([each, clock.now()]);
      }),
    );
    assert.deepEqual(went, [
      [0, 0],
      [1, 1000],
      [2, 2000],
      [3, 3000],
    ]);
  });

  it("lets every call go at once where no distance is kept", async () => {
    const clock = openHastyClock();
    const limiter = openRateLimiter({ spacingMs: 0 });
    // A wait that never ends would go on until memory is used up: it is cut short after a few rounds.
    const bounded = { now: () => clock.now(), sleep: (ms: number) => Promise.reject(new Error(`sleeps ${ms}`)) };
    for (const _call of [1, 2, 3]) (await limiter.turn({ clock: bounded, signal: never })).done("answered");
    assert.equal(clock.now(), 0);
  });

  it("slows down when throttled, to a bound, and finds its way back", async () => {
    const limiter = openRateLimiter(bySend);
    const clock = openHastyClock();
    const ending = async (outcome: "answered" | "throttled") =>
      (await limiter.turn({ clock, signal: never })).done(outcome);
    await ending("throttled");
    assert.equal(limiter.spacingMs, 2000);
    for (let i = 0; i < 20; i += 1) await ending("throttled");
    assert.equal(limiter.spacingMs, 16_000);
    for (let i = 0; i < 20; i += 1) await ending("answered");
    assert.equal(limiter.spacingMs, 1000);
  });

  it("measures from the answer where the other end knows no bursts", async () => {
    const clock = openHastyClock();
    const limiter = openRateLimiter({ spacingMs: 1000, from: "answer" });
    const first = await limiter.turn({ clock, signal: never });
    await clock.sleep(700);
    first.done("answered");
    await limiter.turn({ clock, signal: never });
    assert.equal(clock.now(), 1700);
  });

  it("measures from the request once it knows the way, and never lets two arrive closer than the spacing", async () => {
    for (const seed of [1, 2, 3, 4, 5, 6]) {
      for (const wayMs of [0, 5, 40, 125, 250]) {
        for (const jitterMs of [0, 4, 60]) {
          const dice = openDice(seed);
          const clock = openHastyClock();
          const limiter = openRateLimiter({ spacingMs: 1000, from: "answer" });
          const arrivals: number[] = [];
          const sent: number[] = [];
          for (let call = 0; call < 200; call += 1) {
            const turn = await limiter.turn({ clock, signal: never });
            sent.push(clock.now());
            // Now and then a new connection: three ways more before the request leaves.
            const connectMs = call === 0 || dice.below(20) === 0 ? 3 * wayMs : 0;
            await clock.sleep(connectMs + wayMs + dice.below(jitterMs + 1));
            arrivals.push(clock.now());
            await clock.sleep(wayMs + dice.below(jitterMs + 1));
            turn.done("answered");
          }
          const closest = Math.min(...arrivals.slice(1).map((at, index) => at - (arrivals[index] ?? 0)));
          assert.ok(closest >= 1000, `${wayMs} ms away, ${jitterMs} ms of jitter: ${closest} ms apart`);
          const apart = sent.slice(1).map((at, index) => at - (sent[index] ?? 0));
          const quiet = apart.sort((a, b) => a - b)[apart.length >> 1] ?? 0;
          // 500 ms there and back would make 1,500 ms from the answer.
          const mostMs = 1050 + 0.1 * 2 * wayMs + 2 * jitterMs;
          if (wayMs >= 125) assert.ok(quiet <= mostMs, `${wayMs} ms away: ${quiet} ms`);
        }
      }
    }
  });

  it("tries again after half the spacing where another process went just before, and slows down if that is refused too", async () => {
    const clock = openHastyClock(50_000);
    const limiter = openRateLimiter({ spacingMs: 1000, from: "answer" });
    const sent: number[] = [];
    for (const outcome of ["throttled", "throttled", "answered", "answered"] as const) {
      const turn = await limiter.turn({ clock, signal: never });
      sent.push(clock.now() - 50_000);
      turn.done(outcome);
    }
    assert.deepEqual(sent, [0, 500, 4_500, 7_500]);
  });

  it("gives a turn that nobody takes to the next", async () => {
    const clock = openHastyClock();
    const limiter = openRateLimiter(bySend);
    await limiter.turn({ clock, signal: never });
    const gone = new AbortController();
    const waiting = limiter.turn({ clock, signal: gone.signal });
    const next = limiter.turn({ clock, signal: never });
    gone.abort(new Error("left"));
    await assert.rejects(waiting, /left/);
    await next;
    assert.equal(clock.now(), 1000);
  });

  it("does not hold calls for a clock that was set back", async () => {
    const late = openHastyClock(1_000_000);
    const limiter = openRateLimiter(bySend);
    await limiter.turn({ clock: late, signal: never });
    const early = openHastyClock(0);
    await limiter.turn({ clock: early, signal: never });
    assert.deepEqual(early.sleeps, [1000]);
  });

  it("is one a key", () => {
    const limiters = openRateLimiters();
    assert.equal(limiters.for("a", bySend), limiters.for("a", bySend));
    assert.notEqual(limiters.for("a", bySend), limiters.for("b", bySend));
  });
});

describe("trying again", () => {
  const policy = { withinMs: 10_000, baseMs: 100, capMs: 1000, random: () => 0.9999 };
  const passing = () => new SesError("throttled", "not now", { retryable: true });

  it("waits longer each time, up to the cap, until it succeeds", async () => {
    const clock = openHastyClock();
    const result = await retry(
      async (attempt) => {
        if (attempt < 7) throw passing();
        return attempt;
      },
      policy,
      { clock, signal: never },
    );
    assert.equal(result, 7);
    assert.deepEqual(clock.sleeps, [100, 200, 400, 800, 1000, 1000]);
  });

  it("throws what is final at once, and the last error when the time or the tries end", async () => {
    const clock = openHastyClock();
    const final = new SesError("ses-refused", "no");
    await assert.rejects(
      retry(() => Promise.reject(final), policy, { clock, signal: never }),
      (e) => e === final,
    );
    assert.deepEqual(clock.sleeps, []);
    await assert.rejects(
      retry(() => Promise.reject(passing()), policy, { clock, signal: never }),
      /not now/,
    );
    assert.ok(clock.now() <= 10_000, String(clock.now()));
    let tries = 0;
    const count = () => {
      tries += 1;
      return Promise.reject(passing());
    };
    await assert.rejects(retry(count, { ...policy, attempts: 3 }, { clock, signal: never }), /not now/);
    assert.equal(tries, 3);
  });

  it("stops with the signal's reason", async () => {
    const clock = openHastyClock();
    const control = new AbortController();
    const run = () => {
      control.abort(new Error("enough"));
      return Promise.reject(passing());
    };
    await assert.rejects(retry(run, policy, { clock, signal: control.signal }), /enough/);
  });
});

describe("work that several wait for", () => {
  it("goes on while one waits, and stops when the last has gone", async () => {
    const flight = openFlight(
      (signal) => new Promise<void>((_, reject) => signal.addEventListener("abort", () => reject(signal.reason))),
    );
    const [one, other] = [new AbortController(), new AbortController()];
    const riders = [flight.join(one.signal), flight.join(other.signal)];
    one.abort(new Error("one"));
    await assert.rejects(riders[0] ?? Promise.resolve(), /one/);
    assert.equal(flight.abandoned, false);
    other.abort(new Error("other"));
    await assert.rejects(riders[1] ?? Promise.resolve(), /other/);
    assert.equal(flight.abandoned, true);
  });

  it("is remembered when it succeeded and forgotten when it failed or was abandoned", async () => {
    const clock = openHastyClock();
    let reads = 0;
    const memo = openMemo(async ({ signal }) => {
      reads += 1;
      await new Promise((resolve) => setImmediate(resolve));
      signal.throwIfAborted();
      if (reads === 1) throw new Error("first");
      return reads;
    });
    const ctx = { clock, log: silentLog, signal: never };
    await assert.rejects(memo(ctx), /first/);
    const control = new AbortController();
    const gone = memo({ ...ctx, signal: control.signal });
    control.abort(new Error("gone"));
    await assert.rejects(gone, /gone/);
    assert.deepEqual(await Promise.all([memo(ctx), memo(ctx)]), [3, 3]);
    assert.equal(await memo(ctx), 3);
  });
});
