import assert from "node:assert/strict";
import { RecordConflictError } from "../../../provider/dns/conflict";
import type { DnsRecord, RecordKey, RecordType, WantedRecord } from "../../../provider/dns/record";
import type { SuiteTools } from "./host";
import { recordOf, textsOf } from "./records";
import { runWriters } from "./writers";

interface Values {
  readonly ours: string;
  readonly theirs: string;
}

/** Types of which ours is the only record. */
const EXCLUSIVE = {
  CNAME: { ours: "ours.example.", theirs: "theirs.example." },
  MX: { ours: "10 ours.mx.example.", theirs: "20 theirs.mx.example." },
} as const satisfies Partial<Record<RecordType, Values>>;

/** What a host promises of records that share no set: `add` and `remove` of CNAME and MX, and of one text of a kind. */
export function describeExclusive(tools: SuiteTools): void {
  const { host, zone, ctxOf, freshKey, add, remove, listed, failure } = tools;

  /** The add is refused, names all that was seen, and leaves the whole zone as it was. */
  async function refused(wanted: readonly WantedRecord[], present: readonly string[]): Promise<RecordConflictError> {
    const before = await host().dump();
    const error = await failure(() => host().backend.add(zone(), wanted, ctxOf()));
    assert.ok(error instanceof RecordConflictError, `${error.code}: ${error.message}`);
    const { conflict } = error;
    const [first] = wanted;
    assert.deepEqual(
      [error.code, error.retryable, conflict.name, conflict.wanted, conflict.zone.name, conflict.zone.id],
      ["record-conflict", false, first?.name, first?.type, zone().name, zone().id],
    );
    assert.ok(conflict.host.startsWith(tools.suite.name), conflict.host);
    const seen = conflict.present.map(({ type, text }) => `${type} ${text}`);
    assert.deepEqual(seen.sort(), [...present].sort());
    assert.deepEqual(await host().dump(), before);
    return error;
  }

  for (const [type, { ours, theirs }] of Object.entries(EXCLUSIVE) as [RecordType, Values][]) {
    const wanted = (key: RecordKey, value: string = ours) => recordOf(type, key.name, value);

    describe(`one ${type} record`, () => {
      it("is made with the TTL asked for; the second time nothing is added, nor sent", async () => {
        const key = freshKey(type);
        assert.deepEqual(await add(key, ours.toUpperCase()), [ours]);
        assert.deepEqual(await host().witness(key), { values: [ours], ttl: 300 });
        assert.deepEqual(await host().backend.list(zone(), key, ctxOf()), [wanted(key)]);
        const before = await tools.changes();
        assert.deepEqual(await add(key, ours), []);
        assert.deepEqual(await remove(key, theirs), []);
        assert.equal(await tools.changes(), before);
        assert.deepEqual(await host().witness(key), { values: [ours], ttl: 300 });
      });
      it("is left as it is where another wrote the same, with its TTL", async () => {
        const key = freshKey(type);
        await host().seed(key, [ours], 1234);
        assert.deepEqual(await add(key, ours), []);
        assert.deepEqual(await host().witness(key), { values: [ours], ttl: 1234 });
      });
      it("is never put in the place of another, nor next to it", async () => {
        const key = freshKey(type);
        await host().seed(key, [theirs], 777);
        await refused([wanted(key)], [`${type} ${theirs}`]);
        assert.deepEqual(await remove(key, ours), []);
        assert.deepEqual(await host().witness(key), { values: [theirs], ttl: 777 });
      });
      it("is refused of two that one call wants at one name: none is written", async () => {
        const key = freshKey(type);
        await refused([wanted(key), wanted(key, theirs)], [`${type} ${ours}`]);
      });
      it("is written for several names at once, each by itself", async () => {
        const [free, taken] = [freshKey(type), freshKey(type)];
        await host().seed(taken, [theirs], 60);
        const error = await failure(() => host().backend.add(zone(), [wanted(free), wanted(taken)], ctxOf()));
        assert.ok(error instanceof RecordConflictError);
        assert.equal(error.conflict.name, taken.name);
        assert.deepEqual(await host().witness(taken), { values: [theirs], ttl: 60 });
      });
      it("is removed, and nothing the second time", async () => {
        const key = freshKey(type);
        await add(key, ours);
        assert.deepEqual(await remove(key, ours), [ours]);
        assert.deepEqual(await host().witness(key), { values: [], ttl: undefined });
        assert.deepEqual(await listed(key), []);
        assert.deepEqual(await remove(key, ours), []);
      });
      it("may follow one of ours that goes in the same moment", async () => {
        const key = freshKey(type);
        await add(key, theirs);
        const [removed, added] = await Promise.all([remove(key, theirs), add(key, ours)]);
        assert.deepEqual([removed, added], [[theirs], [ours]]);
        assert.deepEqual((await host().witness(key)).values, [ours]);
      });
      it("is written once by twenty writers in one process; of two rivals one is refused", async () => {
        const key = freshKey(type);
        const same = await Promise.all(Array.from({ length: 20 }, () => add(key, ours)));
        assert.deepEqual(same.flat(), [ours]);
        const rivals = freshKey(type);
        const results = await Promise.allSettled([add(rivals, ours), add(rivals, theirs)]);
        const codes = results.flatMap((each) => (each.status === "rejected" ? [each.reason.code] : []));
        assert.deepEqual(codes, ["record-conflict"]);
        const won = results.flatMap((each) => (each.status === "fulfilled" ? each.value : []));
        assert.deepEqual((await host().witness(rivals)).values, won);
      });
      if (tools.suite.without?.writers === undefined) {
        it("is written once by writers in four processes", async () => {
          const key = freshKey(type);
          await runWriters(
            tools.workers(),
            key,
            Array.from({ length: 16 }, () => ours),
            4,
          );
          assert.deepEqual(await host().witness(key), { values: [ours], ttl: 300 });
        });
      }
    });
  }

  describe("a CNAME and other types", () => {
    const others: readonly (readonly [RecordType, string, string])[] = [
      ["TXT", "theirs", '"theirs"'],
      ["MX", EXCLUSIVE.MX.theirs, EXCLUSIVE.MX.theirs],
    ];
    for (const [type, value, shown] of others) {
      it(`is refused where ${type} values are, whoever has the name`, async () => {
        const there = freshKey(type);
        await host().seed(there, [value], 120);
        const wanted = recordOf("CNAME", there.name, "ours.example.");
        await refused([wanted], [`${type} ${shown}`]);
        await refused([{ ...wanted, sharing: "own-name" }], [`${type} ${shown}`]);
      });
      it(`and the other way: ${type} is refused where a CNAME is, which stays`, async () => {
        const key = freshKey(type);
        await host().seed({ ...key, type: "CNAME" }, ["theirs.example."], 120);
        await refused([recordOf(type, key.name, value)], ["CNAME theirs.example."]);
        assert.deepEqual(await remove(key, value), []);
      });
    }
    it("is refused at the zone's apex, where a TXT value is", async () => {
      await host().seed({ name: zone().name, type: "TXT" }, ["v=spf1 -all"], 900);
      const error = await failure(() =>
        host().backend.add(zone(), [recordOf("CNAME", zone().name, "ours.example.")], ctxOf()),
      );
      assert.ok(error instanceof RecordConflictError);
      assert.ok(error.conflict.present.some(({ type }) => type !== "CNAME"));
    });
  });

  describe("an MX record and others", () => {
    const { ours, theirs } = EXCLUSIVE.MX;
    it("is a conflict where another one is there too, also one that came later", async () => {
      const key = freshKey("MX");
      await add(key, ours);
      await host().seed(key, [ours, theirs], 400);
      await refused([recordOf("MX", key.name, ours)], [`MX ${ours}`, `MX ${theirs}`]);
      await refused([recordOf("MX", key.name, "30 third.mx.example.")], [`MX ${ours}`, `MX ${theirs}`]);
    });
    it("is a conflict with the same host at another preference", async () => {
      const key = freshKey("MX");
      await host().seed(key, ["0 ours.mx.example."], 400);
      await refused([recordOf("MX", key.name, ours)], ["MX 0 ours.mx.example."]);
    });
    it("goes alone: another one stays with its TTL", async () => {
      const key = freshKey("MX");
      await host().seed(key, [ours, theirs], 400);
      assert.deepEqual(await remove(key, ours), [ours]);
      assert.deepEqual(await host().witness(key), { values: [theirs], ttl: 400 });
    });
    it("shares its name with texts, which stay", async () => {
      const key = freshKey("MX");
      const texts: RecordKey = { ...key, type: "TXT" };
      await host().seed(texts, ["theirs"], 432);
      assert.deepEqual(await add(key, ours), [ours]);
      assert.deepEqual(await remove(key, ours), [ours]);
      assert.deepEqual(await host().witness(texts), { values: ["theirs"], ttl: 432 });
    });
  });

  describe("a CNAME at a name of our own", () => {
    const wantedAt = (key: RecordKey, target = "ours.example."): WantedRecord => ({
      ...recordOf("CNAME", key.name, target),
      sharing: "own-name",
    });
    const put = async (key: RecordKey) => textsOf((await host().backend.add(zone(), [wantedAt(key)], ctxOf())).added);

    it("is made, and the second time nothing is added, nor sent", async () => {
      const key = freshKey("CNAME");
      assert.deepEqual(await put(key), ["ours.example."]);
      const before = await tools.changes();
      assert.deepEqual(await put(key), []);
      assert.equal(await tools.changes(), before);
    });
    it("is set right where it has another target, with its TTL", async () => {
      const key = freshKey("CNAME");
      await host().seed(key, ["stale.example."], 777);
      assert.deepEqual(await put(key), ["ours.example."]);
      assert.deepEqual(await host().witness(key), { values: ["ours.example."], ttl: 777 });
      assert.deepEqual(await put(key), []);
      assert.deepEqual(await remove(key, "stale.example."), []);
      assert.deepEqual(await remove(key, "ours.example."), ["ours.example."]);
      assert.deepEqual(await host().witness(key), { values: [], ttl: undefined });
    });
    it("is set right once by many writers", async () => {
      const key = freshKey("CNAME");
      await host().seed(key, ["stale.example."], 60);
      const added = await Promise.all(Array.from({ length: 8 }, () => put(key)));
      assert.deepEqual(added.flat(), ["ours.example."]);
      assert.deepEqual((await host().witness(key)).values, ["ours.example."]);
    });
    it("changes no other name", async () => {
      const key = freshKey("CNAME");
      await host().seed(key, ["stale.example."], 60);
      const before = (await host().dump()).filter((line) => !line.startsWith(`${key.name} `));
      await put(key);
      const after = (await host().dump()).filter((line) => !line.startsWith(`${key.name} `));
      assert.deepEqual(after, before);
    });
  });

  describe("one text of a kind", () => {
    const spf = (key: RecordKey, text: string): WantedRecord => ({
      ...recordOf("TXT", key.name, text),
      sharing: { oneWithPrefix: "v=spf1" },
    });
    const put = async (key: RecordKey, text: string) =>
      textsOf((await host().backend.add(zone(), [spf(key, text)], ctxOf())).added);

    it("joins other texts, and is left as it is where it is there", async () => {
      const key = freshKey("TXT");
      await host().seed(key, ["theirs", "v=spf10 no such kind"], 500);
      assert.deepEqual(await put(key, "v=spf1 include:a.example ~all"), ["v=spf1 include:a.example ~all"]);
      assert.deepEqual(await put(key, "v=spf1 include:a.example ~all"), []);
      const seen = await host().witness(key);
      assert.deepEqual(
        [[...seen.values].sort(), seen.ttl],
        [["theirs", "v=spf1 include:a.example ~all", "v=spf10 no such kind"], 500],
      );
    });
    it("is refused where another one of the kind is, also in addition to an equal one", async () => {
      const key = freshKey("TXT");
      await host().seed(key, ["theirs", "V=SPF1 -all"], 500);
      await refused([spf(key, "v=spf1 ~all")], ['TXT "V=SPF1 -all"']);
      await host().seed(key, ["v=spf1 ~all", "v=spf1"], 500);
      await refused([spf(key, "v=spf1 ~all")], ['TXT "v=spf1 ~all"', 'TXT "v=spf1"']);
    });
  });

  describe("all that is at some names", () => {
    const seen = (records: readonly { readonly type: string; readonly text: string | undefined }[]) =>
      records.map(({ type, text }) => `${type} ${text}`).sort();

    it("is read of every type, also where there is nothing, in the order asked for", async () => {
      const [both, alias, none] = [freshKey("MX"), freshKey("CNAME"), freshKey("CNAME")];
      await host().seed(both, [EXCLUSIVE.MX.ours, EXCLUSIVE.MX.theirs], 600);
      await host().seed({ ...both, type: "TXT" }, ['v=spf1 "x" ~all'], 700);
      await host().seed(alias, ["theirs.example."], 800);
      const names = [none.name, both.name, alias.name];
      const found = await host().backend.listNames(zone(), names, ctxOf());
      assert.deepEqual(
        found.map((each) => [each.name, seen(each.records), each.cut]),
        [
          [none.name, [], undefined],
          [both.name, [`MX ${EXCLUSIVE.MX.ours}`, `MX ${EXCLUSIVE.MX.theirs}`, 'TXT "v=spf1 \\"x\\" ~all"'], undefined],
          [alias.name, ["CNAME theirs.example."], undefined],
        ],
      );
      const ttls = found.flatMap(({ records }) => records.map(({ type, ttl }) => `${type} ${ttl}`));
      assert.deepEqual([...new Set(ttls)].sort(), ["CNAME 800", "MX 600", "TXT 700"]);
    });
    it("shows records of ours as they are", async () => {
      const key = freshKey("CNAME");
      const ours: DnsRecord = recordOf("CNAME", key.name, "ours.example.");
      await host().backend.add(zone(), [ours], ctxOf());
      const [found] = await host().backend.listNames(zone(), [key.name], ctxOf());
      assert.deepEqual(
        found?.records.map(({ data, mode, ttl }) => [data, mode, ttl]),
        [[{ type: "CNAME", target: "ours.example" }, "plain", 300]],
      );
    });
    it("is read of the apex, and of many names, the same name twice", async () => {
      await host().seed({ name: zone().name, type: "TXT" }, ["v=spf1 -all"], 900);
      const keys = Array.from({ length: 30 }, () => freshKey("TXT"));
      const [first] = keys;
      assert.ok(first);
      await host().seed(first, ["one"], 60);
      const names = [zone().name, ...keys.map(({ name }) => name), first.name];
      const found = await host().backend.listNames(zone(), names, ctxOf());
      assert.deepEqual(
        found.map(({ name }) => name),
        names,
      );
      assert.deepEqual(
        [found[1], found.at(-1)].map((each) => seen(each?.records ?? [])),
        [['TXT "one"'], ['TXT "one"']],
      );
      assert.ok(seen(found[0]?.records ?? []).includes('TXT "v=spf1 -all"'));
      assert.ok(found.slice(2, -1).every(({ records }) => records.length === 0));
    });
  });
}
