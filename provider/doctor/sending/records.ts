import { type Fqdn, parentOf } from "../../core/fqdn";
import type { DkimSeen, IdentitySeen } from "../../diagnosis/finding";
import { type Requirement, sameRecord } from "../../dns/requirement";
import { requirementsOf, type TokenHolder } from "../../lifecycle/records/requirements";
import { feedbackHost } from "../../lifecycle/sending/feedback-host";
import { hasDkim } from "./standing";

/** The doctor writes nothing, so that no TTL is asked for. */
const UNKNOWN_TTL = 0;
/** Easy DKIM has three; more in one answer are not asked about. */
const TOKENS_AT_MOST = 10;

/** The records that make a domain ready to send. `former`: those of tokens that SES no longer names. */
export interface SendingRecords {
  readonly expected: readonly Requirement[];
  readonly former: readonly Requirement[];
}

/**
 * From SES's tokens and its zone, and from its MAIL FROM domain; where SES does not say, from the state (`stated`). The host
 * for bounces is the program's, or the region's. Pure.
 */
export function sendingRecords(
  domain: Fqdn,
  identities: readonly IdentitySeen[],
  stated: readonly Requirement[],
): SendingRecords {
  const expected = identities.flatMap((one) => {
    const own = stated.filter(({ owner }) => owner.identity === one.name);
    const dkim = own.filter(({ owner }) => owner.purpose === "dkim");
    const mailFrom = own.filter(({ owner }) => owner.purpose === "mail-from");
    const holder: TokenHolder = {
      name: one.name,
      token: "",
      dkim: dkimOf(one.dkim, dkim),
      mailFrom: mailFromOf(one, mailFrom),
    };
    const made = requirementsOf(domain, [holder], {}, UNKNOWN_TTL);
    const isMade = (purpose: string) => made.some(({ owner }) => owner.purpose === purpose);
    return [
      ...made,
      ...(isMade("dkim") || isKnown(one.dkim?.status) ? [] : dkim),
      ...(isMade("mail-from") || isKnown(one.mailFrom?.status) ? [] : mailFrom),
    ];
  });
  const asked = identities.length > 0;
  const all = asked ? expected : stated;
  const former = stated.filter(
    ({ owner, record }) =>
      asked && owner.purpose === "dkim" && record.type === "CNAME" && !all.some((one) => sameRecord(one, { record })),
  );
  // Of a set that is expected with another value, nothing is former.
  return { expected: all, former: former.filter(({ record }) => !all.some((one) => one.record.name === record.name)) };
}

function isKnown(status: string | undefined): boolean {
  return status !== undefined && status !== "unknown";
}

/** CNAME records belong to Easy DKIM and to its replicas; an own key stands in a TXT record. */
function dkimOf(dkim: DkimSeen | undefined, stated: readonly Requirement[]): TokenHolder["dkim"] {
  if (dkim === undefined || !hasDkim(dkim) || dkim.origin === "EXTERNAL") return undefined;
  const zone = dkim.zone ?? zoneIn(stated);
  const tokens = (dkim.tokens ?? []).filter(isLabel).slice(0, TOKENS_AT_MOST);
  return zone === undefined || tokens.length === 0 ? undefined : { tokens, zone };
}

/** A label (RFC 1035 section 2.3.1): SES's answer makes names that are asked about. */
function isLabel(token: string): boolean {
  return /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/i.test(token);
}

/** Where the state's CNAME records lead, without the token. */
export function zoneIn(stated: readonly Requirement[]): Fqdn | undefined {
  for (const { record } of stated) {
    if (record.type !== "CNAME") continue;
    return parentOf(record.target);
  }
  return undefined;
}

function mailFromOf(
  { region, mailFrom }: IdentitySeen,
  stated: readonly Requirement[],
): TokenHolder["mailFrom"] | undefined {
  const domain = mailFrom?.wanted?.domain ?? mailFrom?.domain;
  if (mailFrom === undefined || mailFrom.status === "unknown" || domain === undefined) return undefined;
  const own = stated.find(({ record }) => record.type === "MX" && record.name === domain);
  const exchange = own?.record.type === "MX" ? own.record.exchange : feedbackHost(region);
  return { domain, exchange };
}
