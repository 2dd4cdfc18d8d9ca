import assert from "node:assert/strict";
import { fqdn } from "../../provider/core/fqdn";
import type { Edit } from "../../provider/dns/changes";
import { type AnswerMode, type PresentRecord, presentRecord } from "../../provider/dns/present";
import { isRecordType, parsePresentation, type Sharing, type WantedRecord } from "../../provider/dns/record";
import { conflictIn, isExclusive, judge } from "../../provider/dns/sharing";
import { recordOf } from "../support/backend/records";

const NAME = fqdn("a.example.com");
/** `CNAME x.` or `TXT "v"` as a host has it, with the way in which it is answered. */
function at(line: string, mode: AnswerMode = "plain"): PresentRecord {
  const [, type = "", told = ""] = /^(\S+) ?(.*)$/.exec(line) ?? [];
  const data = isRecordType(type) && mode !== "alias" ? parsePresentation(type, told) : undefined;
  return presentRecord(type, data, { told, ttl: 60, mode });
}
const cname = (target: string, sharing?: Sharing): WantedRecord => ({
  ...recordOf("CNAME", NAME, target),
  ...(sharing && { sharing }),
});
const mx = (data: string, sharing?: Sharing): WantedRecord => ({
  ...recordOf("MX", NAME, data),
  ...(sharing && { sharing }),
});
const text = (value: string, sharing?: Sharing): WantedRecord => ({
  ...recordOf("TXT", NAME, value),
  ...(sharing && { sharing }),
});
const SPF: Sharing = { oneWithPrefix: "v=spf1" };
const DMARC: Sharing = { oneWithPrefix: "v=DMARC1" };

/** The verdict, and which of the records it names, by their place. */
function verdict(wanted: WantedRecord, present: readonly PresentRecord[], flattened?: boolean): string {
  const told = judge(wanted, present, flattened);
  const named = "present" in told ? told.present.map((each) => present.indexOf(each)) : [];
  return [told.kind, ...named].join(" ");
}

describe("a record among those at its name", () => {
  const cases: readonly (readonly [string, WantedRecord, readonly PresentRecord[], string])[] = [
    ["a CNAME where nothing is", cname("x."), [], "absent"],
    ["the same CNAME in other letters", cname("x.example."), [at("CNAME X.Example.")], "present"],
    ["another CNAME", cname("x."), [at("CNAME y.")], "conflict 0"],
    ["another CNAME at our own name", cname("x.", "own-name"), [at("CNAME y.")], "replaced 0"],
    ["a CNAME that is no host name, at our own name", cname("x.", "own-name"), [at("CNAME ")], "replaced 0"],
    ["the same CNAME, proxied", cname("x."), [at("CNAME x.", "proxied")], "conflict 0"],
    ["the same CNAME, proxied, at our own name", cname("x.", "own-name"), [at("CNAME x.", "proxied")], "replaced 0"],
    ["the same CNAME, flattened", cname("x.", "own-name"), [at("CNAME x.", "flattened")], "replaced 0"],
    ["an alias at our own name", cname("x.", "own-name"), [at("CNAME x.", "alias")], "conflict 0"],
    [
      "a routed set that says the same",
      cname("x."),
      [at("CNAME x.", "routed"), at("CNAME x.", "routed")],
      "conflict 0 1",
    ],
    ["a routed set at our own name", cname("x.", "own-name"), [at("CNAME y.", "routed")], "conflict 0"],
    ["records of other types", cname("x."), [at("A 192.0.2.1"), at("TXT v")], "conflict 0 1"],
    ["other types at our own name", cname("x.", "own-name"), [at("CNAME x."), at("TXT v")], "conflict 0 1"],
    ["a host's own type", cname("x."), [at("ALIAS y.")], "conflict 0"],
    ["a type that is not known", cname("x."), [at("unknown")], "conflict 0"],
    ["signatures of the CNAME", cname("x."), [at("CNAME x."), at("RRSIG …"), at("NSEC …")], "present"],
    ["an MX record where a text is", mx("10 x."), [at("TXT v"), at("A 192.0.2.1")], "absent"],
    ["the same MX record", mx("10 x."), [at("MX 10 X.")], "present"],
    ["the same host at another preference", mx("10 x."), [at("MX 20 x.")], "conflict 0"],
    ["two MX records, one the same", mx("10 x."), [at("MX 10 x."), at("MX 10 y.")], "conflict 0 1"],
    ["a null MX record", mx("10 x."), [at("MX 0 .")], "conflict 0"],
    ["an MX record that does not parse", mx("10 x."), [at("MX nonsense")], "conflict 0"],
    ["an MX record at a name of our own is never replaced", mx("10 x.", "own-name"), [at("MX 20 y.")], "conflict 0"],
    ["an MX record never joins others", mx("10 x.", "with-others"), [at("MX 20 y.")], "conflict 0"],
    ["a CNAME in an MX record's way", mx("10 x."), [at("CNAME y.")], "conflict 0"],
    ["a routed MX set", mx("10 x."), [at("MX 10 x.", "routed")], "conflict 0"],
    ["a text among others", text("v"), [at('TXT "w"'), at("MX 10 x.")], "absent"],
    ["the same text among others", text("v"), [at('TXT "w"'), at('TXT "v"')], "present"],
    ["a CNAME in a text's way", text("v"), [at("CNAME y.")], "conflict 0"],
    ["a text that is there, though a CNAME is", text("v"), [at("CNAME y."), at('TXT "v"')], "present"],
    ["an alias for texts", text("v"), [at("TXT y.", "alias")], "conflict 0"],
    ["a text in a routed set", text("v"), [at('TXT "w"', "routed")], "absent"],
    ["the only text of its name", text("v", "alone"), [at('TXT "w"')], "conflict 0"],
    ["one SPF among texts", text("v=spf1 ~all", SPF), [at('TXT "w"'), at('TXT "v=spf10"')], "absent"],
    ["the same SPF", text("v=spf1 ~all", SPF), [at('TXT "v=spf1 ~all"')], "present"],
    ["another SPF", text("v=spf1 ~all", SPF), [at('TXT "w"'), at('TXT "V=Spf1 -all"')], "conflict 1"],
    ["two SPF", text("v=spf1 ~all", SPF), [at('TXT "v=spf1 ~all"'), at('TXT "v=spf1"')], "conflict 0 1"],
    ["another DMARC", text("v=DMARC1; p=none", DMARC), [at('TXT "v = DMARC1;p=reject"')], "conflict 0"],
    ["SPF at a DMARC name", text("v=DMARC1; p=none", DMARC), [at('TXT "v=spf1 -all"')], "absent"],
  ];
  for (const [what, wanted, present, expected] of cases) {
    it(what, () => assert.equal(verdict(wanted, present), expected));
  }

  it("has a CNAME next to it where the host flattens that, but is none itself", () => {
    assert.equal(verdict(mx("10 x."), [at("CNAME y.")], true), "absent");
    assert.equal(verdict(text("v"), [at("CNAME y.")], true), "absent");
    assert.equal(verdict(cname("x."), [at("TXT v")], true), "conflict 0");
  });

  it("matters for which others there are, unless it is a text among texts", () => {
    const told = [cname("x."), mx("10 x."), text("v"), text("v", SPF), text("v", "alone")].map(isExclusive);
    assert.deepEqual(told, [true, true, false, true, true]);
  });
});

describe("what stops the edits of one set", () => {
  const edit = (kind: Edit["kind"], ...records: WantedRecord[]): Edit => ({ kind, records });

  it("is what is there when an edit's turn comes", () => {
    const present = [at("CNAME old.")];
    assert.equal(conflictIn(present, [edit("remove", cname("old.")), edit("add", cname("new."))]), undefined);
    const found = conflictIn(present, [edit("add", cname("new.")), edit("remove", cname("old."))]);
    assert.deepEqual([found?.wanted, found?.present], [cname("new."), present]);
    assert.equal(conflictIn(present, [edit("remove", cname("other."))]), undefined);
  });

  it("may be what an edit before it added", () => {
    const found = conflictIn([], [edit("add", mx("10 x.")), edit("add", mx("10 y."))]);
    assert.deepEqual(
      found?.present.map((each) => each.text),
      ["10 x."],
    );
    assert.notEqual(conflictIn([], [edit("add", cname("x."), cname("y."))]), undefined);
    assert.equal(conflictIn([], [edit("add", cname("x."), cname("X."))]), undefined);
  });

  it("is not what an own name had before", () => {
    const edits = [edit("add", cname("new.", "own-name")), edit("add", cname("new."))];
    assert.equal(conflictIn([at("CNAME old.")], edits), undefined);
    // A routed set is not ours to remove.
    const routed = [edit("remove", cname("old.")), edit("add", cname("new."))];
    assert.notEqual(conflictIn([at("CNAME old.", "routed")], routed), undefined);
    // A removal takes what says the same, also where it is proxied.
    const gone = [edit("remove", cname("old.")), edit("add", cname("new."))];
    assert.equal(conflictIn([at("CNAME old.", "proxied")], gone), undefined);
  });
});
