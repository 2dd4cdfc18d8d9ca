import { deepEqual, equal, match, ok } from "node:assert/strict";
import { readAnswerTo } from "../../../provider/authority/query";
import { readReply } from "../../../provider/authority/reply";
import { parseEndpoint } from "../../../provider/authority/resolver";
import { fqdn } from "../../../provider/core/fqdn";
import { encodeMessage, type MessageParts } from "../../../provider/wire/encode";
import { decodeMessage, type ResourceRecord } from "../../../provider/wire/message";

const NAME = fqdn("_amazonses.mail.example.com");
const ZONE = fqdn("example.com");
const IN = { class: "IN", ttl: 300 } as const;
const txt = (name: string, ...strings: readonly string[]): ResourceRecord => ({ ...IN, name, type: "TXT", strings });
const ns = (name: string, target: string): ResourceRecord => ({ ...IN, name, type: "NS", target });
const a = (name: string, address: string): ResourceRecord => ({ ...IN, name, type: "A", address });
const soa = (name: string): ResourceRecord => ({
  ...IN,
  ttl: 900,
  name,
  type: "SOA",
  mname: "ns1.example.com",
  rname: "hostmaster.example.com",
  serial: 1,
  refresh: 1,
  retry: 1,
  expire: 1,
  minimum: 60,
});

function read(parts: Omit<MessageParts, "id">) {
  const message = decodeMessage(encodeMessage({ id: 1, response: true, authoritative: true, ...parts }));
  ok(message);
  return readReply(message, { name: NAME, type: "TXT" }, ZONE);
}

describe("readReply", () => {
  it("joins the strings of a value, in UTF-8 where they are", () => {
    const bytes = Buffer.from("grüß", "utf8").toString("latin1");
    const outcome = read({ answers: [txt(NAME, "to", "ken"), txt(NAME, bytes), txt(NAME, "\xff")] });
    deepEqual(outcome, { kind: "values", values: ["token", "grüß", "ÿ"], ttl: 300, authority: undefined });
  });

  it("takes the zone that answers from the NS set beside the values, where that can be", () => {
    const authorityOf = (owner: string) => {
      const authorities = [ns(owner, "ns1.example.net"), ns(owner, "ns2.example.net")];
      const outcome = read({ answers: [txt(NAME, "token")], authorities });
      ok(outcome.kind === "values");
      return outcome.authority;
    };
    const glue = new Map([
      ["ns1.example.net", []],
      ["ns2.example.net", []],
    ]);
    deepEqual(authorityOf("example.com"), { zone: ZONE, glue });
    deepEqual(authorityOf("mail.example.com"), { zone: "mail.example.com", glue });
    for (const elsewhere of ["com", "example.org", "x._amazonses.mail.example.com"])
      equal(authorityOf(elsewhere), undefined);
  });

  it("ignores values at other names", () => {
    equal(read({ answers: [txt("other.example.com", "x")], authorities: [soa(ZONE)] }).kind, "absent");
  });

  it("takes the shorter of the SOA's two times", () => {
    deepEqual(read({ rcode: "NXDOMAIN", authorities: [soa(ZONE)] }), {
      kind: "absent",
      nxdomain: true,
      negativeTtl: 60,
      zone: ZONE,
    });
    deepEqual(read({}), { kind: "absent", nxdomain: false, negativeTtl: undefined, zone: undefined });
  });

  it("keeps glue to what the server may speak for", () => {
    const outcome = read({
      authoritative: false,
      authorities: [ns("mail.example.com", "ns1.mail.example.com"), ns("mail.example.com", "ns.example.net")],
      additionals: [
        a("ns1.mail.example.com", "192.0.2.1"),
        a("ns.example.net", "192.0.2.66"),
        a("www.example.com", "192.0.2.67"),
      ],
    });
    ok(outcome.kind === "referral");
    equal(outcome.zone, "mail.example.com");
    deepEqual(
      [...outcome.glue],
      [
        ["ns1.mail.example.com", ["192.0.2.1"]],
        ["ns.example.net", []],
      ],
    );
  });

  for (const [what, parts, reason] of [
    ["a referral upwards", { authoritative: false, authorities: [ns("", "a.root-servers.net")] }, /refers to the root/],
    [
      "a referral to itself",
      { authoritative: false, authorities: [ns(ZONE, "ns1.example.com")] },
      /refers to example\.com/,
    ],
    ["a referral sideways", { authoritative: false, authorities: [ns("web.example.com", "ns")] }, /refers to web/],
    ["an answer without AA", { authoritative: false, answers: [txt(NAME, "x")] }, /without authority/],
    [
      "a denial by the zone above",
      { rcode: "NXDOMAIN", authorities: [soa("com")] },
      /for the zone com, not for example\.com/,
    ],
    ["a denial by a zone beside", { rcode: "NXDOMAIN", authorities: [soa("web.example.com")] }, /for the zone web/],
    ["a denial without AA", { authoritative: false, rcode: "NXDOMAIN", authorities: [soa(ZONE)] }, /without authority/],
    ["a record with NXDOMAIN", { rcode: "NXDOMAIN", answers: [txt(NAME, "x")] }, /NXDOMAIN and gives a record/],
    ["records of other names alone", { answers: [txt("other.example.com", "x")] }, /gave other records/],
    ["NOTAUTH", { rcode: "NOTAUTH" }, /NOTAUTH/],
    [
      "a CNAME to no name",
      { answers: [{ ...IN, name: NAME, type: "CNAME", target: "a!b.example.com" }] },
      /CNAME to "a!b/,
    ],
  ] satisfies [string, Omit<MessageParts, "id">, RegExp][]) {
    it(`calls ${what} lame`, () => {
      const outcome = read(parts);
      ok(outcome.kind === "lame", outcome.kind);
      match(outcome.reason, reason);
      equal(outcome.recursive, false);
    });
  }

  it("recognises a recursive resolver", () => {
    const outcome = read({ authoritative: false, recursionAvailable: true, answers: [txt(NAME, "x")] });
    ok(outcome.kind === "lame" && outcome.recursive);
  });
});

describe("readAnswerTo", () => {
  it("takes records of another class for no answer, but a message's signature for no record", () => {
    const question = { name: NAME, type: "TXT", recursionDesired: false } as const;
    const questions = [{ name: NAME, type: "TXT", class: "IN" } as const];
    const answer = (parts: Omit<MessageParts, "id">) =>
      readAnswerTo(question, encodeMessage({ id: 1, response: true, authoritative: true, questions, ...parts }));
    const signature = { name: "", class: "ANY", ttl: 0, type: "OTHER", code: 250, data: Buffer.alloc(16) } as const;
    ok(typeof answer({ answers: [txt(NAME, "token")], additionals: [signature] }) === "object");
    equal(answer({ answers: [{ ...txt(NAME, "token"), class: "CH" }] }), "garbled");
    equal(answer({ authorities: [{ ...soa(ZONE), class: "ANY" }] }), "garbled");
  });
});

describe("parseEndpoint", () => {
  it("reads addresses with and without a port", () => {
    deepEqual(parseEndpoint("192.0.2.1"), { address: "192.0.2.1", port: 53 });
    deepEqual(parseEndpoint("192.0.2.1:5353"), { address: "192.0.2.1", port: 5353 });
    deepEqual(parseEndpoint("2001:db8::1"), { address: "2001:db8::1", port: 53 });
    deepEqual(parseEndpoint("[2001:db8::1]"), { address: "2001:db8::1", port: 53 });
    deepEqual(parseEndpoint("[2001:db8::1]:5353"), { address: "2001:db8::1", port: 5353 });
  });

  it("refuses everything else", () => {
    for (const text of [
      "",
      "resolver.example",
      "192.0.2.1:0",
      "192.0.2.1:70000",
      "192.0.2",
      "[192.0.2.1]:53",
      "2001:db8::1:",
    ]) {
      equal(parseEndpoint(text), undefined, text);
    }
  });
});
