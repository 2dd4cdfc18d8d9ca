import type { Ctx } from "../core/ctx";
import type { Fqdn } from "../core/fqdn";
import type { NameContents } from "./present";
import type { DnsRecord, RecordKey, RecordType, WantedRecord } from "./record";

export type DnsKind = "route53" | "cloudflare" | "rfc2136" | "powerdns" | "googleDns" | "manual";

/**
 * A zone as its host knows it. `id` is the same for the same zone only: of two hosts of one kind, zones of the same name
 * have different ones. `servers` are the name servers the host says serve it (lower case, no final dot; empty where it does
 * not say).
 */
export interface Zone {
  readonly name: Fqdn;
  readonly id: string;
  readonly servers: readonly string[];
}

/**
 * What a host can hold. `types`: of records. `underscores`: labels that begin with one. `multipleValues`: several values in
 * one TXT set.
 * `flattensApex` (default false): at the apex it answers with the target's addresses in place of a CNAME, so that other
 * types are served there too. `readable` (default true): whether it can be asked; where not, an empty `list` means nothing
 * and `findZone` is a guess.
 */
export interface Capabilities {
  readonly types: ReadonlySet<RecordType>;
  readonly underscores: boolean;
  readonly multipleValues: boolean;
  readonly flattensApex?: boolean;
  readonly readable?: boolean;
}

/** The codes of the `DnsHostError`s of a host's answers. The last two may pass by themselves. */
export type HostFailure =
  | "credentials-refused"
  | "permission-missing"
  | "zone-missing"
  | "record-conflict"
  | "host-refused"
  | "rate-limited"
  | "host-unavailable";

/**
 * One DNS host. Never changes a record that is not ours.
 *
 * Records of one name and type are a set. A TXT set is shared: ours are there with those of others. A CNAME has its name
 * alone, and an MX record is the only one of its name. Where another record is in the way of one that is added, nothing is
 * written: `record-conflict`, a `RecordConflictError` with host, zone, name and what is there. Such are
 * - for a CNAME: a record of another type, and a CNAME to another target;
 * - for an MX record: another MX record, also in addition to an equal one;
 * - for both: a set of their type that is an alias or has a routing policy, or that the host does not answer with;
 * - for all but a CNAME: a CNAME, except at an apex where `can.flattensApex`.
 *
 * How a record shares its name may be said (`WantedRecord`). With `own-name`, a CNAME there with another target, and one
 * that the host proxies or flattens, is replaced in one step, or the write is refused where another writer came between.
 *
 * Every method throws `DnsHostError` (which names host and zone and holds no secret): `credentials-missing`,
 * `credentials-refused`, `permission-missing`, `zone-missing`, `record-conflict`, `host-refused` (final), and, with
 * `retryable`, `rate-limited`, `host-unavailable`. `zoneGone` goes with `zone-missing` where the host itself says that the zone does not
 * exist: by its whole list, or with authority. They reject with the signal's reason once `ctx.signal` aborts.
 */
export interface DnsBackend<Kind extends string = DnsKind> {
  readonly kind: Kind;
  readonly can: Capabilities;
  /** The longest zone at this host that holds `name` and is visible to the public; `zone-missing` where there is none. */
  findZone(name: Fqdn, ctx: Ctx): Promise<Zone>;
  /** Every record of the set, ours or not; empty where there are none, and where the host is not `readable`. */
  list(zone: Zone, key: RecordKey, ctx: Ctx): Promise<readonly DnsRecord[]>;
  /**
   * All that the zone has at each of the names, of every type, in the order of `names`: what a preview judges records by
   * (`judge`). Each name is within the zone. Few requests, also for many names. Reads only.
   */
  listNames(zone: Zone, names: readonly Fqdn[], ctx: Ctx): Promise<readonly NameContents[]>;
  /** The zone with its servers, where `findZone` leaves them out because they take a question of their own. */
  withServers?(zone: Zone, ctx: Ctx): Promise<Zone>;
  /**
   * Makes the records present, of any names of the zone and of any types; each set is written by itself. What is there
   * already stays, with its TTL. Idempotent, and safe with other writers: no record of others is lost. A record set that exists keeps its TTL. Resolves when the host itself has them everywhere
   * it says it can tell (Route 53: INSYNC). `added` holds what was not there before.
   */
  add(zone: Zone, records: readonly WantedRecord[], ctx: Ctx): Promise<{ readonly added: readonly DnsRecord[] }>;
  /** Removes exactly these records (`ttl` is not compared). Idempotent; the others of a set and their TTL stay. `removed` holds what was there. */
  remove(zone: Zone, records: readonly DnsRecord[], ctx: Ctx): Promise<{ readonly removed: readonly DnsRecord[] }>;
}
