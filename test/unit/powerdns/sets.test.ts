import assert from "node:assert/strict";
import { fqdn } from "../../../provider/core/fqdn";
import type { Edit } from "../../../provider/dns/changes";
import { abilitiesOf } from "../../../provider/dns/powerdns/server";
import { planEdits, type StoredSet, servedData } from "../../../provider/dns/powerdns/sets";

const NAME = fqdn("_amazonses.a.example");
const on = (content: string) => ({ content: `"${content}"`, disabled: false });
const off = (content: string) => ({ content: `"${content}"`, disabled: true });
const stored = (...records: StoredSet["records"]): StoredSet => ({ ttl: records.length > 0 ? 77 : undefined, records });
const edit = (kind: Edit["kind"], ...values: string[]): Edit => ({
  kind,
  records: values.map((text) => ({ type: "TXT", name: NAME, text, ttl: 300 })),
});
const plan = (set: StoredSet, single: boolean, ...edits: Edit[]) =>
  planEdits({ name: NAME, type: "TXT" }, set, edits, single);
const SET = { name: "_amazonses.a.example.", type: "TXT" };

describe("a change of one PowerDNS set", () => {
  it("replaces the whole set with its TTL and all other records, where the server cannot do less", () => {
    assert.deepEqual(plan(stored(on("a"), off("b")), false, edit("add", "v")).changes, [
      { ...SET, changetype: "REPLACE", ttl: 77, records: [on("a"), off("b"), on("v")] },
    ]);
    assert.deepEqual(plan(stored(), false, edit("add", "v")).changes, [
      { ...SET, changetype: "REPLACE", ttl: 300, records: [on("v")] },
    ]);
    assert.deepEqual(plan(stored(on("a"), on("b")), false, edit("remove", "a")).changes, [
      { ...SET, changetype: "REPLACE", ttl: 77, records: [on("b")] },
    ]);
  });
  it("deletes the set with its last record, but not while a disabled one is left", () => {
    assert.deepEqual(plan(stored(on("a")), false, edit("remove", "a")).changes, [{ ...SET, changetype: "DELETE" }]);
    assert.deepEqual(plan(stored(on("a"), off("b")), false, edit("remove", "a")).changes, [
      { ...SET, changetype: "REPLACE", ttl: 77, records: [off("b")] },
    ]);
  });
  it("adds and deletes single records, adding first, where the server can", () => {
    assert.deepEqual(plan(stored(on("a")), true, edit("remove", "a"), edit("add", "v", "w")).changes, [
      { ...SET, changetype: "EXTEND", ttl: 77, records: [on("v")] },
      { ...SET, changetype: "EXTEND", ttl: 77, records: [on("w")] },
      { ...SET, changetype: "PRUNE", ttl: 77, records: [on("a")] },
    ]);
  });
  it("adds an MX record by itself where the server can: another writer's in between is not overwritten", () => {
    const key = { name: NAME, type: "MX" } as const;
    const none: StoredSet = { ttl: undefined, records: [] };
    const ours = { ...key, preference: 10, exchange: fqdn("ours.example"), ttl: 300 };
    const { changes } = planEdits(key, none, [{ kind: "add", records: [ours] }], true);
    const records = [{ content: "10 ours.example.", disabled: false }];
    assert.deepEqual(changes, [{ ...SET, type: "MX", changetype: "EXTEND", ttl: 300, records }]);
  });
  it("replaces a set that has disabled records all the same: EXTEND would lose them", () => {
    assert.equal(plan(stored(on("a"), off("b")), true, edit("add", "v")).changes[0]?.changetype, "REPLACE");
  });
  it("turns a disabled record of ours on instead of adding a twin", () => {
    const { changes, outcomes } = plan(stored(off("v"), on("a")), false, edit("add", "v"));
    assert.deepEqual(changes[0]?.records, [on("a"), on("v")]);
    assert.equal(outcomes[0]?.length, 1);
  });
  it("has nothing to do for what is so already, whatever its strings", () => {
    const split = { content: '"a" "b"', disabled: false };
    const { changes, outcomes } = plan(stored(split), false, edit("add", "ab"), edit("remove", "x"));
    assert.deepEqual([changes, outcomes], [[], [[], []]]);
    assert.deepEqual(plan(stored(split), true, edit("remove", "ab")).changes[0]?.records, [split]);
  });
  it("leaves a value that goes and comes back within one write where it is", () => {
    const { changes, outcomes } = plan(stored(on("a")), true, edit("remove", "a"), edit("add", "a"));
    assert.deepEqual(changes, []);
    assert.deepEqual(
      outcomes.map((each) => each.length),
      [1, 1],
    );
  });
  it("replaces another CNAME where the name is ours, and knows the same in other letters", () => {
    const key = { name: NAME, type: "CNAME" } as const;
    const cname = (target: string): Edit => ({
      kind: "add",
      records: [{ ...key, target: fqdn(target), ttl: 300, sharing: "own-name" }],
    });
    const there: StoredSet = { ttl: 60, records: [{ content: "Theirs.example.", disabled: false }] };
    const same = planEdits(key, there, [cname("theirs.example")], true);
    assert.deepEqual([same.changes, same.outcomes], [[], [[]]]);
    const written = { ...SET, type: "CNAME", changetype: "REPLACE" };
    const records = [{ content: "ours.example.", disabled: false }];
    assert.deepEqual(planEdits(key, there, [cname("ours.example")], true).changes, [{ ...written, ttl: 60, records }]);
    const none: StoredSet = { ttl: undefined, records: [] };
    assert.deepEqual(planEdits(key, none, [cname("ours.example")], true).changes, [{ ...written, ttl: 300, records }]);
  });
  it("counts as served what is not disabled", () => {
    assert.deepEqual([...servedData("TXT", stored(on("a"), off("b"))).keys()], ["a"]);
  });
});

describe("what a PowerDNS version can do", () => {
  const cases: readonly (readonly [string, boolean, boolean])[] = [
    ["4.7.3", false, false],
    ["4.9.11", false, false],
    ["4.9.12", true, false],
    ["4.10.0", false, false],
    ["5.0.0", false, true],
    ["5.0.1", false, true],
    ["5.0.2", true, true],
    ["5.1.0-alpha1", true, true],
    ["6.0.0", true, true],
    ["0.0.880gcbda4b4", false, false],
    ["", false, false],
  ];
  for (const [version, single, disabled] of cases) {
    it(`${version || "an unknown one"}: single records ${single}, disabled ones by name ${disabled}`, () => {
      assert.deepEqual(abilitiesOf(version), { single, disabled });
    });
  }
});
