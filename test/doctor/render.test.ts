import assert from "node:assert/strict";
import type { AuthorityOptions, Delegation, ServerSighting, Sighting } from "../../provider/authority/authority";
import { judge } from "../../provider/authority/judge";
import { coloured, paintFor, plain } from "../../provider/cli/doctor/paint";
import { renderReport } from "../../provider/cli/doctor/render";
import { renderRecord } from "../../provider/cli/doctor/render-record";
import { table } from "../../provider/cli/doctor/table";
import { openLiveView } from "../../provider/cli/doctor/terminal";
import { fqdn } from "../../provider/core/fqdn";
import { diagnose } from "../../provider/diagnosis/diagnose";
import { expectedValues } from "../../provider/diagnosis/expected";
import type { IdentitySeen, Observations } from "../../provider/diagnosis/finding";
import { dataText, type Requirement } from "../../provider/dns/requirement";
import { commandsFor } from "../../provider/doctor/commands";
import { type DomainReport, exitCodeOf, outcomeOf } from "../../provider/doctor/report";
import { placeTokens, type Subject } from "../../provider/doctor/subject";
import { commandWithResolver, withResolver } from "../../provider/doctor/with-resolver";
import { matchSnapshot, T1, T2 } from "../support/doctor/doctor";
import { txtFor } from "../support/lifecycle/required";

const DOMAIN = fqdn("example.com");
const NAME = fqdn("_amazonses.example.com");
const EXPECTED: readonly Requirement[] = [txtFor("us-east-1", NAME, T1), txtFor("eu-west-1", NAME, T2)];
const LOOK = { width: 80, paint: plain };

type Said = ServerSighting extends infer S ? (S extends unknown ? Omit<S, "server" | "address"> : never) : never;
const values = (...all: readonly string[]): Said => ({ kind: "values", values: all, ttl: 300 });
const ABSENT: Said = { kind: "absent", nxdomain: false, negativeTtl: 300 };
const LAME: Said = { kind: "lame", reason: "answered as a recursive resolver, without authority", recursive: true };
const SILENT: Said = { kind: "unreachable", reason: "over UDP no answer, over TCP a closed port" };

function sighting(said: readonly (readonly [string, string, Said])[], more: Partial<Sighting> = {}): Sighting {
  const servers = said.map(([server, address, rest]) => ({ server, address, ...rest }) as ServerSighting);
  const names = [...new Set(servers.map(({ server }) => server))].sort();
  const delegation: Delegation = {
    zone: DOMAIN,
    parentServers: names,
    zoneServers: names,
    servers: names.map((name) => ({
      name,
      addresses: servers.filter(({ server }) => server === name).map(({ address }) => address),
    })),
  };
  return { name: NAME, type: "TXT", target: NAME, cnames: [], via: "authoritative", delegation, servers, ...more };
}

const OVER_HTTPS = { via: "doh", delegation: undefined } as const;
const MIXED = sighting([
  ["ns1.example.net", "192.0.2.1", values(T1, T2, "v=spf1 -all")],
  ["ns2.example.net", "192.0.2.2", values(T1)],
  ["ns3.example.net", "192.0.2.3", ABSENT],
  ["ns4.example.net", "192.0.2.4", LAME],
  ["ns5.example.net", "192.0.2.5", SILENT],
]);

function identity(name: string, status: IdentitySeen["status"]): IdentitySeen {
  return { name, region: name, accountId: "000000000000", status, verifiedBefore: false };
}

function report(seen: Partial<Observations> = {}): DomainReport {
  const observations: Observations = {
    domain: DOMAIN,
    identities: [identity("us-east-1", "Success"), identity("eu-west-1", "Pending")],
    expected: EXPECTED,
    sightings: [MIXED],
    probes: [],
    unread: [],
    written: [],
    ...seen,
  };
  const verdicts = observations.sightings.map((each) => judge(each, observations.expected.map(dataText)));
  const findings = diagnose(observations);
  return {
    observations,
    verdicts,
    users: [],
    findings,
    outcome: outcomeOf(observations, verdicts, findings),
    notAsked: undefined,
  };
}

const widest = (text: string) => Math.max(...text.split("\n").map((line) => line.length));

describe("the doctor's words on a page", () => {
  it("are a table of servers within 80 columns", () => {
    const text = renderRecord(judge(MIXED, [T1, T2]), expectedValues(EXPECTED), LOOK);
    assert.ok(widest(text) <= 80, text);
    matchSnapshot("record.txt", `${text}\n`);
  });

  it("stay within 80 columns with long names and IPv6 addresses", () => {
    const long = (index: number) => `ns-${index}.a-rather-long-label-of-a-name-server.hosted-at-some-provider.example`;
    const v6 = (index: number) => `2001:db8:ffff:ffff:ffff:ffff:ffff:${index}fff`;
    const wide = sighting([
      [long(1), "192.0.2.1", values(T1, T2)],
      [long(1), v6(1), values(T1, T2)],
      [long(2), v6(2), SILENT],
      [long(3), v6(3), LAME],
    ]);
    const text = renderRecord(judge(wide, [T1, T2]), expectedValues(EXPECTED), LOOK);
    assert.ok(widest(text) <= 80, text);
    matchSnapshot("record-wide.txt", `${text}\n`);
  });

  it("name a server whose name has no address, and an alias", () => {
    const { delegation } = MIXED;
    assert.ok(delegation !== undefined);
    const servers = [...delegation.servers, { name: "ns6.example.invalid", addresses: [] }];
    const seen = { ...MIXED, target: fqdn("x.example.org"), cnames: [fqdn("x.example.org")] };
    const text = renderRecord(
      judge({ ...seen, delegation: { ...delegation, servers } }, [T1, T2]),
      expectedValues(EXPECTED),
      LOOK,
    );
    assert.match(text, /^ {2}ns6\.example\.invalid {2}no address {2}cannot be asked$/m);
    assert.match(text, /alias of x\.example\.org/);
  });

  it("hold no control character that a server sent, and cut what is endless", () => {
    const hostile = sighting([["ns1.example.net", "192.0.2.1", values("\u001b[2Jgone", "x".repeat(60_000))]]);
    const text = renderReport(report({ sightings: [hostile] }), LOOK);
    assert.ok(!text.includes("\u001b"));
    assert.ok(text.length < 6_000);
  });

  it("are the whole report, worded by the catalogue", () => {
    const text = renderReport(report(), LOOK);
    const wide = text.split("\n").filter((line) => line.length > 80 && !line.startsWith("  try  "));
    assert.deepEqual(wide, []);
    matchSnapshot("report.txt", `${text}\n`);
  });

  it("are coloured by what they mean, on a terminal only", () => {
    const text = renderReport(report(), { width: 80, paint: coloured });
    assert.ok(text.includes("\u001b[31merror txt-partial\u001b[0m"));
    assert.equal(text.replace(new RegExp(`${String.fromCharCode(27)}\\[\\d*m`, "g"), ""), renderReport(report(), LOOK));
    assert.equal(paintFor(true, {}), coloured);
    assert.equal(paintFor(true, { NO_COLOR: "" }), coloured);
    assert.equal(paintFor(true, { NO_COLOR: "1" }), plain);
    assert.equal(paintFor(true, { TERM: "dumb" }), plain);
    assert.equal(paintFor(false, {}), plain);
  });

  it("fill the window as it is at each frame", () => {
    const screen = { width: 80, height: 4, text: "" };
    const shown = (): string => screen.text;
    const view = openLiveView({
      write: (text) => {
        screen.text += text;
      },
      say: () => undefined,
      get width() {
        return screen.width;
      },
      get height() {
        return screen.height;
      },
      paint: plain,
    });
    view.show("one\ntwo\nthree\nfour\nfive");
    assert.equal(shown(), "one\ntwo\nthree\n");
    Object.assign(screen, { height: 6, text: "" });
    view.show("one\ntwo\nthree\nfour\nfive");
    assert.equal(shown(), "\u001b[3A\r\u001b[Jone\ntwo\nthree\nfour\nfive\n");
    Object.assign(screen, { width: 4, text: "" });
    view.show("a line that breaks\nsecond");
    assert.ok(shown().endsWith("a line that breaks\n"), shown());
  });

  it("breaks the last column of a table at spaces", () => {
    const rows = [
      [{ text: "one" }, { text: "two" }, { text: "a b c d e f g h i j k l m n o p q r s t u v w x y z" }],
      [{ text: "three" }, { text: "four" }, { text: "short" }],
    ];
    assert.deepEqual(table(rows, 40, plain), [
      "  one    two   a b c d e f g h i j k l m",
      "               n o p q r s t u v w x y z",
      "  three  four  short",
    ]);
  });
});

describe("the doctor's verdict", () => {
  const good = sighting([["ns1.example.net", "192.0.2.1", values(T1, T2)]]);
  const verified = [identity("us-east-1", "Success"), identity("eu-west-1", "Success")];
  const cases: readonly [string, Partial<Observations>, DomainReport["outcome"]][] = [
    ["verified and published", { identities: verified, sightings: [good] }, "healthy"],
    ["published, and SES still looks", { sightings: [good] }, "problems"],
    [
      "one region verified and published, and SES in the other could not be asked",
      { identities: [identity("us-east-1", "Success"), identity("eu-west-1", "unknown")], sightings: [good] },
      "unknown",
    ],
    [
      "SES could not be asked, and the value is gone",
      {
        identities: [identity("us-east-1", "unknown")],
        sightings: [sighting([["ns1.example.net", "192.0.2.1", ABSENT]])],
      },
      "problems",
    ],
    [
      "published, and SES could not be asked",
      { identities: [identity("us-east-1", "unknown")], sightings: [good] },
      "unknown",
    ],
    [
      "verified, and the value is gone",
      { identities: verified, sightings: [sighting([["ns1.example.net", "192.0.2.1", ABSENT]])] },
      "problems",
    ],
    ["given tokens are published", { identities: [], sightings: [good] }, "healthy"],
    ["nothing is expected, and a token is served", { identities: [], expected: [], sightings: [good] }, "healthy"],
    [
      "nothing is expected, and none is served",
      {
        identities: [],
        expected: [],
        sightings: [sighting([["ns1.example.net", "192.0.2.1", values("v=spf1 -all")]])],
      },
      "problems",
    ],
    [
      "the domain does not exist",
      {
        identities: [],
        expected: [],
        sightings: [],
        unread: [{ name: NAME, code: "zone-unknown", message: "NXDOMAIN" }],
      },
      "problems",
    ],
    [
      "nobody answers anything",
      {
        identities: [identity("us-east-1", "unknown")],
        sightings: [sighting([["ns1.example.net", "192.0.2.1", SILENT]])],
      },
      "unknown",
    ],
    [
      "nothing could be read",
      {
        identities: [],
        expected: [],
        sightings: [],
        unread: [{ name: NAME, code: "servers-unreachable", message: "none" }],
      },
      "unknown",
    ],
  ];
  for (const [what, seen, outcome] of cases) {
    it(`is ${outcome} where ${what}`, () => assert.equal(report(seen).outcome, outcome));
  }

  it("is never that there are problems, without one being named", () => {
    const statuses = ["Success", "Pending", "Failed", "TemporaryFailure", "NotStarted", "absent", "unknown"] as const;
    const says = [values(T1), values("v=spf1 -all"), ABSENT, LAME, SILENT];
    const pairs = says.flatMap((a) => says.map((b) => [a, b] as const));
    const looks = pairs.flatMap(([a, b]) => [
      [
        sighting([
          ["ns1.example.net", "192.0.2.1", a],
          ["ns2.example.net", "192.0.2.2", b],
        ]),
      ],
      [
        sighting(
          [
            ["one.example", "https://one.example/", a],
            ["two.example", "https://two.example/", b],
          ],
          OVER_HTTPS,
        ),
      ],
    ]);
    const unread = ["zone-unknown", "servers-unreachable", "servers-intercepted", "resolver-unreachable"];
    const identities = [[], ...statuses.map((status) => [identity("us-east-1", status)])];
    for (const one of [...identities, [{ ...identity("us-east-1", "Success"), tokenless: true }]]) {
      for (const expected of [[], EXPECTED.slice(0, 1)]) {
        const seen = [
          ...looks.map((sightings) => ({ sightings })),
          ...unread.map((code) => ({ sightings: [], unread: [{ name: NAME, code, message: "so it is" }] })),
        ];
        for (const each of seen) {
          const { outcome, findings } = report({ identities: one, expected, ...each });
          assert.ok(outcome !== "problems" || findings.length > 0, JSON.stringify({ one, expected, each }));
        }
      }
    }
  });

  it("is 1 where a problem was found, and 2 where none was and not all is known", () => {
    const all = (...outcomes: readonly DomainReport["outcome"][]) =>
      exitCodeOf(outcomes.map((outcome) => ({ outcome })));
    assert.deepEqual(
      [
        all("healthy"),
        all("healthy", "problems"),
        all("healthy", "unknown"),
        all("unknown", "unknown"),
        all("problems", "unknown"),
      ],
      [0, 1, 2, 2, 1],
    );
  });
});

const SUBJECT: Subject = {
  domain: DOMAIN,
  identities: [
    {
      name: "us-east-1@it's",
      spec: { name: "us-east-1", region: "us-east-1", profile: "it's" },
      accountId: undefined,
      verifiedBefore: false,
      leaveOutFor: [],
    },
  ],
  tokens: [],
  expected: undefined,
  hosts: [],
  dnsCheck: { mode: "authoritative", port: 5300 },
};

describe("the lines for the shell", () => {
  it("hold addresses instead of names from the network, and quote the profile", () => {
    const hostile = sighting([["ns1.$(reboot).example.net", "192.0.2.1", values(T1)]]);
    const one = { ...identity("us-east-1@it's", "Success"), region: "us-east-1" };
    const lines = commandsFor(SUBJECT, report({ identities: [one], sightings: [hostile] }));
    assert.deepEqual(lines, [
      "dig +trace NS example.com",
      "dig -p 5300 +norec TXT _amazonses.example.com @192.0.2.1",
      "dig -p 5300 +norec SOA example.com @192.0.2.1",
      "aws ses get-identity-verification-attributes --identities example.com --region us-east-1 --profile 'it'\\''s'",
      "aws sesv2 get-email-identity --email-identity example.com --region us-east-1 --profile 'it'\\''s'",
    ]);
  });
});

describe("a line of aws", () => {
  it("goes with the profile of the identity that it is about", () => {
    const [missing] = report({ identities: [identity("us-east-1@it's", "absent")], expected: [] }).findings;
    assert.ok(missing !== undefined);
    const { command } = commandWithResolver(missing, SUBJECT.dnsCheck, SUBJECT.identities);
    assert.ok(command?.endsWith(" --profile 'it'\\''s'"), command);
  });
});

describe("a line of dig", () => {
  const cases: readonly [string, AuthorityOptions, string][] = [
    ["dig TXT a.example", { mode: "authoritative" }, "dig TXT a.example"],
    ["dig +norec TXT a.example @ns1.example", { mode: "authoritative" }, "dig +norec TXT a.example @ns1.example"],
    [
      "dig +norec TXT a.example @ns1.example",
      { mode: "authoritative", port: 5300 },
      "dig -p 5300 +norec TXT a.example @ns1.example",
    ],
    [
      "dig MX a.example",
      { mode: "authoritative", resolvers: ["[::1]:5353", "192.0.2.1"], port: 5300 },
      "dig -p 5353 MX a.example @::1",
    ],
    [
      "dig +trace NS a.example",
      { mode: "authoritative", resolvers: ["192.0.2.1"] },
      "dig +trace NS a.example @192.0.2.1",
    ],
    ["dig MX a.example", { mode: "doh" }, "dig MX a.example +https=/dns-query @cloudflare-dns.com"],
    [
      "dig TXT a.example",
      { mode: "doh", resolvers: ["https://dns.example:8443/ask"] },
      "dig TXT a.example +https=/ask -p 8443 @dns.example",
    ],
    ["dig +trace NS a.example", { mode: "doh" }, "dig +trace NS a.example"],
    ["aws sts get-caller-identity", { mode: "doh" }, "aws sts get-caller-identity"],
  ];
  for (const [line, how, expected] of cases) {
    it(`asks as the doctor did: ${expected}`, () => assert.equal(withResolver(line, how), expected));
  }
});

describe("where a token is expected", () => {
  const under = (...there: readonly string[]) => ({
    sighting: sighting([["ns1.example.net", "192.0.2.1", values(...there)]]),
  });
  const apex = (...there: readonly string[]) => ({
    sighting: { ...under(...there).sighting, name: DOMAIN, target: DOMAIN },
  });
  const tokens = [{ identity: "a", token: T1 }];

  it("is at _amazonses, unless it is only at the domain, in the form for there", () => {
    const at = (...readings: readonly { sighting: Sighting }[]) =>
      placeTokens(SUBJECT, tokens, readings).map((one) => [one.record.name, dataText(one)]);
    assert.deepEqual(at(under(), apex()), [[NAME, T1]]);
    assert.deepEqual(at(under(), apex(`amazonses:${T1}`)), [[DOMAIN, `amazonses:${T1}`]]);
    assert.deepEqual(at(under(T1), apex(`amazonses:${T1}`)), [[NAME, T1]]);
    assert.deepEqual(at(under(), apex(T1)), [[NAME, T1]]);
  });

  it("is where the state says, with the token that SES has now", () => {
    const state = { ...SUBJECT, expected: [txtFor("a", DOMAIN, `amazonses:${T2}`)] };
    assert.deepEqual(placeTokens(state, tokens, []), [txtFor("a", DOMAIN, `amazonses:${T1}`)]);
  });
});
