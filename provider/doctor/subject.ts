import type { AuthorityOptions } from "../authority/authority";
import type { Fqdn } from "../core/fqdn";
import { bareToken } from "../diagnosis/damage";
import type { CheckedDns } from "../dns/hosts";
import type { Requirement } from "../dns/requirement";
import type { CheckedIdentity } from "../lifecycle/arguments/types";
import type { Restarts } from "../lifecycle/identity/restarts";
import { type Reading, readingsOf } from "../lifecycle/observation/observe";
import { underscoreName } from "../lifecycle/records/placement";
import { tokenRecord, withToken } from "../lifecycle/records/requirements";
import type { KnownOfSending } from "./sending/ask";

/** The doctor writes nothing, so that no TTL is asked for. */
const UNKNOWN_TTL = 0;

/** One domain to look at, from the command line or from a stack's state. */
export interface Subject {
  readonly domain: Fqdn;
  readonly identities: readonly SubjectIdentity[];
  /** Tokens that a person gave, instead of SES. */
  readonly tokens: readonly string[];
  /** Where the state says the values are; undefined where that has to be found out. */
  readonly expected: readonly Requirement[] | undefined;
  /** What the state says of sending; undefined where no program declares the domain. */
  readonly sending?: StatedSending | undefined;
  /** The hosts that the program writes to. */
  readonly hosts: readonly CheckedDns[];
  /** True: a program declares it, and another tool owns its records. */
  readonly withoutHost?: boolean | undefined;
  readonly dnsCheck: AuthorityOptions;
}

/** What a program asks for in addition to the verification, as its state has it. */
export interface StatedSending {
  /** The records of DKIM and MAIL FROM. */
  readonly requirements: readonly Requirement[];
  /** It asks neither for DKIM nor for MAIL FROM. */
  readonly verificationOnly: boolean;
  /** False: it does not want DMARC to be looked for. */
  readonly dmarc: boolean;
}

export interface SubjectIdentity {
  readonly name: string;
  readonly spec: CheckedIdentity;
  /** The account that the state pins it to. */
  readonly accountId: string | undefined;
  readonly verifiedBefore: boolean;
  /** Codes of the errors for which it is left out: it was not asked for, by name or in the environment. */
  readonly leaveOutFor: readonly string[];
  /** The mark that the state holds. */
  readonly mark?: string | undefined;
  /** What the program asks of its DKIM and MAIL FROM. */
  readonly sending?: KnownOfSending | undefined;
  /** How often the state says that SES was asked again in a row. */
  readonly asked?: Restarts | undefined;
}

/** One that a user names, of which no state tells anything. */
export function identityNamed(name: string, spec: CheckedIdentity): SubjectIdentity {
  return { name, spec, accountId: spec.accountId, verifiedBefore: false, leaveOutFor: [] };
}

/**
 * The one that is asked where none is named: in the environment's region. Who set a profile or a region asks for that one, and
 * is told where it cannot be asked.
 */
export function identityOfDefault({
  region,
  profile,
}: {
  readonly region: string | undefined;
  readonly profile: string | undefined;
}): SubjectIdentity {
  const name = region ?? "default";
  const missing = ["credentials-missing", ...(region === undefined ? ["region-unknown"] : [])];
  return { ...identityNamed(name, { name, region }), leaveOutFor: profile === undefined ? missing : [] };
}

/** What SES, or a person, says should be in DNS. */
export interface Token {
  readonly identity: string;
  readonly token: string;
}

/** The names where SES looks. */
export function namesOf(subject: Subject): readonly Fqdn[] {
  return subject.expected === undefined
    ? [underscoreName(subject.domain), subject.domain]
    : [...new Set(subject.expected.map(({ record }) => record.name))];
}

/** Without SES and the hosts' APIs: by what DNS serves alone. */
export function dnsOnly(subject: Subject): Subject {
  return { ...subject, identities: [], hosts: [] };
}

/** The names of the given tokens, as findings and tables call them. */
export function givenTokens(tokens: readonly string[]): Token[] {
  return tokens.map((token, index) => ({
    identity: tokens.length === 1 ? "token" : `token ${index + 1}`,
    token: bareToken(token),
  }));
}

/**
 * Where each token is expected. SES takes it at `_amazonses` and, with `amazonses:` in front, at the domain itself: the
 * second only counts where the value is there and not at the first. What the state says goes first, with SES's present token.
 */
export function placeTokens(
  subject: Subject,
  tokens: readonly Token[],
  readings: readonly Reading[],
): readonly Requirement[] {
  const { domain, expected } = subject;
  const under = underscoreName(domain);
  const isAt = (name: Fqdn, value: string) =>
    readingsOf(readings).sightings.some(
      (sighting) =>
        sighting.name === name && sighting.servers.some((one) => one.kind === "values" && one.values.includes(value)),
    );
  return tokens.flatMap(({ identity, token }): Requirement[] => {
    const planned = expected?.filter(({ owner }) => owner.identity === identity) ?? [];
    if (planned.length > 0) return planned.map((one) => withToken(one, token));
    const holder = { name: identity, token };
    return isAt(domain, `amazonses:${token}`) && !isAt(under, token)
      ? [tokenRecord({ name: domain, prefix: "amazonses:" }, holder, UNKNOWN_TTL)]
      : [tokenRecord({ name: under, prefix: "" }, holder, UNKNOWN_TTL)];
  });
}
