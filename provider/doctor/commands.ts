import { isIP } from "node:net";
import type { Sighting } from "../authority/authority";
import { shellQuoted } from "../core/words";
import type { CheckedIdentity } from "../lifecycle/arguments/types";
import type { DomainReport } from "./report";
import { namesOf, type Subject } from "./subject";
import { overHttps, withResolver } from "./with-resolver";

/**
 * Lines for the shell that ask the same by hand: `dig` at every address, and `aws` for every identity. Servers stand
 * there by their addresses, since their names come from the network.
 */
export function commandsFor(subject: Subject, { observations }: DomainReport): readonly string[] {
  const { domain, dnsCheck } = subject;
  const names = observations.sightings.length > 0 ? [] : namesOf(subject).map((name) => `dig TXT ${name}`);
  return [
    ...[`dig +trace NS ${domain}`, ...names, ...observations.sightings.flatMap(digs)].map((line) =>
      withResolver(line, dnsCheck),
    ),
    ...subject.identities
      .filter(({ name }) => observations.identities.some((one) => one.name === name))
      .flatMap(({ spec }) => {
        const where = whereOf(spec);
        return [
          `aws ses get-identity-verification-attributes --identities ${domain}${where}`,
          `aws sesv2 get-email-identity --email-identity ${domain}${where}`,
        ];
      }),
  ];
}

/** The options that lead `aws` to an identity's region and account. */
export function whereOf({ region, profile }: CheckedIdentity): string {
  return `${region === undefined ? "" : ` --region ${region}`}${
    profile === undefined ? "" : ` --profile ${shellQuoted(profile)}`
  }`;
}

function digs({ name, type, target, via, delegation, servers }: Sighting): string[] {
  if (via === "doh") return servers.map(({ address }) => `dig ${type} ${name} ${overHttps(address)}`);
  const addresses = [...new Set(servers.map(({ address }) => address))].filter((address) => isIP(address) !== 0);
  const zone = delegation?.zone;
  return [
    ...addresses.map((address) => `dig +norec ${type} ${target} @${address}`),
    ...(zone ? addresses.map((address) => `dig +norec SOA ${zone} @${address}`) : []),
  ];
}
