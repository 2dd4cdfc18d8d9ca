import type { Fqdn } from "../../../provider/core/fqdn";
import { type Requirement, required } from "../../../provider/dns/requirement";

/** The verification value of an identity, as it is required. */
export function txtFor(identity: string, name: Fqdn, text: string, arn?: string): Requirement {
  return required({ type: "TXT", name, ttl: 300, text }, { identity, arn, purpose: "verification" });
}
