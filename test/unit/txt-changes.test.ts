import assert from "node:assert/strict";
import { systemClock } from "../../provider/core/clock";
import { silentLog } from "../../provider/core/ctx";
import { DnsHostError } from "../../provider/core/errors";
import { fqdn } from "../../provider/core/fqdn";
import type { Apply } from "../../provider/core/queues";
import { bySet, type Edit, fingerprint, openCoalescer } from "../../provider/dns/changes";
import { keyText } from "../../provider/dns/record";
import { textsOf } from "../support/backend/records";

const ctx = { clock: systemClock, log: silentLog, signal: new AbortController().signal };
const add = (value: string): Edit => ({
  kind: "add",
  records: [{ type: "TXT", name: fqdn("a.example.com"), text: value, ttl: 300 }],
});
const valuesOf = (edits: readonly Edit[]) => edits.flatMap((edit) => textsOf(edit.records));
const settle = () => new Promise((resolve) => setImmediate(() => setImmediate(resolve)));

describe("writes to one record set", () => {
  it("travel together, and what comes meanwhile goes next", async () => {
    const write = openCoalescer<string>();
    const batches: string[][] = [];
    const gates: (() => void)[] = [];
    const apply: Apply<Edit, string> = async (edits) => {
      batches.push(valuesOf(edits));
      await new Promise<void>((resolve) => gates.push(resolve));
      return valuesOf(edits);
    };
    const first = [write("s", add("1"), apply, ctx), write("s", add("2"), apply, ctx)];
    await settle();
    const later = [write("s", add("3"), apply, ctx), write("s", add("4"), apply, ctx)];
    gates[0]?.();
    assert.deepEqual(await Promise.all(first), ["1", "2"]);
    await settle();
    gates[1]?.();
    assert.deepEqual(await Promise.all(later), ["3", "4"]);
    assert.deepEqual(batches, [
      ["1", "2"],
      ["3", "4"],
    ]);
  });

  it("do not hold up those to another set", async () => {
    const write = openCoalescer<string>();
    void write("busy", add("1"), () => new Promise(() => undefined), ctx);
    assert.equal(await write("free", add("2"), async () => ["done"], ctx), "done");
  });

  it("fail alone where one edit is bad", async () => {
    const write = openCoalescer<string>();
    const apply: Apply<Edit, string> = async (edits) => {
      if (valuesOf(edits).includes("bad")) throw new DnsHostError("host-refused", "bad value");
      return valuesOf(edits);
    };
    const results = await Promise.allSettled(["a", "bad", "c"].map((value) => write("s", add(value), apply, ctx)));
    assert.deepEqual(
      results.map(({ status }) => status),
      ["fulfilled", "rejected", "fulfilled"],
    );
  });

  it("fail alone where one is in the way of what is there", async () => {
    const write = openCoalescer<string>();
    const apply: Apply<Edit, string> = async (edits) => {
      if (valuesOf(edits).includes("bad")) throw new DnsHostError("record-conflict", "another CNAME");
      return valuesOf(edits);
    };
    const results = await Promise.allSettled(["a", "bad"].map((value) => write("s", add(value), apply, ctx)));
    assert.deepEqual(
      results.map(({ status }) => status),
      ["fulfilled", "rejected"],
    );
  });

  it("fail together, after one try, where no single edit can be at fault", async () => {
    for (const code of ["host-unavailable", "credentials-refused", "permission-missing", "rate-limited"]) {
      const write = openCoalescer<string>();
      let tries = 0;
      const apply: Apply<Edit, string> = async () => {
        tries += 1;
        throw new DnsHostError(code, "not one edit's fault");
      };
      const results = await Promise.allSettled(["a", "b", "c"].map((value) => write("s", add(value), apply, ctx)));
      assert.deepEqual([code, tries], [code, 1]);
      for (const result of results) assert.equal(result.status === "rejected" && result.reason.code, code);
    }
  });

  it("go by the means of a caller in the batch, and each that is tried alone by its own", async () => {
    const write = openCoalescer<string>();
    const said: string[] = [];
    const gates: (() => void)[] = [];
    const caller = (name: string) => {
      const apply: Apply<Edit, string> = async (edits, { log }) => {
        log.debug(`${name}: ${valuesOf(edits)}`);
        await new Promise<void>((resolve) => gates.push(resolve));
        if (edits.length > 1) throw new DnsHostError("host-refused", "one of these");
        return valuesOf(edits);
      };
      const log = { ...silentLog, debug: (text: string) => void said.push(`${name}'s log: ${text}`) };
      return write("s", add(name), apply, { ...ctx, log });
    };
    const first = caller("first");
    await settle();
    const later = [caller("second"), caller("third")];
    for (let at = 0; at < 4; at += 1) {
      gates[at]?.();
      await settle();
    }
    assert.deepEqual(await Promise.all([first, ...later]), ["first", "second", "third"]);
    assert.deepEqual(said, [
      "first's log: first: first",
      "second's log: second: second,third",
      "second's log: second: second",
      "third's log: third: third",
    ]);
  });

  it("go on for the others when the caller by whose means they went goes away", async () => {
    const write = openCoalescer<string>();
    let stopped = false;
    let finish: () => void = () => undefined;
    const apply: Apply<Edit, string> = async (edits, { signal }) => {
      signal.addEventListener("abort", () => {
        stopped = true;
      });
      await new Promise<void>((resolve) => {
        finish = resolve;
      });
      return valuesOf(edits);
    };
    const control = new AbortController();
    const first = write("s", add("first"), apply, { ...ctx, signal: control.signal });
    const second = write("s", add("second"), apply, ctx);
    await settle();
    control.abort(new Error("gone"));
    await assert.rejects(first, /gone/);
    finish();
    assert.equal(await second, "second");
    assert.equal(stopped, false);
  });

  it("know credentials by a fingerprint that holds none and mixes none up", () => {
    assert.match(fingerprint("key", Buffer.from("secret")), /^[0-9a-f]{64}$/);
    assert.equal(fingerprint("a", "bc"), fingerprint("a", "bc"));
    assert.notEqual(fingerprint("a", "bc"), fingerprint("ab", "c"));
  });

  it("are withdrawn when their caller goes before they began, and stopped when all callers have gone", async () => {
    const write = openCoalescer<string>();
    const batches: string[][] = [];
    let stopped = false;
    const apply: Apply<Edit, string> = (edits, inner) => {
      batches.push(valuesOf(edits));
      return new Promise((_, reject) => {
        inner.signal.addEventListener("abort", () => {
          stopped = true;
          reject(inner.signal.reason);
        });
      });
    };
    const [early, late] = [new AbortController(), new AbortController()];
    const running = write("s", add("running"), apply, { ...ctx, signal: late.signal });
    await settle();
    const waiting = write("s", add("withdrawn"), apply, { ...ctx, signal: early.signal });
    early.abort(new Error("early"));
    await assert.rejects(waiting, /early/);
    assert.equal(stopped, false);
    late.abort(new Error("late"));
    await assert.rejects(running, /late/);
    await settle();
    assert.equal(stopped, true);
    assert.deepEqual(batches, [["running"]]);
    assert.equal(await write("s", add("after"), async () => ["after"], ctx), "after");
  });

  it("are sorted by name and type", () => {
    const [one, two] = [fqdn("a.example.com"), fqdn("b.example.com")];
    const mx = { type: "MX" as const, name: one, preference: 10, exchange: fqdn("mx.example.com"), ttl: 1 };
    const records = [...[one, two, one].map((name, at) => ({ type: "TXT" as const, name, text: `${at}`, ttl: 1 })), mx];
    assert.deepEqual(
      bySet(records).map(({ key, records: own }) => [keyText(key), textsOf(own)]),
      [
        ["a.example.com TXT", ["0", "2"]],
        ["b.example.com TXT", ["1"]],
        ["a.example.com MX", ["10 mx.example.com."]],
      ],
    );
  });
});
