import type { MailRoute } from "../authority/mail";
import { domainOf } from "../core/address";
import { quoted } from "../core/text";
import { listed, shellQuoted } from "../core/words";
import type { Code } from "./catalogue";
import type { AddressIdentitySeen, AddressObservations, Finding, Severity } from "./finding";
import { isSafeInShell, wordFinding } from "./make";
import { hintOf, reasonOf, unknownCode } from "./unknown";

/** An address that SES has confirmed, or whose domain is verified, needs no mail: nothing is said of its way then. */
export function addressFindings(seen: AddressObservations): Finding[] {
  const open = seen.identities.filter(({ status }) => status !== "Success");
  const awaited = open.filter(({ status, coveredBy }) => status !== "unknown" && coveredBy === undefined);
  // Where SES was not asked at all, the address is all there is to look at.
  const matters = awaited.length > 0 || seen.identities.length === 0;
  return [
    ...open.flatMap((identity) => aboutIdentity(seen, identity)),
    ...(matters ? [...aboutSpelling(seen, awaited), ...aboutMail(seen)] : []),
  ];
}

function say(
  { address, identities, declared, inDoctor, mail }: AddressObservations,
  code: Code,
  text: string,
  details: {
    readonly of?: AddressIdentitySeen;
    readonly server?: string;
    readonly severity?: Severity;
    /** For the words that domains and addresses share: what SES is asked for. */
    readonly identity?: string;
    readonly hint?: string | undefined;
  } = {},
): Finding {
  const { of, severity, hint } = details;
  const server = [details.server].find(isSafeInShell);
  return wordFinding(code, text, {
    facts: {
      address: shellQuoted(address),
      domain: details.identity ?? domainOf(address),
      region: of?.region ?? identities[0]?.region ?? "REGION",
      server: server ?? "the server",
    },
    server,
    identities: of === undefined ? [] : [of.name],
    severity,
    place: { declared, inDoctor },
    situation: mail !== undefined && isUndeliverable(mail) ? "undeliverable" : undefined,
    hint,
  });
}

function aboutIdentity(seen: AddressObservations, identity: AddressIdentitySeen): Finding[] {
  const { address } = seen;
  const { region, accountId, status, coveredBy } = identity;
  const where = `SES in ${region}${accountId === undefined ? "" : ` (account ${accountId})`}`;
  const tell = (code: Code, text: string) => say(seen, code, text, { of: identity });
  if (coveredBy !== undefined) {
    const covers =
      coveredBy === domainOf(address) ? `${coveredBy} is` : `${coveredBy}, a parent domain of the address's domain, is`;
    return [tell("address-not-needed", `${covers} verified by ${where}: ${address} can send from there already.`)];
  }
  switch (status) {
    case "Success":
      return [];
    case "absent":
      return [tell("address-missing", `${where} has no identity ${address}.`)];
    case "unknown":
      return [
        say(
          seen,
          unknownCode(identity.unknownCode),
          `${where} could not be asked about ${address}: ${reasonOf(identity, seen)}`,
          { of: identity, identity: shellQuoted(address), hint: hintOf(identity, seen) },
        ),
      ];
    case "Failed":
      return [tell("address-expired", `${where} says Failed for ${address}: the link was not followed in time.`)];
    default:
      return [
        tell(
          "address-unconfirmed",
          `${where} says ${status} for ${address}: the link in its mail has not been followed yet.`,
        ),
      ];
  }
}

/** Whether no mail can arrive, whatever the mailbox. */
function isUndeliverable({ kind, servers }: MailRoute): boolean {
  if (kind === "servers") return servers.length > 0 && servers.every(({ resolves }) => resolves === false);
  return kind !== "implicit";
}

function aboutSpelling(seen: AddressObservations, awaited: readonly AddressIdentitySeen[]): Finding[] {
  const { address, meant } = seen;
  const alike = awaited.flatMap((identity) => (identity.alike?.length ? [{ identity, alike: identity.alike }] : []));
  return [
    ...(meant === undefined
      ? []
      : [say(seen, "address-misspelt", `${address} is at ${domainOf(address)}. Did you mean ${meant}?`)]),
    ...alike.map(({ identity, alike: others }) => {
      const words = others.map((one) => `${one.address} (${one.status})`);
      return say(seen, "address-looks-alike", `SES in ${identity.region} has ${listed(words)} besides ${address}.`, {
        of: identity,
      });
    }),
  ];
}

function aboutMail(seen: AddressObservations): Finding[] {
  const { mail } = seen;
  if (mail === undefined) return [];
  const { domain, servers } = mail;
  switch (mail.kind) {
    case "no-domain":
      return [say(seen, "mail-domain-unknown", `DNS has no name ${domain} (NXDOMAIN).`)];
    case "refused":
      return [say(seen, "mail-refused", `The MX record of ${domain} is "0 .".`)];
    case "none":
      return [say(seen, "mail-no-server", `${domain} has no MX record, and no A or AAAA record.`)];
    case "implicit":
      return [say(seen, "mail-no-mx", `${domain} has no MX record; mail goes to its own address.`)];
    case "servers": {
      const lost = servers.filter(({ resolves }) => resolves === false).map(({ name }) => name);
      if (lost.length === 0) return [];
      const all = lost.length === servers.length;
      const who = `${listed(lost.map((name) => quoted(name)))} ${lost.length === 1 ? "has" : "have"} no address`;
      const text = `Of the ${servers.length === 1 ? "one mail server" : `${servers.length} mail servers`} of ${domain}, ${who}.`;
      return [
        say(seen, "mail-server-unresolvable", text, { server: lost[0] ?? "", severity: all ? "error" : "warning" }),
      ];
    }
  }
}
