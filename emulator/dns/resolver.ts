import { type Fqdn, isWithin, ROOT } from "../../provider/core/fqdn";
import { type Message, type ResourceRecord, typeName } from "../../provider/wire/message";
import type { Resolution } from "../ground";
import { typeOnWire } from "../values/types";
import type { Exchange } from "./exchange";

export interface ResolverOptions {
  /** Asks one server; `undefined` where no answer comes. */
  readonly exchange: Exchange;
  readonly rootAddresses: readonly string[];
  /** Milliseconds. The cache's time, too. */
  readonly now: () => number;
  readonly random: () => number;
  readonly cache: boolean;
}

export interface Resolver {
  resolve(name: Fqdn, type: string): Promise<Resolution>;
  /** Whether answers are kept for their TTL, absence too (RFC 2308). Switching drops what is kept. */
  setCache(on: boolean): void;
}

interface Server {
  readonly name: Fqdn;
  /** Empty: to be looked up. */
  readonly addresses: readonly string[];
}

const MOST_REFERRALS = 16;
const MOST_ALIASES = 8;
/** How deep looking up name servers' names may go. */
const DEEPEST = 6;

/** For what a name is looked up. */
interface Errand {
  readonly depth: number;
  /** The zones whose servers' addresses wait for this look-up: what leads back to one of them is a circle. */
  readonly awaiting: readonly Fqdn[];
}

const ASKED: Errand = { depth: 0, awaiting: [] };
const FAILED: Resolution = { rcode: "SERVFAIL", records: [], answers: [], soa: undefined };

/** A recursive resolver that walks down from the root for every question (RFC 1034 section 5.3.3). */
export function openResolver(options: ResolverOptions): Resolver {
  const root: readonly Server[] = [{ name: ROOT, addresses: options.rootAddresses }];
  const kept = new Map<string, { readonly resolution: Resolution; readonly until: number }>();
  let caching = options.cache;

  const shuffled = <T>(items: readonly T[]): T[] =>
    items
      .map((item) => ({ item, order: options.random() }))
      .sort((a, b) => a.order - b.order)
      .map(({ item }) => item);

  /** A server's addresses one by one, looked up only as far as they are needed. */
  async function* addressesOf(server: Server, zone: Fqdn, { depth, awaiting }: Errand): AsyncGenerator<string> {
    yield* shuffled(server.addresses);
    if (server.addresses.length > 0 || depth >= DEEPEST || awaiting.includes(zone)) return;
    for (const type of ["A", "AAAA"]) {
      const { records } = await lookUp(server.name, type, { depth: depth + 1, awaiting: [...awaiting, zone] });
      for (const record of shuffled(records)) if (record.type === "A" || record.type === "AAAA") yield record.address;
    }
  }

  /** The first answer of any server that is an authority for the zone, or refers to one below it. */
  const askZone = async (
    zone: Fqdn,
    servers: readonly Server[],
    name: Fqdn,
    type: string,
    errand: Errand,
  ): Promise<Message | undefined> => {
    for (const server of shuffled(servers)) {
      for await (const address of addressesOf(server, zone, errand)) {
        const reply = await options.exchange(address, name, type);
        if (!reply || (reply.rcode !== "NOERROR" && reply.rcode !== "NXDOMAIN")) continue;
        if (reply.authoritative || referral(reply, zone, name).length > 0) return reply;
      }
    }
    return undefined;
  };

  const walk = async (name: Fqdn, type: string, errand: Errand): Promise<Resolution> => {
    let zone = ROOT;
    let servers = root;
    for (let step = 0; step < MOST_REFERRALS; step++) {
      const reply = await askZone(zone, servers, name, type, errand);
      if (!reply) return FAILED;
      if (reply.authoritative) return settle(reply, name, type, errand);
      const nameServers = referral(reply, zone, name);
      const cut = nameServers[0]?.name as Fqdn;
      servers = nameServers.map((record) => ({
        name: targetOf(record),
        addresses: glueOf(reply, targetOf(record), zone),
      }));
      zone = cut;
    }
    return FAILED;
  };

  /** An authority's answer, and where it ends in a CNAME, what that leads to. */
  const settle = async (reply: Message, name: Fqdn, type: string, errand: Errand): Promise<Resolution> => {
    const answers: ResourceRecord[] = [];
    let at = name;
    for (let hop = 0; hop < MOST_ALIASES; hop++) {
      const records = reply.answers.filter(
        (record) => record.name === at && (typeOf(record) === type || type === "ANY"),
      );
      if (records.length > 0) return { rcode: "NOERROR", records, answers: [...answers, ...records], soa: undefined };
      const alias = reply.answers.find((record) => record.name === at && record.type === "CNAME");
      if (alias?.type !== "CNAME") break;
      answers.push(alias);
      at = alias.target as Fqdn;
    }
    if (answers.length === 0) {
      const soa = reply.authorities.find((record) => record.type === "SOA");
      return {
        rcode: reply.rcode === "NXDOMAIN" ? "NXDOMAIN" : "NOERROR",
        records: [],
        answers,
        soa: soa?.type === "SOA" ? soa : undefined,
      };
    }
    if (errand.depth >= DEEPEST) return FAILED;
    const rest = await lookUp(at, type, { ...errand, depth: errand.depth + 1 });
    return { ...rest, answers: [...answers, ...rest.answers] };
  };

  const lookUp = async (name: Fqdn, type: string, errand: Errand): Promise<Resolution> => {
    const key = `${type} ${name}`;
    const known = caching ? kept.get(key) : undefined;
    if (known && known.until > options.now()) return known.resolution;
    const resolution = await walk(name, type, errand);
    const ttls = [...resolution.answers, ...(resolution.soa ? [resolution.soa] : [])].map((record) => record.ttl);
    if (caching && ttls.length > 0) kept.set(key, { resolution, until: options.now() + Math.min(...ttls) * 1000 });
    return resolution;
  };

  return {
    resolve: (name, type) => lookUp(name, typeOnWire(type), ASKED),
    setCache(on) {
      caching = on;
      kept.clear();
    },
  };
}

/** The NS records of a zone cut between `zone` and `name`; none where the reply is no referral downwards. */
function referral(reply: Message, zone: Fqdn, name: Fqdn): readonly ResourceRecord[] {
  if (reply.answers.length > 0) return [];
  return reply.authorities.filter(
    (record) =>
      record.type === "NS" &&
      record.name !== zone &&
      isWithin(record.name as Fqdn, zone) &&
      isWithin(name, record.name as Fqdn),
  );
}

const targetOf = (record: ResourceRecord) => (record.type === "NS" ? record.target : "") as Fqdn;
const typeOf = (record: ResourceRecord) => (record.type === "OTHER" ? typeName(record.code) : record.type);

/** Addresses that came with a referral, believed only for names below the zone that sent it. */
function glueOf(reply: Message, server: Fqdn, zone: Fqdn): readonly string[] {
  if (!isWithin(server, zone)) return [];
  return reply.additionals.flatMap((record) =>
    record.name === server && (record.type === "A" || record.type === "AAAA") ? [record.address] : [],
  );
}
