import assert from "node:assert/strict";
import fc from "fast-check";
import { fqdn } from "../../provider/core/fqdn";
import {
  checkArgs,
  checkDomain,
  formatDuration,
  parseDuration,
  regionFault,
  settleIdentities,
} from "../../provider/lifecycle/arguments";
import type { CheckedArgs, CheckResult } from "../../provider/lifecycle/arguments/types";
import { UNKNOWN } from "../../provider/lifecycle/arguments/types";
import { planPlacement } from "../../provider/lifecycle/records/placement";

const GOOD = { domain: "example.com", dns: { kind: "route53" } };

function checked(raw: unknown): CheckedArgs {
  const result = checkArgs(raw);
  assert.equal(result.kind, "checked", JSON.stringify(result));
  return (result as Extract<CheckResult, { kind: "checked" }>).args;
}

function warningsOf(raw: unknown): readonly string[] {
  const result = checkArgs(raw);
  assert.equal(result.kind, "checked", JSON.stringify(result));
  return result.warnings;
}

/** Exactly one failure, at this property, in these words. */
function refused(raw: unknown, property: string, reason: RegExp): void {
  const result = checkArgs(raw);
  assert.equal(result.kind, "refused", JSON.stringify(result));
  const { failures } = result as Extract<CheckResult, { kind: "refused" }>;
  assert.deepEqual(
    failures.map((failure) => failure.property),
    [property],
    JSON.stringify(failures),
  );
  assert.match(failures[0]?.reason ?? "", reason);
}

describe("checkArgs", () => {
  it("puts every default in place", () => {
    assert.deepEqual(checked(GOOD), {
      domain: "example.com",
      identities: [{ name: undefined, region: undefined }],
      dns: [{ kind: "route53" }],
      placement: "auto",
      ttl: 300,
      wait: "ready",
      timeoutMs: 2_700_000,
      adopt: "keep",
      restart: "auto",
      dnsCheck: { mode: "authoritative" },
      previewCheck: "live",
      dkim: false,
      mailFrom: false,
      dmarc: "check",
    });
  });

  it("keeps and normalises what is given", () => {
    const args = checked({
      domain: "  Bücher.Example.COM. ",
      identities: [
        { region: "us-east-1", accountId: "1111-2222-3333" },
        {
          region: "us-east-1",
          name: "eu",
          profile: "eu",
          roleArn: "arn:aws:iam::444455556666:role/path/ses",
          externalId: "x",
        },
      ],
      dns: [
        { kind: "route53", zoneId: "/hostedzone/Z123ABC", credentials: "main" },
        { kind: "route53", profile: "dns", roleArn: "arn:aws:iam::444455556666:role/dns", externalId: "x" },
        { kind: "cloudflare", zoneId: "0123456789ABCDEF0123456789abcdef" },
        { kind: "rfc2136", server: "[2001:db8::1]:5353", zone: "Example.com.", transport: "udp" },
        { kind: "powerdns", url: "http://ns1.example.net:8081/", serverId: "localhost" },
        { kind: "googleDns", project: "example.com:a-project-1", zone: "my-zone" },
        { kind: "manual", underscores: true, multipleValues: true },
      ],
      placement: "underscore",
      ttl: 60,
      wait: false,
      timeout: "1h30m",
      adopt: "own",
      restart: "never",
      dnsCheck: { mode: "doh", resolvers: ["https://dns.example.net/dns-query"], port: 5300 },
      previewCheck: "strict",
      __urn: "urn:pulumi:x",
    });
    assert.deepEqual(args, {
      domain: "xn--bcher-kva.example.com",
      identities: [
        { name: "us-east-1", region: "us-east-1", accountId: "111122223333" },
        {
          name: "eu",
          region: "us-east-1",
          profile: "eu",
          roleArn: "arn:aws:iam::444455556666:role/path/ses",
          externalId: "x",
        },
      ],
      dns: [
        { kind: "route53", zoneId: "Z123ABC", credentials: "main" },
        { kind: "route53", profile: "dns", roleArn: "arn:aws:iam::444455556666:role/dns", externalId: "x" },
        { kind: "cloudflare", zoneId: "0123456789abcdef0123456789abcdef" },
        { kind: "rfc2136", server: "[2001:db8::1]:5353", zone: "example.com", transport: "udp" },
        { kind: "powerdns", url: "http://ns1.example.net:8081", serverId: "localhost" },
        { kind: "googleDns", project: "example.com:a-project-1", zone: "my-zone" },
        { kind: "manual", underscores: true, multipleValues: true },
      ],
      placement: "underscore",
      ttl: 60,
      wait: false,
      timeoutMs: 5_400_000,
      adopt: "own",
      restart: "never",
      dnsCheck: { mode: "doh", resolvers: ["https://dns.example.net/dns-query"], port: 5300 },
      previewCheck: "strict",
      dkim: false,
      mailFrom: false,
      dmarc: "check",
    });
  });

  const DOMAINS: readonly [string, unknown, RegExp][] = [
    ["none", undefined, /is missing/],
    ["empty", "", /is empty/],
    ["a dot", ".", /is empty/],
    ["no text", 7, /must be text/],
    ["overlong", `${"a123456789.".repeat(25)}com`, /characters long/],
    ["too long with the record's label", `${"a123456789.".repeat(22)}com`, /_amazonses\./],
    ["a long label", `${"a".repeat(64)}.com`, /label of 64/],
    ["an empty label", "a..com", /empty label/],
    ["a hyphen in front", "-a.com", /hyphen/],
    ["white space", "a b.com", /white space/],
    ["an IPv4 address", "192.0.2.1", /IP address/],
    ["an IPv6 address", "2001:db8::1", /IP address/],
    ["an IPv6 address in brackets", "[::1]", /IP address/],
    ["a number at the end", "a.b.1", /ends in a number/],
    ["an address at one's own domain", "me@example.com", /VerifiedEmailAddress; .*"example\.com"/],
    ["an address at a web-mail service", "Me <me@gmail.com>", /VerifiedEmailAddress$/],
    ["a wildcard", "*.example.com", /wildcard; .*write "example\.com"/],
    ["a public suffix", "co.uk", /^domain-public-suffix: .*public suffix.*"example\.co\.uk"/],
    ["a top-level domain", "com", /public suffix/],
    ["one label", "localhost", /single label/],
    ["web-mail", "Gmail.com", /^domain-web-mail: .*web-mail service.*VerifiedEmailAddress/],
    ["a web address", "https://example.com/mail", /write "example\.com"/],
    ["a port", "example.com:25", /has a port; write "example\.com"/],
    ["the record's name", "_amazonses.example.com", /write the domain alone, "example\.com"/],
    ["an underscore", "my_mail.example.com", /underscore/],
    ["a broken A-label", "xn--a.com", /not a valid internationalised name/],
    ["control characters", "a\u001b[31m.com", /^"a\\u001b/],
  ];
  for (const [what, domain, reason] of DOMAINS) {
    it(`refuses a domain that is ${what}`, () => refused({ ...GOOD, domain }, "domain", reason));
  }

  it("accepts what only looks unusual", () => {
    for (const domain of [
      "amazonses.com",
      "amazonses.example.com",
      "a.b.c.d.example.co.uk",
      "foo.test",
      "1.example.com",
    ]) {
      assert.equal(checked({ ...GOOD, domain }).domain, domain);
      assert.deepEqual(warningsOf({ ...GOOD, domain }), []);
    }
  });

  it("warns of private suffixes and of the smaller mailbox services", () => {
    assert.match(warningsOf({ ...GOOD, domain: "github.io" })[0] ?? "", /private part/);
    assert.match(warningsOf({ ...GOOD, domain: "posteo.de" })[0] ?? "", /mailboxes to the public/);
    assert.match(warningsOf({ ...GOOD, domain: "mx.gmail.com" })[0] ?? "", /below gmail\.com/);
  });

  const one = { region: "us-east-1" };
  const OTHERS: readonly [string, Record<string, unknown>, string, RegExp][] = [
    ["an empty list of identities", { identities: [] }, "identities", /leave it out/],
    ["identities that are no list", { identities: { region: "us-east-1" } }, "identities", /must be a list/],
    ["a region as text", { identities: ["us-east-1"] }, "identities[0]", /\{ region: "us-east-1" \}/],
    [
      "a region that is none",
      { identities: [one, { region: "Ireland" }] },
      "identities[1].region",
      /not an AWS region/,
    ],
    ["an availability zone", { identities: [{ region: "eu-west-1a" }] }, "identities[0].region", /"eu-west-1"/],
    ["a Google region", { identities: [{ region: "us-east1" }] }, "identities[0].region", /did you mean "us-east-1"/],
    [
      "the same identity twice",
      { identities: [one, { region: "us-east-1", name: "b" }] },
      "identities[1]",
      /same identity as identities\[0\]/,
    ],
    [
      "two of one region without names",
      { identities: [one, { region: "us-east-1", profile: "b" }] },
      "identities[1].name",
      /is needed/,
    ],
    [
      "two of the default region without names",
      { identities: [{}, { profile: "b" }] },
      "identities[1].name",
      /stack's own region/,
    ],
    [
      "one name twice",
      {
        identities: [
          { region: "us-east-1", name: "a" },
          { region: "eu-west-1", name: "a" },
        ],
      },
      "identities[1].name",
      /"a" is the name of identities\[0\]/,
    ],
    [
      "a name that is another's region",
      { identities: [one, { region: "eu-west-1", name: "us-east-1" }] },
      "identities[1].name",
      /already/,
    ],
    ["a name with white space", { identities: [{ name: "a b" }] }, "identities[0].name", /letters/],
    ["a short account id", { identities: [{ accountId: "123" }] }, "identities[0].accountId", /twelve digits/],
    [
      "an account id as a number",
      { identities: [{ accountId: 123456789012 }] },
      "identities[0].accountId",
      /in quotes/,
    ],
    [
      "a role of another account",
      { identities: [{ accountId: "111122223333", roleArn: "arn:aws:iam::444455556666:role/r" }] },
      "identities[0].accountId",
      /444455556666/,
    ],
    [
      "what is no role",
      { identities: [{ roleArn: "arn:aws:iam::444455556666:user/u" }] },
      "identities[0].roleArn",
      /ARN of a role/,
    ],
    ["an external id without a role", { identities: [{ externalId: "x" }] }, "identities[0].externalId", /roleArn/],
    ["a near miss", { identities: [{ Region: "us-east-1" }] }, "identities[0].Region", /did you mean "region"/],
    ["a secret", { identities: [{ secretKey: "not-a-secret" }] }, "identities[0].secretKey", /stack config/],
    ["no host", { dns: undefined }, "dns", /is missing.*"manual"/],
    ["an empty list of hosts", { dns: [] }, "dns", /is empty/],
    ["a host as text", { dns: "route53" }, "dns", /\{ kind: "route53" \}/],
    ["a host without a kind", { dns: { zoneId: "Z1" } }, "dns.kind", /is missing/],
    [
      "an unknown kind",
      { dns: { kind: "godaddy" } },
      "dns.kind",
      /"route53", "cloudflare".*For any other host there is "manual"/,
    ],
    ["a kind misspelt", { dns: [{ kind: "route35" }] }, "dns[0].kind", /did you mean "route53"/i],
    ["a kind by another name", { dns: { kind: "BIND9" } }, "dns.kind", /did you mean "rfc2136"/i],
    ["a property of another kind", { dns: { kind: "route53", server: "x" } }, "dns.server", /is not an argument/],
    [
      "a hosted zone misnamed",
      { dns: { kind: "route53", hostedZoneId: "Z1" } },
      "dns.hostedZoneId",
      /did you mean "zoneId"/,
    ],
    ["a zone's name for its id", { dns: { kind: "route53", zoneId: "example.com" } }, "dns.zoneId", /leave it out/],
    ["a short Cloudflare id", { dns: { kind: "cloudflare", zoneId: "abc" } }, "dns.zoneId", /32 hexadecimal/],
    ["an API token", { dns: { kind: "cloudflare", apiToken: "not-a-token" } }, "dns.apiToken", /stack config/],
    [
      "a zone that does not hold the domain",
      { dns: { kind: "rfc2136", server: "ns1", zone: "example.org" } },
      "dns.zone",
      /does not hold example\.com/,
    ],
    ["no server", { dns: { kind: "rfc2136" } }, "dns.server", /RFC2136_NAMESERVER/],
    ["a server as a web address", { dns: { kind: "rfc2136", server: "http://ns1" } }, "dns.server", /host alone/],
    ["a port out of range", { dns: { kind: "rfc2136", server: "ns1:70000" } }, "dns.server", /65535/],
    [
      "a transport that is none",
      { dns: { kind: "rfc2136", server: "ns1", transport: "tls" } },
      "dns.transport",
      /"tcp" or "udp"/,
    ],
    ["no address of the API", { dns: { kind: "powerdns" } }, "dns.url", /PDNS_API_URL/],
    [
      "a server's id of two parts",
      { dns: { kind: "powerdns", url: "https://ns1", serverId: "a/b" } },
      "dns.serverId",
      /URL/,
    ],
    [
      "an id that leads up",
      { dns: { kind: "powerdns", url: "https://ns1", serverId: ".." } },
      "dns.serverId",
      /another path/,
    ],
    ["an address without a scheme", { dns: { kind: "powerdns", url: "ns1:8081" } }, "dns.url", /not an http or https/],
    [
      "a password in the address",
      { dns: { kind: "powerdns", url: "http://u:not-a-password@ns1" } },
      "dns.url",
      /in the state/,
    ],
    ["no id of a project", { dns: { kind: "googleDns", project: "My Project" } }, "dns.project", /id of a project/],
    ["the domain for the zone", { dns: { kind: "googleDns", zone: "example.com" } }, "dns.zone", /leave it out/],
    ["credentials themselves", { dns: { kind: "route53", credentials: { a: 1 } } }, "dns.credentials", /name of a set/],
    ["the same host twice", { dns: [{ kind: "route53" }, { kind: "route53" }] }, "dns[1]", /same as dns\[0\]/],
    ["a placement that is none", { placement: "root" }, "placement", /"auto", "underscore", "apex" or "split"/],
    [
      "split with three",
      { placement: "split", identities: [one, { region: "eu-west-1" }, { region: "eu-west-2" }] },
      "placement",
      /room for two identities, not for 3/,
    ],
    [
      "three values where one fits",
      {
        dns: { kind: "manual", multipleValues: false },
        identities: [one, { region: "eu-west-1" }, { region: "eu-west-2" }],
      },
      "placement",
      /^placement-one-value: /,
    ],
    [
      "underscores where none fit",
      { dns: { kind: "manual", underscores: false }, placement: "underscore" },
      "placement",
      /"apex"/,
    ],
    ["a negative TTL", { ttl: -1 }, "ttl", /0 to 2147483647/],
    ["a TTL too long", { ttl: 2147483648 }, "ttl", /0 to 2147483647/],
    ["half a TTL", { ttl: 0.5 }, "ttl", /whole number/],
    ["a TTL that is no number", { ttl: Number.NaN }, "ttl", /whole number/],
    ["a TTL in quotes", { ttl: "300" }, "ttl", /write 300 without quotes/],
    ["a TTL that Cloudflare refuses", { ttl: 5, dns: { kind: "cloudflare" } }, "ttl", /Cloudflare takes 1/],
    ["wait in quotes", { wait: "true" }, "wait", /leave out the quotes/],
    ["a timeout that does not parse", { timeout: "soon" }, "timeout", /"soon" is not a duration/],
    ["a timeout without a unit", { timeout: "45" }, "timeout", /"45m"/],
    ["a timeout as a number", { timeout: 45 }, "timeout", /"45m"/],
    ["no time", { timeout: "0s" }, "timeout", /set wait to false/],
    ["a timeout in days", { timeout: "2d" }, "timeout", /hours/],
    ["a timeout over a week", { timeout: "200h" }, "timeout", /at most 168h/],
    ["an adoption that is none", { adopt: "kep" }, "adopt", /did you mean "keep"/i],
    ["a restart that is none", { restart: "always" }, "restart", /"auto" or "never"/],
    ["a preview check that is none", { previewCheck: "on" }, "previewCheck", /"live", "strict" or "off"/],
    ["a DNS check as text", { dnsCheck: "doh" }, "dnsCheck", /\{ mode: "doh" \}/],
    ["a mode that is none", { dnsCheck: { mode: "dns" } }, "dnsCheck.mode", /"authoritative", "doh" or "off"/],
    ["no resolvers", { dnsCheck: { resolvers: [] } }, "dnsCheck.resolvers", /is empty/],
    ["a resolver's name", { dnsCheck: { resolvers: ["dns.google"] } }, "dnsCheck.resolvers[0]", /IP address/],
    [
      "a web address without doh",
      { dnsCheck: { resolvers: ["https://dns.google/dns-query"] } },
      "dnsCheck.resolvers[0]",
      /"doh"/,
    ],
    ["an address with doh", { dnsCheck: { mode: "doh", resolvers: ["9.9.9.9"] } }, "dnsCheck.resolvers[0]", /https/],
    [
      "plain http to a stranger",
      { dnsCheck: { mode: "doh", resolvers: ["http://dns.example.net"] } },
      "dnsCheck.resolvers[0]",
      /https/,
    ],
    ["port 0", { dnsCheck: { port: 0 } }, "dnsCheck.port", /1 to 65535/],
    ["an argument misspelt", { identites: [] }, "identites", /did you mean "identities"/],
    ["an argument that is none", { colour: "red" }, "colour", /is not an argument\. There are domain/],
  ];
  for (const [what, change, property, reason] of OTHERS) {
    it(`refuses ${what}`, () => refused({ ...GOOD, ...change }, property, reason));
  }

  it("never repeats a secret", () => {
    const raw = {
      ...GOOD,
      dns: { kind: "powerdns", url: "http://u:hunter2@ns1", apiKey: "hunter2", credentials: { key: "hunter2" } },
    };
    assert.doesNotMatch(JSON.stringify(checkArgs(raw)), /hunter2/);
  });

  it("names every failure at once", () => {
    const result = checkArgs({ domain: "", dns: { kind: "x" }, ttl: -1, timeout: "x", placement: "x" });
    assert.deepEqual(result.kind === "refused" && result.failures.map(({ property }) => property).sort(), [
      "dns.kind",
      "domain",
      "placement",
      "timeout",
      "ttl",
    ]);
  });

  it("takes the server's and the API's address from the defaults", () => {
    const dns = [{ kind: "rfc2136" }, { kind: "powerdns" }];
    const result = checkArgs(
      { ...GOOD, dns },
      { hosts: { rfc2136: { server: "ns1" }, powerdns: { url: "http://ns1" } } },
    );
    assert.deepEqual(result.kind === "checked" && result.args.dns, dns);
  });

  it("warns of long TTLs and of waiting longer than SES", () => {
    assert.match(warningsOf({ ...GOOD, ttl: 90_000 })[0] ?? "", /more than a day/);
    assert.match(warningsOf({ ...GOOD, timeout: "80h" })[0] ?? "", /gives up after 72h/);
    assert.deepEqual(warningsOf({ ...GOOD, ttl: 1, dns: { kind: "cloudflare" } }), []);
  });

  it("lets what is not known yet pass at every depth, and says where", () => {
    const raw = {
      domain: UNKNOWN,
      identities: [
        { region: UNKNOWN },
        { region: "eu-west-1", profile: UNKNOWN },
        UNKNOWN,
        { name: UNKNOWN, region: "us-east-1" },
      ],
      dns: [
        { kind: "route53", zoneId: UNKNOWN },
        { kind: UNKNOWN, server: "x" },
        UNKNOWN,
        { kind: "manual", underscores: UNKNOWN },
      ],
      placement: UNKNOWN,
      ttl: UNKNOWN,
      wait: UNKNOWN,
      timeout: UNKNOWN,
      adopt: UNKNOWN,
      restart: UNKNOWN,
      dnsCheck: { mode: UNKNOWN, resolvers: [UNKNOWN], port: UNKNOWN },
      previewCheck: UNKNOWN,
    };
    const result = checkArgs(raw);
    assert.equal(result.kind, "planned", JSON.stringify(result));
    if (result.kind !== "planned") return;
    assert.deepEqual([...result.unknown].sort(), [
      "adopt",
      "dnsCheck.mode",
      "dnsCheck.port",
      "dnsCheck.resolvers[0]",
      "dns[0].zoneId",
      "dns[1].kind",
      "dns[2]",
      "dns[3].underscores",
      "domain",
      "identities[0].region",
      "identities[1].profile",
      "identities[2]",
      "identities[3].name",
      "placement",
      "previewCheck",
      "restart",
      "timeout",
      "ttl",
      "wait",
    ]);
    assert.equal(result.args.domain, UNKNOWN);
    assert.deepEqual(result.args.identities[1], { name: "eu-west-1", region: "eu-west-1", profile: UNKNOWN });
    assert.deepEqual(result.args.dns[0], { kind: "route53", zoneId: UNKNOWN });
    for (const key of ["identities", "dns", "dnsCheck"]) {
      const whole = checkArgs({ ...GOOD, [key]: UNKNOWN });
      assert.deepEqual(whole.kind === "planned" && whole.unknown, [key]);
    }
  });

  it("still refuses what is known and wrong beside what is not known", () => {
    refused({ ...GOOD, domain: UNKNOWN, ttl: -1 }, "ttl", /whole number/);
    refused({ domain: UNKNOWN, dns: { kind: "rfc2136", server: UNKNOWN, zone: "a b" } }, "dns.zone", /white space/);
  });

  it("never throws, whatever it is given", () => {
    const anything = fc.anything({ withBigInt: true, withNullPrototype: true });
    const keys = [
      "domain",
      "identities",
      "dns",
      "placement",
      "ttl",
      "wait",
      "timeout",
      "adopt",
      "restart",
      "dnsCheck",
      "previewCheck",
    ];
    const record = fc.record(Object.fromEntries(keys.map((key) => [key, anything])), { requiredKeys: [] });
    fc.assert(
      fc.property(fc.oneof(anything, record), (raw) => {
        assert.ok(["checked", "planned", "refused"].includes(checkArgs(raw).kind));
      }),
      { numRuns: 200 },
    );
  });

  it("is idempotent", () => {
    const good = fc.record(
      {
        identities: fc
          .uniqueArray(fc.constantFrom("us-east-1", "eu-west-1", "us-gov-west-1"), { minLength: 1 })
          .map((all) => all.map((region) => ({ region }))),
        ttl: fc.integer({ min: 0, max: 2147483647 }),
        timeoutMs: fc.integer({ min: 1_000, max: 168 * 3_600_000 }),
        dns: fc.constantFrom(
          { kind: "route53" },
          [{ kind: "manual", underscores: false }],
          [{ kind: "rfc2136", server: "ns1:53" }],
        ),
      },
      { requiredKeys: ["dns", "timeoutMs"] },
    );
    fc.assert(
      fc.property(good, ({ timeoutMs, ...rest }) => {
        const once = checked({ domain: "Example.com.", ...rest, timeout: formatDuration(timeoutMs) });
        const { timeoutMs: kept, ...again } = once;
        assert.equal(kept, timeoutMs);
        assert.deepEqual(checked({ ...again, timeout: formatDuration(kept) }), once);
      }),
    );
  });
});

describe("checkDomain", () => {
  it("is idempotent", () => {
    const label = fc.stringMatching(/^[A-Za-z0-9äöüßéłжд]{1,12}$/);
    const domain = fc
      .tuple(fc.array(label, { minLength: 1, maxLength: 4 }), fc.constantFrom("com", "CO.uk", "рф", "de."))
      .map(([labels, end]) => [...labels, end].join("."));
    let accepted = 0;
    fc.assert(
      fc.property(domain, (text) => {
        const once = checkDomain(text);
        if ("fault" in once) return;
        accepted++;
        assert.deepEqual(checkDomain(once.domain), once);
        assert.match(once.domain, /^[a-z0-9.-]+$/);
      }),
    );
    assert.ok(accepted > 50, `only ${accepted} were accepted`);
  });
});

describe("durations", () => {
  const CASES: readonly [string, number][] = [
    ["45m", 2_700_000],
    ["1h30m", 5_400_000],
    ["90s", 90_000],
    ["1.5h", 5_400_000],
    ["250ms", 250],
    [" 1H ", 3_600_000],
    ["1h0m1s", 3_601_000],
  ];
  for (const [text, ms] of CASES) it(`reads ${text}`, () => assert.deepEqual(parseDuration(text), { ms }));
  for (const text of ["", "m", "1", "1x", "-1m", "1h 30m", "1d", "1m1", "1e3s", "Infinitys"]) {
    it(`refuses "${text}"`, () => assert.ok("fault" in parseDuration(text)));
  }
  it("reads what it writes", () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 10 ** 10 }), (ms) => {
        assert.deepEqual(parseDuration(formatDuration(ms)), { ms });
      }),
    );
    assert.deepEqual([0, 2_700_000, 5_400_000, 90_000, 93_600_000].map(formatDuration), [
      "0s",
      "45m",
      "1h30m",
      "1m30s",
      "26h",
    ]);
  });
});

describe("regionFault", () => {
  it("passes regions of every partition", () => {
    for (const region of [
      "us-east-1",
      "ap-southeast-3",
      "us-gov-west-1",
      "cn-north-1",
      "us-iso-east-1",
      "eusc-de-east-1",
      "mx-central-1",
      "ap-east-1",
      "us-isob-east-1",
      "us-isof-south-1",
      "eusc-fr-east-1",
      "nz-north-2",
      "us-west-7",
    ]) {
      assert.equal(regionFault(region), undefined);
    }
  });
  it("suggests no region that does not exist, and none for another cloud's names", () => {
    for (const region of ["europe-west-1", "asia-east1", "westeurope", "us-nowhere-1234", "virginia", ""]) {
      assert.ok(regionFault(region)?.includes("us-east-1"), region);
    }
    assert.ok(!regionFault("us-central1")?.includes("us-central-1"));
  });
  const MEANT: readonly [string, string][] = [
    ["EU-WEST-1", "eu-west-1"],
    [" eu-west-1 ", "eu-west-1"],
    ["us_east_1", "us-east-1"],
    ["useast1", "us-east-1"],
    ["usgovwest1", "us-gov-west-1"],
    ["us-east-1b", "us-east-1"],
    ["us-esat-1", "us-east-1"],
    ["eu-west1", "eu-west-1"],
    ["eu-wst-3", "eu-west-3"],
    ["ue-west-1", "eu-west-1"],
    ["usa-east-1", "us-east-1"],
    ["ca-centrl-1", "ca-central-1"],
    ["cn-norht-1", "cn-north-1"],
    ["us gov west 1", "us-gov-west-1"],
  ];
  for (const [written, meant] of MEANT)
    it(`reads ${written} as ${meant}`, () => assert.ok(regionFault(written)?.includes(`"${meant}"`)));
});

describe("settleIdentities", () => {
  const stackRegion = { name: undefined, region: undefined };
  it("fills in the stack's region, and the name with it", () => {
    assert.deepEqual(settleIdentities([stackRegion], "eu-west-1"), {
      identities: [{ name: "eu-west-1", region: "eu-west-1" }],
    });
  });
  it("says where a region can be set", () => {
    const result = settleIdentities([stackRegion], undefined);
    assert.ok("failures" in result && /aws:region/.test(result.failures[0]?.reason ?? ""));
  });
  it("finds the twin of the default", () => {
    const result = settleIdentities([{ name: "us-east-1", region: "us-east-1" }, stackRegion], "us-east-1");
    assert.deepEqual("failures" in result && result.failures.map(({ property }) => property), ["identities[1]"]);
  });
});

describe("planPlacement", () => {
  const domain = fqdn("example.com");
  const plan = (count: number, placement: "auto" | "underscore" | "apex" | "split", ...can: [boolean, boolean][]) => {
    const identities = Array.from({ length: count }, (_, index) => `i${index}`);
    const result = planPlacement({
      domain,
      identities,
      placement,
      can: can.map(([underscores, multipleValues]) => ({ underscores, multipleValues })),
    });
    if ("fault" in result) return result.fault;
    assert.deepEqual(Object.keys(result.places), identities);
    return Object.values(result.places)
      .map(({ name, prefix }) => `${prefix}@${name}`)
      .join(" ");
  };
  const UNDER = "@_amazonses.example.com";
  const APEX = "amazonses:@example.com";
  const CASES: readonly [string, string, string | RegExp][] = [
    ["all at _amazonses", plan(3, "auto", [true, true]), `${UNDER} ${UNDER} ${UNDER}`],
    ["all at the domain without underscores", plan(3, "auto", [false, true]), `${APEX} ${APEX} ${APEX}`],
    ["one at each without several values", plan(2, "auto", [true, false]), `${UNDER} ${APEX}`],
    ["one alone needs no second value", plan(1, "auto", [true, false]), UNDER],
    ["one alone at the domain", plan(1, "auto", [false, false]), APEX],
    ["what two hosts can hold", plan(2, "auto", [true, false], [true, true]), `${UNDER} ${APEX}`],
    ["three without several values", plan(3, "auto", [true, false]), /Keep at most two identities/],
    ["two without either", plan(2, "auto", [false, false]), /Keep one identity/],
    [
      "two hosts, each lacking another",
      plan(2, "auto", [true, false], [false, true]),
      /^placement-one-value: .*2 identities/,
    ],
    ["underscore by wish", plan(2, "underscore", [true, true]), `${UNDER} ${UNDER}`],
    ["underscore where there are none", plan(1, "underscore", [false, true]), /^placement-no-underscores: .*"apex"/],
    ["underscore with one value for two", plan(2, "underscore", [true, false]), /"auto" or "split"/],
    ["apex by wish", plan(2, "apex", [true, true]), `${APEX} ${APEX}`],
    ["apex with one value for two", plan(2, "apex", [true, false]), /"auto" or "split"/],
    ["split by wish", plan(2, "split", [true, true]), `${UNDER} ${APEX}`],
    ["split with one left", plan(1, "split", [true, true]), UNDER],
    ["split with three", plan(3, "split", [true, true]), /Set placement to "auto"/],
    ["split with three and one value", plan(3, "split", [true, false]), /Keep at most two/],
    ["split without underscores", plan(2, "split", [false, true]), /no name that begins with an underscore/],
  ];
  for (const [what, actual, expected] of CASES) {
    it(what, () => (typeof expected === "string" ? assert.equal(actual, expected) : assert.match(actual, expected)));
  }
});
