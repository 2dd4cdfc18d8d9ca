import type { Ctx } from "../core/ctx";
import type { Fqdn } from "../core/fqdn";
import type { DnsRecord, RecordKey, RecordType } from "./record";

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
 * one TXT or MX set.
 * `readable` (default true): whether it can be asked; where not, an empty `list` means nothing and `findZone` is a guess.
 */
export interface Capabilities {
  readonly types: ReadonlySet<RecordType>;
  readonly underscores: boolean;
  readonly multipleValues: boolean;
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
 * Records of one name and type are a set. TXT and MX sets are shared: ours stand there with those of others. A CNAME stands
 * alone: where another CNAME or a record of any other type is, adding one is `record-conflict`, and so is adding anything
 * else where a CNAME is. Neither is ever replaced. (Where a host serves other records at an apex with a CNAME, they may be
 * added there.)
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
  /** The zone with its servers, where `findZone` leaves them out because they take a question of their own. */
  withServers?(zone: Zone, ctx: Ctx): Promise<Zone>;
  /**
   * Makes the records present, of any names of the zone and of any types; each set is written by itself. What is there
   * already stays, with its TTL. Idempotent, and safe with other writers: no record of others is lost. A record set that exists keeps its TTL. Resolves when the host itself has them everywhere
   * it says it can tell (Route 53: INSYNC). `added` holds what was not there before.
   */
  add(zone: Zone, records: readonly DnsRecord[], ctx: Ctx): Promise<{ readonly added: readonly DnsRecord[] }>;
  /** Removes exactly these records (`ttl` is not compared). Idempotent; the others of a set and their TTL stay. `removed` holds what was there. */
  remove(zone: Zone, records: readonly DnsRecord[], ctx: Ctx): Promise<{ readonly removed: readonly DnsRecord[] }>;
}
