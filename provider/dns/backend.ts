import type { Ctx } from "../core/ctx";
import type { Fqdn } from "../core/fqdn";

export type DnsKind = "route53" | "cloudflare" | "rfc2136" | "powerdns" | "manual";

/** One value of a TXT record set. `value` is the text itself: unquoted, its strings joined, of any length. `ttl` in seconds. */
export interface TxtValue {
  readonly name: Fqdn;
  readonly value: string;
  readonly ttl: number;
}

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
 * What a host can hold. `underscores`: labels that begin with one. `multipleValues`: several TXT values under one name.
 * `readable` (default true): whether it can be asked; where not, an empty `list` means nothing and `findZone` is a guess.
 */
export interface Capabilities {
  readonly underscores: boolean;
  readonly multipleValues: boolean;
  readonly readable?: boolean;
}

/**
 * One DNS host. Never changes a value that is not ours.
 *
 * Every method throws `DnsHostError` (which names host and zone and holds no secret): `credentials-missing`,
 * `credentials-refused`, `permission-missing`, `zone-missing`, `host-refused` (final), and, with `retryable`,
 * `rate-limited`, `host-unavailable`. `zoneGone` goes with `zone-missing` where the host itself says that the zone does not
 * exist: by its whole list, or with authority. They reject with the signal's reason once `ctx.signal` aborts.
 */
export interface DnsBackend {
  readonly kind: DnsKind;
  readonly can: Capabilities;
  /** The longest zone at this host that holds `name` and is visible to the public; `zone-missing` where there is none. */
  findZone(name: Fqdn, ctx: Ctx): Promise<Zone>;
  /** Every TXT value at exactly `name`, ours or not; empty where there are none, and where the host is not `readable`. */
  list(zone: Zone, name: Fqdn, ctx: Ctx): Promise<readonly TxtValue[]>;
  /**
   * Makes the values present; what is there already stays, with its TTL. Idempotent, and safe with other writers: no
   * value of anybody is lost. A record set that exists keeps its TTL. Resolves when the host itself has them everywhere
   * it says it can tell (Route 53: INSYNC). `added` holds what was not there before.
   */
  add(zone: Zone, values: readonly TxtValue[], ctx: Ctx): Promise<{ readonly added: readonly TxtValue[] }>;
  /** Removes exactly these values (`ttl` is not compared). Idempotent; siblings and their TTL stay. `removed` holds what was there. */
  remove(zone: Zone, values: readonly TxtValue[], ctx: Ctx): Promise<{ readonly removed: readonly TxtValue[] }>;
}
