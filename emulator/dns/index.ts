import { randomInt } from "node:crypto";
import type { Fqdn } from "../../provider/core/fqdn";
import type { Faults } from "../faults";
import type { Ground } from "../ground";
import { hostName } from "../names";
import type { Requests } from "../requests";
import type { Zone, Zones } from "../zones";
import { fromElsewhere } from "./elsewhere";
import { openExchange } from "./exchange";
import { type Listener, openListener } from "./listener";
import { openRegistry, ROOT_SERVER } from "./registry";
import { openResolver } from "./resolver";
import { openResponder, type Responder } from "./responder";
import { type Holdings, openAuthoritative, recursive } from "./server";

export const RESOLVER_ADDRESS = "127.77.0.53";

export interface DnsOptions {
  readonly zones: Zones;
  readonly now: () => number;
  readonly faults: Faults;
  readonly requests: Requests;
  /** One port for every server. Default 0: any that is free. */
  readonly port?: number;
  /** Whether the resolver keeps answers. Default false. */
  readonly cache?: boolean;
  /** Default Math.random; a test hands in its own. */
  readonly random?: () => number;
}

export interface Dns {
  readonly port: number;
  readonly rootAddresses: readonly string[];
  /** `address:port` of the recursive resolver. Faults find it under the name "resolver", too. */
  readonly resolver: string;
  resolve: Ground["resolve"];
  setCache(on: boolean): void;
  close(): Promise<void>;
}

/** How long the resolver waits for servers that are not the emulator's. */
const FOREIGN_TIMEOUT_MS = 500;
/** Below the ports that systems hand out by themselves, which clients of other processes may hold at one of our addresses. */
const FIRST_PORT = 12_000;
const PORTS = 18_000;
const PORT_TRIES = 50;

/** The root, the registries' and the users' name servers, and a recursive resolver in front, each at its own loopback address. */
export async function openDns(options: DnsOptions): Promise<Dns> {
  const { zones } = options;
  const random = options.random ?? Math.random;
  const hosts = new Map<string, { readonly holdings: Holdings; readonly respond: Responder }>();
  const listeners: Listener[] = [];
  let port = options.port ?? 0;

  const exchange = openExchange({
    local: (address) => hosts.get(address)?.respond,
    port: () => port,
    timeoutMs: FOREIGN_TIMEOUT_MS,
  });
  const resolver = openResolver({
    exchange,
    rootAddresses: ROOT_SERVER.addresses,
    now: options.now,
    random,
    cache: options.cache ?? false,
  });
  const resolve: Ground["resolve"] = (name, type) => fromElsewhere(() => resolver.resolve(name, type));
  const resolverRespond = openResponder({
    ...options,
    address: RESOLVER_ADDRESS,
    names: () => ["resolver"],
    async reply(question, query, fault) {
      if (fault?.lame === "REFUSED" || fault?.lame === "SERVFAIL")
        return { rcode: fault.lame, recursionAvailable: true };
      if (!query.recursionDesired || question.class !== "IN") return { rcode: "REFUSED", recursionAvailable: true };
      return recursive(await resolve(question.name.toLowerCase() as Fqdn, question.type));
    },
  });

  const listen = async (address: string, respond: Responder) => {
    listeners.push(await openListener(address, port, respond));
  };

  /** Gives a zone to its servers; the promise settles once those that are new listen. */
  const hold = async (zone: Zone) => {
    const starting: Promise<void>[] = [];
    for (const server of zone.servers) {
      for (const address of server.addresses) {
        let host = hosts.get(address);
        if (!host) {
          const holdings: Holdings = { names: new Set(), zones: new Map() };
          const respond = openAuthoritative({ ...options, address, holdings, random, resolve: resolver.resolve });
          host = { holdings, respond };
          hosts.set(address, host);
          starting.push(listen(address, respond));
        }
        host.holdings.names.add(hostName(server.name));
        const ids = host.holdings.zones.get(zone.name) ?? new Set();
        host.holdings.zones.set(zone.name, ids.add(zone.id));
      }
    }
    await Promise.all(starting);
  };
  const drop = (zone: Zone) => {
    for (const { holdings } of hosts.values()) holdings.zones.get(zone.name)?.delete(zone.id);
  };

  port = await claimPort(port, async (candidate) => {
    listeners.push(await openListener(RESOLVER_ADDRESS, candidate, resolverRespond));
  });
  const stop = zones.subscribe((event) => {
    if (event.zone.private) return undefined;
    if (event.kind === "added") return hold(event.zone);
    if (event.kind === "removed") drop(event.zone);
    return undefined;
  });
  const earlier = zones.list().filter((zone) => !zone.private);
  await Promise.all(earlier.map(hold));
  const registry = openRegistry(zones);
  await zones.settled();

  return {
    port,
    rootAddresses: ROOT_SERVER.addresses,
    resolver: `${RESOLVER_ADDRESS}:${port}`,
    resolve,
    setCache: resolver.setCache,
    async close() {
      stop();
      registry.close();
      await zones.settled();
      await Promise.all(listeners.map((listener) => listener.close()));
    },
  };
}

async function claimPort(wanted: number, listen: (port: number) => Promise<void>): Promise<number> {
  for (let tries = 1; ; tries++) {
    const port = wanted || randomInt(FIRST_PORT, FIRST_PORT + PORTS);
    try {
      await listen(port);
      return port;
    } catch (error) {
      if (wanted || tries >= PORT_TRIES || !(error instanceof Error && "code" in error && error.code === "EADDRINUSE"))
        throw error;
    }
  }
}
