import type { Authority, AuthorityOptions } from "../authority/authority";
import { openAuthority } from "../authority/open";
import { type Aws, openAws } from "../aws/aws";
import type { Reader } from "../aws/hints";
import type { AwsSession } from "../aws/session-types";
import type { ReadConfig } from "../aws/settings";
import type { Ctx } from "../core/ctx";
import { AuthorityError, SesError } from "../core/errors";
import type { Fqdn } from "../core/fqdn";
import { isPort } from "../core/host-port";
import { clip } from "../core/text";
import type { DnsBackend } from "../dns/backend";
import { type HostDefaults, hostDefaults, openBackend } from "../dns/hosts";
import type { Clients } from "../lifecycle/observation/clients";
import type { SesPort } from "../ses/port";
import { openSes, withNewList } from "../ses/ses";

/**
 * The real services, as one stack's config and this machine's environment reach it. Credentials are read when they are
 * needed, by the SDKs and the back ends themselves. `reader`: where their faults are read. Throws `SesError` `config-invalid`.
 */
export function openClients(
  get: ReadConfig,
  env: NodeJS.ProcessEnv,
  reader: Reader = "program",
): {
  readonly clients: Clients;
  readonly aws: Aws;
  /** How DNS is read: as the program says, then the config, then the environment. */
  readonly dnsCheck: (options: AuthorityOptions) => AuthorityOptions;
  readonly defaults: { readonly hosts: HostDefaults; readonly region: string | undefined };
} {
  const aws = openAws({ get, env, reader });
  const port = portOf(get, env);
  const authority = memo((options: AuthorityOptions) => openAuthority(withDefaults(options, port, get, env)));
  const delegatedServers = async (zone: Fqdn, ctx: Ctx) => serversOf(authority({ mode: "authoritative" }), zone, ctx);
  return {
    aws,
    dnsCheck: (options) => withDefaults(options, port, get, env),
    clients: {
      ses: ({ region, profile, roleArn, externalId, credentials, accountId }) =>
        openSes(aws.session({ region, profile, roleArn, externalId, credentials, accountId })),
      backend: memo((dns): DnsBackend => openBackend(dns, { aws, get, env, delegatedServers })),
      authority,
    },
    defaults: {
      region: aws.regionOf(),
      hosts: hostDefaults({ get, env }),
    },
  };
}

/**
 * The same services for one look in a process that lives on: what was listed of the accounts before is listed again. Throws
 * what `openClients` throws.
 */
export function openForOneLook<O extends { readonly clients: Clients; readonly aws: Aws }>(opened: O): O {
  const ports = new Map<AwsSession, SesPort>();
  const ses: Clients["ses"] = ({ region, profile, roleArn, externalId, credentials, accountId }) => {
    const session = opened.aws.session({ region, profile, roleArn, externalId, credentials, accountId });
    const port = ports.get(session) ?? withNewList(session);
    ports.set(session, port);
    return port;
  };
  return { ...opened, clients: { ...opened.clients, ses } };
}

/** Where the program leaves them out, config and then the environment say which resolvers and which port. */
function withDefaults(
  options: AuthorityOptions,
  port: number | undefined,
  get: ReadConfig,
  env: NodeJS.ProcessEnv,
): AuthorityOptions {
  const resolvers = get("sesdomain:dnsResolvers") ?? env.SESDOMAIN_DNS_RESOLVERS;
  return {
    mode: options.mode,
    resolvers:
      options.resolvers ?? (options.mode === "doh" || resolvers === undefined ? undefined : resolversIn(resolvers)),
    port: options.port ?? port,
  };
}

/** Addresses with commas between them, or a JSON array of them. An IPv6 address in brackets is no JSON. */
function resolversIn(text: string): readonly string[] {
  let listed: unknown;
  try {
    listed = JSON.parse(text);
  } catch {
    listed = text.split(",");
  }
  return (Array.isArray(listed) ? listed : [text]).map((one) => String(one).trim());
}

/** The port of the authoritative servers. Throws `SesError` `config-invalid`. */
function portOf(get: ReadConfig, env: NodeJS.ProcessEnv): number | undefined {
  const text = get("sesdomain:dnsPort") ?? env.SESDOMAIN_DNS_PORT;
  if (text === undefined) return undefined;
  if (isPort(text.trim())) return Number(text);
  throw new SesError("config-invalid", `sesdomain:dnsPort (or SESDOMAIN_DNS_PORT) is "${clip(text, 40)}".`, {
    hint: "A port is a number from 1 to 65535; leave it out for 53.",
  });
}

/** The servers that a zone is delegated to; none where it is not delegated, undefined where that cannot be learned now. */
async function serversOf(authority: Authority, zone: Fqdn, ctx: Ctx): Promise<readonly string[] | undefined> {
  try {
    const { delegation } = await authority.look(zone, "TXT", ctx);
    if (delegation === undefined) return undefined;
    return delegation.zone === zone ? delegation.parentServers : [];
  } catch (error) {
    if (!(error instanceof AuthorityError)) throw error;
    return error.code === "zone-unknown" ? [] : undefined;
  }
}

/** By what the key says; the text of the same object is made once. */
function memo<K extends object, V>(open: (key: K) => V): (key: K) => V {
  const known = new Map<string, V>();
  const byObject = new WeakMap<K, V>();
  return (key) => {
    const before = byObject.get(key);
    if (before !== undefined) return before;
    const text = JSON.stringify(key);
    const value = known.get(text) ?? open(key);
    known.set(text, value);
    byObject.set(key, value);
    return value;
  };
}
