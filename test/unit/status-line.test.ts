import assert from "node:assert/strict";
import { type Ctx, type StatusKind, silentLog } from "../../provider/core/ctx";
import { expectStep, type LinedCtx, withStatusLine } from "../../provider/core/status-line";
import { openHastyClock } from "../support/hasty-clock";
import { openHeldClock } from "../support/held-clock";

interface Said {
  readonly ms: number;
  readonly text: string;
  readonly kind: StatusKind | undefined;
}

function recording(clock: Ctx["clock"], control = new AbortController()) {
  const said: Said[] = [];
  const log = {
    ...silentLog,
    status: (text: string, kind?: StatusKind) => void said.push({ ms: clock.now(), text, kind }),
  };
  return { said, control, ctx: { clock, log, signal: control.signal } satisfies Ctx };
}

const longestGap = (said: readonly Said[]) =>
  Math.max(...said.slice(1).map(({ ms }, index) => ms - (said[index]?.ms ?? 0)));
const count = (line: LinedCtx["line"]) => line.show("two", (nowMs) => `2/3, ${nowMs / 1_000}s`);

describe("the line of an operation", () => {
  it("moves every few seconds while nothing changes, however long the sleeps are", async () => {
    const clock = openHastyClock();
    const { said, ctx } = recording(clock);
    await withStatusLine(ctx, async ({ line, clock, signal }) => {
      count(line);
      for (let round = 0; round < 30; round += 1) await clock.sleep(20_000, signal);
      line.end("all");
    });
    assert.equal(clock.now(), 600_000, "no time is added");
    assert.ok(longestGap(said) <= 5_000);
    assert.equal(new Set(said.map(({ text }) => text)).size, said.length);
    assert.deepEqual(said.at(-1), { ms: 600_000, text: "all", kind: "end" });
    assert.equal(said.filter(({ kind }) => kind === undefined).length, 1);
  });

  it("moves while a request stalls that sleeps on no clock", async () => {
    const clock = openHeldClock();
    const { said, ctx } = recording(clock);
    let answer: () => void = () => undefined;
    const done = withStatusLine(ctx, async (inner) => {
      expectStep("asking", inner);
      await new Promise<void>((resolve) => (answer = resolve));
    });
    await clock.turn(12_000);
    assert.equal(said.length, 0);
    // Real time looks at the clock once a second.
    while (said.length === 0) await new Promise((resolve) => setTimeout(resolve, 50));
    answer();
    await done;
    assert.deepEqual(
      said.map(({ kind }) => kind),
      ["tick", "end"],
    );
    assert.match(said[0]?.text ?? "", /12s/);
  });

  it("says nothing of what is soon done", async () => {
    const { said, ctx } = recording(openHastyClock());
    await withStatusLine(ctx, async (inner) => {
      expectStep("asking", inner);
      await inner.clock.sleep(4_000);
    });
    assert.deepEqual(said, []);
  });

  for (const [how, stop] of [
    ["failed", false],
    ["stopped", true],
  ] as const) {
    it(`says that it ${how}, at what, and after how long`, async () => {
      const { said, ctx, control } = recording(openHastyClock());
      const failing = withStatusLine(ctx, async (inner) => {
        expectStep("writing", inner);
        await inner.clock.sleep(12_000);
        if (stop) control.abort(new Error("over"));
        throw new Error("over");
      });
      await assert.rejects(failing, /over/);
      assert.deepEqual(said.at(-1), { ms: 12_000, text: `${how}: writing, 12s`, kind: "end" });
    });
  }

  it("says last what was reached, also where steps follow", async () => {
    const { said, ctx } = recording(openHastyClock());
    await withStatusLine(ctx, async (inner) => {
      await withStatusLine(inner, async ({ line }) => line.end("verified"));
      expectStep("removing", inner);
      await inner.clock.sleep(30_000);
    });
    assert.ok(said.some(({ text }) => text.startsWith("removing")));
    assert.deepEqual(said.at(-1), { ms: 30_000, text: "verified", kind: "end" });
  });

  it("says that a step after the end failed, rather than what was reached before", async () => {
    const { said, ctx } = recording(openHastyClock());
    const failing = withStatusLine(ctx, async (inner) => {
      await withStatusLine(inner, async ({ line }) => line.end("verified"));
      expectStep("removing", inner);
      throw new Error("over");
    });
    await assert.rejects(failing, /over/);
    assert.deepEqual(said.at(-1), { ms: 0, text: "failed: removing, 0s", kind: "end" });
  });

  it("says nothing after its end, whatever work goes on", async () => {
    const { said, ctx } = recording(openHastyClock());
    let left: LinedCtx["line"] | undefined;
    await withStatusLine(ctx, async ({ line }) => {
      count(line);
      left = line;
    });
    const before = said.length;
    left?.show("three", () => "3/3");
    left?.end("verified");
    assert.equal(said.length, before);
  });

  it("keeps a thousand at once from more than some ten lines a second, and shows each", async () => {
    const clock = openHeldClock();
    const all = Array.from({ length: 1_000 }, () => recording(clock));
    const done = all.map(({ ctx }) =>
      withStatusLine(ctx, async (inner) => {
        expectStep("waiting", inner);
        await inner.clock.sleep(300_000);
      }),
    );
    await clock.turn(299_000);
    const ticks = all.reduce((sum, { said }) => sum + said.length, 0);
    assert.ok(ticks <= 10 * 299, `${ticks} lines`);
    assert.ok(all.every(({ said }) => said.length >= 1));
    await clock.turn(1_000);
    await Promise.all(done);
  });
});
