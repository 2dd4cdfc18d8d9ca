import { getServers } from "node:dns";
import { isIP } from "node:net";
import type { Clock } from "../core/clock";
import type { AuthorityError } from "../core/errors";
import type { Fqdn } from "../core/fqdn";
import { openSingleFlight } from "../core/queues";
import type { Message } from "../wire/message";
import { isLimit, limitReached } from "./allowance";
import { openCache, SHORTEST_LIFE_MS } from "./cache";
import { exchange, limitsForSharedWork, type QueryLimits } from "./exchange";
import { firstGood } from "./hedge";
import { runShared } from "./shared-work";
import type { Endpoint } from "./udp";

/** Asks a recursive resolver for name servers and their addresses, never for the record itself, whose absence it would cache. */
export interface Resolver {
  /** For messages to users: "192.0.2.1, 192.0.2.2 port 5353". */
  readonly described: string;
  readonly endpoints: readonly Endpoint[];
  /** One question; undefined where no resolver answers. Throws `AuthorityError` `dns-limit`. */
  ask(name: string, type: string, limits: QueryLimits): Promise<Message | undefined>;
  /** A and AAAA; empty where the name does not resolve, undefined where no resolver says so or anything else. Throws `AuthorityError` `dns-limit`. */
  addresses(name: string, limits: QueryLimits): Promise<readonly string[] | undefined>;
  /** Whether it answers another question: for the servers of the top-level domain of `zone`, else for those of the root. */
  works(zone: Fqdn, limits: QueryLimits): Promise<boolean>;
  /** Whether it gives an address once it is told not to check signatures. */
  resolvesUnchecked(name: string, limits: QueryLimits): Promise<boolean>;
}

const LONGEST_LIFE_MS = 300_000;
const UNSURE_LIFE_MS = 30_000;
const NAMES_AT_MOST = 4_096;

export function openResolver(endpoints: readonly Endpoint[], clock: Clock): Resolver {
  const known = openCache<readonly string[]>(clock, NAMES_AT_MOST);
  const share = openSingleFlight<readonly string[] | undefined>();
  const shareCheck = openSingleFlight<boolean>();

  const ask = async (name: string, type: string, limits: QueryLimits, checkingDisabled = false) => {
    let limited = false;
    const answer = await firstGood<Endpoint, Message, Message | undefined>(
      endpoints,
      async (at, signal) => {
        const result = await exchange({ name, type, recursionDesired: true, checkingDisabled }, at, {
          ...limits,
          signal,
        });
        if (result.kind === "silence") {
          limited ||= result.limited === true;
          return { bad: undefined };
        }
        return isDefinite(result.message) ? { good: result.message } : { bad: result.message };
      },
      limits.timeouts.hedgeMs * 2,
      limits.signal,
    );
    if ("good" in answer) return answer.good;
    const said = answer.bad.find((message) => message !== undefined);
    if (said === undefined && limited && limits.budget) throw limitReached(limits.budget.domain);
    return said;
  };

  async function resolve(name: string, limits: QueryLimits): Promise<readonly string[] | undefined> {
    const limitErrors: AuthorityError[] = [];
    const half = (type: string) =>
      ask(name, type, limits).catch((error: unknown) => {
        if (!isLimit(error)) throw error;
        limitErrors.push(error);
        return undefined;
      });
    const replies = await Promise.all([half("A"), half("AAAA")]);
    const definite = replies.filter((reply) => reply !== undefined && isDefinite(reply));
    const records = definite.flatMap((reply) => reply?.answers ?? []);
    const found = records.flatMap((record) => (record.type === "A" || record.type === "AAAA" ? [record] : []));
    const addresses = [...new Set(found.map(({ address }) => address))];
    const whole = definite.length === replies.length;
    if (addresses.length === 0 && !whole) {
      if (limitErrors[0] !== undefined) throw limitErrors[0];
      return undefined;
    }
    // An incomplete or empty answer may soon change.
    const longestMs = whole && found.length > 0 ? LONGEST_LIFE_MS : UNSURE_LIFE_MS;
    const lifeMs = Math.min(longestMs, ...found.map(({ ttl }) => ttl * 1_000));
    known.put(name, addresses, Math.max(lifeMs, SHORTEST_LIFE_MS));
    return addresses;
  }

  async function answersAny(zones: readonly string[], limits: QueryLimits): Promise<boolean> {
    for (const zone of new Set(zones)) {
      const reply = await ask(zone, "NS", limits);
      if (reply !== undefined && isDefinite(reply)) return true;
    }
    return false;
  }

  async function unchecked(name: string, limits: QueryLimits): Promise<boolean> {
    const replies = await Promise.all(["A", "AAAA"].map((type) => ask(name, type, limits, true)));
    return replies.some((reply) => reply?.answers.some(({ type }) => type === "A" || type === "AAAA"));
  }

  return {
    described: endpoints.map(({ address, port }) => (port === 53 ? address : `${address} port ${port}`)).join(", "),
    endpoints,
    ask,
    works: (zone, limits) => {
      const top = zone.split(".").at(-1) ?? "";
      const run = (signal: AbortSignal) => answersAny([top, ""], limitsForSharedWork(limits, signal));
      return runShared(shareCheck, `works ${top}`, run, limits);
    },
    resolvesUnchecked: (name, limits) => {
      const run = (signal: AbortSignal) => unchecked(name, limitsForSharedWork(limits, signal));
      return runShared(shareCheck, `unchecked ${name}`, run, limits);
    },
    addresses: async (name, limits) =>
      known.get(name) ?? runShared(share, name, (signal) => resolve(name, limitsForSharedWork(limits, signal)), limits),
  };
}

/** SERVFAIL, REFUSED and similar codes say that the resolver could not find out. */
export function isDefinite({ rcode }: Message): boolean {
  return rcode === "NOERROR" || rcode === "NXDOMAIN";
}

/** The resolvers this machine is set up with. */
export function systemResolvers(): readonly Endpoint[] {
  return getServers().flatMap((text) => parseEndpoint(text) ?? []);
}

/** Reads `address`, `address:port` or `[v6]:port`; undefined where it is none of them. Default port 53. */
export function parseEndpoint(text: string): Endpoint | undefined {
  const bare = text.replace(/^\[(.*)\]$/, "$1");
  if (isIP(bare)) return { address: bare, port: 53 };
  const parts = /^(?:\[(?<v6>[^\]]+)\]|(?<v4>[^:]+)):(?<port>\d{1,5})$/.exec(text)?.groups;
  const address = parts?.v6 ?? parts?.v4 ?? "";
  const port = Number(parts?.port);
  const fits = isIP(address) === (parts?.v6 === undefined ? 4 : 6) && port >= 1 && port <= 65_535;
  return fits ? { address, port } : undefined;
}
