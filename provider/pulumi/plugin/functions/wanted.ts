import type { AuthorityOptions } from "../../../authority/authority";
import type { EmailAddress } from "../../../core/address";
import { formatDuration, parseDuration } from "../../../core/duration";
import type { Fqdn } from "../../../core/fqdn";
import { visible } from "../../../core/text";
import type { Given } from "../../../doctor/examine";
import { LOOK_MS, settled } from "../../../doctor/looks";
import { identityNamed, identityOfDefault, type SubjectIdentity } from "../../../doctor/subject";
import { ADDRESS_ARGUMENTS } from "../../../lifecycle/arguments/address-args";
import { DOMAIN_ARGUMENTS, readDnsCheck } from "../../../lifecycle/arguments/domain-args";
import { checkIdentities, settleIdentities } from "../../../lifecycle/arguments/identities";
import {
  type Bag,
  fail,
  known,
  type Notes,
  readBoolean,
  readList,
  readObject,
  readText,
} from "../../../lifecycle/arguments/read";
import { type CheckedIdentity, type Failure, isWhollyKnown } from "../../../lifecycle/arguments/types";
import type { FunctionPorts, Opened, Properties, Props } from "./declaration";

/** What is asked about. */
export interface Wanted {
  readonly of: { readonly domain: Fqdn } | { readonly address: EmailAddress };
  /** As the program writes them; undefined where it leaves them out. */
  readonly identities: readonly CheckedIdentity[] | undefined;
  readonly tokens: readonly string[];
  readonly dnsCheck: AuthorityOptions;
  readonly dnsOnly: boolean;
  readonly timeoutMs: number;
}

export type Refused = { readonly failures: readonly Failure[] };

/** More entries of one list are no list of a program. */
const ENTRIES_AT_MOST = 100;
const LONGEST_MS = 10 * 60_000;

/** Validates the arguments of a function, of which `inputs` are all. Pure; never throws. */
export function readWanted(args: Props, inputs: Properties): { readonly wanted: Wanted } | Refused {
  const notes: Notes = { failures: [], warnings: [], unknownPaths: [] };
  const bag = readObject(notes, "", args, Object.keys(inputs));
  const wanted = known(bag) && areShort(notes, bag) ? read(notes, bag) : undefined;
  // The engine calls no function in a preview while an argument is not known yet.
  for (const path of notes.unknownPaths) fail(notes, path, "is not known yet, so that nothing can be looked up");
  return wanted === undefined || notes.failures.length > 0 ? { failures: notes.failures } : { wanted };
}

function areShort(notes: Notes, bag: Bag): boolean {
  const long = Object.entries(bag).flatMap(([property, value]) => {
    if (!Array.isArray(value) || value.length <= ENTRIES_AT_MOST) return [];
    return [{ property, reason: `has ${value.length} entries; it may have ${ENTRIES_AT_MOST}`, valueFree: true }];
  });
  notes.failures.push(...long);
  return long.length === 0;
}

function read(notes: Notes, bag: Bag): Wanted | undefined {
  const of = readName(notes, bag);
  const identities = isLeftOut(bag.identities) ? undefined : checkIdentities(notes, bag.identities, "address");
  const tokens = readTokens(notes, bag.tokens);
  const dnsCheck = isLeftOut(bag.dnsCheck) ? undefined : readDnsCheck(notes, bag.dnsCheck);
  const dnsOnly = readBoolean(notes, "dnsOnly", bag.dnsOnly) === true;
  const timeoutMs = readTimeout(notes, bag.timeout);
  if (dnsOnly && identities !== undefined) fail(notes, "dnsOnly", "asks no identity: leave it or identities out");
  if (of !== undefined && "address" in of) {
    if (dnsOnly) fail(notes, "dnsOnly", "goes with a domain: DNS does not verify an address");
    if (tokens.length > 0) fail(notes, "tokens", "goes with a domain: an address has none");
  }
  const checkedDns = dnsCheck ?? { mode: "authoritative" };
  if (of === undefined || !isKnownDns(checkedDns) || !areKnown(identities)) return undefined;
  if (checkedDns.mode === "off") {
    fail(notes, "dnsCheck.mode", 'is "off", and DNS is what is looked at; it must be "authoritative" or "doh"');
  }
  return { of, identities, tokens, dnsCheck: checkedDns, dnsOnly, timeoutMs };
}

function readName(notes: Notes, { domain, address }: Bag): Wanted["of"] | undefined {
  if (!isLeftOut(domain) && !isLeftOut(address)) return fail(notes, "address", "and domain are both given: name one");
  if (isLeftOut(domain) && isLeftOut(address)) return fail(notes, "domain", "is missing; name a domain, or an address");
  if (isLeftOut(domain)) {
    const named = ADDRESS_ARGUMENTS.address.read(notes, "address", address);
    return known(named) ? { address: named } : undefined;
  }
  const named = DOMAIN_ARGUMENTS.domain.read(notes, "domain", domain);
  return known(named) ? { domain: named } : undefined;
}

function readTokens(notes: Notes, value: unknown): readonly string[] {
  const tokens = readList(notes, "tokens", value, (at, entry) => readText(notes, at, entry));
  return known(tokens) ? tokens.filter((each) => known(each)) : [];
}

/** Milliseconds. */
function readTimeout(notes: Notes, value: unknown): number {
  const text = readText(notes, "timeout", value);
  if (!known(text)) return LOOK_MS;
  const parsed = parseDuration(text);
  if ("fault" in parsed) fail(notes, "timeout", parsed.fault);
  else if (parsed.ms >= 1_000 && parsed.ms <= LONGEST_MS) return parsed.ms;
  else fail(notes, "timeout", `is ${formatDuration(parsed.ms)}; it is from 1s to ${formatDuration(LONGEST_MS)}`);
  return LOOK_MS;
}

function isLeftOut(value: unknown): value is undefined | null {
  return value === undefined || value === null;
}

function isKnownDns(value: unknown): value is AuthorityOptions {
  return isWhollyKnown(value);
}

function areKnown(value: unknown): value is readonly CheckedIdentity[] | undefined {
  return isWhollyKnown(value);
}

/** The identities as they are asked: in the provider's own region where none is named. */
export function identitiesOf(
  { identities, tokens, dnsOnly }: Wanted,
  { defaults }: Opened,
  { env }: FunctionPorts,
): { readonly identities: readonly SubjectIdentity[] } | Refused {
  if (dnsOnly || (identities === undefined && tokens.length > 0)) return { identities: [] };
  if (identities === undefined) {
    return { identities: [identityOfDefault({ region: defaults.region, profile: env.AWS_PROFILE })] };
  }
  const told = settleIdentities(identities, defaults.region);
  if ("failures" in told) return told;
  return { identities: told.identities.map((one) => identityNamed(one.name, one)) };
}

/** As the doctor takes it. */
export function givenOf(wanted: Wanted, identities: readonly SubjectIdentity[], { dnsCheck }: Opened): Given {
  const how = { identities, dnsCheck: wanted.dnsCheck };
  return "address" in wanted.of
    ? { address: settled({ ...how, address: wanted.of.address, declared: false }, dnsCheck) }
    : {
        domain: settled(
          { ...how, domain: wanted.of.domain, tokens: wanted.tokens, expected: undefined, hosts: [] },
          dnsCheck,
        ),
      };
}

/** Plain values for outputs: what a server sent may act on the terminal that shows it. */
export function shown<T>(value: T): T {
  return JSON.parse(JSON.stringify(value), (_key, entry) => (typeof entry === "string" ? visible(entry) : entry));
}
