import type { Fqdn } from "../core/fqdn";
import type { Message } from "../wire/message";
import { isDefinite } from "./resolver";

/**
 * The servers that take mail for a domain (RFC 5321 section 5.1). `servers`: its MX records name them. `implicit`: it has none, but an
 * address, which stands in for them. `refused`: a null MX (RFC 7505). `none`: neither MX nor address. `no-domain`: NXDOMAIN.
 */
export interface MailRoute {
  readonly domain: Fqdn;
  readonly kind: "servers" | "implicit" | "refused" | "none" | "no-domain";
  /** The targets of the MX records, the preferred first; `resolves` is undefined where no resolver could say. */
  readonly servers: readonly { readonly name: string; readonly resolves: boolean | undefined }[];
}

/** One question to recursive resolvers, which may be asked here; undefined where none answers. */
export type AskRecursive = (name: string, type: "MX" | "A" | "AAAA" | "TXT") => Promise<Message | undefined>;

/** Some domains have more; the first ones are enough. */
const SERVERS_AT_MOST = 8;

/** Undefined where nothing definite could be learned. */
export async function findMailRoute(domain: Fqdn, ask: AskRecursive): Promise<MailRoute | undefined> {
  const reply = await ask(domain, "MX");
  if (reply === undefined || !isDefinite(reply)) return undefined;
  if (reply.rcode === "NXDOMAIN") return { domain, kind: "no-domain", servers: [] };
  // The resolver has followed the domain's CNAMEs: the owner may be another name.
  const records = reply.answers.flatMap((record) => (record.type === "MX" ? [record] : []));
  const names = records
    .toSorted((a, b) => a.preference - b.preference)
    .map(({ exchange }) => exchange)
    .filter((exchange) => exchange !== "");
  if (names.length > 0) {
    const servers = [...new Set(names)].slice(0, SERVERS_AT_MOST);
    return {
      domain,
      kind: "servers",
      servers: await Promise.all(servers.map(async (name) => ({ name, resolves: await resolves(name, ask) }))),
    };
  }
  if (records.length > 0) return { domain, kind: "refused", servers: [] };
  const own = await resolves(domain, ask);
  return own === undefined ? undefined : { domain, kind: own ? "implicit" : "none", servers: [] };
}

async function resolves(name: string, ask: AskRecursive): Promise<boolean | undefined> {
  const replies = await Promise.all([ask(name, "A"), ask(name, "AAAA")]);
  if (replies.some((reply) => reply?.answers.some(({ type }) => type === "A" || type === "AAAA"))) return true;
  return replies.every((reply) => reply !== undefined && isDefinite(reply)) ? false : undefined;
}
