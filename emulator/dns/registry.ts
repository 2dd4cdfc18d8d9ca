import { getDomain } from "tldts";
import type { NameServer } from "../../provider/authority/authority";
import { type Fqdn, isWithin, parentOf, ROOT } from "../../provider/core/fqdn";
import { hostName } from "../names";
import { keyOf, type RecordKey, type RecordSet } from "../records";
import type { Zone, Zones } from "../zones";

/** The account that holds the parent zones of the users' zones, and the zones of name servers. */
const REGISTRY = "registry";
export const ROOT_SERVER: NameServer = { name: "a.root-servers.net", addresses: ["127.77.0.1"] };

const DELEGATION_TTL_SECONDS = 172800;

/**
 * Plays the registries: makes the root, the top-level domains and suffixes such as co.uk as users' zones need them, keeps
 * the delegations that parents hold in step with the store, and lets every name server's name resolve to its addresses.
 */
export function openRegistry(zones: Zones): { close(): void } {
  /** What each delegated zone was last given in its parent. */
  const written = new Map<Fqdn, { readonly parent: string; readonly keys: readonly RecordKey[] }>();

  /** The public zone that resolvers find above `name`. */
  const enclosing = (name: Fqdn): Zone | undefined => {
    for (let at = name; at !== ROOT; ) {
      at = parentOf(at);
      const zone = zones.named(at);
      if (zone && (at === ROOT || zone.delegatedTo)) return zone;
    }
    return undefined;
  };

  const addRegistry = (name: Fqdn, servers: readonly NameServer[], delegated: boolean) =>
    zones.add({ name, account: REGISTRY, id: `REGISTRY-${name || "root"}`, servers, delegated });

  const ensureSuffix = (name: Fqdn) => {
    if (name === ROOT || zones.named(name)) return;
    ensureSuffix(parentOf(name));
    const level = name.split(".").length;
    const servers = ["a", "b"].map((letter, index) => ({
      name: `${letter}.nic.${name}`,
      addresses: [`127.77.${Math.min(level, 8)}.${index + 1}`],
    }));
    addRegistry(name, servers, true);
  };

  /** All labels above a registrable name. */
  const ensureParents = (name: Fqdn) => {
    const registrable = getDomain(name, { validateHostname: false }) as Fqdn | null;
    if (registrable && isWithin(name, registrable)) ensureSuffix(parentOf(registrable));
    else ensureSuffix(parentOf(name));
  };

  const addresses = (zone: Zone, server: NameServer): RecordSet[] => {
    const name = hostName(server.name);
    const v4 = server.addresses.filter((address) => !address.includes(":"));
    const v6 = server.addresses.filter((address) => address.includes(":"));
    const wanted = [
      { type: "A", values: v4 },
      { type: "AAAA", values: v6 },
    ];
    return wanted
      .filter(({ type, values }) => values.length > 0 && !zones.view(zone.id).find({ name, type }))
      .map(({ type, values }) => ({ name, type, ttl: DELEGATION_TTL_SECONDS, values }));
  };
  const put = (zone: Zone, sets: readonly RecordSet[]) =>
    zones.change(
      zone.id,
      sets.map((set) => ({ action: "put", set })),
    );

  /** Puts a server's addresses where resolvers look for them: into the zone its name lies in, made for it where there is none. */
  const ensureHost = (server: NameServer) => {
    if (server.addresses.length === 0) return;
    const name = hostName(server.name);
    let home = enclosing(name);
    if (!home || home.account === REGISTRY) {
      const registrable = getDomain(name, { validateHostname: false }) as Fqdn | null;
      const apex = registrable && registrable !== name ? registrable : parentOf(name);
      ensureParents(apex);
      home = zones.named(apex) ?? addRegistry(apex, [{ name: `ns.${apex}`, addresses: ["127.77.9.1"] }], true);
    }
    put(home, addresses(home, server));
  };

  /** Makes the parent say what the store says. */
  const delegate = (name: Fqdn) => {
    const zone = zones.named(name);
    const parent = enclosing(name);
    const before = written.get(name);
    written.delete(name);
    if (before && zones.get(before.parent)) {
      zones.change(
        before.parent,
        before.keys.map((key) => ({ action: "delete", key })),
      );
    }
    if (!zone?.delegatedTo || !parent) return;
    const values = zone.delegatedTo.map((server) => `${server.name}.`);
    const sets: RecordSet[] = [{ name, type: "NS", ttl: DELEGATION_TTL_SECONDS, values }];
    for (const server of zone.delegatedTo)
      if (isWithin(hostName(server.name), name)) sets.push(...addresses(parent, server));
    put(parent, sets);
    written.set(name, { parent: parent.id, keys: sets.map(keyOf) });
  };

  const onEvent = (zone: Zone, kind: string) => {
    if (zone.private || zone.name === ROOT) return;
    if (kind === "delegated" || kind === "added") ensureParents(zone.name);
    delegate(zone.name);
    if (zone.account !== REGISTRY) {
      // A zone between a parent and its child takes the child's delegation over.
      for (const lower of zones.list())
        if (lower.delegatedTo && lower.name !== zone.name && isWithin(lower.name, zone.name)) delegate(lower.name);
    }
    // The zone's own servers may lie within it, and then need its own records.
    const servers = new Map([...zone.servers, ...(zone.delegatedTo ?? [])].map((server) => [server.name, server]));
    for (const server of servers.values()) {
      if (isWithin(hostName(server.name), zone.name)) {
        if (zones.get(zone.id)) put(zone, addresses(zone, server));
      } else if (kind !== "removed") ensureHost(server);
    }
  };

  addRegistry(ROOT, [ROOT_SERVER], false);
  const stop = zones.subscribe((event) => {
    if (event.kind !== "changed") onEvent(event.zone, event.kind);
  });
  for (const zone of zones.list()) onEvent(zone, "delegated");
  ensureHost(ROOT_SERVER);
  return { close: stop };
}
