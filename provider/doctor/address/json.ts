import { domainOf } from "../../core/address";
import { shellQuoted } from "../../core/words";
import { whereOf } from "../commands";
import { findingJson } from "../finding-json";
import type { AddressJson } from "../schema";
import { usageOf } from "../users";
import { withResolver } from "../with-resolver";
import type { AddressReport, AddressSubject } from "./checkup";

/** One address that was looked at. `resource`: the URN, where a stack named it. */
export interface ExaminedAddress {
  readonly subject: AddressSubject;
  readonly resource?: string | undefined;
  readonly report: AddressReport;
}

/** As `--json` prints it (docs/doctor.md). Pure. */
export function addressJson({ subject, resource, report }: ExaminedAddress): AddressJson {
  const { observations, findings, outcome, users, notAsked } = report;
  const { mail } = observations;
  return {
    address: observations.address,
    resource,
    outcome,
    identities: observations.identities.map(
      ({ name, region, accountId, status, unknownBecause, coveredBy, alike }) => ({
        name,
        region,
        accountId,
        status,
        unknownBecause,
        coveredBy,
        usage: usageOf(name, users),
        alike: alike?.map((one) => ({ ...one })),
      }),
    ),
    sesNotAsked: notAsked,
    mail: mail && { ...mail, servers: mail.servers.map((one) => ({ ...one })) },
    meant: observations.meant,
    findings: findings.map(findingJson),
    commands: [...addressCommands(subject, report)],
  };
}

/** Lines for the shell that ask the same by hand. */
export function addressCommands(
  { address, identities, dnsCheck }: AddressSubject,
  { observations }: AddressReport,
): string[] {
  return [
    withResolver(`dig MX ${domainOf(address)}`, dnsCheck),
    ...identities
      .filter(({ name }) => observations.identities.some((one) => one.name === name))
      .flatMap(({ spec }) => [
        `aws ses get-identity-verification-attributes --identities ${shellQuoted(address)}${whereOf(spec)}`,
        `aws sesv2 list-email-identities${whereOf(spec)}`,
      ]),
  ];
}
