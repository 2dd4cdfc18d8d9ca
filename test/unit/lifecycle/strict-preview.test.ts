import assert from "node:assert/strict";
import { type Ctx, type StatusKind, silentLog } from "../../../provider/core/ctx";
import { SesError } from "../../../provider/core/errors";
import {
  type BudgetedEndpoint,
  definite,
  openPreviewBudget,
} from "../../../provider/lifecycle/observation/preview-budget";
import { openHastyClock } from "../../support/hasty-clock";
import { openTurnedTimer } from "../../support/turned-timer";

const MOST_MS = 30_000;
const fault = (message: string) => new SesError("endpoint-silent", message, { retryable: true });
const endpoint = (name: string, more: Partial<BudgetedEndpoint> = {}): BudgetedEndpoint => ({
  key: name,
  name,
  fault,
  ...more,
});
const busy = new SesError("throttled", "Throttling", { retryable: true });

function open(strict = true) {
  const { timer, pass, pending } = openTurnedTimer();
  const said = new Map<string, number>();
  const lines: { readonly atMs: number; readonly text: string; readonly kind: StatusKind | undefined }[] = [];
  const budget = openPreviewBudget({ timer });
  const ctx: Ctx = {
    clock: openHastyClock(),
    log: { ...silentLog, status: (text, kind) => void lines.push({ atMs: timer.now(), text, kind }) },
    signal: new AbortController().signal,
    strict,
  };
  const wait = (ms: number) => new Promise<void>((resolve) => void timer.after(ms, resolve));
  /** What became of a call, and when. */
  const ended = async (promise: Promise<unknown>) => {
    const outcome = await promise.then(
      () => "answered",
      (error: unknown) => {
        if (!(error instanceof SesError)) return String(error);
        said.set(error.message, timer.now());
        return error.code;
      },
    );
    return { outcome, atMs: timer.now() };
  };
  const ask = (of: BudgetedEndpoint, call: (inner: Ctx) => Promise<unknown>) =>
    ended(budget.within(of, definite, call, ctx));
  return {
    lines,
    said: () => [...said.keys()],
    pass,
    pending,
    now: () => timer.now(),
    silent: (name: string) => ask(endpoint(name), () => new Promise<never>(() => undefined)),
    answers: (name: string, afterMs: number) => ask(endpoint(name), () => wait(afterMs)),
    fails: (name: string, afterMs: number) =>
      ask(endpoint(name), async () => {
        await wait(afterMs);
        throw busy;
      }),
    ask,
    wait,
  };
}

describe("how long a strict preview waits for answers that do not come", () => {
  it("is under 30 s for endpoints that are silent one after another", async () => {
    const { silent, pass } = open();
    const seen = (async () => {
      const all = [];
      for (const name of ["sts", "ses a", "ses b", "route53"]) all.push(await silent(name));
      return all;
    })();
    await pass(10 * MOST_MS);
    const all = await seen;
    assert.deepEqual(
      all.map(({ outcome }) => outcome),
      Array(4).fill("endpoint-silent"),
    );
    assert.ok((all.at(-1)?.atMs ?? 0) < MOST_MS, JSON.stringify(all));
  });

  for (const [how, before] of [
    ["that never answered", 0],
    ["that answered before", 10],
  ] as const) {
    it(`is under 30 s for any number of endpoints ${how}, one after another`, async () => {
      const { answers, silent, pass, now } = open();
      const names = Array.from({ length: 100 }, (_, index) => `DNS host ${index}`);
      let endedMs = 0;
      void (async () => {
        for (const name of names) if (before > 0) await answers(name, before);
        const beganMs = now();
        for (const name of names) assert.equal((await silent(name)).outcome, "endpoint-silent");
        endedMs = now() - beganMs;
      })();
      await pass(10 * MOST_MS);
      assert.ok(endedMs > 0 && endedMs < MOST_MS, String(endedMs));
    });
  }

  it("is under 30 s for any number of endpoints where new ones are asked all the time", async () => {
    const { silent, pass, wait } = open();
    const all: Promise<{ readonly atMs: number }>[] = [];
    void (async () => {
      for (let index = 0; index < 400; index += 1) {
        all.push(silent(`DNS host ${index}`));
        await wait(70);
      }
    })();
    await pass(10 * MOST_MS);
    const atMs = (await Promise.all(all)).map((one) => one.atMs);
    assert.equal(all.length, 400);
    assert.ok(Math.max(...atMs) < MOST_MS, String(Math.max(...atMs)));
  });

  it("tells no time of an endpoint that it has not asked, and of each other the time it had", async () => {
    const { silent, said, pass } = open();
    void (async () => {
      for (let index = 0; index < 10; index += 1) await silent(`DNS host ${index}`);
    })();
    await pass(10 * MOST_MS);
    assert.deepEqual(
      said().map((text) => /\d+m?s\b/.exec(text)?.[0]),
      ["20s", "5s", "1s", "1s", ...Array(6).fill(undefined)],
    );
  });

  it("still asks what has answered, however many others are silent", async () => {
    const { answers, silent, pass } = open();
    const seen = (async () => {
      await answers("SES", 300);
      for (let index = 0; index < 50; index += 1) await silent(`DNS host ${index}`);
      return [await answers("SES", 300), await answers("SES", 300), await answers("STS", 300)];
    })();
    await pass(10 * MOST_MS);
    assert.deepEqual(
      (await seen).map(({ outcome }) => outcome),
      ["answered", "answered", "endpoint-silent"],
    );
  });

  it("is under 30 s where they are asked at once, and counts once", async () => {
    const { silent, pass } = open();
    const seen = Promise.all(["a", "b", "c"].map(silent));
    await pass(20_000);
    assert.deepEqual(
      (await seen).map(({ atMs }) => atMs),
      [20_000, 20_000, 20_000],
    );
    const later = silent("d");
    await pass(MOST_MS);
    assert.equal((await later).atMs, 25_000);
  });

  it("is under 30 s for many resources whose calls all fail after a while", async () => {
    const { fails, pass, now } = open();
    let endedMs = 0;
    void (async () => {
      for (let resource = 0; resource < 20; resource += 1) await fails("DNS", 8_000);
      endedMs = now();
    })();
    await pass(20 * MOST_MS);
    assert.ok(endedMs > 0 && endedMs < MOST_MS, String(endedMs));
  });

  it("is under 30 s for an endpoint that only says that it is busy", async () => {
    const { ask, wait, pass } = open();
    const seen = ask(endpoint("SES"), async (inner) => {
      for (;;) {
        await wait(1_000);
        inner.answered?.("Throttling");
      }
    });
    await pass(10 * MOST_MS);
    const { outcome, atMs } = await seen;
    assert.equal(outcome, "endpoint-silent");
    assert.ok(atMs < MOST_MS, String(atMs));
  });

  it("is under 30 s where only the parent zone's servers answer", async () => {
    const { ask, wait, pass } = open();
    const seen = ask(endpoint("DNS", { progresses: false }), async (inner) => {
      for (;;) {
        await wait(1_000);
        inner.answered?.();
      }
    });
    await pass(10 * MOST_MS);
    assert.ok((await seen).atMs < MOST_MS);
  });

  it("does not count what ends with an answer: 1,000 domains take their time", async () => {
    const { answers, pass } = open();
    const seen = (async () => {
      for (let domain = 0; domain < 1_000; domain += 1) {
        assert.equal((await answers("SES", 900)).outcome, "answered");
        assert.equal((await answers("DNS", 3_000)).outcome, "answered");
      }
      return "all";
    })();
    await pass(4_000_000);
    assert.equal(await seen, "all");
  });

  it("waits for the pages of one long answer", async () => {
    const { ask, wait, pass } = open();
    const seen = ask(endpoint("SES"), async (inner) => {
      for (let page = 0; page < 60; page += 1) {
        await wait(1_000);
        inner.answered?.();
      }
    });
    await pass(70_000);
    assert.deepEqual(await seen, { outcome: "answered", atMs: 60_000 });
  });

  it("still asks an endpoint that answers, once nothing more is waited for the others", async () => {
    const { silent, answers, pass } = open();
    const seen = (async () => {
      await silent("SES");
      await silent("STS");
      return [await answers("Route 53", 300), await answers("Route 53", 300), await silent("SES")];
    })();
    await pass(MOST_MS);
    assert.deepEqual(
      (await seen).map(({ outcome }) => outcome),
      ["answered", "answered", "endpoint-silent"],
    );
  });

  it("is as it was for a preview that is not strict", async () => {
    const { silent, pass } = open(false);
    const seen = (async () => [await silent("a"), await silent("b"), await silent("c")])();
    await pass(10 * MOST_MS);
    assert.deepEqual(
      (await seen).map(({ atMs }) => atMs),
      [20_000, 40_000, 60_000],
    );
  });

  it("leaves no timer behind", async () => {
    const { silent, answers, pass, pending } = open();
    const seen = Promise.all([silent("a"), answers("b", 5_000)]);
    await pass(MOST_MS);
    await seen;
    await pass(MOST_MS);
    assert.equal(pending(), 0);
  });
});

for (const strict of [true, false]) {
  describe(`the line of a ${strict ? "strict " : ""}preview that waits`, () => {
    it("names the endpoint after a few seconds, and counts", async () => {
      const { lines, silent, pass } = open(strict);
      const seen = silent("SES in us-east-1");
      await pass(3_000);
      assert.equal(lines.length, 0);
      await pass(MOST_MS);
      await seen;
      assert.ok(lines.length >= 3 && lines.length <= 6, JSON.stringify(lines));
      assert.ok((lines[0]?.atMs ?? MOST_MS) <= 5_000);
      assert.ok(lines.every(({ text }) => text.includes("SES in us-east-1")));
      assert.equal(new Set(lines.map(({ text }) => text)).size, lines.length);
    });

    it("does not go on saying that it waits, once an answer came or none will", async () => {
      const { lines, answers, silent, pass } = open(strict);
      const seen = (async () => {
        await answers("SES", 9_000);
        await silent("DNS");
      })();
      await pass(10_000);
      assert.deepEqual(
        lines.map(({ atMs, kind }) => [atMs, kind]),
        [
          [4_000, undefined],
          [8_000, undefined],
          [9_000, "end"],
        ],
      );
      await pass(MOST_MS);
      await seen;
      assert.equal(lines.at(-1)?.kind, "end");
    });

    it("says so at once where an answer came, while more of them are awaited", async () => {
      const { lines, ask, wait, pass } = open(strict);
      const seen = ask(endpoint("DNS"), async (inner) => {
        await wait(9_000);
        inner.answered?.(undefined);
        await wait(2_000);
      });
      await pass(10_000);
      assert.deepEqual([lines.at(-1)?.atMs, lines.at(-1)?.kind], [9_000, "end"]);
      await pass(MOST_MS);
      assert.equal((await seen).outcome, "answered");
    });

    it("says nothing while answers come, and one line for many calls", async () => {
      const { lines, answers, silent, pass } = open(strict);
      const quick = (async () => {
        for (let turn = 0; turn < 50; turn += 1) await answers("DNS", 1_000);
      })();
      await pass(60_000);
      await quick;
      assert.equal(lines.length, 0);
      const many = Promise.all(Array.from({ length: 48 }, () => silent("SES")));
      await pass(MOST_MS);
      await many;
      assert.ok(lines.length <= 6, String(lines.length));
    });
  });
}
