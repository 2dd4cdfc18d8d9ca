import type { Faults } from "../../../emulator/faults";
import type { NameServer } from "../../../provider/authority/authority";
import { openRelay } from "../dns/relay";
import { startBind } from "../servers/bind";
import { startKnot } from "../servers/knot";
import type { RealServer, RealServerOptions } from "../servers/nameserver";
import { startNsd } from "../servers/nsd";
import { startPowerdns } from "../servers/powerdns";
import { startResolver, startUnbound } from "../servers/unbound";
import type { Ground, SecondServer } from "./case-types";
import { type ServedZone, zoneFile } from "./zone-file";

export type RealGround = Exclude<Ground, "emulator">;

type Program = "bind" | "knot" | "nsd" | "powerdns" | "unbound";

const START: Readonly<Record<Program, (options: RealServerOptions) => Promise<RealServer>>> = {
  bind: startBind,
  knot: startKnot,
  nsd: startNsd,
  powerdns: startPowerdns,
  unbound: startUnbound,
};

/** The programs that serve on a ground: one for all addresses, or one for each of two. */
const PROGRAMS: Readonly<Record<RealGround, readonly [Program, second?: Program]>> = {
  bind: ["bind"],
  knot: ["knot"],
  nsd: ["nsd"],
  powerdns: ["powerdns"],
  unbound: ["unbound"],
  "knot+bind": ["knot", "bind"],
  "nsd+powerdns": ["nsd", "powerdns"],
  "knot+unbound": ["knot", "unbound"],
};

const PAIR: readonly NameServer[] = [
  { name: "ns1.real-example.net", addresses: ["127.70.9.1"] },
  { name: "ns2.real-example.net", addresses: ["127.70.9.2"] },
];

/** The servers that a zone is delegated to on a real ground, unless the case names its own. */
export function serversOn(ground: RealGround, relayed: boolean): readonly NameServer[] {
  // BIND listens only on addresses that an interface has; where no relay stands before it, one server is asked directly.
  const direct = relayed ? -1 : PROGRAMS[ground].indexOf("bind");
  return PAIR.map((one, index) => (index === direct ? { ...one, addresses: [BEHIND.bind] } : one));
}

/** Where a program listens that a relay stands before: BIND at an interface's address, any other at one that is not delegated to. */
const BEHIND: Readonly<Record<Program, string>> = {
  bind: "127.0.0.1",
  knot: "127.70.8.1",
  nsd: "127.70.8.2",
  powerdns: "127.70.8.3",
  unbound: "127.70.8.4",
};

/** Every address that a ground may listen at. */
export function addressesOn(ground: RealGround, servers: readonly NameServer[]): readonly string[] {
  const behind = PROGRAMS[ground].flatMap((program) => (program === undefined ? [] : [BEHIND[program]]));
  return [...new Set([...servers.flatMap(({ addresses }) => addresses), ...behind])];
}

export interface Serving {
  readonly zones: readonly ServedZone[];
  /** At the first of two programs; without a pair at the only one. */
  readonly servers: readonly NameServer[];
  readonly port: number;
  /** On a pair, what the second does otherwise. */
  readonly second?: SecondServer | undefined;
  /** Whether a relay stands before each server. */
  readonly relayed: boolean;
  readonly faults: Pick<Faults, "ofServer">;
  /** `address:port` of the emulator's resolver. */
  readonly resolver: string;
}

/** Starts the ground's programs with the zones. */
export async function serveOn(ground: RealGround, serving: Serving): Promise<{ stop(): Promise<void> }> {
  const [program, other] = PROGRAMS[ground];
  const { servers, second } = serving;
  const closing: (() => Promise<void>)[] = [];
  const stop = async () => {
    await Promise.all(closing.map((close) => close()));
  };
  try {
    const first = other === undefined ? servers : servers.slice(0, 1);
    for (const one of await startAt(program, serving, first)) closing.push(one);
    if (other === undefined || second?.is === "stopped") return { stop };
    for (const one of await startSecond(other, serving, servers.slice(1))) closing.push(one);
    return { stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function startSecond(program: Program, serving: Serving, servers: readonly NameServer[]) {
  const { second = {}, zones, port, resolver } = serving;
  if (second.is === "a resolver") {
    const started = await Promise.all(
      servers.flatMap(({ addresses }) => addresses.map((address) => startResolver(address, port, resolver))),
    );
    return started.map((one) => () => one.stop());
  }
  const unrelated = { name: "unrelated-example.net", sets: [], servers };
  const own = zones.map((zone, index) =>
    index > 0
      ? zone
      : {
          ...zone,
          sets: second.sets ?? zone.sets,
          serial: second.serial ?? zone.serial,
          servers: second.servers?.map((name) => ({ name, addresses: [] })) ?? zone.servers,
        },
  );
  return startAt(program, { ...serving, zones: second.is === "without the zone" ? [unrelated] : own }, servers);
}

/** One process for all addresses of the servers; returns what closes it, and the relays before it. */
async function startAt(program: Program, serving: Serving, servers: readonly NameServer[]) {
  const { zones, port, faults } = serving;
  const behind = BEHIND[program];
  const direct = (address: string) =>
    !serving.relayed && (program !== "bind" || address === behind || address === "::1");
  const pairs = servers.flatMap(({ name, addresses }) => addresses.map((address) => ({ name, address })));
  const relays = pairs.filter(({ address }) => !direct(address));
  const own = pairs.filter(({ address }) => direct(address)).map(({ address }) => address);
  const addresses = [...new Set([...own, ...(relays.length > 0 ? [behind] : [])])];
  const files = zones.map((zone) => ({ name: zone.name, signed: zone.signed, text: zoneFile(zone) }));
  const started = await START[program]({ addresses, port, zones: files });
  const closing = [() => started.stop()];
  for (const { name, address } of relays) {
    const relay = await openRelay({ name, address, server: behind, port, faults });
    closing.push(() => relay.close());
  }
  return closing;
}
