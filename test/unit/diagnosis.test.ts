import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import type { Delegation, ServerSighting, Sighting } from "../../provider/authority/authority";
import { explain, SesDomainError } from "../../provider/core/errors";
import { type Fqdn, fqdn, isWithin } from "../../provider/core/fqdn";
import { describeAnswers } from "../../provider/diagnosis/answers";
import { CATALOGUE } from "../../provider/diagnosis/catalogue";
import { damageOf, splitInto } from "../../provider/diagnosis/damage";
import { describeFinding, describeFindings, diagnose } from "../../provider/diagnosis/diagnose";
import type { Finding, IdentitySeen, Observations } from "../../provider/diagnosis/finding";
import { problemPages } from "../../provider/diagnosis/pages";
import { glanceNames, probeNames } from "../../provider/diagnosis/probes";
import type { VerificationInfo } from "../../provider/ses/port";
import { anyCharacter } from "../support/any-character";
import { txtFor } from "../support/lifecycle/required";
import { sampled } from "../support/sample";

const DOMAIN = fqdn("example.com");
const NAME = fqdn("_amazonses.example.com");
const TOKEN = "fmxqxT/icOYx4aA/bEUrDPMeax9/s3frblS+niixmqk=";
const OTHER = "QTKknzFg2J4ygwa+XvHAxUl1hyHoY0gVfZdfjIedHZ0=";
const THIRD = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=";
const NS = ["ns1.example.net", "ns2.example.net", "ns3.example.net"];

/** What each server says: its values, or a word for what else happened. */
type Says =
  | readonly string[]
  | "absent"
  | "nxdomain"
  | "lame"
  | "recursive"
  | "silent"
  | "truncated"
  | "endless"
  | "fails"
  | "deaf"
  | "private"
  | "unasked";

function said(server: string, says: Says, address = `192.0.2.${server.charCodeAt(2) - 48}`): ServerSighting {
  const who = { server, address };
  switch (says) {
    case "absent":
    case "nxdomain":
      return { ...who, kind: "absent", nxdomain: says === "nxdomain", negativeTtl: 300 };
    case "lame":
      return { ...who, kind: "lame", reason: "REFUSED", recursive: false };
    case "recursive":
      return { ...who, kind: "lame", reason: "no authoritative answer", recursive: true };
    case "silent":
      return { ...who, kind: "unreachable", reason: "no answer in 5 s" };
    case "fails":
      return { ...who, kind: "lame", reason: "answered SERVFAIL", recursive: false, servesZone: true };
    case "deaf":
      return { ...who, kind: "unreachable", reason: "no answer in 5 s", servesZone: true };
    case "private":
      return { ...who, kind: "unreachable", reason: "it is a private address", private: true };
    case "unasked":
      return { ...who, kind: "unreachable", reason: "it was not asked", unasked: "limit" };
    case "endless":
      return {
        ...who,
        kind: "lame",
        reason: "has a CNAME that never ends",
        recursive: false,
        servesZone: true,
        endless: true,
      };
    case "truncated":
      return { ...who, kind: "unreachable", reason: "it truncates its answer over UDP", noTcp: true };
    default:
      return { ...who, kind: "values", values: says, ttl: 300 };
  }
}

function delegation(change: Partial<Delegation> = {}): Delegation {
  const servers = NS.map((name) => ({ name, addresses: [`192.0.2.${name.charCodeAt(2) - 48}`] }));
  return { zone: DOMAIN, parentServers: NS, zoneServers: NS, servers, ...change };
}

/** The zone names a server more than its parent. */
const LARGER = delegation({ zoneServers: [...NS, "ns9.example.net"] });

function at(name: Fqdn, servers: readonly ServerSighting[], change: Partial<Sighting> = {}): Sighting {
  return {
    name,
    type: "TXT",
    target: name,
    cnames: [],
    via: "authoritative",
    delegation: delegation(),
    servers,
    ...change,
  };
}

/** The three servers' answers in turn, at one name. */
function answers(...says: readonly Says[]): ServerSighting[] {
  return NS.map((server, index) => said(server, says[index] ?? says[0] ?? "absent"));
}

function identity(change: Partial<IdentitySeen> = {}): IdentitySeen {
  return {
    name: "us-east-1",
    region: "us-east-1",
    accountId: "111122223333",
    status: "Pending",
    verifiedBefore: false,
    ...change,
  };
}

function seen(change: Partial<Observations> = {}): Observations {
  return {
    domain: DOMAIN,
    identities: [identity()],
    expected: [txtFor("us-east-1", NAME, TOKEN)],
    sightings: [at(NAME, answers([TOKEN]))],
    probes: [],
    unread: [],
    written: [{ kind: "route53", zone: DOMAIN, servers: NS }],
    ...change,
  };
}

/** The serials of three servers of one primary, the second of which has an older copy of the zone. */
const SECOND_BEHIND = NS.map((server, index) => ({
  zone: DOMAIN,
  server,
  address: `192.0.2.${index + 1}`,
  serial: index === 1 ? 1 : 2,
  primary: NS[0],
}));
const VERIFIED = [identity({ status: "Success", verifiedBefore: true })];
const REVOKED = [identity({ status: "Failed", verifiedBefore: true })];
const gone = [at(NAME, answers("nxdomain"))];
const there = (...values: string[]) => [at(NAME, answers(values))];
const probe = (name: string, ...values: string[]) => [at(fqdn(name), answers(values))];
const two = [txtFor("us-east-1", NAME, TOKEN), txtFor("eu-west-1", NAME, OTHER)];
const EU = { name: "eu-west-1", region: "eu-west-1" };
const pair = [identity({ status: "Success" }), identity({ ...EU, status: "Success" })];
const moved = delegation({
  parentServers: ["a.old.example", "b.old.example"],
  zoneServers: ["a.old.example", "b.old.example"],
});
const old = [said("a.old.example", "nxdomain", "198.51.100.1"), said("b.old.example", "nxdomain", "198.51.100.2")];
const apex = [txtFor("us-east-1", DOMAIN, `amazonses:${TOKEN}`)];

/** Eight values of many, as Route 53 chooses them. */
const crowd = (from: number) => Array.from({ length: 8 }, (_, index) => `value ${from + index}`);
const look = (errorType: VerificationInfo["errorType"], primaryNameServer: string, serial: number) => ({
  errorType,
  lastChecked: Date.UTC(2026, 2, 1, 14, 5),
  lastSuccess: undefined,
  soa: { primaryNameServer, serial },
});

/** `code` is an error; `?code` a warning; `-code` a note. */
const CASES: readonly [string, Partial<Observations>, readonly string[], RegExp?][] = [
  [
    "a domain that fails again and again",
    {
      identities: [
        identity({
          status: "Failed",
          askedAgain: { restarts: 3, lastMs: 0, tokenChanged: false, heldUntilMs: 604_800_000 },
        }),
      ],
      sightings: there(TOKEN),
    },
    ["verification-failed", "verification-failing"],
    /example\.com 3 .*1970-01-01 00:00 UTC.*1970-01-08/,
  ],
  ...(["Pending", "NotStarted", "Failed", "TemporaryFailure"] as const).map((status): (typeof CASES)[number] => [
    `an identity in ${status} without a token`,
    { identities: [identity({ status, tokenless: true })], expected: [], sightings: there(THIRD) },
    ["verification-not-started"],
    /_amazonses\.example\.com .*"AAAA/,
  ]),
  [
    "an identity without a token, where an earlier token's value is gone",
    { identities: [identity({ tokenless: true })], sightings: gone },
    ["verification-not-started"],
  ],
  [
    "an identity without a token, and a damaged copy of another region's value",
    {
      identities: [identity({ status: "Success", tokenless: true }), identity(EU)],
      expected: [txtFor("eu-west-1", NAME, OTHER)],
      sightings: there(OTHER.toLowerCase()),
    },
    ["txt-wrong-value", "?success-without-txt", "-verification-pending"],
  ],
  [
    "the value on some servers, and a damaged copy on another",
    { identities: VERIFIED, sightings: [at(NAME, answers([TOKEN], [`"${TOKEN}`], [TOKEN]))] },
    ["?txt-partial"],
    /ns2\.example\.net .*"fmxq/,
  ],
  [
    "an identity without a token, verified before",
    { identities: [identity({ ...REVOKED[0], tokenless: true })], expected: [], sightings: gone },
    ["verification-revoked"],
  ],
  [
    "a failure that came of an earlier state of the zone",
    {
      identities: [identity({ status: "Failed", info: look("HOST_NOT_FOUND", "ns1.example.net", 1) })],
      serials: NS.map((server) => ({ zone: DOMAIN, server, address: "192.0.2.1", serial: 2, primary: NS[0] })),
    },
    ["verification-failed"],
    /HOST_NOT_FOUND/,
  ],
  [
    "a secondary that is behind, and lacks the value",
    {
      sightings: [at(NAME, answers([TOKEN], "absent", [TOKEN]))],
      serials: SECOND_BEHIND,
    },
    ["server-behind", "txt-partial", "-verification-pending"],
  ],
  [
    "a secondary that is behind, and still has what the newest copy of the zone has lost",
    {
      sightings: [at(NAME, answers("absent", [TOKEN], "absent"))],
      serials: SECOND_BEHIND,
    },
    ["txt-partial", "-server-behind", "-verification-pending"],
  ],
  [
    "nothing anywhere",
    { sightings: gone },
    ["txt-missing", "-verification-pending"],
    /"fmxq.*_amazonses\.example\.com .*ns1\.example\.net, ns2/,
  ],
  [
    "another TXT value at the domain",
    { expected: apex, sightings: [at(DOMAIN, answers(["v=spf1 -all"]))] },
    ["txt-missing", "-verification-pending"],
    /1 other value/,
  ],
  [
    "two values missing",
    { identities: pair, expected: two, sightings: gone },
    ["txt-missing", "revocation-pending", "revocation-pending"],
    /us-east-1 and eu-west-1/,
  ],
  [
    "one of two values missing",
    { identities: pair, expected: two, sightings: there(TOKEN) },
    ["txt-other-identity", "revocation-pending"],
    /"us-east-1".*"QTK.*"eu-west-1"/,
  ],
  [
    "only a stranger's token",
    { sightings: there(THIRD) },
    ["txt-other-identity", "-verification-pending"],
    /not in this program/,
  ],
  [
    "a token that may be of an identity SES was not asked about",
    {
      identities: [identity(), identity({ name: "eu-west-1", region: "eu-west-1", status: "unknown" })],
      sightings: there(THIRD),
    },
    ["txt-other-identity", "?ses-unknown", "-verification-pending"],
    /perhaps "eu-west-1"(?!.*not in this program)/,
  ],
  [
    "two of three servers",
    { sightings: [at(NAME, answers([TOKEN], "absent", [TOKEN]))] },
    ["txt-partial", "-verification-pending"],
    /^txt-partial: ns2\.example\.net .*"fmxq.*ns1\.example\.net and ns3\.example\.net/,
  ],
  [
    "two of three servers, verified",
    { identities: VERIFIED, sightings: [at(NAME, answers([TOKEN], [OTHER], [TOKEN]))] },
    ["?txt-partial"],
  ],
  [
    "one address of a server",
    {
      identities: VERIFIED,
      sightings: [
        at(NAME, [said("ns1.example.net", [TOKEN], "192.0.2.1"), said("ns1.example.net", "absent", "2001:db8::1")]),
      ],
    },
    ["?txt-partial"],
    /ns1\.example\.net \(2001:db8::1\)/,
  ],
  [
    "a plus that became a space",
    { sightings: there(TOKEN.replace("+", " ")) },
    ["txt-wrong-value", "-verification-pending"],
    /"\+"/,
  ],
  [
    "a damaged value beside another team's",
    { sightings: there(THIRD, TOKEN.slice(0, -1)) },
    ["txt-wrong-value", "-verification-pending"],
    /"="/,
  ],
  [
    "two halves",
    { sightings: there(TOKEN.slice(0, 20), TOKEN.slice(20)) },
    ["txt-wrong-value", "-verification-pending"],
    /"fmxq/,
  ],
  [
    "something else at _amazonses",
    { sightings: there("hello") },
    ["txt-missing", "-verification-pending"],
    /1 other value: "hello"/,
  ],
  [
    "the domain's form at _amazonses",
    { sightings: there(`amazonses:${TOKEN}`) },
    ["txt-wrong-value", "-verification-pending"],
    /"amazonses:/,
  ],
  [
    "the bare token at the domain, prefix expected",
    { expected: apex, sightings: [at(DOMAIN, answers(["v=spf1 -all", TOKEN]))] },
    ["txt-at-domain", "-verification-pending"],
    /"amazonses:/,
  ],
  [
    "the name doubled",
    { sightings: gone, probes: probe("_amazonses.example.com.example.com", TOKEN) },
    ["txt-name-doubled", "-verification-pending"],
    /_amazonses\.example\.com\.example\.com/,
  ],
  [
    "the domain itself",
    { sightings: gone, probes: probe("example.com", "v=spf1 -all", TOKEN) },
    ["txt-at-domain", "-verification-pending"],
  ],
  [
    "no underscore",
    { sightings: gone, probes: probe("amazonses.example.com", TOKEN) },
    ["txt-without-underscore", "-verification-pending"],
  ],
  [
    "without underscore and damaged",
    { sightings: gone, probes: probe("amazonses.example.com", `"${TOKEN}"`) },
    ["txt-without-underscore", "-verification-pending"],
    /, as "fmxq/,
  ],
  [
    "under a label that is misspelt",
    { sightings: gone, probes: probe("_amazones.example.com", TOKEN) },
    ["txt-wrong-name", "-verification-pending"],
    /_amazones\.example\.com/,
  ],
  [
    "under a label with the guide's backslash",
    { sightings: gone, probes: [at("\\_amazonses.example.com" as Fqdn, answers([TOKEN]))] },
    ["txt-wrong-name", "-verification-pending"],
  ],
  [
    "a level too low",
    { sightings: gone, probes: probe("_amazonses.example.example.com", TOKEN) },
    ["txt-wrong-level", "-verification-pending"],
  ],
  [
    "at _amazonses instead of the domain",
    { expected: apex, sightings: [at(DOMAIN, answers("absent"))], probes: probe("_amazonses.example.com", TOKEN) },
    ["txt-wrong-level", "-verification-pending"],
  ],
  [
    "another's value in a wrong place explains nothing",
    { sightings: gone, probes: probe("example.com", THIRD) },
    ["txt-missing", "-verification-pending"],
  ],
  [
    "an alias",
    {
      sightings: [
        at(NAME, answers("absent"), { target: fqdn("elsewhere.example.org"), cnames: [fqdn("elsewhere.example.org")] }),
      ],
    },
    ["txt-under-cname", "-verification-pending"],
    /elsewhere\.example\.org/,
  ],
  [
    "a wildcard",
    { sightings: there("v=spf1 -all"), probes: probe("sesdomain-wildcard-probe.example.com", "v=spf1 -all") },
    ["txt-missing", "?txt-wildcard", "-verification-pending"],
  ],
  [
    "an absence that is kept for a day",
    {
      sightings: [
        at(NAME, [
          { server: "ns1.example.net", address: "192.0.2.1", kind: "absent", nxdomain: true, negativeTtl: 86_400 },
        ]),
      ],
    },
    ["txt-missing", "-absence-cached", "-verification-pending"],
    /ns1\.example\.net/,
  ],

  [
    "an unregistered domain",
    { sightings: [], unread: [{ name: NAME, code: "zone-unknown", message: "com says NXDOMAIN for example.com" }] },
    ["zone-unknown", "-verification-pending"],
    /com .*NXDOMAIN/,
  ],
  [
    "delegated to the old host",
    { sightings: [at(NAME, old, { delegation: moved })] },
    ["zone-not-delegated", "-verification-pending"],
    /ns1\.example\.net.* a\.old\.example and b\.old\.example/,
  ],
  [
    "delegated to servers that know nothing of it",
    { sightings: [at(NAME, [said("a.old.example", "lame", "198.51.100.1")], { delegation: moved })] },
    ["zone-not-delegated", "server-lame", "-verification-pending"],
  ],
  [
    "a subdomain delegated away",
    { sightings: [at(NAME, old, { delegation: { ...moved, zone: NAME } })] },
    ["zone-not-delegated", "-verification-pending"],
    /_amazonses\.example\.com .* a\.old/,
  ],
  [
    "a zone that nobody delegates to",
    { written: [{ kind: "route53", zone: NAME, servers: [] }], sightings: gone },
    ["zone-not-delegated", "-verification-pending"],
    /_amazonses\.example\.com, .*example\.com/,
  ],
  [
    "one of two hosts not delegated to",
    {
      written: [
        { kind: "route53", zone: DOMAIN, servers: NS },
        { kind: "cloudflare", zone: DOMAIN, servers: ["a.cf.example"] },
      ],
      sightings: gone,
    },
    ["zone-not-delegated", "-verification-pending"],
    /^zone-not-delegated: cloudflare/,
  ],
  [
    "an alias into another zone, which is not the one that is written to",
    {
      sightings: [
        at(NAME, answers("nxdomain"), {
          target: fqdn("x.example.net"),
          cnames: [fqdn("x.example.net")],
          delegation: delegation({ zone: fqdn("example.net"), parentServers: ["a.old.example"], zoneServers: [] }),
        }),
      ],
    },
    ["txt-under-cname", "-verification-pending"],
  ],
  [
    "a private zone",
    { written: [{ kind: "route53", zone: DOMAIN, servers: [], private: true }], sightings: gone },
    ["zone-private", "-verification-pending"],
  ],
  [
    "other servers above than within",
    {
      identities: VERIFIED,
      sightings: [
        at(NAME, answers([TOKEN]), {
          delegation: delegation({ zoneServers: ["ns1.example.net", "ns2.example.net", "ns4.example.net"] }),
        }),
      ],
    },
    ["?delegation-mismatch"],
    /ns3\.example\.net, .*ns4\.example\.net/,
  ],
  ["broken DNSSEC", { dnssec: { resolver: "9.9.9.9", state: "bogus" } }, ["dnssec-bogus", "-verification-pending"]],
  [
    "aliases in a circle",
    { sightings: [at(NAME, answers("endless"))] },
    ["txt-under-cname", "-verification-pending"],
    /_amazonses\.example\.com .*: ns1\.example\.net \(/,
  ],
  [
    "aliases in a circle at some servers, while the others refuse",
    { sightings: [at(NAME, answers("endless", "lame", "endless"))] },
    ["server-fails-name", "-verification-pending"],
    /ns1\.example\.net \(/,
  ],
  [
    "a choice of values that changes",
    {
      identities: VERIFIED,
      sightings: [at(NAME, answers(crowd(0), crowd(3), [TOKEN, ...crowd(9).slice(1)]))],
      again: [at(NAME, answers(crowd(1), crowd(5), crowd(2)))],
    },
    ["?txt-multivalue-overflow"],
    /_amazonses\.example\.com .*: \d+ /,
  ],
  [
    "another value that is kept for a day",
    {
      atMs: Date.UTC(2026, 2, 1, 14, 5),
      sightings: [
        at(NAME, [{ server: "ns1.example.net", address: "192.0.2.1", kind: "values", values: ["x"], ttl: 86_400 }]),
      ],
    },
    ["txt-missing", "-absence-cached", "-verification-pending"],
    /_amazonses\.example\.com .*24 hours .*2026-03-02 14:05 UTC/,
  ],
  [
    "a resolver out of reach",
    { sightings: [], unread: [{ name: NAME, code: "resolver-unreachable", message: "127.0.0.1 does not answer" }] },
    ["?dns-unread", "-verification-pending"],
  ],
  [
    "a domain that leads to too many questions",
    {
      sightings: [],
      unread: [NAME, DOMAIN].map((name) => ({ name, code: "dns-limit", message: "too many questions" })),
    },
    ["?dns-limit", "-verification-pending"],
    /_amazonses\.example\.com and example\.com/,
  ],
  [
    "a way that leads through too many zones",
    { sightings: [], unread: [{ name: NAME, code: "look-too-long", message: "too many zones" }] },
    ["?dns-limit", "-verification-pending"],
  ],
  [
    "servers that were not asked",
    { identities: VERIFIED, sightings: [at(NAME, [...answers([TOKEN]), said("ns4.example.net", "unasked")])] },
    ["?dns-limit"],
    /example\.com .*: ns4\.example\.net \(/,
  ],
  [
    "no server asked to the end",
    { sightings: [at(NAME, answers("unasked"))] },
    ["?dns-limit", "-verification-pending"],
  ],
  [
    "names beside it that were not read",
    { identities: VERIFIED, sightings: [at(NAME, answers([TOKEN]))], probesCut: true },
    ["-dns-limit"],
  ],

  [
    "one lame server of three",
    { identities: VERIFIED, sightings: [at(NAME, answers([TOKEN], "lame", [TOKEN]))] },
    ["?server-lame"],
    /ns2\.example\.net .*example\.com: REFUSED/,
  ],
  [
    "one resolver among three servers",
    { identities: VERIFIED, sightings: [at(NAME, answers([TOKEN], "recursive", [TOKEN]))] },
    ["?server-lame"],
    /RA set/,
  ],
  [
    "every server lame",
    { sightings: [at(NAME, answers("lame"))] },
    ["server-lame", "-verification-pending"],
    /example\.com .*: ns1\.example\.net \(/,
  ],
  [
    "some servers lame, the others silent",
    { sightings: [at(NAME, answers("lame", "silent", "lame"))] },
    ["server-lame", "-verification-pending"],
    /ns1\.example\.net \(REFUSED\).*ns2\.example\.net \(no answer in 5 s\)/,
  ],
  [
    "one dead server of three",
    { identities: VERIFIED, sightings: [at(NAME, answers([TOKEN], "silent", [TOKEN]))] },
    ["?server-unreachable"],
    /ns2\.example\.net .*example\.com: ns2\.example\.net \(/,
  ],
  [
    "one dead address of a server",
    {
      identities: VERIFIED,
      sightings: [
        at(NAME, [said("ns1.example.net", [TOKEN], "192.0.2.1"), said("ns1.example.net", "silent", "192.0.2.9")]),
      ],
    },
    ["-server-unreachable"],
    /192\.0\.2\.9/,
  ],
  [
    "nobody reachable, nor the root's servers",
    { sightings: [at(NAME, answers("silent"), { root: "silent" })] },
    ["port-53-blocked", "-verification-pending"],
  ],
  [
    "nobody reachable, while the root's servers answer",
    { sightings: [at(NAME, answers("silent"), { root: "answer" })] },
    ["server-unreachable", "-verification-pending"],
  ],
  [
    "nobody reachable, and nothing known of the root",
    { sightings: [at(NAME, answers("silent"))] },
    ["server-unreachable", "-verification-pending"],
  ],
  [
    "a registry out of reach",
    { sightings: [], unread: [{ name: NAME, code: "parent-unreachable", message: "no server of com answers" }] },
    ["parent-unreachable", "-verification-pending"],
  ],
  [
    "servers with IPv6 alone, which do not answer",
    {
      sightings: [
        at(
          NAME,
          ["2001:db8::1", "2001:db8::2"].map((address) => said("ns1.example.net", "silent", address)),
          { root: "answer" },
        ),
      ],
    },
    ["server-ipv6-only", "-verification-pending"],
  ],
  [
    "servers with IPv6 alone, which do not answer, while others answer over IPv6",
    {
      sightings: [at(NAME, [said("ns1.example.net", "silent", "2001:db8::1")], { root: "answer" })],
      probes: [at(fqdn("_amazonses.com"), [said("a.gtld.example", "nxdomain", "2001:db8::7")])],
    },
    ["server-unreachable", "-verification-pending"],
  ],
  [
    "servers with IPv6 alone, to which there is no route",
    {
      sightings: [
        at(NAME, [
          {
            server: "ns1.example.net",
            address: "2001:db8::1",
            kind: "unreachable",
            reason: "this machine has no route to it",
            noRoute: true,
          },
        ]),
      ],
      probes: [at(fqdn("_amazonses.com"), [said("a.gtld.example", "nxdomain", "2001:db8::7")])],
    },
    ["server-ipv6-only", "-verification-pending"],
    /no route/,
  ],
  [
    "servers with private addresses alone",
    { sightings: [at(NAME, answers("private"), { root: "answer" })] },
    ["server-private-address", "-verification-pending"],
    /ns1\.example\.net \(192\.0\.2\.1\)/,
  ],
  [
    "one server with a private address",
    { identities: VERIFIED, sightings: [at(NAME, answers([TOKEN], "private", [TOKEN]))] },
    ["?server-private-address"],
  ],
  [
    "a server that only the zone names, without the value, before SES has verified it",
    { sightings: [at(NAME, answers([TOKEN]), { delegation: LARGER, childOnly: [said("ns9.example.net", "absent")] })] },
    ["delegation-mismatch", "-verification-pending"],
    /ns9\.example\.net .*_amazonses\.example\.com/,
  ],
  [
    "a server that only the zone names, without the value, ever after",
    {
      identities: VERIFIED,
      sightings: [at(NAME, answers([TOKEN]), { delegation: LARGER, childOnly: [said("ns9.example.net", "absent")] })],
    },
    ["?delegation-mismatch"],
  ],
  [
    "a server that only the zone names, with the value too",
    {
      identities: VERIFIED,
      sightings: [at(NAME, answers([TOKEN]), { delegation: LARGER, childOnly: [said("ns9.example.net", [TOKEN])] })],
    },
    [],
  ],
  [
    "a server that only the zone names, which does not answer",
    { sightings: [at(NAME, answers([TOKEN]), { delegation: LARGER, childOnly: [said("ns9.example.net", "silent")] })] },
    ["?delegation-mismatch", "-verification-pending"],
  ],
  [
    "a value at a server to which the delegation does not lead",
    { sightings: [at(NAME, answers("absent"), { delegation: LARGER, childOnly: [said("ns9.example.net", [TOKEN])] })] },
    ["delegation-mismatch", "-verification-pending"],
    /ns9\.example\.net .*_amazonses\.example\.com/,
  ],
  [
    "servers that have the zone and fail at the name",
    { sightings: [at(NAME, answers("fails", "deaf", "fails"))] },
    ["server-fails-name", "-verification-pending"],
    /SERVFAIL/,
  ],
  [
    "one server that fails at the name",
    { identities: VERIFIED, sightings: [at(NAME, answers([TOKEN], "fails", [TOKEN]))] },
    ["?server-fails-name"],
    /ns2\.example\.net .*example\.com/,
  ],
  [
    "servers within the zone and no glue",
    {
      sightings: [
        at(NAME, [], {
          delegation: delegation({ servers: [], unresolved: [{ server: NS[0] ?? "", why: "no-glue" }] }),
        }),
      ],
    },
    ["server-glue-missing", "-verification-pending"],
  ],
  [
    "servers whose names are bogus, or fail",
    {
      sightings: [
        at(NAME, [], {
          delegation: delegation({
            servers: [],
            unresolved: [
              { server: "ns1.example.net", why: "bogus" },
              { server: "ns2.example.net", why: "failing" },
            ],
          }),
        }),
      ],
    },
    ["server-unresolvable", "server-name-bogus", "-verification-pending"],
  ],
  [
    "nobody reachable, as the authority says",
    { sightings: [], unread: [{ name: NAME, code: "servers-unreachable", message: "no server of com answers" }] },
    ["port-53-blocked", "-verification-pending"],
  ],
  [
    "a resolver in place of the root's servers",
    { sightings: [], unread: [{ name: NAME, code: "servers-intercepted", message: "only a resolver answers" }] },
    ["port-53-intercepted", "-verification-pending"],
  ],
  [
    "nobody reachable here, but elsewhere",
    {
      sightings: [at(NAME, answers("silent"))],
      probes: [at(fqdn("_amazonses.com"), [said("a.gtld.example", "nxdomain", "198.51.100.7")])],
    },
    ["server-unreachable", "-verification-pending"],
  ],
  [
    "a resolver in all servers' place",
    { sightings: [at(NAME, answers("recursive"), { root: "recursive" })] },
    ["port-53-intercepted", "-verification-pending"],
    /RA set, AA not/,
  ],
  [
    "resolvers as the only servers, while the root's are authorities",
    { sightings: [at(NAME, answers("recursive"), { root: "answer" })] },
    ["server-lame", "-verification-pending"],
  ],
  [
    "a resolver in place of those that answer",
    { sightings: [at(NAME, answers("recursive", "silent", "recursive"), { root: "recursive" })] },
    ["port-53-intercepted", "-verification-pending"],
  ],
  [
    "a server without an address",
    {
      identities: VERIFIED,
      sightings: [
        at(NAME, answers([TOKEN]), {
          delegation: delegation({ servers: [{ name: "ns9.example.net", addresses: [] }] }),
        }),
      ],
    },
    ["?server-unresolvable"],
  ],
  [
    "other teams' values on one server only",
    { identities: VERIFIED, sightings: [at(NAME, answers([TOKEN, OTHER], [TOKEN], [TOKEN]))] },
    ["?servers-disagree"],
  ],
  [
    "a secondary behind",
    {
      identities: VERIFIED,
      serials: [
        { zone: DOMAIN, server: "ns1.example.net", address: "192.0.2.1", serial: 3 },
        { zone: DOMAIN, server: "ns2.example.net", address: "192.0.2.2", serial: 4294967290 },
      ],
    },
    ["?server-behind"],
    /ns2\.example\.net .*4294967290.* 3\./,
  ],
  [
    "no TCP, no EDNS",
    {
      identities: VERIFIED,
      faults: [
        { server: "ns1.example.net", address: "192.0.2.1", fault: "no-tcp" },
        { server: "ns2.example.net", address: "192.0.2.2", fault: "no-edns" },
        { server: "ns3.example.net", address: "192.0.2.3", fault: "no-udp" },
      ],
    },
    ["?server-no-tcp", "?server-no-udp", "?server-no-edns"],
    /ns3\.example\.net \(192\.0\.2\.3\)/,
  ],
  [
    "truncated over UDP, and no TCP",
    { identities: VERIFIED, sightings: [at(NAME, answers([TOKEN], "truncated", [TOKEN]))] },
    ["?server-no-tcp"],
    /ns2\.example\.net \(192\.0\.2\.2\)/,
  ],
  [
    "truncated over UDP everywhere, and no TCP",
    { sightings: [at(NAME, answers("truncated", "silent", "truncated"))] },
    ["server-no-tcp", "-verification-pending"],
    /example\.com .*: ns1\.example\.net \(/,
  ],

  [
    "failed",
    { identities: [identity({ status: "Failed" })] },
    ["verification-failed"],
    /us-east-1 \(account 111122223333\) .*Failed .*example\.com\.$/,
  ],
  ["revoked, the value gone", { identities: REVOKED, sightings: gone }, ["txt-missing", "verification-revoked"]],
  [
    "revoked and off the list",
    { identities: [identity({ status: "absent", verifiedBefore: true })], sightings: gone },
    ["txt-missing", "verification-revoked"],
  ],
  [
    "revoked and off the list, token unknown",
    { identities: [identity({ status: "absent", verifiedBefore: true })], expected: [], sightings: gone },
    ["verification-revoked"],
  ],
  [
    "deleted, the value in place",
    { identities: [identity({ status: "absent", verifiedBefore: true })] },
    ["identity-missing"],
    /example\.com/,
  ],
  ["never asked", { identities: [identity({ status: "absent" })], expected: [], sightings: [] }, ["identity-missing"]],
  [
    "in another region",
    {
      identities: [identity({ status: "absent" })],
      expected: [],
      elsewhere: [{ region: "eu-west-1", status: "Success" }],
    },
    ["identity-missing", "-identity-in-other-region"],
    /example\.com\./,
  ],
  [
    "for DKIM only",
    { identities: [identity({ status: "NotStarted" })], expected: [], sightings: [] },
    ["verification-not-started"],
  ],
  [
    "temporary failure, all in place",
    { identities: [identity({ status: "TemporaryFailure", verifiedBefore: true })] },
    ["?temporary-failure"],
  ],
  [
    "temporary failure, the value gone",
    { identities: [identity({ status: "TemporaryFailure", verifiedBefore: true })], sightings: gone },
    ["txt-missing", "revocation-pending", "?temporary-failure"],
  ],
  ["verified, the value gone", { identities: VERIFIED, sightings: gone }, ["txt-missing", "revocation-pending"]],
  [
    "verified by DKIM, the value gone",
    { identities: [identity({ status: "Success", dkimVerified: true })], sightings: gone },
    ["?success-without-txt"],
  ],
  [
    "verified by DKIM, the value damaged",
    { identities: [identity({ status: "Success", dkimVerified: true })], sightings: there(TOKEN.toLowerCase()) },
    ["txt-wrong-value", "?success-without-txt"],
  ],
  [
    "one of two verified by DKIM, both values gone",
    { identities: [identity({ status: "Success", dkimVerified: true }), identity(EU)], expected: two, sightings: gone },
    ["txt-missing", "?success-without-txt", "-verification-pending"],
    /"QTK/,
  ],
  [
    "verified by DKIM, no token",
    { identities: [identity({ status: "Success", tokenless: true })], expected: [], sightings: gone },
    ["?success-without-txt"],
  ],
  [
    "nobody asked SES, and no token is there",
    { identities: [], expected: [], sightings: [at(NAME, answers("nxdomain", ["hello"], "silent"))] },
    ["txt-missing", "?server-unreachable", "?servers-disagree"],
    /ns1\.example\.net and ns2\.example\.net .*_amazonses\.example\.com/,
  ],
  [
    "resolvers over HTTPS that know nothing",
    { sightings: [at(NAME, [said("dns.example", "lame")], { via: "doh", delegation: undefined })] },
    ["?dns-unread", "-verification-pending"],
    /dns\.example \(REFUSED\)/,
  ],
  [
    "covered by the domain above",
    { identities: [identity({ status: "absent", coveredBy: fqdn("example.org") })], expected: [], sightings: gone },
    ["-covered-by-parent"],
    /example\.com, .*example\.org/,
  ],
  [
    "SES saw the previous host",
    {
      identities: [identity({ info: look(undefined, "ns1.old.example", 7) })],
      serials: NS.map((server) => ({ zone: DOMAIN, server, address: "192.0.2.1", serial: 9, primary: NS[0] })),
    },
    ["-verification-pending", "-ses-saw-otherwise"],
    /\(ns1\.example\.net\)/,
  ],
  [
    "SES saw an earlier state of the zone",
    {
      identities: [identity({ info: look("TYPE_NOT_FOUND", "ns1.example.net.", 7) })],
      serials: NS.map((server) => ({ zone: DOMAIN, server, address: "192.0.2.1", serial: 9, primary: NS[0] })),
    },
    ["-verification-pending", "-ses-saw-otherwise"],
    /serial is 9 .*7/,
  ],
  [
    "SES looked too early",
    {
      identities: [
        identity({
          info: {
            errorType: "HOST_NOT_FOUND",
            lastChecked: Date.UTC(2026, 2, 1, 14, 5),
            lastSuccess: undefined,
            soa: { primaryNameServer: "ns1.example.net", serial: 7 },
          },
        }),
      ],
    },
    ["-verification-pending", "-ses-saw-otherwise"],
    /2026-03-01 14:05 UTC,.*\(HOST_NOT_FOUND\),.*ns1\.example\.net .*7/,
  ],
  [
    "SES not reached",
    { identities: [identity({ status: "unknown", unknownBecause: "throttled" })] },
    ["?ses-unknown"],
    /example\.com: throttled/,
  ],
  [
    "no permission",
    { identities: [identity({ status: "unknown", unknownCode: "permission-missing" })] },
    ["?ses-permission-missing"],
  ],
  [
    "no credentials",
    { identities: [identity({ status: "unknown", unknownCode: "credentials-refused" })] },
    ["?ses-credentials"],
  ],
  ["no such region", { identities: [identity({ status: "unknown", unknownCode: "region-unknown" })] }, ["?ses-region"]],
];

const HEALTHY: readonly [string, Partial<Observations>][] = [
  ["the plain case", {}],
  ["other teams' tokens beside ours", { sightings: there(OTHER, TOKEN, THIRD) }],
  [
    "SPF and the rest at the domain",
    { expected: apex, sightings: [at(DOMAIN, answers(["v=spf1 -all", `amazonses:${TOKEN}`, `amazonses:${OTHER}`]))] },
  ],
  ["values in another order", { sightings: [at(NAME, answers([OTHER, TOKEN], [TOKEN, OTHER]))] }],
  [
    "13 servers",
    {
      sightings: [
        at(
          NAME,
          Array.from({ length: 13 }, (_, index) => said(`ns${index}.example.net`, [TOKEN], `192.0.2.${index}`)),
        ),
      ],
    },
  ],
  [
    "a CNAME to where the value is",
    { sightings: [at(NAME, answers([TOKEN]), { target: fqdn("x.example.org"), cnames: [fqdn("x.example.org")] })] },
  ],
  ["a wildcard for other names", { probes: probe("sesdomain-wildcard-probe.example.com", "v=spf1 -all") }],
  ["a hidden primary", { written: [{ kind: "rfc2136", zone: DOMAIN, servers: ["hidden.example.net"] }] }],
  ["a host that names no servers", { written: [{ kind: "cloudflare", zone: DOMAIN, servers: [] }] }],
  [
    "servers in another case and with a dot",
    { written: [{ kind: "route53", zone: DOMAIN, servers: ["NS1.Example.NET."] }] },
  ],
  [
    "no IPv6 on this machine",
    { sightings: [at(NAME, [...answers([TOKEN]), said("ns1.example.net", "silent", "2001:db8::1")])] },
  ],
  [
    "a server with IPv6 only",
    { sightings: [at(NAME, [...answers([TOKEN]), said("ns6.example.net", [TOKEN], "2001:db8::6")])] },
  ],
  [
    "a server that has IPv6 alone, where this machine has none",
    { sightings: [at(NAME, [...answers([TOKEN]), said("ns6.example.net", "silent", "2001:db8::6")])] },
  ],
  ["by DoH", { sightings: [at(NAME, [said("cloudflare-dns.com", [TOKEN])], { via: "doh", delegation: undefined })] }],
  [
    "a delegated subdomain",
    {
      written: [{ kind: "route53", zone: NAME, servers: NS }],
      sightings: [at(NAME, answers([TOKEN]), { delegation: delegation({ zone: NAME }) })],
    },
  ],
  ["DNS not looked at, by wish", { sightings: [], unread: [{ name: NAME, code: "dns-check-off", message: "off" }] }],
  ["DNS not looked at", { expected: [], sightings: [] }],
  [
    "equal serials and sound DNSSEC",
    {
      serials: NS.map((server) => ({ zone: DOMAIN, server, address: "192.0.2.1", serial: 5 })),
      dnssec: { resolver: "9.9.9.9", state: "secure" },
    },
  ],
  [
    "SES's last look long past",
    {
      identities: [
        identity({
          status: "Success",
          info: { errorType: "HOST_NOT_FOUND", lastChecked: 0, lastSuccess: 1, soa: undefined },
        }),
      ],
    },
  ],
];

const SIGN = { error: "", warning: "?", note: "-" } as const;
const signed = (findings: readonly Finding[]) => findings.map(({ severity, code }) => SIGN[severity] + code);

describe("diagnose", () => {
  for (const [what, change, codes, words] of CASES) {
    it(`names: ${what}`, () => {
      const findings = diagnose(seen(change));
      assert.deepEqual(signed(findings), codes);
      if (words) assert.match(findings.map(describeFinding).join("\n"), words);
    });
  }

  for (const [what, change] of HEALTHY) {
    it(`is silent about: ${what}`, () =>
      assert.deepEqual(signed(diagnose(seen({ identities: VERIFIED, ...change }))), []));
  }

  it("has a case for every code that observations can show", () => {
    const shown = new Set(CASES.flatMap(([, change]) => diagnose(seen(change)).map(({ code }) => code)));
    // `address.test.ts`, `sending.test.ts` and `sending-status.test.ts` have cases for their families.
    const records = ["dkim", "mail-from", "spf", "dmarc"];
    const elsewhere: ReadonlySet<string> = new Set(["arguments", "addresses", "sending", "account", ...records]);
    const unseen = CATALOGUE.filter(({ family, code }) => !elsewhere.has(family) && !shown.has(code));
    assert.deepEqual(unseen, []);
  });

  it("says which identities a problem keeps back", () => {
    const [other] = diagnose(seen({ identities: pair, expected: two, sightings: there(TOKEN) }));
    assert.deepEqual(other?.identities, ["eu-west-1"]);
  });

  it("fits the fix to the host, and the command to the server and the region", () => {
    const [byHand] = diagnose(seen({ sightings: gone, written: [{ kind: "manual", zone: DOMAIN, servers: [] }] }));
    assert.match(
      byHand?.fix ?? "",
      /_amazonses\.example\.com\. IN TXT "fmxqxT\/icOYx4aA\/bEUrDPMeax9\/s3frblS\+niixmqk="/,
    );
    assert.equal(byHand?.command, "dig +norec TXT _amazonses.example.com @ns1.example.net");
    const hosts = [
      { kind: "route53", zone: DOMAIN, servers: [] },
      { kind: "manual", zone: DOMAIN, servers: [] },
    ] as const;
    assert.match(
      diagnose(seen({ sightings: gone, written: hosts }))[0]?.fix ?? "",
      /^At route53: Run `pulumi up`.* At manual: Publish/,
    );
    const [failed] = diagnose(seen({ identities: [identity({ status: "Failed", region: "eu-west-1" })] }));
    assert.equal(
      failed?.command,
      "aws ses get-identity-verification-attributes --identities example.com --region eu-west-1",
    );
    const doh = [at(NAME, [said("cloudflare-dns.com", "absent")], { via: "doh", delegation: undefined })];
    assert.equal(diagnose(seen({ sightings: doh }))[0]?.command, "dig TXT _amazonses.example.com");
  });

  it("names every value that is to be published", () => {
    const [both] = diagnose(
      seen({
        identities: pair,
        expected: two,
        sightings: gone,
        written: [{ kind: "manual", zone: DOMAIN, servers: [] }],
      }),
    );
    assert.equal(both?.code, "txt-missing");
    assert.ok(both?.fix.includes(`${NAME}. IN TXT "${TOKEN}" and ${NAME}. IN TXT "${OTHER}"`), both?.fix);
  });

  it("gives no record to publish where nothing tells its value", () => {
    const unasked = { identities: [], expected: [], sightings: [at(NAME, answers("nxdomain"))] };
    for (const more of [{ declared: false }, { declared: true }, { declared: true, inDoctor: true }]) {
      for (const { code, records, fix } of diagnose(seen({ ...unasked, ...more }))) {
        if (code !== "txt-missing") continue;
        assert.equal(records, undefined);
        assert.match(fix, /aws ses get-identity-verification-attributes/);
      }
    }
  });

  it("says what happened to a value that is in the wrong place, too", () => {
    const probes = probe("_amazonses.www.example.com", TOKEN.toLowerCase());
    const [stray] = diagnose(seen({ sightings: gone, probes }));
    assert.match(stray?.seen ?? "", /, as "fmxq.*": its upper and lower case is not kept\.$/);
  });

  it("tells whoever types commands what to type, where no program declares the domain", () => {
    const elsewhere = [{ region: "eu-west-1", status: "Success" as const }];
    const more: Partial<Observations>[] = [
      { identities: [identity({ status: "absent" })], expected: [], elsewhere },
      { written: [{ kind: "route53", zone: DOMAIN, servers: [], private: true }], sightings: gone },
    ];
    for (const change of [...CASES.map(([, each]) => each), ...more]) {
      for (const { code, fix } of diagnose(seen({ written: [], ...change, declared: false }))) {
        assert.doesNotMatch(
          fix,
          /pulumi|dnsCheck|`identities`|placement|zoneId|underscores to|multipleValues|`dns`/,
          code,
        );
      }
    }
  });

  it("shows a stray value where it is", () => {
    const [stray] = diagnose(seen({ sightings: gone, probes: probe("amazonses.example.com", TOKEN) }));
    assert.equal(stray?.command, "dig +norec TXT amazonses.example.com @ns1.example.net");
    assert.match(stray?.fix ?? "", /at _amazonses\.example\.com\. Then delete amazonses\.example\.com\./);
  });

  it("keeps what a hostile server sends out of the terminal and the shell", () => {
    const hostile = '\u001b[2J$(touch x)\r\n"; rm -rf /';
    const servers = [
      said(hostile, [hostile], "192.0.2.1"),
      { ...said("ns2.example.net", "lame"), reason: hostile } as ServerSighting,
    ];
    const findings = diagnose(
      seen({ sightings: [at(NAME, servers, { delegation: delegation({ zoneServers: [hostile] }) })] }),
    );
    assert.ok(findings.length >= 3);
    for (const { seen: words, why, fix, command } of findings) {
      assert.doesNotMatch([words, why, fix].join(""), /\p{Cc}/u);
      assert.doesNotMatch(command ?? "", /touch|rm -rf/);
    }
  });

  it("takes no longer than there is much to compare", () => {
    const servers = (how: string) => Array.from({ length: 3_000 }, (_, index) => `${how}${index}.example.net`);
    const many = Array.from({ length: 12 }, (_, index) =>
      said(
        `ns${index}`,
        Array.from({ length: 3_000 }, (_, value) => `${index} ${value}`),
        `192.0.2.${index}`,
      ),
    );
    const change = { delegation: delegation({ parentServers: servers("a"), zoneServers: servers("b") }) };
    const wild = at(fqdn("sesdomain-wildcard-probe.example.com"), many);
    const startedMs = performance.now();
    const codes = diagnose(seen({ sightings: [at(NAME, many, change)], probes: [wild] })).map(({ code }) => code);
    assert.ok(codes.includes("txt-wildcard") && codes.includes("delegation-mismatch"), codes.join());
    // Less than a second; each value compared with each would be ten times as long.
    assert.ok(performance.now() - startedMs < 3_000);
  });

  it("never throws and leaves no hole in a text, whatever was seen", () => {
    const text = fc.oneof(
      fc.constantFrom(TOKEN, OTHER, `amazonses:${TOKEN}`, TOKEN.toLowerCase(), ""),
      fc.string({ unit: anyCharacter }),
    );
    const server = fc.constantFrom(...NS, "ns9.example.org");
    const address = fc.constantFrom("192.0.2.1", "192.0.2.2", "2001:db8::1");
    const sighting: fc.Arbitrary<ServerSighting> = fc.oneof(
      fc.record({
        server,
        address,
        kind: fc.constant("values" as const),
        values: fc.array(text, { maxLength: 4 }),
        ttl: fc.nat(),
      }),
      fc.record({
        server,
        address,
        kind: fc.constant("absent" as const),
        nxdomain: fc.boolean(),
        negativeTtl: fc.option(fc.nat(), { nil: undefined }),
      }),
      fc.record({ server, address, kind: fc.constant("lame" as const), reason: text, recursive: fc.boolean() }),
      fc.record({ server, address, kind: fc.constant("unreachable" as const), reason: text }),
    );
    const names = [NAME, DOMAIN, ...probeNames(DOMAIN, NAME)];
    const oneLook = fc.record({
      name: fc.constantFrom(...names),
      type: fc.constant("TXT" as const),
      servers: fc.array(sighting, { maxLength: 5 }),
      via: fc.constantFrom("authoritative" as const, "doh" as const),
      delegation: fc.constantFrom(undefined, delegation(), moved),
      cnames: fc.constantFrom<readonly Fqdn[]>([], [fqdn("x.example.org")]),
      target: fc.constant(NAME),
    });
    const observations: fc.Arbitrary<Observations> = fc.record({
      domain: fc.constant(DOMAIN),
      identities: fc.array(
        fc.record({
          name: fc.constantFrom("us-east-1", "eu-west-1"),
          region: fc.constantFrom("us-east-1", "eu-west-1"),
          accountId: fc.constant(undefined),
          status: fc.constantFrom(
            "Pending",
            "Success",
            "Failed",
            "TemporaryFailure",
            "NotStarted",
            "absent",
            "unknown",
          ),
          verifiedBefore: fc.boolean(),
        }),
        { maxLength: 3 },
      ),
      expected: fc.constantFrom(two, apex, []),
      sightings: fc.array(oneLook, { maxLength: 2 }),
      probes: fc.array(oneLook, { maxLength: 3 }),
      unread: fc.array(
        fc.record({
          name: fc.constant(NAME),
          code: fc.constantFrom("zone-unknown", "servers-unreachable", "x"),
          message: text,
        }),
        { maxLength: 2 },
      ),
      written: fc.constantFrom(
        [],
        [{ kind: "manual" as const, zone: DOMAIN, servers: [] }],
        [{ kind: "route53" as const, zone: DOMAIN, servers: NS }],
      ),
    });
    fc.assert(
      fc.property(observations, (observed) => {
        const findings = diagnose(observed);
        const gravity = findings.map(({ severity }) => ["error", "warning", "note"].indexOf(severity));
        assert.deepEqual(gravity, [...gravity].sort());
        for (const { seen: words, why, fix, command } of findings) {
          assert.doesNotMatch([why, fix, command ?? ""].join(""), /\{\w+\}|undefined/);
          assert.doesNotMatch(words, /undefined|[\p{Cc}]/u);
          assert.match(words, /\S/);
        }
      }),
      { numRuns: sampled(500) },
    );
  });
});

describe("describeFindings", () => {
  it("is empty where there is nothing to say", () => assert.equal(describeFindings([]), ""));

  it("says what was seen, why it matters, what to do and what to try, within the width", () => {
    const findings = diagnose(seen({ sightings: gone }));
    const text = describeFindings(findings, 80);
    const [first] = findings;
    const lines = (text.split("\n\n")[0] ?? "").split("\n");
    assert.equal(lines[0], "error txt-missing (us-east-1)");
    assert.ok(
      lines.slice(1).every((line) => /^ {2}(?:seen|why |fix |try | {4}) \S/.test(line)),
      text,
    );
    const told = lines.slice(1).map((line) => line.trim().replace(/^(\w+) +/, "$1 "));
    assert.equal(
      told.join(" "),
      `seen ${first?.seen} why ${first?.why} fix ${first?.fix} try ${first?.command}`.replace(/ +/g, " "),
    );
    assert.ok(
      text.split("\n").every((line) => line.length <= 80 || line.startsWith("  try")),
      text,
    );
  });
});

describe("describeAnswers", () => {
  it("has a line for each address of each server, and for SES", () => {
    const servers = answers([TOKEN], "nxdomain", "silent");
    const identities = [identity(), identity({ name: "eu-west-1", status: "unknown", unknownBecause: "throttled" })];
    const text = describeAnswers(seen({ identities, expected: two, sightings: [at(NAME, servers)] }));
    assert.deepEqual(text.split("\n"), [
      "Last answers:",
      "  ns1.example.net (192.0.2.1): 1 value, but not that of eu-west-1, at _amazonses.example.com",
      "  ns2.example.net (192.0.2.2): no such name at _amazonses.example.com",
      "  ns3.example.net (192.0.2.3): no answer, no answer in 5 s, at _amazonses.example.com",
      "  SES for us-east-1: Pending",
      "  SES for eu-west-1: unknown (throttled)",
    ]);
    const unread = [{ name: NAME, code: "servers-unreachable", message: "no server of com answers" }];
    assert.match(describeAnswers(seen({ sightings: [], unread })), /^ {2}_amazonses\.example\.com: no server of com/m);
    assert.equal(describeAnswers(seen({ identities: [], sightings: [] })), "");
  });
});

describe("explain", () => {
  it("puts the hint on a line of its own after a message of several lines", () => {
    const said = (message: string) => explain(new SesDomainError("x", message, { hint: "Do this." }));
    assert.equal(said("One line."), "One line. Do this.");
    assert.equal(said("Two lines:\n  try  dig TXT example.com"), "Two lines:\n  try  dig TXT example.com\nDo this.");
  });
});

describe("damageOf", () => {
  const CASES: readonly [string, string, string?][] = [
    ["prefix-added", `amazonses:${TOKEN}`],
    ["prefix-missing", TOKEN, `amazonses:${TOKEN}`],
    ["quotes", `"${TOKEN}"`],
    ["quotes", `\\"${TOKEN}\\"`],
    ["quotes", `“${TOKEN}”`],
    ["line-break", `${TOKEN.slice(0, 20)}\r\n${TOKEN.slice(20)}`],
    ["plus-lost", TOKEN.replace("+", " ")],
    ["plus-lost", TOKEN.replace("+", "")],
    ["white-space", ` ${TOKEN}`],
    ["white-space", `${TOKEN.slice(0, 9)} ${TOKEN.slice(9)}`],
    ["padding-lost", TOKEN.slice(0, -1)],
    ["url-encoded", encodeURIComponent(TOKEN)],
    ["url-safe", TOKEN.replace(/\//g, "_").replace(/\+/g, "-")],
    ["case", TOKEN.toLowerCase()],
    ["surrounded", `TXT ${TOKEN};`],
    ["cut", TOKEN.slice(0, 30)],
    ["several", `"${TOKEN.replace("+", " ").replace("=", "")}"`],
    ["mistyped", TOKEN.replace("x4aA", "x4aB")],
  ];
  for (const [kind, found, expected = TOKEN] of CASES) {
    it(`knows ${kind}: ${JSON.stringify(found)}`, () => assert.equal(damageOf(found, expected)?.kind, kind));
  }
  for (const found of [
    TOKEN,
    OTHER,
    THIRD,
    "",
    "v=spf1 include:amazonses.com -all",
    `amazonses:${OTHER}`,
    "fmxq",
    '"'.repeat(65_535),
  ]) {
    it(`sees no damage in "${found.slice(0, 60)}"`, () => assert.equal(damageOf(found, TOKEN), undefined));
  }
  it("takes no other token for a damaged one", () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ minLength: 32, maxLength: 32 }),
        fc.uint8Array({ minLength: 32, maxLength: 32 }),
        (a, b) => {
          fc.pre(a.filter((octet, index) => octet !== b[index]).length > 8);
          assert.equal(damageOf(Buffer.from(a).toString("base64"), Buffer.from(b).toString("base64")), undefined);
        },
      ),
    );
  });
  it("finds two halves, in whatever order", () => {
    assert.deepEqual(splitInto(["x", TOKEN.slice(20), TOKEN.slice(0, 20)], TOKEN), [
      TOKEN.slice(0, 20),
      TOKEN.slice(20),
    ]);
    assert.equal(splitInto([TOKEN.slice(0, 20), TOKEN.slice(21)], TOKEN), undefined);
  });
});

describe("probeNames", () => {
  it("looks where values end up by mistake", () => {
    assert.deepEqual(probeNames(DOMAIN, NAME), [
      "_amazonses.example.com.example.com",
      "example.com",
      "amazonses.example.com",
      "_amazonses.example.example.com",
      "_amazonses._amazonses.example.com",
      "_amazonses.www.example.com",
      "_amazonses.mail.example.com",
      "sesdomain-wildcard-probe.example.com",
    ]);
  });
  it("looks around a subdomain's zone and its parent", () => {
    const names = probeNames(fqdn("mail.eu.example.co.uk"), fqdn("_amazonses.mail.eu.example.co.uk"));
    assert.ok(names.includes(fqdn("_amazonses.mail.eu.example.co.uk.example.co.uk")));
    assert.ok(names.includes(fqdn("_amazonses.eu.example.co.uk")));
    assert.ok(names.includes(fqdn("_amazonses.example.co.uk")));
    assert.ok(!names.includes(fqdn("_amazonses.co.uk")));
  });
  it("holds no name twice, none too long, and never the expected one", () => {
    const long = fqdn(`${"a23456789.".repeat(13)}example.com`);
    for (const [domain, name] of [
      [DOMAIN, DOMAIN],
      [DOMAIN, NAME],
      [long, fqdn(`_amazonses.${long}`)],
    ] as const) {
      const names = probeNames(domain, name);
      assert.equal(new Set(names).size, names.length);
      assert.ok(!names.includes(name));
      assert.ok(names.every((each) => each.length <= 253) && names.length <= 12);
    }
  });
});

describe("glanceNames", () => {
  const zone = fqdn("example.com");
  const names = glanceNames(DOMAIN, NAME, zone);
  for (const found of [
    "_amazones",
    "_amazonse",
    "_amazonsses",
    "_amazonsess",
    "_amzonses",
    "_amazoness",
    "__amazonses",
    "\\_amazonses",
    "_amazonses\\.example\\.com",
    "mail._amazonses",
    "amazonses._domainkey",
    "amazonses.example.com",
    "_amazomses",
    "_amasonses",
    "_amaz0nses",
    "_amazonces",
  ]) {
    it(`has ${found}.example.com`, () => assert.ok(names.includes(`${found}.example.com` as Fqdn)));
  }
  it("holds no name twice or that is read otherwise, none of another zone, and not too many", () => {
    for (const domain of [DOMAIN, fqdn("mail.example.com"), fqdn(`${"a23456789.".repeat(13)}example.com`)]) {
      const expected = `_amazonses.${domain}` as Fqdn;
      const all = glanceNames(domain, expected, zone);
      const probed = probeNames(domain, expected);
      assert.equal(new Set(all).size, all.length);
      assert.ok(all.every((name) => isWithin(name, zone) && name !== expected && !probed.includes(name)));
    }
    assert.ok(
      glanceNames(fqdn("mail.example.com"), fqdn("_amazonses.mail.example.com"), fqdn("mail.example.com")).every(
        (name) => isWithin(name, fqdn("mail.example.com")),
      ),
    );
  });
});

describe("names with backslashes", () => {
  it("are measured by the labels that a host makes of them", () => {
    const domain = fqdn(`${"d".repeat(58)}.com`);
    const names: readonly string[] = glanceNames(domain, fqdn(`_amazonses.${domain}`), domain);
    // A backslash at the end of a label, and then the dot between two.
    assert.ok(names.includes(`\\_amazonses\\\\.${domain.replace(".", "\\\\.")}.${domain}`));
    // One label of more than 63 octets.
    assert.ok(!names.includes(`_amazonses\\.${domain.replace(".", "\\.")}.${domain}`));
  });
});

describe("the catalogue", () => {
  it("has one entry a code, and each says all it should", () => {
    const codes = CATALOGUE.map(({ code }) => code);
    assert.equal(new Set(codes).size, codes.length);
    for (const entry of CATALOGUE) {
      assert.match(entry.code, /^[a-z][a-z0-9]*(-[a-z0-9]+)*$/);
      assert.ok(entry.causes.length > 0 && entry.why.length > 20 && entry.fix.any.length > 10, entry.code);
    }
  });

  it("is what docs/problems says (`npm run docs` writes it)", () => {
    const folder = join(__dirname, "../../docs/problems");
    const pages = problemPages();
    assert.deepEqual(readdirSync(folder).sort(), [...pages.keys()].sort());
    for (const [name, text] of pages) assert.equal(readFileSync(join(folder, name), "utf8"), text, name);
  });
});
