import type { Fqdn } from "../../core/fqdn";
import type { HostEntry } from "../descriptor";

/** A server that takes dynamic updates (RFC 2136), signed with TSIG (RFC 8945): BIND, Knot, PowerDNS, Windows DNS. */
export interface Rfc2136Entry extends HostEntry {
  /** Says that the entry is for a server with dynamic updates. */
  readonly kind: "rfc2136";
  /** The primary server: `host`, `host:port` or `[v6]:port`. Default: configuration, then `RFC2136_NAMESERVER`. */
  readonly server?: string | undefined;
  /** The zone's name. Default: asked of the server. */
  readonly zone?: Fqdn | undefined;
  /** `tcp` (default) or `udp`. */
  readonly transport?: "tcp" | "udp" | undefined;
  /** The name of a set of credentials in `sesdomain:credentials`. Default: configuration, then the `RFC2136_TSIG_…` environment. */
  readonly credentials?: string | undefined;
}
