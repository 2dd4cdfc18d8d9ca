import assert from "node:assert/strict";
import { inspect } from "node:util";
import { type Clock, systemClock } from "../../../provider/core/clock";
import type { Ctx, Log } from "../../../provider/core/ctx";
import { DnsHostError } from "../../../provider/core/errors";
import { child, type Fqdn, fqdn } from "../../../provider/core/fqdn";
import type { DnsBackend, Zone } from "../../../provider/dns/backend";
import type { DnsRecord, RecordKey, RecordType } from "../../../provider/dns/record";
import type { Hold } from "./hold";
import { recordOf, textsOf } from "./records";
import { runWriters, type WorkerPlan } from "./writers";

/**
 * What a witness sees of a set, by another way than the back end: dig, or a server's own store. Values are texts, or the data
 * of a CNAME or an MX record as a zone file has it, in lower case.
 */
export interface Witnessed {
  readonly values: readonly string[];
  /** `undefined` where there is no set. */
  readonly ttl: number | undefined;
}

/** A fault arranged at the host; `undo` takes it back. */
interface Trouble {
  /** The back end that runs into it. Default: the host's own. */
  readonly backend?: DnsBackend<string>;
  /** The zone as the back end is handed it. Default: the one that was found before. */
  readonly zone?: Zone;
  undo?(): void | Promise<void>;
}

const FAULT_CODES = {
  "wrong credential": "credentials-refused",
  "missing permission": "permission-missing",
  "missing zone": "zone-missing",
  "rate limit": "rate-limited",
  "server error": "host-unavailable",
  "cut connection": "host-unavailable",
} as const;
type FaultCase = keyof typeof FAULT_CODES;

/** A case this host cannot produce, and why. */
export interface LeftOut {
  readonly leftOut: string;
}

/** A running host with one zone to write into. */
export interface BackendHost {
  readonly backend: DnsBackend<string>;
  /** The same opened again: it has found no zone yet. */
  another(): DnsBackend<string>;
  /** Holds the requests that come from now on, until it is released. */
  hold(): Pick<Hold, "arrived" | "release">;
  /** The zone's name. The tests write below it and at its apex. */
  readonly zone: Fqdn;
  /** A zone below `zone`, delegated from it, at the same host. */
  readonly subzone: Fqdn | LeftOut;
  /** Default: real time. */
  readonly clock?: Clock;
  /** What must not stand in any error or log line. */
  readonly secrets: readonly string[];
  witness(key: RecordKey): Promise<Witnessed>;
  /** Makes a set of exactly these values, by another way than the back end. */
  seed(key: RecordKey, values: readonly string[], ttl: number): Promise<void>;
  /** Requests so far that change something; where the host does not count them, left out. */
  changes: (() => number | Promise<number>) | LeftOut;
  readonly faults: Readonly<Record<FaultCase, (() => Trouble | Promise<Trouble>) | LeftOut>>;
  /** How another process opens the same back end. */
  readonly workers: WorkerPlan | LeftOut;
  close(): Promise<void>;
}

export interface BackendSuite {
  /** The host's name as its errors say it: `Route 53`. */
  readonly name: string;
  /** Cases that are known beforehand to be left out, with the reason; they are not even declared as tests. */
  readonly without?: Partial<Record<FaultCase | "subzone" | "changes" | "writers", string>>;
  /** `none-lost` (default), or `measured` for a host whose protocol cannot promise it: the number of ours lost is told. */
  readonly writers?: "none-lost" | "measured";
  /** Values the host cannot hold, with the reason. */
  readonly cannotHold?: Readonly<Record<string, string>>;
  /** Where the whole takes too long for one file: what becomes of records, or how operations end and meet each other. */
  readonly part?: "records" | "operations";
  open(context: Mocha.Context): Promise<BackendHost>;
}

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

/** Types of which a name may have several values, and how the text of a case becomes one. */
const SHARED: Readonly<Record<"TXT" | "MX", (word: string) => string>> = {
  TXT: (word) => word,
  MX: (word) =>
    `10 ${word
      .toLowerCase()
      .replace(/[^a-z0-9]+/g, "-")
      .replace(/^-|-$/g, "")}.mx.example.`,
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

      for (const [type, say] of Object.entries(SHARED) as [RecordType, (word: string) => string][]) {
        const said = (...words: string[]) => words.map(say).sort();

        describe(`adding ${type} values`, () => {
          it("makes a set with the TTL asked for, and adds nothing the second time", async () => {
            const key = freshKey(type);
            assert.deepEqual(await add(key, say("one")), said("one"));
            assert.deepEqual(await host.witness(key), { values: said("one"), ttl: 300 });
            assert.deepEqual(await host.backend.list(zone, key, ctxOf()), records(key, [say("one")]));
            assert.deepEqual(await add(key, say("one")), []);
            assert.deepEqual(await witnessed(key), said("one"));
          });
          if (without.changes === undefined) {
            it("sends no changing request where there is nothing to do", async () => {
              const key = freshKey(type);
              const count = present(host.changes);
              await add(key, say("one"), say("two"));
              const before = await count();
              assert.deepEqual(await add(key, say("two"), say("one")), []);
              assert.deepEqual(await remove(key, say("never there")), []);
              assert.equal(await count(), before);
            });
          }
          it("adds beside foreign values and keeps the set's TTL", async () => {
            const key = freshKey(type);
            await host.seed(key, [say("foreign"), say('v=spf1 include:"x" ~all')], 1234);
            assert.deepEqual(await add(key, say("ours")), said("ours"));
            const seen = await host.witness(key);
            assert.deepEqual([...seen.values].sort(), said("foreign", "ours", 'v=spf1 include:"x" ~all'));
            assert.equal(seen.ttl, 1234);
            for (const each of await host.backend.list(zone, key, ctxOf())) assert.equal(each.ttl, 1234);
          });
          it("takes a value once that is asked for twice, and one that is there already as it is", async () => {
            const key = freshKey(type);
            await host.seed(key, [say("shared")], 600);
            assert.deepEqual(await add(key, say("twice"), say("twice"), say("shared")), said("twice"));
            assert.deepEqual(await witnessed(key), said("shared", "twice"));
          });
          it("writes at the zone's apex without harm to what is there", async () => {
            const key = { name: host.zone, type };
            await host.seed(key, [say("v=spf1 -all")], 900);
            assert.deepEqual(await add(key, say("amazonses:TOKEN")), said("amazonses:TOKEN"));
            assert.deepEqual(await witnessed(key), said("amazonses:TOKEN", "v=spf1 -all"));
            assert.deepEqual(await remove(key, say("amazonses:TOKEN")), said("amazonses:TOKEN"));
            assert.deepEqual(await host.witness(key), { values: said("v=spf1 -all"), ttl: 900 });
          });
          it("writes several labels down", async () => {
            const key = {
              name: fqdn(`${type === "TXT" ? "_amazonses" : "bounce"}.a.b.c.t${serial}.${host.zone}`),
              type,
            };
            assert.deepEqual(await add(key, say("deep")), said("deep"));
            assert.deepEqual(await witnessed(key), said("deep"));
          });
          it("writes to several names at once", async () => {
            const [one, other] = [freshKey(type), freshKey(type)];
            const both = [...records(one, [say("1")]), ...records(other, [say("2")])];
            assert.deepEqual(sorted((await host.backend.add(zone, both, ctxOf())).added), said("1", "2"));
            assert.deepEqual([await witnessed(one), await witnessed(other)], [said("1"), said("2")]);
          });
          it("is refused where a CNAME stands, which stays", async () => {
            const key = freshKey(type);
            const cname: RecordKey = { ...key, type: "CNAME" };
            await host.seed(cname, ["theirs.example."], 120);
            await conflict(key, say("ours"));
            assert.deepEqual(await remove(key, say("ours")), []);
            assert.deepEqual(await listed(key), []);
            assert.deepEqual(await host.witness(cname), { values: ["theirs.example."], ttl: 120 });
          });
        });

        describe(`removing ${type} values`, () => {
          it("takes ours only, and leaves the TTL", async () => {
            const key = freshKey(type);
            await host.seed(key, [say("foreign")], 777);
            await add(key, say("ours"), say("ours too"));
            const ours = recordOf(type, key.name, say("ours"), 1);
            assert.deepEqual(sorted((await host.backend.remove(zone, [ours], ctxOf())).removed), said("ours"));
            const seen = await host.witness(key);
            assert.deepEqual([...seen.values].sort(), said("foreign", "ours too"));
            assert.equal(seen.ttl, 777);
          });
          it("takes the last value, and nothing the second time", async () => {
            const key = freshKey(type);
            await add(key, say("last"));
            assert.deepEqual(await remove(key, say("last")), said("last"));
            assert.deepEqual(await host.witness(key), { values: [], ttl: undefined });
            assert.deepEqual(await listed(key), []);
            assert.deepEqual(await remove(key, say("last")), []);
          });
          it("leaves a set of another type at the name as it is", async () => {
            const other = type === "TXT" ? "MX" : "TXT";
            const others: RecordKey = { name: freshName("bounce"), type: other };
            const key: RecordKey = { ...others, type };
            await host.seed(others, [SHARED[other]("others")], 432);
            const before = await host.witness(others);
            await add(key, say("ours"));
            assert.deepEqual(await remove(key, say("ours")), said("ours"));
            assert.deepEqual(await host.witness(others), before);
            assert.equal(before.ttl, 432);
          });
        });
      }

      describe("removing texts", () => {
        it("knows letters' case: a token in other letters is another value", async () => {
          const key = freshKey();
          await add(key, "AbC");
          assert.deepEqual(await remove(key, "abc"), []);
          assert.deepEqual(await witnessed(key), ["AbC"]);
        });
      });

      describe("a CNAME", () => {
        it("is made with the TTL asked for; the second time nothing is added, nor sent", async () => {
          const key = freshKey("CNAME");
          assert.deepEqual(await add(key, "Ours.Example."), ["ours.example."]);
          assert.deepEqual(await host.witness(key), { values: ["ours.example."], ttl: 300 });
          assert.deepEqual(await host.backend.list(zone, key, ctxOf()), records(key, ["ours.example."]));
          const count = without.changes === undefined ? present(host.changes) : () => 0;
          const before = await count();
          assert.deepEqual(await add(key, "ours.example."), []);
          assert.equal(await count(), before);
          assert.deepEqual(await host.witness(key), { values: ["ours.example."], ttl: 300 });
        });
        it("is left as it is where another wrote the same, with its TTL", async () => {
          const key = freshKey("CNAME");
          await host.seed(key, ["shared.example."], 1234);
          assert.deepEqual(await add(key, "shared.example."), []);
          assert.deepEqual(await host.witness(key), { values: ["shared.example."], ttl: 1234 });
        });
        it("is never put in the place of another", async () => {
          const key = freshKey("CNAME");
          await host.seed(key, ["theirs.example."], 777);
          await conflict(key, "ours.example.");
          assert.deepEqual(await remove(key, "ours.example."), []);
          assert.deepEqual(await host.witness(key), { values: ["theirs.example."], ttl: 777 });
        });
        for (const type of ["TXT", "MX"] as const) {
          it(`is refused where ${type} values stand, which stay`, async () => {
            const there = freshKey(type);
            const key: RecordKey = { ...there, type: "CNAME" };
            await host.seed(there, [SHARED[type]("theirs")], 120);
            await conflict(key, "ours.example.");
            assert.deepEqual(await host.witness(key), { values: [], ttl: undefined });
            assert.deepEqual(await host.witness(there), { values: [SHARED[type]("theirs")], ttl: 120 });
          });
        }
        it("is refused at the zone's apex, where a TXT value stands", async () => {
          await host.seed({ name: host.zone, type: "TXT" }, ["v=spf1 -all"], 900);
          await conflict({ name: host.zone, type: "CNAME" }, "ours.example.");
        });
        it("is removed, and nothing the second time", async () => {
          const key = freshKey("CNAME");
          await add(key, "ours.example.");
          assert.deepEqual(await remove(key, "ours.example."), ["ours.example."]);
          assert.deepEqual(await host.witness(key), { values: [], ttl: undefined });
          assert.deepEqual(await listed(key), []);
          assert.deepEqual(await remove(key, "ours.example."), []);
        });
        it("may follow one of ours that goes in the same moment", async () => {
          const key = freshKey("CNAME");
          await add(key, "old.example.");
          const [removed, added] = await Promise.all([remove(key, "old.example."), add(key, "new.example.")]);
          assert.deepEqual([removed, added], [["old.example."], ["new.example."]]);
          assert.deepEqual(await witnessed(key), ["new.example."]);
        });
        it("is written once by twenty writers in one process; of two targets one is refused", async () => {
          const key = freshKey("CNAME");
          const same = await Promise.all(Array.from({ length: 20 }, () => add(key, "ours.example.")));
          assert.deepEqual(same.flat(), ["ours.example."]);
          const rivals = freshKey("CNAME");
          const results = await Promise.allSettled([add(rivals, "one.example."), add(rivals, "other.example.")]);
          const refused = results.flatMap((each) => (each.status === "rejected" ? [each.reason.code] : []));
          assert.deepEqual(refused, ["record-conflict"]);
          const won = results.flatMap((each) => (each.status === "fulfilled" ? each.value : []));
          assert.deepEqual(await witnessed(rivals), won);
        });
        if (without.writers === undefined) {
          it("is written once by writers in four processes", async () => {
            const key = freshKey("CNAME");
            const targets = Array.from({ length: 16 }, () => "ours.example.");
            await runWriters(present(host.workers), key, targets, 4);
            assert.deepEqual(await host.witness(key), { values: ["ours.example."], ttl: 300 });
          });
        }
      });

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

      for (const [type, say] of Object.entries(SHARED) as [RecordType, (word: string) => string][]) {
        describe(`${type} values with other writers`, () => {
          it("loses nothing of twenty writers in one process", async () => {
            const key = freshKey(type);
            await host.seed(key, ["foreign", "leaving"].map(say), 321);
            const own = Array.from({ length: 20 }, (_, at) => say(`writer ${at}`));
            await Promise.all([...own.map((each) => add(key, each)), remove(key, say("leaving"))]);
            const seen = await host.witness(key);
            assert.deepEqual([...seen.values].sort(), [say("foreign"), ...own].sort());
            assert.equal(seen.ttl, 321);
          });
          if (without.writers === undefined) {
            it("loses nothing of 64 writers in four processes", async function () {
              const key = freshKey(type);
              const foreign = ["foreign", "v=spf1 -all", 'another team\'s "value"'].map(say);
              await host.seed(key, foreign, 432);
              const own = Array.from({ length: 64 }, (_, at) => say(`process writer ${at}`));
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
