import assert from "node:assert/strict";
import { fqdn } from "../../../provider/core/fqdn";
import type { Edit } from "../../../provider/dns/changes";
import { encodeUpdate, planEdits, prerequisitesFor, type StoredSet } from "../../../provider/dns/rfc2136/update";
import { decodeMessage } from "../../../provider/wire/message";
import { textsOf } from "../../support/backend/records";

const NAME = fqdn("_amazonses.a.example");
const KEY = { name: NAME, type: "TXT" } as const;
const txt = (text: string, ...strings: string[]): StoredSet["records"][number] => ({
  rdata: { type: "TXT", strings },
  data: { type: "TXT", text },
});
const stored = (...texts: string[]): StoredSet => ({
  ttl: texts.length > 0 ? 77 : undefined,
  records: texts.map((text) => txt(text, text)),
});
const edit = (kind: Edit["kind"], ...values: string[]): Edit => ({
  kind,
  records: values.map((text) => ({ ...KEY, text, ttl: 300 })),
});
const told = (set: StoredSet, ...edits: Edit[]) => {
  const { updates, outcomes, adds } = planEdits(KEY, set, edits);
  return {
    adds,
    updates: updates.map((each) => `${each.class} ${each.ttl} ${each.type === "TXT" ? each.strings.join("|") : "?"}`),
    outcomes: outcomes.map((outcome) => textsOf(outcome)),
  };
};

describe("an update of one TXT set", () => {
  it("adds with the TTL asked for where there is no set, and with the set's own where there is", () => {
    assert.deepEqual(told(stored(), edit("add", "v")).updates, ["IN 300 v"]);
    assert.deepEqual(told(stored("other"), edit("add", "v")).updates, ["IN 77 v"]);
  });
  it("has nothing to do for what is so already", () => {
    assert.deepEqual(told(stored("v"), edit("add", "v"), edit("remove", "w")), {
      adds: false,
      updates: [],
      outcomes: [[], []],
    });
  });
  it("spells a deletion as the record is stored, each spelling of the text", () => {
    const set: StoredSet = {
      ttl: 5,
      records: [txt("abc", "ab", "c"), txt("abc", "abc")],
    };
    assert.deepEqual(told(set, edit("remove", "abc")).updates, ["NONE 0 ab|c", "NONE 0 abc"]);
  });
  it("splits a long value into strings of 255 octets", () => {
    const [update] = planEdits(KEY, stored(), [edit("add", "ü".repeat(200))]).updates;
    assert.ok(update?.type === "TXT");
    assert.deepEqual(
      update.strings.map((each) => each.length),
      [255, 145],
    );
  });
  it("takes many callers' edits in their order, each with its own outcome", () => {
    assert.deepEqual(
      told(stored("a"), edit("add", "b", "b"), edit("remove", "a"), edit("add", "b"), edit("remove", "b")),
      {
        adds: false,
        updates: ["NONE 0 a"],
        outcomes: [["b"], ["a"], [], ["b"]],
      },
    );
  });
  it("leaves a value that goes and comes back where it is", () => {
    assert.deepEqual(told(stored("a"), edit("remove", "a"), edit("add", "a")), {
      adds: false,
      updates: [],
      outcomes: [["a"], ["a"]],
    });
  });
  it("demands that the set is as it was read, or that it is there, or that there is none", () => {
    const demand = (set: StoredSet, how: "same" | "exists") =>
      prerequisitesFor(KEY, set, how).map((each) => `${each.class} ${each.ttl} ${each.type}`);
    assert.deepEqual(demand(stored(), "same"), ["NONE 0 OTHER", "NONE 0 OTHER"]);
    assert.deepEqual(demand(stored("a", "b"), "same"), ["IN 0 TXT", "IN 0 TXT"]);
    assert.deepEqual(demand(stored("a", "b"), "exists"), ["ANY 0 OTHER"]);
  });
  it("demands of a CNAME that the name is free, or that the CNAME is the one that was read", () => {
    const key = { name: NAME, type: "CNAME" } as const;
    const target = fqdn("ours.example");
    const there: StoredSet = {
      ttl: 60,
      records: [{ rdata: { type: "CNAME", target }, data: { type: "CNAME", target } }],
    };
    const free = prerequisitesFor(key, { ttl: undefined, records: [] }, "exists");
    assert.deepEqual(free, [{ type: "OTHER", code: 255, data: Buffer.alloc(0), name: NAME, class: "NONE", ttl: 0 }]);
    assert.deepEqual(prerequisitesFor(key, there, "exists"), [
      { type: "CNAME", target, name: NAME, class: "IN", ttl: 0 },
    ]);
    const add = (name: string): Edit => ({ kind: "add", records: [{ ...key, target: fqdn(name), ttl: 300 }] });
    const moved = planEdits(key, there, [
      { kind: "remove", records: [{ ...key, target, ttl: 1 }] },
      add("other.example"),
    ]);
    const own = planEdits(key, there, [
      { kind: "add", records: [{ ...key, target: fqdn("other.example"), ttl: 300, sharing: "own-name" }] },
    ]);
    for (const { updates } of [moved, own]) {
      assert.deepEqual(
        updates.map((each) => [each.class, each.type, each.ttl]),
        [
          ["NONE", "CNAME", 0],
          ["IN", "CNAME", 60],
        ],
      );
    }
  });
  it("puts zone, prerequisites and updates where RFC 2136 section 2 has them, with classes NONE and ANY", () => {
    const { updates } = planEdits(KEY, stored("a"), [edit("add", "b"), edit("remove", "a")]);
    const bytes = encodeUpdate(9, {
      zone: fqdn("a.example"),
      prerequisites: prerequisitesFor(KEY, stored("a"), "exists"),
      updates,
    });
    assert.equal((bytes.readUInt8(2) >> 3) & 15, 5);
    assert.deepEqual(
      [4, 6, 8, 10].map((at) => bytes.readUInt16BE(at)),
      [1, 1, 2, 0],
    );
    const message = decodeMessage(bytes);
    assert.equal(message?.opcode, "UPDATE");
    assert.deepEqual(message.questions, [{ name: "a.example", type: "SOA", class: "IN" }]);
    // "exists": name, type 16, class 255, TTL 0, no data.
    assert.ok(bytes.includes(Buffer.from("001000ff000000000000", "hex")));
    // deleting "a": type 16, class 254, TTL 0, two octets of data.
    assert.ok(bytes.includes(Buffer.from("001000fe0000000000020161", "hex")));
  });
});
