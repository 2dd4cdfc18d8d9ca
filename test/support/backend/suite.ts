import assert from "node:assert/strict";
import { inspect } from "node:util";
import { type Clock, systemClock } from "../../../provider/core/clock";
import type { Ctx, Log } from "../../../provider/core/ctx";
import { DnsHostError } from "../../../provider/core/errors";
import { child, type Fqdn, fqdn } from "../../../provider/core/fqdn";
import type { DnsBackend, TxtValue, Zone } from "../../../provider/dns/backend";
import type { Hold } from "./hold";
import { runWriters, type WorkerPlan } from "./writers";

/** What a witness sees at a name, by another way than the back end: dig, or a server's own store. */
export interface Witnessed {
  readonly values: readonly string[];
  /** `undefined` where there is no set. */
  readonly ttl: number | undefined;
}

/** A fault arranged at the host; `undo` takes it back. */
interface Trouble {
  /** The back end that runs into it. Default: the host's own. */
  readonly backend?: DnsBackend;
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
  readonly backend: DnsBackend;
  /** The same opened anew: it has found no zone yet. */
  another(): DnsBackend;
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
  witness(name: Fqdn): Promise<Witnessed>;
  /** Makes a set of exactly these values, by another way than the back end. */
  seed(name: Fqdn, values: readonly string[], ttl: number): Promise<void>;
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
    const freshName = () => {
      serial += 1;
      return fqdn(`_amazonses.t${serial}.${host.zone}`);
    };
    const value = (name: Fqdn, text: string, ttl = 300): TxtValue => ({ name, value: text, ttl });
    const texts = (values: readonly TxtValue[]) => values.map((each) => each.value).sort();
    const listed = async (name: Fqdn) => texts(await host.backend.list(zone, name, ctxOf()));
    const witnessed = async (name: Fqdn) => [...(await host.witness(name)).values].sort();
    const add = async (name: Fqdn, ...values: string[]) =>
      texts(
        (
          await host.backend.add(
            zone,
            values.map((each) => value(name, each)),
            ctxOf(),
          )
        ).added,
      );
    const remove = async (name: Fqdn, ...values: string[]) =>
      texts(
        (
          await host.backend.remove(
            zone,
            values.map((each) => value(name, each)),
            ctxOf(),
          )
        ).removed,
      );

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
        const error = await failure(() => host.backend.findZone(fqdn("_amazonses.nobody-holds-this.example"), ctxOf()));
        assert.equal(error.code, "zone-missing");
        // A program that creates its zone meets this on preview: the way out is an output of the zone.
        assert.match(error.hint ?? "", /(zoneId|zone|url): zone\./);
        assert.match(error.message, /nobody-holds-this\.example/);
      });
    });

    describe("adding", () => {
      it("makes a set with the TTL asked for, and adds nothing the second time", async () => {
        const name = freshName();
        assert.deepEqual(await add(name, "one"), ["one"]);
        assert.deepEqual(await host.witness(name), { values: ["one"], ttl: 300 });
        assert.deepEqual(await host.backend.list(zone, name, ctxOf()), [value(name, "one")]);
        assert.deepEqual(await add(name, "one"), []);
        assert.deepEqual(await witnessed(name), ["one"]);
      });
      if (without.changes === undefined) {
        it("sends no changing request where there is nothing to do", async () => {
          const name = freshName();
          const count = present(host.changes);
          await add(name, "one", "two");
          const before = await count();
          assert.deepEqual(await add(name, "two", "one"), []);
          assert.deepEqual(await remove(name, "never there"), []);
          assert.equal(await count(), before);
        });
      }
      it("adds beside foreign values and keeps the set's TTL", async () => {
        const name = freshName();
        await host.seed(name, ["foreign", 'v=spf1 include:"x" ~all'], 1234);
        assert.deepEqual(await add(name, "ours"), ["ours"]);
        const seen = await host.witness(name);
        assert.deepEqual([...seen.values].sort(), ["foreign", "ours", 'v=spf1 include:"x" ~all']);
        assert.equal(seen.ttl, 1234);
        for (const each of await host.backend.list(zone, name, ctxOf())) assert.equal(each.ttl, 1234);
      });
      it("takes a value once that is asked for twice, and one that somebody else wrote as it is", async () => {
        const name = freshName();
        await host.seed(name, ["shared"], 600);
        assert.deepEqual(await add(name, "twice", "twice", "shared"), ["twice"]);
        assert.deepEqual(await host.witness(name).then((seen) => [...seen.values].sort()), ["shared", "twice"]);
      });
      it("writes at the zone's apex without harm to what is there", async () => {
        await host.seed(host.zone, ["v=spf1 -all"], 900);
        assert.deepEqual(await add(host.zone, "amazonses:TOKEN"), ["amazonses:TOKEN"]);
        assert.deepEqual(await witnessed(host.zone), ["amazonses:TOKEN", "v=spf1 -all"]);
        assert.deepEqual(await remove(host.zone, "amazonses:TOKEN"), ["amazonses:TOKEN"]);
        assert.deepEqual(await host.witness(host.zone), { values: ["v=spf1 -all"], ttl: 900 });
      });
      it("writes several labels down", async () => {
        const name = fqdn(`_amazonses.a.b.c.${freshName()}`);
        assert.deepEqual(await add(name, "deep"), ["deep"]);
        assert.deepEqual(await witnessed(name), ["deep"]);
      });
      it("writes to several names at once", async () => {
        const [one, other] = [freshName(), freshName()];
        const { added } = await host.backend.add(zone, [value(one, "1"), value(other, "2")], ctxOf());
        assert.deepEqual(texts(added), ["1", "2"]);
        assert.deepEqual([await witnessed(one), await witnessed(other)], [["1"], ["2"]]);
      });
    });

    describe("removing", () => {
      it("takes ours only, and leaves the TTL", async () => {
        const name = freshName();
        await host.seed(name, ["foreign"], 777);
        await add(name, "ours", "ours too");
        const { removed } = await host.backend.remove(zone, [value(name, "ours", 1)], ctxOf());
        assert.deepEqual(texts(removed), ["ours"]);
        const seen = await host.witness(name);
        assert.deepEqual([...seen.values].sort(), ["foreign", "ours too"]);
        assert.equal(seen.ttl, 777);
      });
      it("takes the last value, and nothing the second time", async () => {
        const name = freshName();
        await add(name, "last");
        assert.deepEqual(await remove(name, "last"), ["last"]);
        assert.deepEqual(await host.witness(name), { values: [], ttl: undefined });
        assert.deepEqual(await listed(name), []);
        assert.deepEqual(await remove(name, "last"), []);
      });
      it("knows letters' case: a token in other letters is another value", async () => {
        const name = freshName();
        await add(name, "AbC");
        assert.deepEqual(await remove(name, "abc"), []);
        assert.deepEqual(await witnessed(name), ["AbC"]);
      });
    });

    describe("values as they are", () => {
      for (const [what, text] of Object.entries(AWKWARD)) {
        if (suite.cannotHold?.[what] !== undefined) continue;
        it(`keeps ${what}`, async () => {
          const name = freshName();
          await host.seed(name, ["foreign"], 60);
          assert.deepEqual(await add(name, text), [text]);
          assert.deepEqual(await witnessed(name), ["foreign", text].sort());
          assert.deepEqual(await listed(name), ["foreign", text].sort());
          assert.deepEqual(await add(name, text), []);
          assert.deepEqual(await remove(name, text), [text]);
          assert.deepEqual(await witnessed(name), ["foreign"]);
        });
      }
      it("keeps a foreign set of such values while ours come and go", async () => {
        const name = freshName();
        const foreign = Object.entries(AWKWARD)
          .filter(([what]) => suite.cannotHold?.[what] === undefined)
          .map(([, text]) => text)
          .sort();
        await host.seed(name, foreign, 450);
        assert.deepEqual(await listed(name), foreign);
        await add(name, "ours");
        await remove(name, "ours");
        const seen = await host.witness(name);
        assert.deepEqual([...seen.values].sort(), foreign);
        assert.equal(seen.ttl, 450);
      });
    });

    describe("stopping", () => {
      const reason = new Error("somebody pressed Ctrl-C");
      const operations: Readonly<Record<string, (name: Fqdn, ctx: Ctx) => Promise<unknown>>> = {
        findZone: (name, ctx) => host.another().findZone(name, ctx),
        list: (name, ctx) => host.backend.list(zone, name, ctx),
        add: (name, ctx) => host.backend.add(zone, [value(name, "unwanted")], ctx),
        remove: (name, ctx) => host.backend.remove(zone, [value(name, "there")], ctx),
      };
      for (const [what, run] of Object.entries(operations)) {
        it(`rejects with the signal's reason, before it began and at once: ${what}`, async () => {
          const name = freshName();
          await assert.rejects(run(name, ctxOf(AbortSignal.abort(reason))), (error) => error === reason);
          const control = new AbortController();
          const running = run(name, ctxOf(control.signal));
          control.abort(reason);
          await assert.rejects(running, (error) => error === reason);
        });
        it(`rejects with it while a request is on its way, and then changes nothing: ${what}`, async () => {
          const name = freshName();
          await host.seed(name, ["there"], 60);
          const held = host.hold();
          const control = new AbortController();
          const running = run(name, ctxOf(control.signal));
          const ended = running.then(() => assert.fail("it ended before its request was answered"));
          await Promise.race([held.arrived, ended]);
          control.abort(reason);
          await assert.rejects(running, (error) => error === reason);
          ended.catch(() => undefined);
          held.release();
          // What was not stopped would be done by now: this write to the same set goes behind it.
          await add(name, "afterwards");
          assert.deepEqual(await witnessed(name), ["afterwards", "there"]);
        });
      }
    });

    describe("in trouble", () => {
      for (const [what, code] of Object.entries(FAULT_CODES) as [FaultCase, string][]) {
        if (without[what] !== undefined) continue;
        it(`names host and zone and tells no secret: ${what}`, async () => {
          const name = freshName();
          const trouble = await present(host.faults[what])();
          const asked = trouble.zone ?? zone;
          lines.length = 0;
          try {
            const backend = trouble.backend ?? host.backend;
            const error = await failure(() => backend.add(asked, [value(name, "v")], ctxOf()));
            assert.equal(error.code, code, explainFailure(error));
            assert.equal(error.retryable, code === "rate-limited" || code === "host-unavailable");
            assert.ok(error.message.includes(suite.name), `the host's name is missing: ${error.message}`);
            assert.ok(error.message.includes(asked.name), `the zone's name is missing: ${error.message}`);
            assertNoSecret(error, [...lines], host.secrets);
          } finally {
            await trouble.undo?.();
          }
          await add(name, "v");
          assert.deepEqual(await witnessed(name), ["v"]);
        });
      }
    });

    describe("with other writers", () => {
      it("loses nothing of twenty writers in one process", async () => {
        const name = freshName();
        await host.seed(name, ["foreign", "leaving"], 321);
        const own = Array.from({ length: 20 }, (_, at) => `writer ${at}`);
        await Promise.all([...own.map((each) => add(name, each)), remove(name, "leaving")]);
        const seen = await host.witness(name);
        assert.deepEqual([...seen.values].sort(), ["foreign", ...own].sort());
        assert.equal(seen.ttl, 321);
      });
      if (without.writers === undefined) {
        it("loses nothing of 64 writers in four processes", async function () {
          const name = freshName();
          const foreign = ["foreign", "v=spf1 -all", 'another team\'s "value"'];
          await host.seed(name, foreign, 432);
          const own = Array.from({ length: 64 }, (_, at) => `process writer ${at}`);
          await runWriters(present(host.workers), name, own, 4);
          const seen = await host.witness(name);
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
