import type { AuthorityOptions } from "../authority/authority";
import { DOH_RESOLVERS } from "../authority/doh";
import { parseEndpoint } from "../authority/resolver";
import { shellQuoted } from "../core/words";
import type { Finding } from "../diagnosis/finding";
import type { SubjectIdentity } from "./subject";

/** The finding with a command that asks as the doctor did: of the same servers, and with the same profile. */
export function commandWithResolver(
  one: Finding,
  how: AuthorityOptions,
  identities: readonly SubjectIdentity[],
): Finding {
  if (one.command === undefined) return one;
  const profile = identities.find(({ name }) => name === one.identities[0])?.spec.profile;
  const asWhom = profile !== undefined && one.command.startsWith("aws ") ? ` --profile ${shellQuoted(profile)}` : "";
  return { ...one, command: withResolver(one.command, how) + asWhom };
}

/**
 * A `dig` line as it has to be for the servers, the resolver and the ports that the doctor asked: a line that names no
 * server asks the first resolver. Other lines stay as they are. Pure.
 */
export function withResolver(line: string, { mode, resolvers, port }: AuthorityOptions): string {
  if (!line.startsWith("dig ")) return line;
  const rest = line.slice("dig ".length);
  if (/ @\S+$/.test(line)) return /\+https|\+http-plain/.test(line) ? line : `dig ${onPort(port)}${rest}`;
  const [first] = resolvers ?? [];
  if (mode === "doh") {
    // It cannot ask the zone's servers, so what walks down to them is left to the system's resolver.
    return /\+(trace|nssearch)/.test(line) ? line : `dig ${rest} ${overHttps(first ?? DOH_RESOLVERS[0])}`;
  }
  const resolver = first === undefined ? undefined : parseEndpoint(first);
  if (resolver === undefined) return `dig ${rest}`;
  return `dig ${onPort(resolver.port)}${rest} @${resolver.address}`;
}

/** How `dig` is told to ask a resolver over HTTPS (RFC 8484): its host, its port and the path of its URL. */
export function overHttps(url: string): string {
  if (!URL.canParse(url)) return `+https @${shellQuoted(url)}`;
  const { protocol, hostname, port, pathname } = new URL(url);
  const way = `${protocol === "http:" ? "+http-plain" : "+https"}=${pathname}`;
  return `${shellQuoted(way)}${port === "" ? "" : ` -p ${port}`} @${shellQuoted(hostname)}`;
}

function onPort(port: number | undefined): string {
  return port === undefined || port === 53 ? "" : `-p ${port} `;
}
