import { DnsHostError } from "../../core/errors";
import type { Fqdn } from "../../core/fqdn";
import type { DnsBackend } from "../../dns/backend";
import type { Placement } from "../arguments/types";
import { type Place, planPlacement } from "./placement";

/** `planPlacement` for hosts that are open. Throws `placement-impossible` where they cannot hold the values. */
export function placeAt(
  domain: Fqdn,
  identities: readonly string[],
  placement: Placement,
  hosts: readonly DnsBackend[],
): Readonly<Record<string, Place>> {
  const plan = planPlacement({ domain, identities, placement, can: hosts.map(({ can }) => can) });
  if ("fault" in plan) throw new DnsHostError("placement-impossible", plan.fault);
  return plan.places;
}
