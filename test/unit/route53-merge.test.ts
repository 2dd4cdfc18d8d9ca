import assert from "node:assert/strict";
import type { ResourceRecordSet } from "@aws-sdk/client-route-53";
import { fqdn } from "../../provider/core/fqdn";
import type { Edit } from "../../provider/dns/changes";
import { presentIn } from "../../provider/dns/route53/contents";
import { merge } from "../../provider/dns/route53/merge";
import { bareId, readName } from "../../provider/dns/route53/names";
import { recordOf, textsOf } from "../support/backend/records";

const name = "_amazonses.example.com.";
const KEY = { name: fqdn(name), type: "TXT" } as const;
const edit = (kind: Edit["kind"], ...values: string[]): Edit => ({
  kind,
  records: values.map((text) => ({ ...KEY, text, ttl: 300 })),
});
const set = (values: string[], more: Partial<ResourceRecordSet> = {}): ResourceRecordSet => ({
  Name: name,
  Type: "TXT",
  TTL: 60,
  ResourceRecords: values.map((Value) => ({ Value })),
  ...more,
});
const told = (merged: ReturnType<typeof merge>) => merged.outcomes.map(textsOf);

describe("Route 53's change batch", () => {
  it("is one CREATE where there is no set, with the TTL asked for", () => {
    const merged = merge(KEY, [], [edit("add", "A"), edit("add", "B", "A")]);
    assert.deepEqual(merged.changes, [{ Action: "CREATE", ResourceRecordSet: set(['"A"', '"B"'], { TTL: 300 }) }]);
    assert.deepEqual(told(merged), [["A"], ["B"]]);
  });

  it("deletes exactly what was read and creates the merged set, foreign values letter by letter", () => {
    const before = set(['"v=spf1" " -all"', '"\\074tag\\076"']);
    const merged = merge(KEY, [before], [edit("add", "ours")]);
    assert.deepEqual(merged.changes, [
      { Action: "DELETE", ResourceRecordSet: before },
      { Action: "CREATE", ResourceRecordSet: set(['"v=spf1" " -all"', '"\\074tag\\076"', '"ours"']) },
    ]);
  });

  it("is empty where the value is there, however it is written", () => {
    const before = set(['"ou" "rs"', '"\\101"']);
    assert.deepEqual(merge(KEY, [before], [edit("add", "ours", "A")]), { changes: [], outcomes: [[]] });
    assert.deepEqual(merge(KEY, [before], [edit("remove", "other")]), { changes: [], outcomes: [[]] });
  });

  it("is one DELETE where the last value goes", () => {
    const before = set(['"ours"']);
    const merged = merge(KEY, [before], [edit("remove", "ours")]);
    assert.deepEqual(merged.changes, [{ Action: "DELETE", ResourceRecordSet: before }]);
    assert.deepEqual(told(merged), [["ours"]]);
  });

  it("puts the value into every set of the name, and keeps identifier, weight and health check", () => {
    const blue = set(['"x"'], { SetIdentifier: "blue", Weight: 10, HealthCheckId: "hc" });
    const green = set(['"ours"'], { SetIdentifier: "green", Weight: 0, TTL: 5 });
    const { changes } = merge(KEY, [blue, green], [edit("add", "ours")]);
    assert.deepEqual(changes, [
      { Action: "DELETE", ResourceRecordSet: blue },
      { Action: "CREATE", ResourceRecordSet: { ...blue, ResourceRecords: [{ Value: '"x"' }, { Value: '"ours"' }] } },
    ]);
    const gone = merge(KEY, [blue, green], [edit("remove", "ours")]);
    assert.deepEqual(gone.changes, [{ Action: "DELETE", ResourceRecordSet: green }]);
  });

  it("puts the value into each of several sets that lack it: any of them may answer", () => {
    const sets = ["blue", "green"].map((SetIdentifier) => set(['"x"'], { SetIdentifier, Weight: 10 }));
    const { changes } = merge(KEY, sets, [edit("add", "ours")]);
    const created = changes.flatMap(({ Action, ResourceRecordSet }) => (Action === "CREATE" ? ResourceRecordSet : []));
    assert.deepEqual(
      created.map((one) => [one?.SetIdentifier, one?.ResourceRecords?.length]),
      [
        ["blue", 2],
        ["green", 2],
      ],
    );
  });

  it("takes edits in their order, and does nothing where they cancel each other", () => {
    const before = set(['"a"', '"b"']);
    const merged = merge(KEY, [before], [edit("remove", "a"), edit("add", "a")]);
    assert.deepEqual(merged.changes, []);
    assert.deepEqual(told(merged), [["a"], ["a"]]);
    assert.deepEqual(merge(KEY, [], [edit("add", "a"), edit("remove", "a")]).changes, []);
  });

  it("takes the same CNAME in other letters for the same, and replaces another where the name is ours", () => {
    const key = { name: fqdn(name), type: "CNAME" } as const;
    const add = (target: string): Edit => ({
      kind: "add",
      records: [{ ...key, target: fqdn(target), ttl: 300, sharing: "own-name" }],
    });
    const there = set(["Theirs.Example"], { Type: "CNAME" });
    assert.deepEqual(merge(key, [there], [add("theirs.example")]), { changes: [], outcomes: [[]] });
    assert.deepEqual(merge(key, [there], [add("ours.example")]).changes, [
      { Action: "DELETE", ResourceRecordSet: there },
      { Action: "CREATE", ResourceRecordSet: set(["ours.example."], { Type: "CNAME" }) },
    ]);
  });

  it("leaves a CNAME or MX set with a routing policy alone: we make none", () => {
    for (const [type, value] of [
      ["CNAME", "ours.example."],
      ["MX", "10 ours.example."],
    ] as const) {
      const key = { name: fqdn(name), type };
      const routed = set([value], { Type: type, SetIdentifier: "blue", Weight: 1 });
      const edits: Edit[] = [{ kind: "remove", records: [recordOf(type, key.name, value)] }];
      assert.deepEqual(merge(key, [routed], edits), { changes: [], outcomes: [[]] });
    }
  });

  it("keeps MX values of others letter by letter, and adds ours with a final dot", () => {
    const key = { name: fqdn(name), type: "MX" } as const;
    const before = set(["10 Mail.Example"], { Type: "MX" });
    const ours = { ...key, preference: 20, exchange: fqdn("ours.example"), ttl: 300 };
    const { changes } = merge(key, [before], [{ kind: "add", records: [ours] }]);
    assert.deepEqual(changes[1]?.ResourceRecordSet?.ResourceRecords, [
      { Value: "10 Mail.Example" },
      { Value: "20 ours.example." },
    ]);
  });
});

describe("what Route 53's sets hold", () => {
  it("is told record by record, and of an alias where it leads", () => {
    const sets: ResourceRecordSet[] = [
      set(["10 X.Example"], { Type: "MX" }),
      set(["a.example."], { Type: "CNAME", SetIdentifier: "blue", Weight: 1 }),
      set(["192.0.2.1"], { Type: "A" }),
      {
        Name: name,
        Type: "CNAME",
        AliasTarget: { DNSName: "b.example.", HostedZoneId: "Z1", EvaluateTargetHealth: false },
      },
      { Name: name, Type: "A", TrafficPolicyInstanceId: "p" },
    ];
    assert.deepEqual(
      presentIn(sets).map(({ type, text, ttl, mode, data }) => [type, text, ttl, mode, data?.type]),
      [
        ["MX", "10 x.example.", 60, "plain", "MX"],
        ["CNAME", "a.example.", 60, "routed", "CNAME"],
        ["A", "192.0.2.1", 60, "plain", undefined],
        ["CNAME", "b.example.", undefined, "alias", undefined],
        ["A", undefined, undefined, "routed", undefined],
      ],
    );
  });
});

describe("Route 53's names", () => {
  it("are read with final dot and octal escapes, or not at all", () => {
    assert.equal(readName("_AmazonSES.Example.com."), "_amazonses.example.com");
    assert.equal(readName("\\052.example.com."), "*.example.com");
    assert.equal(readName("a\\040b.example.com."), undefined);
    assert.equal(readName(undefined), undefined);
  });
  it("lose the path before an id", () => {
    assert.equal(bareId("/hostedzone/Z1"), "Z1");
    assert.equal(bareId("/change/C1"), "C1");
    assert.equal(bareId("Z1"), "Z1");
  });
});
