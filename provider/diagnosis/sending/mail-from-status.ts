import { child } from "../../core/fqdn";
import type { OnMxFailure } from "../../ses/port";
import type { Finding, IdentitySeen, MailFromSeen, Observations } from "../finding";
import { type Say, sayingOf, whereOf } from "./status";

/**
 * SES's status of each identity's MAIL FROM domain. Pure. Nothing where SES was not asked, or gave no answer. Where the program
 * asks for verification only, `lackingFindings` says all of it in one.
 */
export function mailFromStatusFindings(observed: Observations): Finding[] {
  if (observed.verificationOnly) return [];
  return observed.identities.flatMap((identity) => {
    const { mailFrom } = identity;
    if (mailFrom === undefined) return [];
    const say = sayingOf(observed, identity);
    switch (mailFrom.status) {
      case "absent":
      case "unknown":
        return [];
      case "none":
        return notSet(observed, identity, mailFrom, say);
      default:
        return [...differing(observed, identity, mailFrom, say), ...aboutStatus(observed, identity, mailFrom, say)];
    }
  });
}

function notSet({ domain, declared }: Observations, identity: IdentitySeen, { wanted }: MailFromSeen, say: Say) {
  const seen = `${whereOf(identity)} has no MAIL FROM domain for ${domain}${wanted === undefined ? "" : `; the program asks for ${wanted.domain}`}.`;
  if (wanted !== undefined) return [say("mail-from-not-set", seen, { facts: { name: wanted.domain } })];
  // A program that does not ask for it means it so. With SES's own domain mail can pass by DKIM.
  if (declared !== false) return [];
  return [say("mail-from-not-set", seen, { severity: "note", facts: { name: child("bounce", domain) } })];
}

function differing(observed: Observations, identity: IdentitySeen, mailFrom: MailFromSeen, say: Say): Finding[] {
  const { domain, onMxFailure, wanted, status } = mailFrom;
  if (wanted === undefined || domain === undefined) return [];
  const facts = { name: wanted.domain };
  if (domain !== wanted.domain) {
    const seen = `${whereOf(identity)} has the MAIL FROM domain ${domain} for ${observed.domain} (${status}); the program asks for ${wanted.domain}.`;
    return [say("mail-from-differs", seen, { facts })];
  }
  // Rejecting is switched on once SES sees the MX record.
  const early = status !== "Success" && wanted.onMxFailure === "reject";
  if (onMxFailure === undefined || onMxFailure === wanted.onMxFailure || early) return [];
  const seen = `${whereOf(identity)} ${DOES[onMxFailure]} while it does not see the MX record of ${domain}; the program asks for "${wanted.onMxFailure}".`;
  return [say("mail-from-differs", seen, { severity: "warning", facts })];
}

const DOES: Readonly<Record<OnMxFailure, string>> = { default: "uses its own domain", reject: "rejects mail" };

function aboutStatus(observed: Observations, identity: IdentitySeen, mailFrom: MailFromSeen, say: Say): Finding[] {
  const { status, domain, onMxFailure, readyBefore } = mailFrom;
  if (status === "Success" || domain === undefined) return [];
  const facts = { name: domain };
  const before = readyBefore ? ", which was ready before" : "";
  const says = `${whereOf(identity)} says ${status} for the MAIL FROM domain ${domain}${before}.`;
  const about: Finding[] = [];
  if (status === "Failed") about.push(say("mail-from-failed", says, { facts }));
  if (status === "TemporaryFailure") about.push(say("mail-from-temporary-failure", says, { facts }));
  if (status === "Pending" || status === "NotStarted") {
    about.push(say("mail-from-pending", says, { facts, ...(readyBefore && { severity: "warning" as const }) }));
  }
  if (onMxFailure === "reject") {
    const seen = `${whereOf(identity)} says ${status} for ${domain}, and is told to reject mail from ${observed.domain} until it is verified.`;
    about.push(say("mail-from-rejects", seen, { facts }));
  }
  if (onMxFailure === "default") {
    const seen = `${whereOf(identity)} says ${status} for ${domain}, so mail from ${observed.domain} leaves with SES's own MAIL FROM domain.`;
    about.push(say("mail-from-falls-back", seen, { facts }));
  }
  return about;
}
