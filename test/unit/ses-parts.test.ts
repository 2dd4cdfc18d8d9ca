import assert from "node:assert/strict";
import fc from "fast-check";
import { systemClock } from "../../provider/core/clock";
import { silentLog } from "../../provider/core/ctx";
import { openBatch, type Take } from "../../provider/ses/batch";
import { ownerTag, parseOwner } from "../../provider/ses/owner";

const ctx = { clock: systemClock, log: silentLog, signal: new AbortController().signal };

describe("the owner tag", () => {
  it("is read back as it was written", () => {
    const owner = { project: "mail", stack: "acme/prod", resource: "abc123" };
    assert.equal(ownerTag(owner), "mail/acme/prod/abc123");
    assert.deepEqual(parseOwner("mail/acme/prod/abc123"), owner);
    const part = fc.string({ minLength: 1, maxLength: 40 });
    fc.assert(
      fc.property(part, part, part, (project, stack, resource) => {
        const tag = ownerTag({ project, stack, resource });
        if (tag !== undefined) assert.deepEqual(parseOwner(tag), { project, stack, resource });
      }),
    );
  });
  it("is not written where SES would refuse it or nobody could read it", () => {
    assert.equal(ownerTag({ project: "a%b", stack: "s", resource: "r" }), undefined);
    assert.equal(ownerTag({ project: "a/b", stack: "s", resource: "r" }), undefined);
    assert.equal(ownerTag({ project: "a".repeat(300), stack: "s", resource: "r" }), undefined);
    for (const text of ["", "x", "a/b", "//", "a//b"]) assert.equal(parseOwner(text), undefined, text);
  });
});

describe("questions that travel together", () => {
  const answering = (sent: (readonly string[])[], turn: () => Promise<void>) => async (take: Take<string>) => {
    await turn();
    const keys = take();
    sent.push(keys);
    return new Map(keys.filter((key) => key !== "absent").map((key) => [key, key.toUpperCase()]));
  };

  it("go in one request, at most the limit, each key once", async () => {
    const sent: (readonly string[])[] = [];
    const ask = openBatch(
      3,
      answering(sent, async () => undefined),
    );
    const answers = await Promise.all(["a", "b", "a", "absent", "c"].map((key) => ask(key, ctx)));
    assert.deepEqual(answers, ["A", "B", "A", undefined, "C"]);
    assert.deepEqual(sent, [["a", "b", "absent"], ["c"]]);
  });

  it("get on while the request still waits for its turn", async () => {
    const sent: (readonly string[])[] = [];
    let go: () => void = () => undefined;
    const turn = new Promise<void>((resolve) => {
      go = resolve;
    });
    const ask = openBatch(
      100,
      answering(sent, () => turn),
    );
    const first = ask("a", ctx);
    await new Promise((resolve) => setImmediate(() => setImmediate(resolve)));
    const second = ask("b", ctx);
    go();
    assert.deepEqual(await Promise.all([first, second]), ["A", "B"]);
    assert.deepEqual(sent, [["a", "b"]]);
  });

  it("fail together, and the next ones are asked anew", async () => {
    let fail = true;
    const ask = openBatch<string, string>(10, async (take) => {
      const keys = take();
      if (fail) throw new Error("no");
      return new Map(keys.map((key) => [key, key]));
    });
    const both = await Promise.allSettled([ask("a", ctx), ask("b", ctx)]);
    assert.deepEqual(
      both.map(({ status }) => status),
      ["rejected", "rejected"],
    );
    fail = false;
    assert.equal(await ask("a", ctx), "a");
  });

  it("are not stopped by one who goes away, but by the last", async () => {
    let seen: AbortSignal | undefined;
    let go: () => void = () => undefined;
    const ask = openBatch<string, string>(10, async (take, inner) => {
      seen = inner.signal;
      const keys = take();
      await new Promise<void>((resolve) => {
        go = resolve;
      });
      return new Map(keys.map((key) => [key, key]));
    });
    const [one, two] = [new AbortController(), new AbortController()];
    const first = ask("a", { ...ctx, signal: one.signal });
    const second = ask("b", { ...ctx, signal: two.signal });
    await new Promise((resolve) => setImmediate(() => setImmediate(resolve)));
    one.abort(new Error("one"));
    await assert.rejects(first, /one/);
    assert.equal(seen?.aborted, false);
    two.abort(new Error("two"));
    await assert.rejects(second, /two/);
    assert.equal(seen?.aborted, true);
    const third = ask("c", ctx);
    await new Promise((resolve) => setImmediate(() => setImmediate(resolve)));
    go();
    assert.equal(await third, "c");
  });
});
