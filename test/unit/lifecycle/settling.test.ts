import assert from "node:assert/strict";
import { describe, it } from "mocha";
import type { Ctx } from "../../../provider/core/ctx";
import { openSettling, type Settle } from "../../../provider/lifecycle/identity/settling";

describe("the last tags of creates that run at once", () => {
  function world() {
    const written: string[] = [];
    const warnings: string[] = [];
    const settling = openSettling();
    const ctxOf = (name: string, signal = new AbortController().signal): Ctx => ({
      clock: { now: () => 0, sleep: async () => undefined },
      signal,
      log: { status() {}, info() {}, warn: (text) => void warnings.push(`${name}: ${text}`), debug() {} },
    });
    const tag =
      (name: string): Settle =>
      async ({ signal }) => {
        signal.throwIfAborted();
        written.push(name);
      };
    return { written, warnings, settling, ctxOf, tag };
  }

  it("are written by the last create, before its own, where first tags have taken all the time", async () => {
    const { written, settling, ctxOf, tag } = world();
    const [a, b, c] = [settling.begin(), settling.begin(), settling.begin()];
    let tagged = () => {};
    const first = settling.first(
      () =>
        new Promise<void>((resolve) => {
          tagged = resolve;
        }),
    );
    await a([tag("a")], ctxOf("a"));
    await c([tag("c")], ctxOf("c"));
    await new Promise(setImmediate);
    assert.deepEqual(written, []);
    const last = b([tag("b")], ctxOf("b"));
    tagged();
    await Promise.all([first, last]);
    assert.deepEqual(written, ["a", "c", "b"]);
  });

  it("are written meanwhile where no first tag waits", async () => {
    const { written, settling, ctxOf, tag } = world();
    const [a, b] = [settling.begin(), settling.begin()];
    await a([tag("a")], ctxOf("a"));
    await new Promise(setImmediate);
    assert.deepEqual(written, ["a"]);
    await b([tag("b")], ctxOf("b"));
    assert.deepEqual(written, ["a", "b"]);
  });

  it("are written at once where no other create is under way", async () => {
    const { written, settling, ctxOf, tag } = world();
    for (const name of ["a", "b"]) {
      await settling.begin()([tag(name)], ctxOf(name));
      assert.equal(written.at(-1), name);
    }
  });

  it("are left to others up to 60, and above that the oldest is written first", async () => {
    const { written, settling, ctxOf, tag } = world();
    settling.begin();
    void settling.first(() => new Promise(() => {}));
    for (let at = 0; at < 62; at += 1) await settling.begin()([tag(`${at}`)], ctxOf(`${at}`));
    assert.deepEqual(written, ["0", "1"]);
  });

  it("that fail are told at their own resource, and fail no other create", async () => {
    const { written, warnings, settling, ctxOf, tag } = world();
    const [a, b] = [settling.begin(), settling.begin()];
    await a([() => Promise.reject(new Error("refused"))], ctxOf("a"));
    await b([tag("b")], ctxOf("b"));
    assert.deepEqual(written, ["b"]);
    assert.equal(warnings.length, 1);
    assert.match(warnings[0] ?? "", /^a: .*refused/);
    await assert.rejects(settling.begin()([() => Promise.reject(new Error("mine"))], ctxOf("c")), /mine/);
  });

  it("are tried again with the time that an interrupt leaves", async () => {
    const { written, warnings, settling, ctxOf, tag } = world();
    const [a, b] = [settling.begin(), settling.begin()];
    const gone = AbortSignal.abort(new Error("Ctrl-C"));
    await a([tag("a")], ctxOf("a", gone));
    await assert.rejects(b([tag("b")], ctxOf("b", gone)), /Ctrl-C/);
    assert.deepEqual(written, []);
    await b([tag("b")], ctxOf("b"));
    assert.deepEqual(written, ["a", "b"]);
    assert.deepEqual(warnings, []);
  });
});
