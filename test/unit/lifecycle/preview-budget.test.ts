import assert from "node:assert/strict";
import { type Ctx, silentLog } from "../../../provider/core/ctx";
import { SesError } from "../../../provider/core/errors";
import {
  type BudgetedEndpoint,
  definite,
  type IsAnswer,
  openPreviewBudget,
} from "../../../provider/lifecycle/observation/preview-budget";
import { openHastyClock } from "../../support/hasty-clock";
import { openTurnedTimer } from "../../support/turned-timer";

const fault = (message: string) => new SesError("endpoint-silent", message, { retryable: true });
const ENDPOINT: BudgetedEndpoint = { key: "a", name: "Endpoint A", fault };
const OTHER: BudgetedEndpoint = { key: "b", name: "Endpoint B", fault };

/** Time that the test turns. What hangs ends by its signal only. */
function openBudget() {
  const { timer, pending, pass } = openTurnedTimer();
  const budget = openPreviewBudget({ timer });
  const signal = new AbortController();
  const ctx: Ctx = { clock: openHastyClock(), log: silentLog, signal: signal.signal };
  const codeOf = (promise: Promise<unknown>) =>
    promise.then(
      () => "answered",
      (error: unknown) => (error instanceof SesError ? error.code : String(error)),
    );
  return {
    budget,
    pending,
    abort: (reason: unknown) => signal.abort(reason),
    pass,
    hang: (endpoint = ENDPOINT) =>
      codeOf(budget.within(endpoint, definite, () => new Promise<never>(() => undefined), ctx)),
    open: (endpoint = ENDPOINT) => begin(endpoint, definite),
    look: (isAnswer: () => boolean) => begin(ENDPOINT, isAnswer),
  };

  /** Ends when `end` is called. */
  function begin(endpoint: BudgetedEndpoint, isAnswer: IsAnswer<void>) {
    let end: (outcome: "answer" | SesError) => void = () => undefined;
    let answered: (refusal?: string) => void = () => undefined;
    const outcome = codeOf(
      budget.within(
        endpoint,
        isAnswer,
        (inner) => {
          answered = (refusal) => inner.answered?.(refusal);
          return new Promise<void>((resolve, reject) => {
            end = (how) => (how === "answer" ? resolve() : reject(how));
          });
        },
        ctx,
      ),
    );
    return { outcome, end: (how: "answer" | SesError) => end(how), answered: (refusal?: string) => answered(refusal) };
  }
}

/** Undefined while it is waited for. */
const now = (promise: Promise<string>) =>
  Promise.race([promise, new Promise<undefined>((resolve) => setImmediate(resolve, undefined))]);

describe("what previews wait for an endpoint", () => {
  it("ends after twenty seconds without an answer, for all who wait", async () => {
    const { pass, hang, pending } = openBudget();
    const [first, second] = [hang(), hang()];
    await pass(19_900);
    const late = hang();
    assert.equal(await now(first), undefined);
    await pass(200);
    assert.deepEqual(await Promise.all([first, second, late]), Array(3).fill("endpoint-silent"));
    assert.equal(pending(), 0);
  });

  it("is shared: who comes later waits for what is left, then hardly at all", async () => {
    const { pass, open, hang } = openBudget();
    const refused = new SesError("ses-unavailable", "No connection.", { retryable: true });
    const one = open();
    await pass(15_000);
    one.end(refused);
    assert.equal(await one.outcome, "ses-unavailable");
    // No call waits: no time is used.
    await pass(60_000);
    const next = hang();
    await pass(4_900);
    assert.equal(await now(next), undefined);
    await pass(200);
    assert.equal(await next, "endpoint-silent");
    let waitedMs = 0;
    for (let resource = 0; resource < 1_000; resource += 1) {
      const asked = hang();
      for (; (await now(asked)) === undefined; waitedMs += 500) await pass(500);
    }
    assert.ok(waitedMs <= 5_000, `${waitedMs} ms`);
  });

  it("counts from the last answer: one that is slow is not cut off", async () => {
    const { pass, open, hang } = openBudget();
    const slow = open();
    for (let page = 0; page < 10; page += 1) {
      await pass(15_000);
      slow.answered();
    }
    slow.end("answer");
    assert.equal(await slow.outcome, "answered");
    const next = hang();
    await pass(19_900);
    assert.equal(await now(next), undefined);
  });

  it("takes a refusal for an answer, and a throttled or failed call for none", async () => {
    const { pass, open } = openBudget();
    for (const [error, answers] of [
      [new SesError("permission-missing", "Denied."), true],
      [new SesError("throttled", "Busy.", { retryable: true }), false],
    ] as const) {
      const one = open();
      await pass(19_000);
      one.end(error);
      assert.equal(await one.outcome, error.code);
      const next = open();
      await pass(2_000);
      assert.equal((await now(next.outcome)) === undefined, answers);
      next.end("answer");
      await next.outcome;
    }
  });

  it("is longer while the endpoint answers that it is busy, but not without end, and says so", async () => {
    const { budget, pass, open, hang } = openBudget();
    const busy = open();
    for (let waitedMs = 0; waitedMs < 175_000; waitedMs += 5_000) {
      await pass(5_000);
      busy.answered("Throttling: Rate exceeded");
      assert.equal(await now(busy.outcome), undefined, `${waitedMs} ms`);
    }
    await pass(6_000);
    busy.answered("Throttling: Rate exceeded");
    assert.equal(await busy.outcome, "endpoint-silent");
    const [text = ""] = budget.tell([]);
    assert.match(text, /Endpoint A .*3m.*Throttling: Rate exceeded/);
    const late = hang();
    await pass(1_100);
    assert.equal(await late, "endpoint-silent");
  });

  it("names the last failure of an endpoint that is silent", async () => {
    const { budget, pass, open, hang } = openBudget();
    const one = open();
    one.end(new SesError("ses-unavailable", "The connection was cut (ECONNRESET).", { retryable: true }));
    await one.outcome;
    const lost = hang();
    await pass(20_000);
    assert.equal(await lost, "endpoint-silent");
    const [text = ""] = budget.tell([]);
    assert.match(text, /no answer for 20s.*ECONNRESET/);
    assert.doesNotMatch(text, /\.\)/);
    assert.deepEqual(budget.tell([`SES could not be asked: ${text}`]), []);
  });

  it("begins again once the endpoint has answered", async () => {
    const { pass, open, hang } = openBudget();
    const lost = hang();
    await pass(20_000);
    assert.equal(await lost, "endpoint-silent");
    const back = open();
    back.end("answer");
    assert.equal(await back.outcome, "answered");
    const next = hang();
    await pass(19_900);
    assert.equal(await now(next), undefined);
  });

  it("lasts as long as a call that ends by itself without an answer, once the endpoint is silent", async () => {
    const { pass, open, look } = openBudget();
    for (let dead = 0; dead < 5; dead += 1) {
      const one = look(() => false);
      await pass(4_000);
      one.end("answer");
      await one.outcome;
    }
    const healthy = look(() => true);
    await pass(3_500);
    healthy.end("answer");
    assert.equal(await healthy.outcome, "answered");
    // It has answered: the whole time is there again.
    const next = open();
    await pass(19_000);
    assert.equal(await now(next.outcome), undefined);
  });

  it("is each endpoint's own", async () => {
    const { pass, hang, open } = openBudget();
    const lost = hang();
    await pass(20_000);
    assert.equal(await lost, "endpoint-silent");
    const other = open(OTHER);
    await pass(19_000);
    other.end("answer");
    assert.equal(await other.outcome, "answered");
  });

  it("ends at once with the operation", async () => {
    const { hang, abort, pending } = openBudget();
    const one = hang();
    abort(new Error("stopped"));
    assert.equal(await one, "Error: stopped");
    assert.equal(pending(), 0);
    assert.equal(await hang(), "Error: stopped");
  });

  it("is told once, by the first resource that meets it", async () => {
    const { budget, pass, hang } = openBudget();
    assert.deepEqual(budget.tell(["other"]), ["other"]);
    const lost = hang();
    await pass(20_000);
    await lost;
    const [text = "", ...rest] = budget.tell([]);
    assert.match(text, /^Endpoint A /);
    assert.deepEqual(rest, []);
    assert.deepEqual(budget.tell([`SES could not be asked: ${text}`, "other"]), ["other"]);
  });
});
