import type { HostEntry } from "../descriptor";

/** PowerDNS Authoritative Server, by its HTTP API. */
export interface PowerdnsEntry extends HostEntry {
  /** Says that the entry is for PowerDNS. */
  readonly kind: "powerdns";
  /** Such as `http://ns1.example.net:8081`. Default: configuration, then `PDNS_API_URL`. */
  readonly url?: string | undefined;
  /** Default: `localhost`, the only one that a server has. */
  readonly serverId?: string | undefined;
  /** The name of a set of credentials in `sesdomain:credentials`. Default: configuration, then `PDNS_API_KEY`. */
  readonly credentials?: string | undefined;
}
