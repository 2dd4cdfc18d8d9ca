import type { Authority, AuthorityOptions } from "../authority/authority";
import type { DnsBackend } from "../dns/backend";
import type { SesPort } from "../ses/port";
import type { CheckedDns, CheckedIdentity } from "./args";

/** The ports of one process, shared by all its resources. Opening the same thing twice gives the same port. */
export interface World {
  ses(identity: CheckedIdentity): SesPort;
  backend(dns: CheckedDns): DnsBackend;
  authority(options: AuthorityOptions): Authority;
}
