import assert from "node:assert/strict";
import { inspect } from "node:util";
import { systemClock } from "../../../provider/core/clock";
import type { Ctx, Log } from "../../../provider/core/ctx";
import { DnsHostError } from "../../../provider/core/errors";
import { child, fqdn } from "../../../provider/core/fqdn";
import type { Zone } from "../../../provider/dns/backend";
import type { DnsRecord, RecordKey, RecordType } from "../../../provider/dns/record";
import { describeExclusive } from "./exclusive";
import {
  type BackendHost,
  type BackendSuite,
  FAULT_CODES,
  type FaultCase,
  type LeftOut,
  type SuiteTools,
} from "./host";
import { recordOf, textsOf } from "./records";
import { runWriters } from "./writers";

const AWKWARD: Readonly<Record<string, string>> = {
  "a value of 255 octets": "a".repeat(255),
  "a value of 256 octets": `${"b".repeat(255)}c`,
  "a value of 600 octets": "0123456789".repeat(60),
  quotes: 'he said "no" and left"',
  backslashes: "C:\\new\\101\\\\",
  "what looks like an escape": '\\101\\065 \\"',
  "blanks at both ends": "  two blanks  each  ",
  semicolons: "v=DMARC1; p=none; rua=mailto:a@example.com",
  "letters beyond ASCII": "grüße — 署名 ✓",
  "a long value of letters beyond ASCII": "ü".repeat(200),
  "zone-file specials": "(a) $ORIGIN @ %41 'b'",
};

let serial = 0;

/** The suite that every back end passes. A test file calls it with a name and a way to start the host. */
export function describeBackend(suite: BackendSuite): void {
  describe(`the ${suite.name} back end`, function () {
    this.timeout(60_000);
    let host: BackendHost;
    let zone: Zone;
    const lines: string[] = [];
    const without = suite.without ?? {};

    before(async function () {
      host = await suite.open(this);
      zone = await host.backend.findZone(host.zone, ctxOf());
    });
    after(async () => {
      await host?.close();
    });

    function ctxOf(signal: AbortSignal = new AbortController().signal): Ctx {
      const keep = (text: string) => void lines.push(text);
      const log: Log = { status: keep, info: keep, warn: keep, debug: keep };
      return { clock: host.clock ?? systemClock, log, signal };
    }
    /** BIND has no MX records at a name that is no host name: one with underscores. */
    const freshName = (label = "_amazonses") => {
      serial += 1;
      return fqdn(`${label}.t${serial}.${host.zone}`);
    };
    const records = (key: RecordKey, values: readonly string[]) =>
      values.map((each) => recordOf(key.type, key.name, each));
    const sorted = (found: readonly DnsRecord[]) => textsOf(found).sort();
    const listed = async (key: RecordKey) => sorted(await host.backend.list(zone, key, ctxOf()));
    const witnessed = async (key: RecordKey) => [...(await host.witness(key)).values].sort();
    const add = async (key: RecordKey, ...values: string[]) =>
      sorted((await host.backend.add(zone, records(key, values), ctxOf())).added);
    const remove = async (key: RecordKey, ...values: string[]) =>
      sorted((await host.backend.remove(zone, records(key, values), ctxOf())).removed);
    const conflict = async (key: RecordKey, value: string) => {
      const error = await failure(() => host.backend.add(zone, records(key, [value]), ctxOf()));
      assert.equal(error.code, "record-conflict", explainFailure(error));
      assert.equal(error.retryable, false);
      for (const part of [suite.name, key.name, zone.name]) {
        assert.ok(error.message.includes(part), `${part} is missing: ${error.message}`);
      }
    };
    const freshKey = (type: RecordType = "TXT"): RecordKey => ({
      name: freshName(type === "MX" ? "bounce" : undefined),
      type,
    });
    const tools: SuiteTools = {
      suite,
      host: () => host,
      zone: () => zone,
      ctxOf,
      freshKey,
      add,
      remove,
      listed,
      failure,
      changes: async () => (without.changes === undefined ? present(host.changes)() : 0),
      workers: () => present(host.workers),
    };

    if (suite.part !== "operations") describeRecords();
    if (suite.part !== "records") describeOperations();

    function describeRecords(): void {
      describe("finding the zone", () => {
        it("finds it for its apex, and for names one and several labels down", async () => {
          for (const name of [host.zone, child("a", host.zone), fqdn(`_amazonses.a.b.c.${host.zone}`)]) {
            const found = await host.backend.findZone(name, ctxOf());
            assert.equal(found.name, host.zone, name);
          }
        });
        if (without.subzone === undefined) {
          it("takes the longest one for a name in a delegated subzone", async () => {
            const subzone = present(host.subzone);
            for (const name of [subzone, child("_amazonses", subzone), fqdn(`_amazonses.x.y.${subzone}`)]) {
              assert.equal((await host.backend.findZone(name, ctxOf())).name, subzone, name);
            }
          });
        }
        it("says so where it holds no zone for a name", async () => {
          const error = await failure(() =>
            host.backend.findZone(fqdn("_amazonses.nobody-holds-this.example"), ctxOf()),
          );
          assert.equal(error.code, "zone-missing");
          // A program that creates its zone meets this on preview: the way out is an output of the zone.
          assert.match(error.hint ?? "", /(zoneId|zone|url): zone\./);
          assert.match(error.message, /nobody-holds-this\.example/);
        });
      });

      describe("adding TXT values", () => {
        it("makes a set with the TTL asked for, and adds nothing the second time", async () => {
          const key = freshKey();
          assert.deepEqual(await add(key, "one"), ["one"]);
          assert.deepEqual(await host.witness(key), { values: ["one"], ttl: 300 });
          assert.deepEqual(await host.backend.list(zone, key, ctxOf()), records(key, ["one"]));
          assert.deepEqual(await add(key, "one"), []);
          assert.deepEqual(await witnessed(key), ["one"]);
        });
        if (without.changes === undefined) {
          it("sends no changing request where there is nothing to do", async () => {
            const key = freshKey();
            const count = present(host.changes);
            await add(key, "one", "two");
            const before = await count();
            assert.deepEqual(await add(key, "two", "one"), []);
            assert.deepEqual(await remove(key, "never there"), []);
            assert.equal(await count(), before);
          });
        }
        it("adds beside foreign values and keeps the set's TTL", async () => {
          const key = freshKey();
          await host.seed(key, ["foreign", 'v=spf1 include:"x" ~all'], 1234);
          assert.deepEqual(await add(key, "ours"), ["ours"]);
          const seen = await host.witness(key);
          assert.deepEqual([...seen.values].sort(), ["foreign", "ours", 'v=spf1 include:"x" ~all']);
          assert.equal(seen.ttl, 1234);
          for (const each of await host.backend.list(zone, key, ctxOf())) assert.equal(each.ttl, 1234);
        });
        it("takes a value once that is asked for twice, and one that is there already as it is", async () => {
          const key = freshKey();
          await host.seed(key, ["shared"], 600);
          assert.deepEqual(await add(key, "twice", "twice", "shared"), ["twice"]);
          assert.deepEqual(await witnessed(key), ["shared", "twice"]);
        });
        it("writes at the zone's apex without harm to what is there", async () => {
          const key: RecordKey = { name: host.zone, type: "TXT" };
          await host.seed(key, ["v=spf1 -all"], 900);
          assert.deepEqual(await add(key, "amazonses:TOKEN"), ["amazonses:TOKEN"]);
          assert.deepEqual(await witnessed(key), ["amazonses:TOKEN", "v=spf1 -all"]);
          assert.deepEqual(await remove(key, "amazonses:TOKEN"), ["amazonses:TOKEN"]);
          assert.deepEqual(await host.witness(key), { values: ["v=spf1 -all"], ttl: 900 });
        });
        it("writes several labels down", async () => {
          const key: RecordKey = { name: fqdn(`_amazonses.a.b.c.t${serial}.${host.zone}`), type: "TXT" };
          assert.deepEqual(await add(key, "deep"), ["deep"]);
          assert.deepEqual(await witnessed(key), ["deep"]);
        });
        it("writes to several names at once", async () => {
          const [one, other] = [freshKey(), freshKey()];
          const both = [...records(one, ["1"]), ...records(other, ["2"])];
          assert.deepEqual(sorted((await host.backend.add(zone, both, ctxOf())).added), ["1", "2"]);
          assert.deepEqual([await witnessed(one), await witnessed(other)], [["1"], ["2"]]);
        });
        it("is refused where a CNAME stands, which stays", async () => {
          const key = freshKey();
          const cname: RecordKey = { ...key, type: "CNAME" };
          await host.seed(cname, ["theirs.example."], 120);
          await conflict(key, "ours");
          assert.deepEqual(await remove(key, "ours"), []);
          assert.deepEqual(await listed(key), []);
          assert.deepEqual(await host.witness(cname), { values: ["theirs.example."], ttl: 120 });
        });
      });

      describe("removing TXT values", () => {
        it("takes ours only, and leaves the TTL", async () => {
          const key = freshKey();
          await host.seed(key, ["foreign"], 777);
          await add(key, "ours", "ours too");
          const ours = recordOf("TXT", key.name, "ours", 1);
          assert.deepEqual(sorted((await host.backend.remove(zone, [ours], ctxOf())).removed), ["ours"]);
          const seen = await host.witness(key);
          assert.deepEqual([...seen.values].sort(), ["foreign", "ours too"]);
          assert.equal(seen.ttl, 777);
        });
        it("takes the last value, and nothing the second time", async () => {
          const key = freshKey();
          await add(key, "last");
          assert.deepEqual(await remove(key, "last"), ["last"]);
          assert.deepEqual(await host.witness(key), { values: [], ttl: undefined });
          assert.deepEqual(await listed(key), []);
          assert.deepEqual(await remove(key, "last"), []);
        });
        it("leaves a set of another type at the name as it is", async () => {
          const others = freshKey("MX");
          const key: RecordKey = { ...others, type: "TXT" };
          await host.seed(others, ["10 others.mx.example."], 432);
          const before = await host.witness(others);
          await add(key, "ours");
          assert.deepEqual(await remove(key, "ours"), ["ours"]);
          assert.deepEqual(await host.witness(others), before);
          assert.equal(before.ttl, 432);
        });
      });

      describe("removing texts", () => {
        it("knows letters' case: a token in other letters is another value", async () => {
          const key = freshKey();
          await add(key, "AbC");
          assert.deepEqual(await remove(key, "abc"), []);
          assert.deepEqual(await witnessed(key), ["AbC"]);
        });
      });

      describeExclusive(tools);

      describe("values as they are", () => {
        for (const [what, text] of Object.entries(AWKWARD)) {
          if (suite.cannotHold?.[what] !== undefined) continue;
          it(`keeps ${what}`, async () => {
            const key = freshKey();
            await host.seed(key, ["foreign"], 60);
            assert.deepEqual(await add(key, text), [text]);
            assert.deepEqual(await witnessed(key), ["foreign", text].sort());
            assert.deepEqual(await listed(key), ["foreign", text].sort());
            assert.deepEqual(await add(key, text), []);
            assert.deepEqual(await remove(key, text), [text]);
            assert.deepEqual(await witnessed(key), ["foreign"]);
          });
        }
        it("keeps a foreign set of such values while ours come and go", async () => {
          const key = freshKey();
          const foreign = Object.entries(AWKWARD)
            .filter(([what]) => suite.cannotHold?.[what] === undefined)
            .map(([, text]) => text)
            .sort();
          await host.seed(key, foreign, 450);
          assert.deepEqual(await listed(key), foreign);
          await add(key, "ours");
          await remove(key, "ours");
          const seen = await host.witness(key);
          assert.deepEqual([...seen.values].sort(), foreign);
          assert.equal(seen.ttl, 450);
        });
      });
    }

    function describeOperations(): void {
      describe("stopping", () => {
        const reason = new Error("somebody pressed Ctrl-C");
        const operations: Readonly<Record<string, (key: RecordKey, ctx: Ctx) => Promise<unknown>>> = {
          findZone: (key, ctx) => host.another().findZone(key.name, ctx),
          list: (key, ctx) => host.backend.list(zone, key, ctx),
          listNames: (key, ctx) => host.backend.listNames(zone, [key.name], ctx),
          add: (key, ctx) => host.backend.add(zone, records(key, ["unwanted"]), ctx),
          remove: (key, ctx) => host.backend.remove(zone, records(key, ["there"]), ctx),
        };
        for (const [what, run] of Object.entries(operations)) {
          it(`rejects with the signal's reason, before it began and at once: ${what}`, async () => {
            const key = freshKey();
            await assert.rejects(run(key, ctxOf(AbortSignal.abort(reason))), (error) => error === reason);
            const control = new AbortController();
            const running = run(key, ctxOf(control.signal));
            control.abort(reason);
            await assert.rejects(running, (error) => error === reason);
          });
          it(`rejects with it while a request is on its way, and then changes nothing: ${what}`, async () => {
            const key = freshKey();
            await host.seed(key, ["there"], 60);
            const held = host.hold();
            const control = new AbortController();
            const running = run(key, ctxOf(control.signal));
            const ended = running.then(() => assert.fail("it ended before its request was answered"));
            await Promise.race([held.arrived, ended]);
            control.abort(reason);
            await assert.rejects(running, (error) => error === reason);
            ended.catch(() => undefined);
            held.release();
            // What was not stopped would be done by now: this write to the same set goes behind it.
            await add(key, "afterwards");
            assert.deepEqual(await witnessed(key), ["afterwards", "there"]);
          });
        }
      });

      describe("in trouble", () => {
        for (const [what, code] of Object.entries(FAULT_CODES) as [FaultCase, string][]) {
          if (without[what] !== undefined) continue;
          it(`names host and zone and tells no secret: ${what}`, async () => {
            const key = freshKey();
            const trouble = await present(host.faults[what])();
            const asked = trouble.zone ?? zone;
            lines.length = 0;
            try {
              const backend = trouble.backend ?? host.backend;
              const error = await failure(() => backend.add(asked, records(key, ["v"]), ctxOf()));
              assert.equal(error.code, code, explainFailure(error));
              assert.equal(error.retryable, code === "rate-limited" || code === "host-unavailable");
              assert.ok(error.message.includes(suite.name), `the host's name is missing: ${error.message}`);
              assert.ok(error.message.includes(asked.name), `the zone's name is missing: ${error.message}`);
              assertNoSecret(error, [...lines], host.secrets);
            } finally {
              await trouble.undo?.();
            }
            await add(key, "v");
            assert.deepEqual(await witnessed(key), ["v"]);
          });
        }
      });

      describe("TXT values with other writers", () => {
        it("loses nothing of twenty writers in one process", async () => {
          const key = freshKey();
          await host.seed(key, ["foreign", "leaving"], 321);
          const own = Array.from({ length: 20 }, (_, at) => `writer ${at}`);
          await Promise.all([...own.map((each) => add(key, each)), remove(key, "leaving")]);
          const seen = await host.witness(key);
          assert.deepEqual([...seen.values].sort(), ["foreign", ...own].sort());
          assert.equal(seen.ttl, 321);
        });
        if (without.writers === undefined) {
          it("loses nothing of 64 writers in four processes", async function () {
            const key = freshKey();
            const foreign = ["foreign", "v=spf1 -all", 'another team\'s "value"'];
            await host.seed(key, foreign, 432);
            const own = Array.from({ length: 64 }, (_, at) => `process writer ${at}`);
            await runWriters(present(host.workers), key, own, 4);
            const seen = await host.witness(key);
            const missing = (values: readonly string[]) => values.filter((each) => !seen.values.includes(each));
            // Whatever becomes of ours: what was there before is never lost.
            assert.deepEqual(missing(foreign), []);
            const lost = missing(own);
            if (suite.writers === "measured") {
              this.runnable().title += ` (lost here: ${lost.length})`;
              return;
            }
            assert.deepEqual(lost, []);
            assert.equal(seen.values.length, own.length + foreign.length);
            assert.equal(seen.ttl, 432);
          });
        }
      });
    }
  });
}

function present<T>(part: T | LeftOut): T {
  if (typeof part === "object" && part !== null && "leftOut" in part) {
    throw new Error(`left out (${part.leftOut}), but the suite's "without" does not say so`);
  }
  return part as T;
}

async function failure(run: () => Promise<unknown>): Promise<DnsHostError> {
  try {
    await run();
  } catch (error) {
    assert.ok(error instanceof DnsHostError, `not a DnsHostError: ${inspect(error)}`);
    return error;
  }
  assert.fail("it succeeded");
}

function explainFailure(error: DnsHostError): string {
  return `${error.code}: ${error.message}`;
}

function assertNoSecret(error: DnsHostError, lines: readonly string[], secrets: readonly string[]): void {
  const told = [
    inspect(error, { depth: 12, showHidden: true }),
    error.message,
    error.hint ?? "",
    error.stack ?? "",
    ...lines,
  ];
  for (const secret of secrets) {
    for (const text of told)
      assert.ok(!text.includes(secret), `a secret stands in: ${text.replaceAll(secret, "«HERE»")}`);
  }
}
