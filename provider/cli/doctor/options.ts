import type { AuthorityOptions } from "../../authority/authority";
import { regionFault } from "../../aws/region-fault";
import { quotedAddress } from "../../core/text";
import { sentence } from "../../core/words";
import { codeOf } from "../../diagnosis/catalogue";
import type { AddressSubject } from "../../doctor/address/checkup";
import { LOOK_MS } from "../../doctor/looks";
import { identityNamed, identityOfDefault, type Subject, type SubjectIdentity } from "../../doctor/subject";
import { checkDomain, formatDuration, parseDuration } from "../../lifecycle/arguments";
import { checkAddress } from "../../lifecycle/arguments/address";
import { dohFault, resolverFault } from "../../lifecycle/arguments/domain-args";
import { UsageError } from "./usage";

/** The options as the command line has them. */
export interface DoctorOptions {
  readonly identity: readonly string[];
  readonly token: readonly string[];
  readonly resolver: readonly string[];
  readonly doh?: boolean | undefined;
  /** SES is not asked. */
  readonly dnsOnly?: boolean | undefined;
  readonly port?: number | undefined;
  readonly timeout?: string | undefined;
  readonly json?: boolean | undefined;
  readonly watch?: boolean | undefined;
  readonly explain?: string | undefined;
  readonly commands?: boolean | undefined;
  /** The stack's name; true: the one that is selected. */
  readonly stack?: string | boolean | undefined;
  readonly cwd?: string | undefined;
}

/** What of the environment says whom to ask where the command line does not. */
export interface FromEnvironment {
  readonly region: string | undefined;
  readonly profile: string | undefined;
  /** The region of a profile, where the shared config has one. */
  readonly regionOf: (whose: { readonly profile: string }) => string | undefined;
}

/** One domain from the command line. Throws `UsageError`. */
export function subjectOf(domain: string, options: DoctorOptions, from: FromEnvironment): Subject {
  const checked = checkDomain(domain);
  if ("fault" in checked) {
    throw new UsageError(sentence(codeOf(checked.fault) === undefined ? `The domain ${checked.fault}` : checked.fault));
  }
  return {
    domain: checked.domain,
    identities: identitiesOf(options, from),
    tokens: options.token.map(tokenOf),
    expected: undefined,
    hosts: [],
    dnsCheck: dnsCheckOf(options) ?? { mode: "authoritative" },
  };
}

/** One address from the command line. Throws `UsageError`. */
export function addressSubjectOf(text: string, options: DoctorOptions, from: FromEnvironment): AddressSubject {
  const checked = checkAddress(text);
  if ("fault" in checked) throw new UsageError(sentence(`The address ${checked.fault}`));
  if (options.token.length > 0) throw new UsageError("--token goes with a domain: an address has none.");
  if (options.watch) throw new UsageError("--watch watches a domain: an address waits for a person to follow a link.");
  if (options.dnsOnly) throw new UsageError("--dns-only goes with a domain: DNS does not verify an address.");
  return {
    address: checked.address,
    identities: identitiesOf(options, from),
    dnsCheck: dnsCheckOf(options) ?? { mode: "authoritative" },
    declared: false,
  };
}

/** Without `--identity` and `--token`, SES in the environment's region is asked where it can be. */
function identitiesOf({ identity, token, dnsOnly }: DoctorOptions, from: FromEnvironment): readonly SubjectIdentity[] {
  if (dnsOnly) return [];
  const named = identity.map((text) => identityOf(text, from));
  const twice = named.find((one, index) => named.findIndex(({ name }) => name === one.name) !== index);
  if (twice !== undefined) throw new UsageError(`--identity ${twice.name} is given twice.`);
  return named.length > 0 || token.length > 0 ? named : [identityOfDefault(from)];
}

/** `region`, `region@profile`, or `@profile` in the profile's own region. */
function identityOf(text: string, from: FromEnvironment): SubjectIdentity {
  const at = text.indexOf("@");
  const profile = at < 0 ? undefined : text.slice(at + 1);
  const named = at < 0 ? text : text.slice(0, at);
  const region = named === "" && profile ? from.regionOf({ profile }) : named;
  if (region === undefined) {
    throw new UsageError(
      `--identity ${text}: the shared AWS config has no region of this profile: write region${text}.`,
    );
  }
  const fault = regionFault(region);
  if (fault !== undefined) throw new UsageError(sentence(`--identity ${text}: ${fault}`));
  if (profile === "") throw new UsageError(`--identity ${text}: the profile after "@" is empty.`);
  return identityNamed(text, { name: text, region, profile });
}

function tokenOf(text: string): string {
  // As zone files and panels show it.
  const token = text.trim().replace(/^(["'])(.*)\1$/s, "$2");
  if (token === "") throw new UsageError("--token is empty.");
  return token;
}

/** Options that contradict each other. Throws `UsageError`. */
export function checkOptions({ dnsOnly, identity }: DoctorOptions): void {
  if (dnsOnly && identity.length > 0) {
    throw new UsageError("--dns-only asks no identity: leave --identity or --dns-only out.");
  }
}

/** Options that go with one domain. Throws `UsageError`. */
export function checkTogether(names: number, { token, watch }: DoctorOptions): void {
  if (names > 1 && token.length > 0) throw new UsageError("--token is a value of one domain: name one.");
  if (names > 1 && watch) throw new UsageError("--watch watches one domain: name one.");
}

/** How the command line wants DNS to be read; undefined where it does not say. */
export function dnsCheckOf({ resolver, doh, port }: DoctorOptions): AuthorityOptions | undefined {
  const urls = resolver.filter((one) => /^https?:/i.test(one));
  if (urls.length > 0 && urls.length < resolver.length) {
    throw new UsageError("--resolver: name addresses, or https URLs (DNS over HTTPS), not both.");
  }
  const overHttps = doh || urls.length > 0;
  if (overHttps && resolver.length > urls.length) throw new UsageError("--doh takes resolvers as https URLs.");
  for (const one of resolver) {
    const fault = overHttps ? dohFault(one) : resolverFault(one);
    if (fault !== undefined) throw new UsageError(`--resolver: ${quotedAddress(one)} ${fault}.`);
  }
  const resolvers = resolver.length > 0 ? { resolvers: resolver } : {};
  if (overHttps) {
    if (port !== undefined) throw new UsageError("--port is the name servers', which are not asked over HTTPS.");
    return { mode: "doh", ...resolvers };
  }
  if (resolver.length === 0 && port === undefined) return undefined;
  return { mode: "authoritative", ...resolvers, ...(port === undefined ? {} : { port }) };
}

/** Milliseconds. */
export function timeoutOf({ timeout, watch }: DoctorOptions): number {
  if (timeout === undefined) return watch ? WATCH_MS : LOOK_MS;
  const parsed = parseDuration(timeout);
  if ("fault" in parsed) throw new UsageError(`--timeout ${parsed.fault}.`);
  if (parsed.ms === 0) throw new UsageError("--timeout is no time at all.");
  if (parsed.ms > LONGEST_MS) {
    throw new UsageError(`--timeout is ${formatDuration(parsed.ms)}; it is at most ${formatDuration(LONGEST_MS)}.`);
  }
  return parsed.ms;
}

/** SES gives up after 72 hours; a week of watching is plenty, and fits a timer. */
const LONGEST_MS = 168 * 3_600_000;
/** What `VerifiedDomain` waits, too. */
const WATCH_MS = 45 * 60_000;
