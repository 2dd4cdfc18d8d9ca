import assert from "node:assert/strict";
import fc from "fast-check";
import { systemClock } from "../../provider/core/clock";
import { silentLog } from "../../provider/core/ctx";
import { openBatcher, type Take } from "../../provider/core/queues";
import { keysOf, madeTag, readRegister, userTag } from "../../provider/ses/register";
import { anyCharacter } from "../support/any-character";

const ctx = { clock: systemClock, log: silentLog, signal: new AbortController().signal };

describe("the register of an identity's users", () => {
  const inSet = /^[\p{L}\p{N}\p{Z}_.:/=+-]{1,256}$/u;
  const read = (tags: readonly { readonly Key: string; readonly Value: string }[]) => readRegister(tags);

  it("reads a user back as it was written, whatever the resource is called", () => {
    const part = fc.string({ unit: anyCharacter, maxLength: 300 });
    const state = fc.constantFrom("creating" as const, "settled" as const, "leaving" as const);
    fc.assert(
      fc.property(part, state, (label, state) => {
        const user = { mark: "0123456789abcdef", state, urnHash: "fedcba9876543210", label };
        const tag = userTag(user);
        assert.match(tag.Value, inSet);
        const { label: readable, ...rest } = read([tag]).users[0] ?? assert.fail();
        assert.deepEqual(rest, { mark: user.mark, state, urnHash: user.urnHash });
        assert.ok([...label].length >= [...readable].length);
        assert.match(madeTag({ urnHash: user.urnHash, label: `p/s/${label}` }).Value, inSet);
      }),
    );
  });

  it("replaces what SES does not take, and keeps the rest", () => {
    const user = {
      mark: "1",
      state: "settled",
      urnHash: "0123456789abcdef",
      label: "mail/prod/me@example.com",
    } as const;
    assert.equal(userTag(user).Value, "settled 0123456789abcdef mail/prod/me_example.com");
  });

  it("keeps what SES takes of a long name", () => {
    const user = { mark: "1", state: "settled", urnHash: "0123456789abcdef", label: "n".repeat(400) } as const;
    assert.equal(userTag(user).Value.length, 256);
    assert.equal(madeTag(user).Value.length, 256);
    assert.equal(read([userTag(user)]).users[0]?.state, "settled");
  });

  it("counts a user tag that it cannot read as a user", () => {
    for (const Value of ["", "leaving", "gone 0123456789abcdef x", "leaving xyz label"]) {
      const { users } = read([{ Key: "sesdomain:user:aa", Value }]);
      assert.deepEqual(users, [{ mark: "aa", state: "settled", urnHash: "", label: Value }]);
    }
  });

  it("takes the tag of version 0.1 for the mark of its resource, until that has one", () => {
    const former = { Key: "sesdomain:owner", Value: "mail/acme/prod/0123456789abcdef" };
    const register = read([former, { Key: "team", Value: "x" }]);
    assert.deepEqual(register, {
      made: true,
      users: [{ mark: "0123456789abcdef", state: "settled", urnHash: "0123456789abcdef", label: "mail/acme/prod" }],
      keys: ["sesdomain:owner", "team"],
      former: "0123456789abcdef",
      foreign: ["team=x"],
    });
    const leaving = { mark: "0123456789abcdef", state: "leaving", urnHash: "0123456789abcdef", label: "x" } as const;
    assert.deepEqual(read([former, userTag(leaving)]).users, [leaving]);
    assert.deepEqual(keysOf("0123456789abcdef", register), ["sesdomain:user:0123456789abcdef", "sesdomain:owner"]);
    assert.deepEqual(keysOf("ffff", register), ["sesdomain:user:ffff"]);
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
    const ask = openBatcher(
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
    const ask = openBatcher(
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
    const ask = openBatcher<string, string>(10, async (take) => {
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
    const ask = openBatcher<string, string>(10, async (take, inner) => {
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
