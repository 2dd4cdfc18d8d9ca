import assert from "node:assert/strict";
import { silentLog } from "../../../provider/core/ctx";
import { TimeoutError } from "../../../provider/core/errors";
import { within } from "../../../provider/lifecycle/observation/wait/bound";
import { openHastyClock } from "../../support/hasty-clock";

const LATE = new TimeoutError("late", "The time is up.");

function bounded(ms: number) {
  const clock = openHastyClock();
  const ctx = { clock, log: silentLog, signal: new AbortController().signal };
  return { clock, within: <T>(work: Parameters<typeof within<T>>[3]) => within(ms, LATE, ctx, work) };
}

describe("work within a time", () => {
  it("ends a sleep of its own when the time is up", async () => {
    const { clock, within } = bounded(1_000);
    await assert.rejects(
      within((inner) => inner.clock.sleep(60_000, inner.signal)),
      LATE,
    );
    assert.equal(clock.now(), 1_000);
  });

  it("lets work that others wait for as well sleep to its end, once", async () => {
    const { clock, within } = bounded(1_000);
    const others = new AbortController();
    let shared: Promise<void> | undefined;
    await assert.rejects(
      within((inner) => {
        shared = inner.clock.sleep(60_000, others.signal);
        return inner.clock.sleep(60_000, inner.signal);
      }),
      LATE,
    );
    await shared;
    assert.ok(clock.now() >= 60_000, `${clock.now()}`);
  });
});
