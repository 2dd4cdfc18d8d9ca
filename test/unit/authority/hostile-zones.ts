import { type Fqdn, fqdn, isWithin } from "../../../provider/core/fqdn";
import type { MessageParts } from "../../../provider/wire/encode";
import type { ResourceRecord } from "../../../provider/wire/message";
import {
  a,
  cname,
  type FakeInternet,
  ns,
  openFakeInternet,
  type Plan,
  referral,
  type Say,
  soa,
  zone,
} from "./fake-internet";

export const DOMAIN = fqdn("example.com");
export const NAME = fqdn(`_amazonses.${DOMAIN}`);
const OWN = "127.88.40.1";

/** Zones that make a reader of `DOMAIN` ask as much as it can. */
export interface HostileZone {
  readonly about: string;
  readonly plan: Plan;
  readonly servers: Readonly<Record<string, Say>>;
  /** Whether the doctor can ask all that it wants. */
  readonly whole?: boolean;
  /** Whether some server definitely lacks the value. */
  readonly lacks?: boolean;
}

export async function openHostile({ plan, servers }: HostileZone, timeouts: Plan["timeouts"]): Promise<FakeInternet> {
  const internet = await openFakeInternet({ ...plan, ...(timeouts && { timeouts }) });
  await Promise.all(Object.entries(servers).map(([address, say]) => internet.serve(address, say)));
  return internet;
}

/** Names without glue, each in a zone of its own. */
const far = (count: number, key = "") =>
  Object.fromEntries(Array.from({ length: count }, (_, index) => [`ns.v${index}${key}.example.net`, [] as string[]]));

const ephemeral = (message: Partial<MessageParts> | undefined): Partial<MessageParts> | undefined => {
  const gone = (records: readonly ResourceRecord[] = []) => records.map((record) => ({ ...record, ttl: 0 }));
  if (message === undefined) return undefined;
  const { answers, authorities, additionals } = message;
  return { ...message, answers: gone(answers), authorities: gone(authorities), additionals: gone(additionals) };
};
const withoutTtl =
  (say: Say): Say =>
  (...question) =>
    ephemeral(say(...question));

const many = (net: number, count: number) => Array.from({ length: count }, (_, index) => `127.88.${net}.${index + 1}`);
const refused: Say = () => ({ rcode: "REFUSED", authoritative: false });
const plain = { [DOMAIN]: { [`ns.${DOMAIN}`]: [OWN] } };

/** Refers one label further down with each question: to itself, and to `count` names without glue. */
const everDeeper = (count: number): Say => {
  let labels = 2;
  return withoutTtl((name, type) => {
    if (type !== "TXT") return { rcode: "SERVFAIL" };
    if (name === NAME) return { answers: [cname(NAME, `${"a.".repeat(100)}${DOMAIN}`)] };
    labels = labels >= name.split(".").length - 1 ? 3 : labels + 1;
    const cut = name.split(".").slice(-labels).join(".");
    return referral(cut, { ...far(count, `.${labels}`), [`ns.${cut}`]: [OWN] });
  });
};

/** Each name is a zone of its own, whose servers are `count` names without glue. */
const toFar = (count: number): Say =>
  withoutTtl((name, type) => {
    if (name === DOMAIN && type === "NS") return { answers: [ns(DOMAIN, `ns.${DOMAIN}`)] };
    if (name === DOMAIN && type === "SOA") return { answers: [soa(DOMAIN)] };
    return name === DOMAIN
      ? { rcode: "NOERROR", authorities: [soa(DOMAIN)] }
      : referral(name, far(count, `.${name.length}`));
  });

const addressed =
  (addresses: readonly string[]): Say =>
  (name, type) => ({ answers: type === "A" ? addresses.map((address) => ({ ...a(name, address), ttl: 0 })) : [] });

/** Each of 20 servers has another alias at each name, in another zone that does the same. */
const fan = (): HostileZone => {
  const addresses = many(41, 20);
  const servers = (apex: string) => Object.fromEntries(addresses.map((one, index) => [`ns${index}.${apex}`, [one]]));
  const zones = Array.from({ length: 60 }, (_, index) => `z${index}.com`);
  let turn = 0;
  const say = (index: number): Say =>
    withoutTtl((name, type, ...rest) => {
      const apex = [DOMAIN, ...zones].find((each) => isWithin(name as Fqdn, each as Fqdn)) ?? DOMAIN;
      if (type === "TXT") {
        turn += 1;
        return { answers: [cname(name, `t${index}.z${turn % zones.length}.com`)] };
      }
      return zone(apex, Object.keys(servers(apex)))(name, type, ...rest);
    });
  return {
    about: "aliases that fan out",
    plan: { zones: Object.fromEntries([DOMAIN, ...zones].map((apex) => [apex, servers(apex)])) },
    servers: Object.fromEntries(addresses.map((address, index) => [address, say(index)])),
  };
};

/** 20 servers whose names have 50 addresses each. */
const crowd = (about: string, say: Say): HostileZone => {
  const addresses = many(42, 200);
  return {
    about,
    plan: {
      zones: { [DOMAIN]: far(20) },
      resolver: (name, type, ...rest) => {
        const first = 10 * Number(/v(\d+)/.exec(name)?.[1] ?? 0);
        return addressed(Array.from({ length: 50 }, (_, at) => addresses[(first + at) % 200] ?? OWN))(
          name,
          type,
          ...rest,
        );
      },
    },
    servers: Object.fromEntries(addresses.map((address) => [address, say])),
  };
};

export const HOSTILE: readonly HostileZone[] = [
  {
    about: "100 names without glue that the resolver cannot find",
    plan: { zones: { [DOMAIN]: far(100) }, resolver: () => ({ rcode: "SERVFAIL" }) },
    servers: {},
  },
  {
    about: "each name delegated to 100 names that do not exist",
    plan: { zones: plain },
    servers: { [OWN]: toFar(100) },
  },
  {
    about: "each name delegated to 100 names that the resolver cannot find",
    plan: { zones: plain, resolver: () => ({ rcode: "SERVFAIL" }) },
    servers: { [OWN]: toFar(100) },
  },
  {
    about: "each name delegated to 100 names that lead back",
    plan: { zones: plain, resolver: addressed([OWN]) },
    servers: { [OWN]: toFar(100) },
  },
  {
    about: "500 servers of one address",
    lacks: true,
    plan: { zones: { [DOMAIN]: far(500) }, resolver: addressed([OWN]) },
    servers: { [OWN]: withoutTtl(zone(DOMAIN, Object.keys(far(500)))) },
  },
  { about: "referrals ever further down", plan: { zones: plain }, servers: { [OWN]: everDeeper(100) } },
  {
    about: "referrals in a circle",
    whole: true,
    plan: { zones: plain },
    servers: {
      [OWN]: withoutTtl((name) => ({
        authoritative: false,
        authorities: [ns(name, `ns.${DOMAIN}`), ns(DOMAIN, `ns.${DOMAIN}`)],
      })),
    },
  },
  fan(),
  crowd("servers of 50 addresses each that refuse", refused),
  { ...crowd("servers of 50 addresses each that answer", withoutTtl(zone(DOMAIN, Object.keys(far(20))))), lacks: true },
  crowd("servers of 50 addresses each that truncate", (_name, _type, _query, over) =>
    over === "udp" ? { truncated: true } : { rcode: "FORMERR" },
  ),
];
