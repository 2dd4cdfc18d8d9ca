import type { NameServer } from "../provider/authority/authority";
import { type Fqdn, isWithin } from "../provider/core/fqdn";
import { hostName } from "./names";
import {
  type Change,
  keyOf,
  type MutableView,
  openView,
  type RecordKey,
  type RecordSet,
  type ZoneView,
} from "./records";

export type { Change, RecordKey, RecordSet, Routing, ZoneView } from "./records";

/** One zone at its host. Its apex always holds a SOA set, whose serial grows with each change, and starts with an NS set. */
export interface Zone {
  /** The host's own id of the zone. */
  readonly id: string;
  /** The apex. */
  readonly name: Fqdn;
  /** Visible only inside a private network: never served. */
  readonly private: boolean;
  /** Twelve digits, or "registry" for the root and the parent zones of the users' zones. */
  readonly account: string;
  /** Whose disks it is on: the servers that hold the zone, whatever its NS set and its parent say. */
  readonly servers: readonly NameServer[];
  /** Whom the parent names; `undefined` where the zone is not delegated. Differs from `servers` where a test wants it so. */
  readonly delegatedTo: readonly NameServer[] | undefined;
  /** The serial of the SOA. */
  readonly serial: number;
  /** Whatever the host's API keeps with the zone (comment, caller reference, tags). */
  readonly notes: Record<string, unknown>;
}

/** What a zone starts with. */
export interface ZoneInit {
  /** The apex: any case, with or without a final dot. */
  readonly name: string;
  /** Default "000000000000". */
  readonly account?: string;
  /** As in `Zone`. Default false. */
  readonly private?: boolean;
  /** Default: "Z" and 20 characters, as Route 53's are. */
  readonly id?: string;
  /** Default: a set of servers that holds no parent, child or twin of this zone. A server without addresses is a name that does not resolve. */
  readonly servers?: readonly NameServer[];
  /** Default: true for a public zone while no other zone of its name is delegated. A list: the parent names those instead. */
  readonly delegated?: boolean | readonly NameServer[];
  /** In addition to SOA and NS, which are made unless they are among these. */
  readonly sets?: readonly RecordSet[];
  /** As in `Zone`. Default none. */
  readonly notes?: Record<string, unknown>;
}

type ZoneEvent =
  | { readonly kind: "added" | "removed" | "delegated"; readonly zone: Zone }
  | { readonly kind: "changed"; readonly zone: Zone; readonly changes: readonly Change[] };

type ZoneListener = (event: ZoneEvent) => undefined | void | Promise<void>;

/** The one store behind the name servers and every DNS host's API. */
export interface Zones {
  /** Servers need a moment to listen: await `settled` before they are asked. */
  add(init: ZoneInit): Zone;
  /** Its servers no longer hold it, and the parent no longer names them. */
  remove(id: string): void;
  /** The zone with that id. */
  get(id: string): Zone | undefined;
  /** All zones, in the order they came. */
  list(): readonly Zone[];
  /** The public zone of exactly this name: the delegated one, else the first. */
  named(name: Fqdn): Zone | undefined;
  /** The sets as they are, or as they were at a moment of the emulator's clock (`undefined`: before the zone was added). */
  view(id: string): ZoneView;
  /** The same, at a moment. */
  view(id: string, at: number): ZoneView | undefined;
  /** All changes together, then one step of the serial (unless they put a SOA themselves). Does not judge them: that is the API's part. */
  change(id: string, changes: readonly Change[]): void;
  /** Sets what the parent names; takes the delegation from a twin that had it. */
  delegate(id: string, to: boolean | readonly NameServer[]): void;
  /** Told after each event; a promise that it returns is awaited by `settled`. Returns how to stop. */
  subscribe(listener: ZoneListener): () => void;
  /** Rejects with the first error of a listener since it was last awaited. */
  settled(): Promise<void>;
}

export interface ZonesOptions {
  readonly now: () => number;
  /** Default 4, as Route 53 has them (API_DelegationSet), which is the most. */
  readonly serversPerZone?: number;
  /** Whether the first server of the first set also has the address ::1. Default false. */
  readonly ipv6?: boolean;
}

interface Held {
  zone: Zone;
  readonly view: MutableView;
  readonly addedAt: number;
  /** For each changed set: when, and what stood there before. */
  readonly log: { readonly at: number; readonly key: RecordKey; readonly before: RecordSet | undefined }[];
  past?: { readonly length: number; readonly undone: number; readonly view: ZoneView };
}

const LONGEST_LOG = 10_000;
const LARGEST_SERIAL = 0xffffffff;
const SUFFIXES = ["com", "net", "org", "co.uk"];

export function openZones(options: ZonesOptions): Zones {
  const held = new Map<string, Held>();
  const idsByName = new Map<Fqdn, Set<string>>();
  const listeners = new Set<ZoneListener>();
  let pending: Promise<unknown> = Promise.resolve();
  const failures: unknown[] = [];
  let made = 0;

  const take = (id: string): Held => {
    const found = held.get(id);
    if (!found) throw new RangeError(`no zone ${id}`);
    return found;
  };
  const tell = (event: ZoneEvent) => {
    for (const listener of listeners) {
      const result = listener(event);
      const done = result?.catch((error: unknown) => void failures.push(error));
      if (done) pending = Promise.all([pending, done]);
    }
  };
  const twins = (name: Fqdn): Held[] => [...(idsByName.get(name) ?? [])].map(take);

  /** Server set number `index`, named and placed like one of Route 53's delegation sets. */
  const serverSet = (index: number): readonly NameServer[] =>
    SUFFIXES.slice(0, options.serversPerZone ?? SUFFIXES.length).map((suffix, server) => ({
      name: `ns-${index * 4 + server}.awsdns-${String(index).padStart(2, "0")}.${suffix}`,
      addresses: [`127.77.${10 + index}.${server + 1}`, ...(options.ipv6 && index + server === 0 ? ["::1"] : [])],
    }));
  const freeServers = (name: Fqdn): readonly NameServer[] => {
    const taken = new Set<string>();
    for (const { zone } of held.values()) {
      if (zone.account === "registry" || !(isWithin(name, zone.name) || isWithin(zone.name, name))) continue;
      for (const server of zone.servers) taken.add(server.name);
    }
    for (let index = 0; index < 240; index++) {
      const servers = serverSet(index);
      if (!servers.some((server) => taken.has(server.name))) return servers;
    }
    throw new RangeError("no server set is left");
  };

  const record = (target: Held, key: RecordKey, before: RecordSet | undefined) => {
    target.log.push({ at: options.now(), key, before });
    if (target.log.length > LONGEST_LOG) target.log.shift();
  };
  const apply = (target: Held, change: Change) => {
    if (change.action === "put") record(target, keyOf(change.set), target.view.put(change.set));
    else record(target, change.key, target.view.delete(change.key));
  };
  /** Keeps the SOA's serial and the zone's the same, whichever was set. */
  const stepSerial = (target: Held, changes: readonly Change[]) => {
    const soa = target.view.find({ name: target.zone.name, type: "SOA" });
    const fields = soa?.values[0]?.trim().split(/\s+/) ?? [];
    const touched = changes.some((change) => change.action === "put" && change.set.type === "SOA");
    const given = Number(fields[2]);
    const isSerial = Number.isInteger(given) && given >= 0 && given <= LARGEST_SERIAL;
    // Serial numbers wrap (RFC 1982); a SOA that is broken keeps what it says.
    const serial = touched && isSerial ? given : (target.zone.serial + 1) % (LARGEST_SERIAL + 1);
    if (soa && !touched && isSerial)
      apply(target, { action: "put", set: { ...soa, values: [fields.with(2, String(serial)).join(" ")] } });
    target.zone = { ...target.zone, serial };
  };

  const pastView = (target: Held, at: number): ZoneView | undefined => {
    if (at < target.addedAt) return undefined;
    let undone = 0;
    while (undone < target.log.length && (target.log.at(-1 - undone)?.at ?? at) > at) undone++;
    if (undone === 0) return target.view;
    if (target.past?.length === target.log.length && target.past.undone === undone) return target.past.view;
    const view = openView(target.zone.name, target.view.all());
    for (const { key, before } of target.log.slice(-undone).reverse()) {
      if (before) view.put(before);
      else view.delete(key);
    }
    target.past = { length: target.log.length, undone, view };
    return view;
  };

  const store: Zones = {
    add(init) {
      const name = hostName(init.name);
      const id = init.id ?? `Z${String(++made).padStart(5, "0")}EMULATEDZONE000`.slice(0, 21);
      if (held.has(id)) throw new RangeError(`there is a zone ${id} already`);
      const servers = init.servers ?? freeServers(name);
      const others = typeof init.delegated === "object" ? init.delegated : [];
      // Listeners of the store read these names: a bad one is to be refused before anything stands.
      for (const server of [...servers, ...others]) hostName(server.name);
      const delegated = init.delegated ?? (!init.private && !twins(name).some(({ zone }) => zone.delegatedTo));
      const zone: Zone = {
        id,
        name,
        private: init.private ?? false,
        account: init.account ?? "000000000000",
        servers,
        delegatedTo: undefined,
        serial: 1,
        notes: { ...init.notes },
      };
      const hostNames = servers.map((server) => `${server.name}.`);
      const soa = `${hostNames[0] ?? "localhost."} awsdns-hostmaster.amazon.com. 1 7200 900 1209600 86400`;
      const apex: RecordSet[] = [
        { name, type: "SOA", ttl: 900, values: [soa] },
        { name, type: "NS", ttl: 172800, values: hostNames },
      ];
      const view = openView(name, [...apex.filter((set) => set.values.length > 0), ...(init.sets ?? [])]);
      const target: Held = { zone, view, addedAt: options.now(), log: [] };
      held.set(id, target);
      idsByName.set(name, (idsByName.get(name) ?? new Set()).add(id));
      tell({ kind: "added", zone });
      if (delegated) store.delegate(id, delegated);
      return target.zone;
    },
    remove(id) {
      const { zone } = take(id);
      held.delete(id);
      idsByName.get(zone.name)?.delete(id);
      tell({ kind: "removed", zone });
    },
    get: (id) => held.get(id)?.zone,
    list: () => [...held.values()].map(({ zone }) => zone),
    named(name) {
      const served = twins(name).filter(({ zone }) => !zone.private);
      return (served.find(({ zone }) => zone.delegatedTo) ?? served[0])?.zone;
    },
    view: ((id: string, at?: number) => (at === undefined ? take(id).view : pastView(take(id), at))) as Zones["view"],
    change(id, changes) {
      if (changes.length === 0) return;
      const target = take(id);
      for (const change of changes) apply(target, change);
      stepSerial(target, changes);
      tell({ kind: "changed", zone: target.zone, changes });
    },
    delegate(id, to) {
      const target = take(id);
      const delegatedTo = to === true ? target.zone.servers : to === false ? undefined : to;
      for (const twin of delegatedTo ? twins(target.zone.name) : []) {
        if (twin !== target) twin.zone = { ...twin.zone, delegatedTo: undefined };
      }
      target.zone = { ...target.zone, delegatedTo };
      tell({ kind: "delegated", zone: target.zone });
    },
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    async settled() {
      // What is awaited may start more.
      for (let seen: unknown; seen !== pending; ) {
        seen = pending;
        await pending;
      }
      const [failure] = failures.splice(0);
      if (failure) throw failure;
    },
  };
  return store;
}
