import type { Authority, AuthorityOptions } from "../../authority/authority";
import type { DnsBackend } from "../../dns/backend";
import type { CheckedDns } from "../../dns/hosts";
import type { SesPort } from "../../ses/port";
import type { CheckedIdentity } from "../arguments/types";

/** The ports of one process, shared by all its resources. Opening the same thing twice gives the same port. */
export interface Clients {
  ses(identity: CheckedIdentity): SesPort;
  backend(dns: CheckedDns): DnsBackend;
  authority(options: AuthorityOptions): Authority;
}

/** Undefined where DNS is not to be read. */
export function authorityFor(options: AuthorityOptions, clients: Clients): Authority | undefined {
  return options.mode === "off" ? undefined : clients.authority(options);
}
