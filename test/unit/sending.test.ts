import assert from "node:assert/strict";
import type { ServerSighting, Sighting } from "../../provider/authority/authority";
import { type Fqdn, fqdn } from "../../provider/core/fqdn";
import { oneLine } from "../../provider/core/text";
import { describeAnswers } from "../../provider/diagnosis/answers";
import { CATALOGUE } from "../../provider/diagnosis/catalogue";
import { diagnose } from "../../provider/diagnosis/diagnose";
import type { Finding, HeldSet, Observations } from "../../provider/diagnosis/finding";
import { misplacedNames, wildcardProbeFor } from "../../provider/diagnosis/misplaced";
import { recordLine } from "../../provider/diagnosis/publish";
import { type Requirement, required } from "../../provider/dns/requirement";

const DOMAIN = fqdn("example.com");
const ZONE = fqdn("dkim.example.net");
const NS = ["ns1.example.net", "ns2.example.net"];
const BOUNCE = fqdn("bounce.example.com");
const MX = "10 feedback-smtp.us-east-1.amazonses.com.";
const TOKENS = ["t1", "t2", "t3"];

const nameOf = (token: string, domain = DOMAIN) => fqdn(`${token}._domainkey.${domain}`);
const targetOf = (token: string) => `${token}.${ZONE}.`;
const cnameFor = (token: string, identity = "us-east-1") =>
  required(
    { type: "CNAME", name: nameOf(token), ttl: 300, target: fqdn(targetOf(token)) },
    { identity, arn: undefined, purpose: "dkim" },
  );
const DKIM = TOKENS.map((token) => cnameFor(token));
const mxFor = (exchange = "feedback-smtp.us-east-1.amazonses.com", identity = "us-east-1") =>
  required(
    { type: "MX", name: BOUNCE, ttl: 300, preference: 10, exchange: fqdn(exchange) },
    { identity, arn: undefined, purpose: "mail-from" },
  );
const MAIL_FROM: readonly Requirement[] = [mxFor()];

/** What a server says: values, absence, what is there instead, or how it fails. */
type Says =
  | readonly string[]
  | "nodata"
  | "nxdomain"
  | "silent"
  | "endless"
  | { readonly texts: readonly string[] }
  | { readonly addresses: readonly string[] }
  | { readonly alias: string };

function said(says: Says, server: string, index: number): ServerSighting {
  const who = { server, address: `192.0.2.${index + 1}` };
  if (says === "nodata" || says === "nxdomain")
    return { ...who, kind: "absent", nxdomain: says === "nxdomain", negativeTtl: 300 };
  if (says === "silent") return { ...who, kind: "unreachable", reason: "no answer" };
  if (says === "endless")
    return { ...who, kind: "lame", reason: "never ends", recursive: false, servesZone: true, endless: true };
  if ("alias" in says)
    return { ...who, kind: "lame", reason: "answered SERVFAIL", recursive: false, servesZone: true, alias: says.alias };
  if ("texts" in says || "addresses" in says) {
    const instead = { texts: [], addresses: [], ...says };
    return { ...who, kind: "absent", nxdomain: false, negativeTtl: undefined, instead };
  }
  return { ...who, kind: "values", values: says, ttl: 300 };
}

/** The servers' answers in turn; the last one is that of all further servers. */
function at(name: Fqdn, type: Sighting["type"], ...says: readonly [Says, ...Says[]]): Sighting {
  const delegation = {
    zone: DOMAIN,
    parentServers: NS,
    zoneServers: NS,
    servers: NS.map((server, index) => ({ name: server, addresses: [`192.0.2.${index + 1}`] })),
  };
  const servers = NS.map((server, index) => said(says[index] ?? says.at(-1) ?? "nxdomain", server, index));
  return { name, type, target: name, cnames: [], via: "authoritative", delegation, servers };
}

const right = (token: string) => at(nameOf(token), "CNAME", [targetOf(token)]);
const RIGHT = TOKENS.map(right);
/** The first record as given, the others right. */
const first = (...says: readonly [Says, ...Says[]]) => [at(nameOf("t1"), "CNAME", ...says), ...RIGHT.slice(1)];
const all = (says: Says) => TOKENS.map((token) => at(nameOf(token), "CNAME", says));
const mx = (...says: readonly [Says, ...Says[]]) => [at(BOUNCE, "MX", ...says)];
const wild = (says: Says, name = nameOf("t1"), type: Sighting["type"] = "CNAME") => [
  at(wildcardProbeFor(name), type, says),
];
const held = (type: string, values: readonly string[], replaced?: boolean): readonly HeldSet[] => [
  { kind: "cloudflare", name: nameOf("t1"), type, values, ...(replaced && { replaced }) },
];

function seen(change: Partial<Observations>): Observations {
  return {
    domain: DOMAIN,
    identities: [],
    expected: DKIM,
    sightings: RIGHT,
    probes: [],
    unread: [],
    written: [],
    ...change,
  };
}

/** As in `diagnosis.test.ts`: `code` is an error; `?code` a warning; `-code` a note. */
const SIGN = { error: "", warning: "?", note: "-" } as const;
const signed = (findings: readonly Finding[]) => findings.map(({ severity, code }) => SIGN[severity] + code);

const CASES: readonly [string, Partial<Observations>, readonly string[]][] = [
  ["no DKIM record", { sightings: all("nxdomain") }, ["dkim-cname-missing"]],
  ["no DKIM record, where the names exist", { sightings: all("nodata") }, ["dkim-cname-missing"]],
  ["one of three records missing", { sightings: first("nxdomain") }, ["dkim-cname-partial"]],
  ["a record at one of two servers", { sightings: first("nxdomain", [targetOf("t1")]) }, ["dkim-cname-partial"]],
  [
    "no record, where the others could not be read",
    { sightings: [at(nameOf("t1"), "CNAME", "nxdomain")] },
    ["dkim-cname-missing"],
  ],
  ["a target in another zone", { sightings: first(["t1.dkim.example.org."]) }, ["dkim-cname-wrong"]],
  ["the target of another record", { sightings: first([targetOf("t2")]) }, ["dkim-cname-wrong"]],
  [
    "another target at one of two servers",
    { sightings: first([targetOf("t2")], [targetOf("t1")]) },
    ["dkim-cname-wrong"],
  ],
  ["two CNAMEs at one name", { sightings: first([targetOf("t1"), "other.example.net."]) }, ["dkim-cname-wrong"]],
  [
    "a target with the domain appended",
    { sightings: first([`${targetOf("t1")}example.com.`]) },
    ["dkim-target-doubled"],
  ],
  [
    "a name with the domain appended",
    {
      sightings: all("nxdomain"),
      probes: TOKENS.map((token) => at(fqdn(`${nameOf(token)}.example.com`), "CNAME", [targetOf(token)])),
    },
    ["dkim-name-doubled"],
  ],
  [
    "name and target with the domain appended",
    {
      sightings: first("nxdomain"),
      probes: [at(fqdn(`${nameOf("t1")}.example.com`), "CNAME", [`${targetOf("t1")}example.com.`])],
    },
    ["dkim-name-doubled"],
  ],
  [
    "a name without its underscore",
    { sightings: first("nxdomain"), probes: [at(fqdn("t1.domainkey.example.com"), "CNAME", [targetOf("t1")])] },
    ["dkim-no-underscores"],
  ],
  [
    "a host that takes no underscores",
    { sightings: all("nxdomain"), withoutUnderscores: ["manual"] },
    ["dkim-no-underscores"],
  ],
  [
    "a record at a name without the label of DKIM",
    { sightings: all("nxdomain"), probes: [at(fqdn("t1.example.com"), "CNAME", [targetOf("t1")])] },
    ["dkim-cname-missing"],
  ],
  ["a text at the name", { sightings: first({ texts: ["hello"] }) }, ["dkim-name-taken"]],
  [
    "an address that the host holds",
    { sightings: first({ addresses: ["192.0.2.1"] }), held: held("A", ["192.0.2.1"]) },
    ["dkim-name-taken"],
  ],
  [
    "a record of another type that the host holds",
    { sightings: first("nodata"), held: held("MX", []) },
    ["dkim-name-taken"],
  ],
  ["addresses at the name", { sightings: first({ addresses: ["192.0.2.1"] }) }, ["dkim-cname-flattened"]],
  [
    "addresses at the name, where the host holds the CNAME",
    { sightings: first({ addresses: ["192.0.2.1"] }), held: held("CNAME", [targetOf("t1")], true) },
    ["dkim-cname-flattened"],
  ],
  ["the key at the name", { sightings: first({ texts: ["v=DKIM1; p=AAAA"] }) }, ["dkim-cname-flattened"]],
  [
    "nothing at a name that exists, where the host holds the CNAME",
    { sightings: first("nodata"), held: held("CNAME", [targetOf("t1")]) },
    ["dkim-cname-flattened"],
  ],
  [
    "no such name, where the host replaces the CNAME",
    { sightings: first("nxdomain"), held: held("CNAME", [targetOf("t1")], true) },
    ["dkim-cname-flattened"],
  ],
  [
    "no such name, where the host holds the CNAME: its servers are late",
    { sightings: first("nxdomain"), held: held("CNAME", [targetOf("t1")]) },
    ["dkim-cname-partial"],
  ],
  ["servers that fail at TXT", { sightings: all({ alias: targetOf("t1") }) }, ["dkim-txt-servfail"]],
  [
    "one server that fails at TXT, and one that lacks the record",
    { sightings: first({ alias: targetOf("t1") }, "nxdomain") },
    ["dkim-cname-partial", "dkim-txt-servfail"],
  ],
  [
    "a wildcard CNAME",
    { sightings: all(["web.example.net."]), probes: wild(["web.example.net."]) },
    ["dkim-cname-missing", "?dkim-wildcard"],
  ],
  [
    "a wildcard text at one name",
    { sightings: first({ texts: ["v=spf1 -all"] }), probes: wild({ texts: ["v=spf1 -all", "more"] }) },
    ["dkim-cname-partial", "?dkim-wildcard"],
  ],
  [
    "wildcard addresses, another choice each time",
    { sightings: first({ addresses: ["192.0.2.1"] }), probes: wild({ addresses: ["192.0.2.2"] }) },
    ["dkim-cname-partial", "?dkim-wildcard"],
  ],
  [
    "another target where a wildcard has a third one",
    { sightings: first(["other.example.net."]), probes: wild(["web.example.net."]) },
    ["dkim-cname-wrong"],
  ],
  [
    "records without a key behind them",
    {
      keys: [
        { identity: "us-east-1", state: "unpublished", targets: [{ target: fqdn(targetOf("t1")), state: "absent" }] },
      ],
    },
    ["?dkim-key-unpublished"],
  ],
  [
    "records of earlier tokens",
    { former: [cnameFor("old")], probes: [at(nameOf("old"), "CNAME", [targetOf("old")])] },
    ["-dkim-stale"],
  ],
  ["no MX", { expected: MAIL_FROM, sightings: mx("nxdomain") }, ["mail-from-mx-missing"]],
  ["no MX at one of two servers", { expected: MAIL_FROM, sightings: mx([MX], "nodata") }, ["mail-from-mx-missing"]],
  [
    "a wildcard's MX",
    {
      expected: MAIL_FROM,
      sightings: mx(["10 mx.example.net."]),
      probes: wild(["10 mx.example.net."], BOUNCE, "MX"),
    },
    ["mail-from-mx-missing"],
  ],
  ["two MX", { expected: MAIL_FROM, sightings: mx([MX, "20 mx.example.net."]) }, ["mail-from-mx-several"]],
  [
    "two MX of SES, neither of this region",
    {
      expected: MAIL_FROM,
      sightings: mx(["10 feedback-smtp.eu-west-1.amazonses.com.", "10 feedback-smtp.eu-west-2.amazonses.com."]),
    },
    ["mail-from-mx-several"],
  ],
  ["the MX twice", { expected: MAIL_FROM, sightings: mx([MX, MX.replace("10", "20")]) }, ["mail-from-mx-several"]],
  ["another MX", { expected: MAIL_FROM, sightings: mx(["10 mx.example.net."]) }, ["mail-from-mx-foreign"]],
  ["a null MX", { expected: MAIL_FROM, sightings: mx(["0 ."]) }, ["mail-from-mx-foreign"]],
  [
    "an MX with the domain appended",
    { expected: MAIL_FROM, sightings: mx([`${MX}example.com.`]) },
    ["mail-from-mx-foreign"],
  ],
  [
    "China's region with the ending of the others",
    {
      expected: [mxFor("feedback-smtp.ses.cn-northwest-1.amazonaws.com.cn")],
      sightings: mx(["10 feedback-smtp.cn-northwest-1.amazonses.com."]),
    },
    ["mail-from-mx-foreign"],
  ],
  [
    "the MX of another region",
    { expected: MAIL_FROM, sightings: mx(["10 feedback-smtp.eu-west-1.amazonses.com."]) },
    ["?mail-from-mx-other-region"],
  ],
  [
    "the MX of a region in another partition",
    { expected: MAIL_FROM, sightings: mx(["10 feedback-smtp.ses.cn-northwest-1.amazonaws.com.cn."]) },
    ["?mail-from-mx-other-region"],
  ],
  [
    "an alias at the MAIL FROM name",
    {
      expected: MAIL_FROM,
      sightings: mx(["10 mx.example.net."]).map((one) => ({
        ...one,
        target: fqdn("x.example.com"),
        cnames: [fqdn("x.example.com")],
      })),
    },
    ["mail-from-mx-under-cname"],
  ],
  ["an alias that never ends", { expected: MAIL_FROM, sightings: mx("endless") }, ["mail-from-mx-under-cname"]],
  [
    "the MX for receiving",
    { expected: MAIL_FROM, sightings: mx(["10 inbound-smtp.eu-west-1.amazonaws.com."]) },
    ["mail-from-receives"],
  ],
  [
    "the MX for receiving, with ours",
    { expected: MAIL_FROM, sightings: mx([MX, "20 inbound-smtp.us-east-1.amazonaws.com."]) },
    ["mail-from-receives"],
  ],
];

const HEALTHY: readonly [string, Partial<Observations>][] = [
  ["three records", {}],
  [
    "three records, where one server does not answer",
    { sightings: first([targetOf("t1")], "silent").map((one) => ({ ...one, via: "doh" })) },
  ],
  ["records that no server could be asked about", { sightings: [] }],
  ["a key behind the records", { keys: [{ identity: "us-east-1", state: "published", targets: [] }] }],
  ["a key of which nothing is known", { keys: [{ identity: "us-east-1", state: "unknown", targets: [] }] }],
  [
    "earlier tokens whose records lead elsewhere",
    { former: [cnameFor("old")], probes: [at(nameOf("old"), "CNAME", ["x."])] },
  ],
  ["earlier tokens that are named again", { former: [cnameFor("t1")], probes: [right("t1")] }],
  ["one MX", { expected: MAIL_FROM, sightings: mx([MX]) }],
  ["one MX with another preference", { expected: MAIL_FROM, sightings: mx([MX.replace("10", "50")]) }],
  [
    "an alias to a name that has the MX alone",
    { expected: MAIL_FROM, sightings: mx([MX]).map((one) => ({ ...one, cnames: [fqdn("x.example.com")] })) },
  ],
  [
    "an MX of which nothing is known",
    { expected: MAIL_FROM, sightings: mx("silent").map((one) => ({ ...one, via: "doh" })) },
  ],
];

describe("diagnose, of DKIM and MAIL FROM", () => {
  for (const [what, change, codes] of CASES) {
    it(`names: ${what}`, () => assert.deepEqual(signed(diagnose(seen(change))), codes));
  }

  for (const [what, change] of HEALTHY) {
    it(`says nothing of the record: ${what}`, () => {
      const told = diagnose(seen(change)).filter(({ code }) => /^(dkim|mail-from)-/.test(code));
      assert.deepEqual(signed(told), []);
    });
  }

  it("has a case for every code of the two families", () => {
    const shown = new Set(CASES.flatMap(([, change]) => diagnose(seen(change)).map(({ code }) => code)));
    assert.deepEqual(
      CATALOGUE.filter(({ family, code }) => ["dkim", "mail-from"].includes(family) && !shown.has(code)),
      [],
    );
  });

  it("tells each identity of its own records", () => {
    const other = ["u1", "u2", "u3"].map((token) => cnameFor(token, "eu-west-1"));
    const findings = diagnose(
      seen({
        expected: [...DKIM, ...other],
        sightings: [...RIGHT, ...["u1", "u2", "u3"].map((token) => at(nameOf(token), "CNAME", "nxdomain"))],
      }),
    );
    assert.deepEqual(
      findings.map(({ code, identities }) => [code, identities]),
      [["dkim-cname-missing", ["eu-west-1"]]],
    );
  });

  it("has the records to publish as data, each of its type", () => {
    const [missing] = diagnose(
      seen({ sightings: first("nxdomain"), written: [{ kind: "manual", zone: DOMAIN, servers: NS }] }),
    );
    const record = { name: nameOf("t1"), type: "CNAME" as const, value: targetOf("t1") };
    assert.deepEqual(missing?.records, [record]);
    assert.ok(missing?.fix.includes(`t1._domainkey.example.com. IN CNAME t1.dkim.example.net.`));
    const [mxMissing] = diagnose(seen({ expected: MAIL_FROM, sightings: mx("nxdomain"), declared: false }));
    assert.deepEqual(mxMissing?.records, [{ name: BOUNCE, type: "MX", value: MX }]);
    assert.equal(recordLine({ name: BOUNCE, type: "MX", value: MX }), `${BOUNCE}. IN MX ${MX}`);
    assert.equal(mxMissing?.command, "dig +norec MX bounce.example.com @ns1.example.net");
  });

  it("tells a server's failure once", () => {
    const told = diagnose(seen({ sightings: all({ alias: targetOf("t1") }) }));
    assert.deepEqual(
      told.map(({ code }) => code),
      ["dkim-txt-servfail"],
    );
  });

  it("shows hostile text on one line, and within bounds", () => {
    const value = `\u001b[31m${"x".repeat(5_000)}\n`;
    const changes: readonly Partial<Observations>[] = [
      { sightings: first([value]) },
      { sightings: first({ texts: [value] }) },
      { sightings: first({ addresses: Array.from({ length: 500 }, (_, index) => `192.0.2.${index}`) }) },
      { sightings: first("nodata"), held: held(value, [value]) },
      { expected: MAIL_FROM, sightings: mx(Array.from({ length: 500 }, (_, index) => `${index} ${value}`)) },
    ];
    for (const change of changes) {
      for (const { seen: text } of diagnose(seen(change))) {
        assert.equal(text, oneLine(text));
        assert.ok(text.length < 4_000, `${text.length}`);
      }
    }
  });

  it("does not tell that DKIM or MAIL FROM records are missing where the zone explains it", () => {
    const elsewhere = { kind: "route53" as const, zone: DOMAIN, servers: ["ns-other.example.org"] };
    const told = diagnose(seen({ sightings: all("nxdomain"), written: [elsewhere] }));
    assert.deepEqual(
      told.map(({ code }) => code),
      ["zone-not-delegated"],
    );
  });

  it("tells nothing of a token where DKIM alone is expected and no identity is known", () => {
    assert.deepEqual(diagnose(seen({})), []);
  });
});

describe("the last answers of a wait", () => {
  it("name the type, and whose value is missing", () => {
    const text = describeAnswers(seen({ sightings: [at(nameOf("t1"), "CNAME", "nodata", ["x."])] }));
    assert.match(text, /no CNAME record at t1\._domainkey\.example\.com/);
    assert.match(text, /1 value, but not that of us-east-1, at t1/);
  });
});

describe("misplacedNames", () => {
  it("are the names with the domain or the zone appended, and those of DKIM without underscore or label", () => {
    assert.deepEqual(misplacedNames(DOMAIN, nameOf("t1"), DOMAIN), [
      "t1._domainkey.example.com.example.com",
      "t1.domainkey.example.com",
      "t1.example.com",
    ]);
    assert.deepEqual(misplacedNames(DOMAIN, BOUNCE, DOMAIN), ["bounce.example.com.example.com"]);
  });

  it("are within the zone, each once, and none that is too long", () => {
    const sub = fqdn("mail.eu.example.com");
    const names = misplacedNames(sub, nameOf("t1", sub), DOMAIN);
    assert.ok(names.includes(fqdn("t1._domainkey.mail.eu.example.com.mail.eu.example.com")));
    assert.ok(names.includes(fqdn("t1._domainkey.mail.eu.example.com.example.com")));
    assert.equal(new Set(names).size, names.length);
    assert.deepEqual(misplacedNames(DOMAIN, nameOf("t1"), fqdn("_domainkey.example.com")), [
      "t1._domainkey.example.com._domainkey.example.com",
    ]);
    const long = fqdn(`${"a23456789.".repeat(13)}example.com`);
    assert.ok(misplacedNames(long, nameOf("t1", long), long).every((name) => name.length <= 253));
  });
});
