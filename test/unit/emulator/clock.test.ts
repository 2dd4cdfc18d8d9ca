import assert from "node:assert/strict";
import { openClock } from "../../../emulator/clock";

const HOUR_MS = 3_600_000;

describe("the emulator's clock, turned by hand", () => {
  it("stands still until it is turned", async () => {
    const clock = openClock({ mode: "manual", start: 1000 });
    assert.equal(clock.now(), 1000);
    await clock.advance(HOUR_MS);
    assert.equal(clock.now(), 1000 + HOUR_MS);
  });

  it("runs what is due in order, each at its own time, and awaits it", async () => {
    const clock = openClock({ mode: "manual", start: 0 });
    const seen: string[] = [];
    clock.setTimer(30, () => void seen.push(`c ${clock.now()}`));
    clock.setTimer(10, async () => {
      await new Promise((resolve) => setImmediate(resolve));
      seen.push(`a ${clock.now()}`);
      clock.setTimer(5, () => void seen.push(`b ${clock.now()}`));
    });
    clock.setTimer(30, () => void seen.push(`d ${clock.now()}`));
    clock.setTimer(31, () => void seen.push("too early"));
    await clock.advance(30);
    assert.deepEqual(seen, ["a 10", "b 15", "c 30", "d 30"]);
  });

  it("lets a sleeper go on and sleep again within one turn", async () => {
    const clock = openClock({ mode: "manual", start: 0 });
    const woken: number[] = [];
    const sleeper = (async () => {
      for (let round = 0; round < 3; round++) {
        await clock.sleep(10);
        woken.push(clock.now());
      }
    })();
    await clock.advance(100);
    await sleeper;
    assert.deepEqual(woken, [10, 20, 30]);
  });

  it("forgets cancelled timers and aborted sleepers", async () => {
    const clock = openClock({ mode: "manual" });
    let ran = false;
    clock
      .setTimer(10, () => {
        ran = true;
      })
      .cancel();
    const abort = new AbortController();
    const sleeper = clock.sleep(10, abort.signal);
    abort.abort(new Error("enough"));
    await assert.rejects(sleeper, /enough/);
    await assert.rejects(clock.sleep(10, abort.signal), /enough/);
    await clock.advance(20);
    assert.equal(ran, false);
  });

  it("finishes the turn and then reports the first error of due work", async () => {
    const clock = openClock({ mode: "manual", start: 0 });
    let later = false;
    clock.setTimer(1, () => {
      throw new Error("first");
    });
    clock.setTimer(2, () => {
      later = true;
    });
    await assert.rejects(clock.advance(5), /first/);
    assert.equal(later, true);
    assert.equal(clock.now(), 5);
    await clock.advance(5);
    assert.equal(clock.now(), 10);
  });

  it("adds up turns that are asked for together", async () => {
    const clock = openClock({ mode: "manual", start: 0 });
    await Promise.all([clock.advance(5), clock.advance(7)]);
    assert.equal(clock.now(), 12);
  });
});

describe("the emulator's clock, flowing", () => {
  it("flows, and is ahead by what it was turned", async () => {
    const clock = openClock();
    const before = Date.now();
    await clock.advance(72 * HOUR_MS);
    const ahead = clock.now() - 72 * HOUR_MS;
    // It counts in the machine's steady clock, which is rounded apart from the one that tells the date.
    assert.ok(ahead >= before - 1 && ahead <= Date.now() + 1);
    clock.close();
  });

  it("runs short timers by itself, and far ones when turned", async () => {
    const clock = openClock();
    let far = false;
    clock.setTimer(HOUR_MS, () => {
      far = true;
    });
    await new Promise<void>((resolve) => {
      clock.setTimer(1, resolve);
      // The clock alone does not keep a process alive.
      const alive = setInterval(() => undefined, 1000);
      clock.setTimer(1, () => clearInterval(alive));
    });
    assert.equal(far, false);
    await clock.advance(HOUR_MS);
    assert.equal(far, true);
    clock.close();
  });
});
