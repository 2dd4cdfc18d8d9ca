import assert from "node:assert/strict";
import type { Clock } from "../../../provider/core/clock";
import { silentLog } from "../../../provider/core/ctx";
import { openInterruptNote } from "../../../provider/pulumi/interrupt-note";

/** Sleeps end when the test says so. */
function openHeldClock(): Clock & { turn(ms: number): Promise<void> } {
  let nowMs = 0;
  const sleeping = new Set<{ readonly atMs: number; readonly wake: () => void }>();
  return {
    now: () => nowMs,
    sleep: (ms, signal) =>
      new Promise((resolve, reject) => {
        const one = { atMs: nowMs + ms, wake: resolve };
        sleeping.add(one);
        signal?.addEventListener("abort", () => {
          sleeping.delete(one);
          reject(signal.reason);
        });
      }),
    async turn(ms) {
      nowMs += ms;
      for (const one of sleeping) if (one.atMs <= nowMs) one.wake();
      await new Promise((resolve) => setImmediate(resolve));
    },
  };
}

describe("what Ctrl-C does", () => {
  it("is told once a process, where an operation takes long", async () => {
    const clock = openHeldClock();
    const told: string[] = [];
    const logOf = (name: string) => ({ ...silentLog, info: () => void told.push(name) });
    const note = openInterruptNote(clock);
    const ends = [note.begin(logOf("short")), note.begin(logOf("long")), note.begin(logOf("longer"))];
    await clock.turn(5_000);
    ends[0]?.();
    assert.deepEqual(told, []);
    await clock.turn(6_000);
    assert.deepEqual(told, ["long"]);
    note.begin(logOf("later"));
    await clock.turn(60_000);
    assert.deepEqual(told, ["long"]);
    for (const end of ends) end();
  });
});
