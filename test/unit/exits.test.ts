import assert from "node:assert/strict";
import type { ServerSighting, Sighting } from "../../provider/authority/authority";
import { judge } from "../../provider/authority/judge";
import { AwsFaultError, CredentialsError, classify, toSesError } from "../../provider/aws/faults";
import { coloured, plain } from "../../provider/cli/doctor/paint";
import { printReports } from "../../provider/cli/doctor/print";
import { renderReport } from "../../provider/cli/doctor/render";
import { guarded, type Terminal } from "../../provider/cli/doctor/terminal";
import { AuthorityError, DnsHostError, explain, TimeoutError } from "../../provider/core/errors";
import { fqdn } from "../../provider/core/fqdn";
import { PartialFailure } from "../../provider/core/partial-failure";
import { jsonText } from "../../provider/core/text";
import { describeAnswers } from "../../provider/diagnosis/answers";
import { describeFindings, diagnose } from "../../provider/diagnosis/diagnose";
import type { Observations } from "../../provider/diagnosis/finding";
import { toHostError as cloudflareError, readFault } from "../../provider/dns/cloudflare/faults";
import { statusFault } from "../../provider/dns/powerdns/faults";
import { toHostError as route53Error } from "../../provider/dns/route53/faults";
import { type Looked, toJson } from "../../provider/doctor/json";
import { refusal, tagsFull } from "../../provider/lifecycle/identity/join";
import { metLate } from "../../provider/lifecycle/identity/meet";
import { describeMeeting } from "../../provider/lifecycle/identity/meet-words";
import { asEngineError } from "../../provider/pulumi/dynamic/errors";
import { rememberIn } from "../../provider/pulumi/dynamic/inputs";
import { openEngineLog } from "../../provider/pulumi/engine-log";
import { readable } from "../../provider/pulumi/errors";
import { openSecrets } from "../../provider/pulumi/secrets";
import type { IdentityUser } from "../../provider/ses/register";
import { assertPrintable, HOSTILE, MEGABYTE } from "../support/hostile/text";
import { txtFor } from "../support/lifecycle/required";

const DOMAIN = fqdn("example.com");
const NAME = fqdn("_amazonses.example.com");
const TOKEN = "fmxqxT/icOYx4aA/bEUrDPMeax9/s3frblS+niixmqk=";
const AWS = { action: "ses:VerifyDomainIdentity", region: "eu-west-1", regional: true, secrets: [] } as const;
const ACCESS = { base: "http://ns1.example.net", label: "http://ns1.example.net", apiKey: "not-a-real-key" };

const usersOf = (text: string) => [
  {
    name: text,
    region: text,
    arn: text,
    made: false,
    users: [{ mark: text, state: "settled" as const, urnHash: text, label: text, inStack: true }],
  },
];
const MET_AT = {
  spec: { name: "eu-west-1", region: "eu-west-1" },
  account: { id: "000000000000", partition: "aws" },
} as const;
const MET_BY = { user: { urnHash: "", label: "" }, mark: "" };
const foreignTag = (text: string) => ({ made: false, users: [], keys: [], former: undefined, foreign: [text] });
const vendor = (name: string, message: string) =>
  Object.assign(new Error(message), { name, $metadata: { httpStatusCode: 400, requestId: message } });
const userOf = (text: string): IdentityUser => ({ mark: text, state: "settled", urnHash: text, label: text });
const fault = (error: unknown) => new AwsFaultError(classify(error, AWS));

/** Where foreign text comes from, and the error that it ends in. */
const SOURCES: Readonly<Record<string, (text: string) => unknown>> = {
  "a message of SES": (text) => toSesError(fault(vendor("InvalidParameterValue", text)), "asking SES"),
  "a code of SES": (text) => toSesError(fault(vendor(text, "no")), "asking SES"),
  "a message of STS": (text) =>
    toSesError(fault(new CredentialsError(vendor("AccessDenied", text), "role x")), "asking STS"),
  "a message of Route 53": (text) => route53Error(fault(vendor("InvalidInput", text)), "reading the zone"),
  "an error of Cloudflare": (text) =>
    cloudflareError(readFault({ status: 400, errors: [{ code: 1, message: text }] }, []), "reading the zone"),
  "an error of PowerDNS": (text) => statusFault(ACCESS, "reading the zone", "/zones", 422, text),
  "an exception of Node": (text) => new Error(`getaddrinfo ENOTFOUND ${text}`),
  "what is no error": (text) => text,
  "a server's name": (text) => new AuthorityError("servers-unreachable", `${text} does not answer.`, { hint: text }),
  "a zone's name": (text) => new DnsHostError("zone-missing", `The zone is ${text}.`),
  "another stack's tag": (text) => refusal(DOMAIN, "eu-west-1", [userOf(text)]),
  "another program's tag": (text) => describeMeeting(metLate(DOMAIN, MET_AT, foreignTag(text), "keep", MET_BY)),
  "a full set of tags": (text) =>
    tagsFull(DOMAIN, "eu-west-1", { made: true, users: [userOf(text)], keys: [], former: undefined, foreign: [text] }),
};

/** Ways of an error to the engine; all that comes out of each. */
const EXITS: Readonly<Record<string, (error: unknown) => readonly string[]>> = {
  "the engine's log": (error) => {
    const said: string[] = [];
    const log = openEngineLog("urn:pulumi:a::b::c::d", (_severity, text) => said.push(text));
    log.warn(`Oh: ${explain(error)}`);
    log.debug(explain(error));
    log.info(`Two lines:\n  ${explain(error)}`);
    log.status(explain(error));
    assert.equal(said.length, 5);
    return said;
  },
  "a thrown error": (error) => [readable(error).message, readable(error).stack ?? ""],
  "an unfinished operation": (error) => {
    const thrown = asEngineError(new PartialFailure(error, { id: "x", outputs: {} }), {});
    const { reasons } = thrown as Error & { reasons: readonly string[] };
    return [thrown.message, ...reasons];
  },
  "a wait that ended": (error) => [
    readable(new TimeoutError("not-verified", [explain(error), "  second line"])).message,
  ],
  "a check failure": (error) => [openSecrets(undefined, {}).shown({ property: "dns", reason: explain(error) }).reason],
  "the state": (error) => [rememberIn({}, { text: `publish: ${explain(error)}` }, undefined).verification],
};

function terminal(paint = plain) {
  let out = "";
  const raw: Terminal = {
    write: (text) => {
      out += text;
    },
    say: (line) => {
      out += `${line}\n`;
    },
    width: 80,
    height: undefined,
    paint,
  };
  return { guarded: guarded(raw), out: () => out };
}

/** A domain of which everything that others say is this text. */
function looked(text: string): Looked {
  const at = (address: string, said: object) => ({ server: text, address, ...said }) as ServerSighting;
  const sighting: Sighting = {
    name: NAME,
    type: "TXT",
    target: text as typeof NAME,
    cnames: [text as typeof NAME],
    via: "authoritative",
    delegation: {
      zone: text as typeof DOMAIN,
      parentServers: [text],
      zoneServers: ["ns1.example.net"],
      servers: [{ name: text, addresses: [] }],
    },
    servers: [
      at("192.0.2.1", { kind: "values", values: [text, `${TOKEN.slice(0, 9)}${text}`], ttl: 300 }),
      at("192.0.2.2", { kind: "lame", reason: text, recursive: false }),
      at(text, { kind: "unreachable", reason: text }),
    ],
  };
  const observations: Observations = {
    domain: DOMAIN,
    identities: [
      {
        name: text,
        region: "us-east-1",
        accountId: text,
        status: "unknown",
        unknownBecause: text,
        verifiedBefore: true,
      },
      {
        name: "eu-west-1",
        region: "eu-west-1",
        accountId: "000000000000",
        status: "Pending",
        verifiedBefore: false,
        info: {
          errorType: "HOST_NOT_FOUND",
          lastChecked: 0,
          lastSuccess: undefined,
          soa: { primaryNameServer: text, serial: 1 },
        },
      },
    ],
    expected: [txtFor("eu-west-1", NAME, TOKEN)],
    sightings: [sighting],
    probes: [{ ...sighting, name: fqdn("amazonses.example.com") }],
    unread: [{ name: DOMAIN, code: "servers-unreachable", message: text }],
    written: [{ kind: "route53", zone: DOMAIN, servers: [text] }],
    serials: [{ zone: DOMAIN, server: text, address: "192.0.2.1", serial: 1, primary: text }] as never,
    dnssec: { resolver: text, state: "bogus" },
  };
  const verdicts = [judge(sighting, [TOKEN])];
  const findings = diagnose(observations);
  const report = {
    observations,
    verdicts,
    findings,
    outcome: "problems",
    users: usersOf(text),
    notAsked: text,
  } as const;
  const subject = {
    domain: DOMAIN,
    identities: [{ name: text, spec: { name: text, region: "us-east-1", profile: text } }],
    dnsCheck: {},
  } as never;
  return {
    domains: [
      { subject, report },
      { subject, resource: text, report: { ...report, observations: { ...observations, identities: [] } } },
    ],
    addresses: [],
    skipped: [{ resource: text, reason: text }],
  };
}

describe("text of others", () => {
  for (const [source, errorOf] of Object.entries(SOURCES)) {
    for (const [exit, leave] of Object.entries(EXITS)) {
      it(`is printable where it comes as ${source} and leaves by ${exit}`, () => {
        const long = source === "what is no error" ? [MEGABYTE] : [];
        for (const text of [...Object.values(HOSTILE), ...long]) {
          for (const out of leave(errorOf(text))) assertPrintable(out);
        }
      });
    }
  }

  for (const [what, text] of Object.entries(HOSTILE)) {
    it(`is printable in the doctor's report, its findings and a wait's last answers: ${what}`, () => {
      for (const paint of [plain, coloured]) {
        const to = terminal(paint);
        printReports(looked(text), true, to.guarded);
        assertPrintable(to.out(), paint === coloured);
      }
      const [one] = looked(text).domains;
      assert.ok(one);
      assertPrintable(describeFindings(one.report.findings));
      assertPrintable(describeAnswers(one.report.observations));
    });

    it(`stays what it is in the doctor's JSON, whose notation is printable: ${what}`, () => {
      const report = toJson(looked(text), 0);
      const json = jsonText(report);
      assertPrintable(json);
      assert.deepEqual(JSON.parse(json), report);
      assert.ok(json.includes("\n  "), "it is indented");
      const to = terminal();
      to.guarded.write(json);
      assert.equal(to.out(), json);
    });
  }

  it("never keeps its own colours, and takes none of ours", () => {
    const to = terminal(coloured);
    const hostile = HOSTILE["clears the screen"] ?? "";
    printReports(looked(hostile), false, to.guarded);
    const colours = to.out().split("\u001b[31m").length;
    const calm = terminal(coloured);
    // As long as the other is once it is escaped: longer lines break into more, each of them coloured.
    printReports(looked(hostile.replaceAll("\u001b", "/u001b")), false, calm.guarded);
    assert.ok(colours > 1);
    assert.equal(colours, calm.out().split("\u001b[31m").length);
  });

  it("is stopped at the terminal where a renderer let it through", () => {
    const to = terminal(coloured);
    to.guarded.write(`${coloured("bad", "red")}\u001b[2J\u009b\u001b[38;5;1m\u001b[2A\r\u001b[J\n`);
    to.guarded.say("a\u001b[2Jb\nc");
    assert.equal(
      to.out(),
      "\u001b[31mred\u001b[0m\\u001b[2J\\u009b\\u001b[38;5;1m\u001b[2A\r\u001b[J\na\\u001b[2Jb\nc\n",
    );
  });

  it("does not change what the report says of a sound domain", () => {
    const sound = looked("ns1.example.net").domains[0]?.report;
    assert.ok(sound);
    const to = terminal();
    to.guarded.write(renderReport(sound, { width: 80, paint: plain }));
    assert.equal(to.out(), renderReport(sound, { width: 80, paint: plain }));
  });
});
