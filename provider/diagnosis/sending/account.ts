import { listed } from "../../core/words";
import { policyName } from "../../mail/dmarc/names";
import type { AccountSeen, DkimSeen, Finding, IdentitySeen, MailFromSeen, Observations } from "../finding";
import { finding } from "../make";
import { whereOf } from "./status";

/** What SES says of the accounts, and addresses of the domain that do not follow its settings. Pure. */
export function accountFindings(observed: Observations): Finding[] {
  return [...(observed.accounts ?? []).flatMap((one) => ofAccount(observed, one)), ...overrides(observed)];
}

function ofAccount(observed: Observations, account: AccountSeen): Finding[] {
  const { region, accountId, productionAccess, sendingEnabled } = account;
  const identities = observed.identities
    .filter((one) => one.region === region && (accountId === undefined || (one.accountId ?? accountId) === accountId))
    .map(({ name }) => name);
  const details = { facts: { region }, identities };
  const where = whereOf(account);
  return [
    ...(sendingEnabled
      ? []
      : [finding(observed, "sending-paused", `${where} says that sending is switched off.`, details)]),
    ...(productionAccess
      ? []
      : [finding(observed, "sandbox", `${where} says that the account has no production access.`, details)]),
  ];
}

function overrides(observed: Observations): Finding[] {
  const { addresses = [], identities } = observed;
  return [...new Set(addresses.map(({ region }) => region))].map((region) => {
    const own = addresses.filter((one) => one.region === region).map(({ address }) => address);
    const are = own.length === 1 ? "is an identity" : "are identities";
    const seen = `In ${region}, ${listed(own)} ${are} of ${own.length === 1 ? "its" : "their"} own.`;
    return finding(observed, "address-overrides", seen, {
      facts: { region },
      identities: identities.filter((one) => one.region === region).map(({ name }) => name),
    });
  });
}

/** What a sender lacks where the program asks for verification only: what was seen, in one note. Pure. */
export function lackingFindings(observed: Observations): Finding[] {
  if (!observed.verificationOnly) return [];
  const { identities, dmarc, domain } = observed;
  // Signed mail needs no MAIL FROM domain of its own: then only one that fails is told.
  const needs = ({ dkim, mailFrom }: IdentitySeen) => mailFrom?.status !== "none" || !isSigned(dkim);
  const lacking = [
    ...identities.flatMap((one) => parted(one.dkim && dkimLack(one.dkim), one)),
    ...identities.filter(needs).flatMap((one) => parted(one.mailFrom && mailFromLack(one.mailFrom), one)),
    ...(dmarc?.faults.some(({ code }) => code === "dmarc-missing")
      ? [`there is no DMARC record at ${policyName(domain) ?? domain}`]
      : []),
  ];
  if (lacking.length === 0) return [];
  return [finding(observed, "not-ready-to-send", `For mail from ${domain}: ${listed(lacking, 8)}.`)];
}

function isSigned(dkim: DkimSeen | undefined): boolean {
  return dkim?.status === "Success" && dkim.signing !== false;
}

function parted(lack: string | undefined, { region }: IdentitySeen): string[] {
  return lack === undefined ? [] : [`${lack} in ${region}`];
}

function dkimLack({ status, signing }: DkimSeen): string | undefined {
  switch (status) {
    case "absent":
    case "unknown":
      return undefined;
    case "NotStarted":
      return "DKIM is not set up";
    case "Success":
      return signing === false ? "DKIM signing is off" : undefined;
    default:
      return `SES says ${status} for DKIM`;
  }
}

function mailFromLack({ status }: MailFromSeen): string | undefined {
  switch (status) {
    case "absent":
    case "unknown":
    case "Success":
      return undefined;
    case "none":
      return "no MAIL FROM domain is set";
    default:
      return `SES says ${status} for the MAIL FROM domain`;
  }
}
