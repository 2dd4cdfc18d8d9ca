import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import {
  type AddressIdentityArgs,
  type CloudflareArgs,
  type DkimArgs,
  type DnsCheckArgs,
  type DomainIdentityArgs,
  DomainVerification,
  type DomainVerificationArgs,
  type HostArgs,
  type IdentityArgs,
  type MailFromArgs,
  type ManualArgs,
  type PowerdnsArgs,
  type Rfc2136Args,
  type Route53Args,
  VerifiedDomain,
  type VerifiedDomainArgs,
  VerifiedEmailAddress,
  type VerifiedEmailAddressArgs,
} from "../../provider";
import { checkArgs } from "../../provider/lifecycle/arguments";
import { ADDRESS_KEYS, checkAddressArgs } from "../../provider/lifecycle/arguments/address-args";
import { DOMAIN_KEYS } from "../../provider/lifecycle/arguments/domain-args";

/** The optional properties of `T` that do not take an output of undefined; `npm run types` wants none. */
type Refuses<T> = {
  [K in keyof T]-?: Record<never, never> extends Pick<T, K>
    ? pulumi.Output<undefined> extends T[K]
      ? undefined extends T[K]
        ? never
        : K
      : K
    : never;
}[keyof T];

type All =
  | Refuses<AddressIdentityArgs>
  | Refuses<CloudflareArgs>
  | Refuses<DkimArgs>
  | Refuses<DnsCheckArgs>
  | Refuses<DomainIdentityArgs>
  | Refuses<DomainVerificationArgs>
  | Refuses<IdentityArgs>
  | Refuses<MailFromArgs>
  | Refuses<ManualArgs>
  | Refuses<HostArgs<"googleDns">>
  | Refuses<PowerdnsArgs>
  | Refuses<Rfc2136Args>
  | Refuses<Route53Args>
  | Refuses<VerifiedDomainArgs>
  | Refuses<VerifiedEmailAddressArgs>;
const NONE: [All] extends [never] ? true : All = true;

const FULL_DNS: readonly Readonly<Record<string, unknown>>[] = [
  {
    kind: "route53",
    zoneId: "Z0123456789",
    profile: "p",
    roleArn: "arn:aws:iam::123456789012:role/r",
    externalId: "e",
    credentials: "c",
  },
  { kind: "cloudflare", zoneId: "0123456789abcdef0123456789abcdef", credentials: "c" },
  { kind: "rfc2136", server: "ns1.example.net", zone: "example.com", transport: "udp", credentials: "c" },
  { kind: "powerdns", url: "http://127.0.0.1:8081", serverId: "localhost", credentials: "c" },
  { kind: "googleDns", project: "a-project", zone: "a-zone", credentials: "c" },
  { kind: "manual", underscores: true, multipleValues: true, credentials: "c" },
];
const FULL_IDENTITY = {
  name: "n",
  region: "eu-west-1",
  profile: "p",
  roleArn: "arn:aws:iam::123456789012:role/r",
  externalId: "e",
  accountId: "123456789012",
  credentials: "c",
};
const MAIL_FROM = { label: "b", onMxFailure: "reject", mx: "mx.example.net" };
const FULL = {
  domain: "example.com",
  identities: [{ ...FULL_IDENTITY, dkim: { keyLength: 2048, signing: false }, mailFrom: MAIL_FROM }],
  placement: "auto",
  ttl: 300,
  wait: true,
  timeout: "45m",
  adopt: "keep",
  restart: "auto",
  dnsCheck: { mode: "authoritative", resolvers: ["127.0.0.1"], port: 53 },
  previewCheck: "live",
  dkim: { keyLength: 2048, signing: false },
  mailFrom: { domain: "bounce.example.com", onMxFailure: "reject", mx: "mx.example.net" },
  dmarc: { ifAbsent: "v=DMARC1; p=none" },
  configurationSet: "set",
  feedbackForwarding: true,
};
const FULL_ADDRESS = {
  address: "news@example.com",
  identities: [FULL_IDENTITY],
  adopt: "keep",
  wait: false,
  timeout: "45m",
  resendTrigger: "1",
  dnsCheck: FULL.dnsCheck,
  previewCheck: "live",
};
const NEEDED = new Set(["domain", "address", "dns", "kind", "ifAbsent"]);
/** Configuration and environment supply these. */
const DEFAULTS = { hosts: { rfc2136: { server: "127.0.0.1" }, powerdns: { url: "http://127.0.0.1:8081" } } };

describe("an optional argument", () => {
  it("takes an output that may be undefined, under exactOptionalPropertyTypes", () => assert.equal(NONE, true));

  it("is among those that are left out below, whichever it is", () => {
    assert.deepEqual(Object.keys({ ...FULL, dns: FULL_DNS }).sort(), [...DOMAIN_KEYS].sort());
    assert.deepEqual(Object.keys(FULL_ADDRESS).sort(), [...ADDRESS_KEYS].sort());
  });

  const programs = [
    ...FULL_DNS.map(
      (dns) => [`with ${dns.kind}`, { ...FULL, dns }, (raw: unknown) => checkArgs(raw, DEFAULTS)] as const,
    ),
    ["of an address", FULL_ADDRESS, checkAddressArgs] as const,
  ];
  for (const [name, program, check] of programs) {
    it(`counts as left out where it is undefined or null, ${name}`, () => {
      assert.equal(check(program).kind, "checked");
      for (const path of optionalPaths(program)) {
        const without = check(set(program, path, "left out"));
        for (const nothing of [undefined, null])
          assert.deepEqual(check(set(program, path, nothing)), without, path.join("."));
      }
    });
  }

  for (const preview of [false, true]) {
    it(`is not among the inputs where its output is undefined, ${preview ? "on preview" : "in up"}`, async () => {
      const seen = await registered(preview, () => {
        const of = { domain: "example.com", identities: [], verifications: [], records: [] };
        const more = { timeout: maybe<string>(), dnsCheck: maybe<DnsCheckArgs>(), previewCheck: maybe<"live">() };
        const verification = new DomainVerification("verification", { of, ...more });
        const address = new VerifiedEmailAddress("address", {
          address: "news@example.com",
          wait: maybe<boolean>(),
          resendTrigger: maybe<string>(),
          ...more,
        });
        const dns: Route53Args = { kind: "route53", zoneId: maybe<string>(), profile: undefined };
        const identities = [{ region: maybe<string>(), profile: maybe<string>() }];
        const dnsCheck = { mode: maybe<"doh">(), port: maybe<number>(), resolvers: maybe<string[]>() };
        const verified = new VerifiedDomain("domain", {
          domain: "example.com",
          dns,
          identities,
          ttl: maybe<number>(),
          placement: maybe<"apex">(),
          dnsCheck,
        });
        return [verification, address, verified];
      });
      assert.deepEqual(seen, {
        verification: { of: [{ domain: "example.com", identities: [], verifications: [], records: [] }] },
        address: { address: "news@example.com" },
        domain: { domain: "example.com", dns: { kind: "route53" }, identities: [{}], dnsCheck: {} },
      });
    });
  }
});

function maybe<T>(): pulumi.Output<T | undefined> {
  return pulumi.output(undefined) as unknown as pulumi.Output<T | undefined>;
}

/** The inputs of what a program declares, without those of our own. */
async function registered(
  preview: boolean,
  program: () => readonly pulumi.Resource[],
): Promise<Record<string, unknown>> {
  const seen: Record<string, unknown> = {};
  const newResource = ({ name, inputs }: pulumi.runtime.MockResourceArgs) => {
    seen[name] = JSON.parse(
      JSON.stringify(inputs, (key, value: unknown) => (key.startsWith("__") ? undefined : value)),
    );
    return { id: name, state: inputs };
  };
  await pulumi.runtime.setMocks({ call: () => ({}), newResource }, "test", "test", preview);
  await Promise.all(program().map(({ urn }) => new Promise((resolve) => urn.apply(resolve))));
  return seen;
}

function optionalPaths(value: unknown, path: readonly string[] = []): (readonly string[])[] {
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([key, entry]) => {
    const at = [...path, key];
    const self = Array.isArray(value) || NEEDED.has(key) ? [] : [at];
    return [...self, ...optionalPaths(entry, at)];
  });
}

/** A copy with one value replaced, or left out. */
function set(value: unknown, [key = "", ...rest]: readonly string[], to: unknown): unknown {
  const copy = (Array.isArray(value) ? [...value] : { ...(value as object) }) as Record<string, unknown>;
  if (rest.length > 0) copy[key] = set(copy[key], rest, to);
  else if (to === "left out") delete copy[key];
  else copy[key] = to;
  return copy;
}
