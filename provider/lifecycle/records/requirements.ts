import { child, type Fqdn } from "../../core/fqdn";
import { bareToken } from "../../diagnosis/damage";
import { dataText, type Owner, type Requirement, required } from "../../dns/requirement";
import type { Place } from "./placement";

/** An identity whose record is required. */
export interface TokenHolder {
  readonly name: string;
  /** Undefined where it is not known. */
  readonly identityArn?: string | undefined;
  readonly token: string;
  /** Easy DKIM's tokens, and SES's zone where their records lead. Left out where these records are not wanted. */
  readonly dkim?: { readonly tokens: readonly string[]; readonly zone?: Fqdn | undefined } | undefined;
  readonly mailFrom?: { readonly domain: Fqdn; readonly exchange?: Fqdn | undefined } | undefined;
}

/** What a MAIL FROM name says of itself (Amazon SES Developer Guide, "Using a custom MAIL FROM domain"). */
export const SES_SPF = "v=spf1 include:amazonses.com ~all";
const MX_PREFERENCE = 10;

/** The record that shows SES who owns the domain. */
export function tokenRecord({ name, prefix }: Place, { name: identity, identityArn, token }: TokenHolder, ttl: number) {
  const owner: Owner = { identity, arn: identityArn, purpose: "verification" };
  return required({ type: "TXT", name, ttl, text: prefix + token }, owner);
}

/** What must be in DNS for the identities of a domain. `places`: of their tokens, by identity name. */
export function requirementsOf(
  domain: Fqdn,
  holders: readonly TokenHolder[],
  places: Readonly<Record<string, Place>>,
  ttl: number,
): Requirement[] {
  return holders.flatMap((holder) => {
    const place = places[holder.name];
    return [
      ...(place === undefined || holder.token === "" ? [] : [tokenRecord(place, holder, ttl)]),
      ...dkimRecords(domain, holder, ttl),
      ...mailFromRecords(holder, ttl),
    ];
  });
}

/** Where a token of Easy DKIM belongs. */
export function dkimName(token: string, domain: Fqdn): Fqdn {
  return child(token.toLowerCase(), child("_domainkey", domain));
}

/** Stands for a record of DKIM while SES has not made its tokens. Tokens have no hyphen. */
export function unnamedDkimRecord(domain: Fqdn, ttl: number): Requirement {
  const owner: Owner = { identity: "", arn: undefined, purpose: "dkim" };
  const name = dkimName("sesdomain-not-known-yet", domain);
  return required({ type: "CNAME", name, ttl, target: domain }, owner);
}

function dkimRecords(domain: Fqdn, { name, identityArn, dkim }: TokenHolder, ttl: number): Requirement[] {
  if (dkim?.zone === undefined) return [];
  const { zone } = dkim;
  const owner: Owner = { identity: name, arn: identityArn, purpose: "dkim" };
  return dkim.tokens.map((token) =>
    required({ type: "CNAME", name: dkimName(token, domain), ttl, target: child(token.toLowerCase(), zone) }, owner),
  );
}

function mailFromRecords({ name, identityArn, mailFrom }: TokenHolder, ttl: number): Requirement[] {
  if (mailFrom?.exchange === undefined) return [];
  const { domain, exchange } = mailFrom;
  const owner: Owner = { identity: name, arn: identityArn, purpose: "mail-from" };
  const at = { name: domain, ttl };
  return [
    required({ type: "MX", ...at, preference: MX_PREFERENCE, exchange }, owner),
    required({ type: "TXT", ...at, text: SES_SPF }, owner),
  ];
}

/** Where the identity's token is, by what was written for it. */
export function placeOf(requirements: readonly Requirement[], identity: string): Place | undefined {
  const own = requirements.find(({ owner }) => owner.identity === identity && owner.purpose === "verification");
  if (own === undefined) return undefined;
  const value = dataText(own);
  return { name: own.record.name, prefix: value === bareToken(value) ? "" : "amazonses:" };
}

/** The same requirement with another token of its identity. */
export function withToken(requirement: Requirement, token: string): Requirement {
  const { record } = requirement;
  if (record.type !== "TXT") return requirement;
  const prefix = record.text === bareToken(record.text) ? "" : "amazonses:";
  return { ...requirement, record: { ...record, text: prefix + token } };
}

/** The token that a requirement holds; undefined for records of other purposes. */
export function tokenIn({ record, owner }: Requirement): string | undefined {
  return owner.purpose === "verification" && record.type === "TXT" ? bareToken(record.text) : undefined;
}

/** One of each record, whichever identity requires it. */
export function eachOnce(requirements: readonly Requirement[]): Requirement[] {
  const seen = new Map(requirements.map((one) => [`${one.record.name} ${one.record.type} ${dataText(one)}`, one]));
  return [...seen.values()];
}
