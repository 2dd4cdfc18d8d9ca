import { z } from "zod";
import type { Zone } from "../../zones";
import type { HttpRequest } from "../message";
import { refusal } from "./envelope";
import { limit } from "./judge";

/** Whether every CNAME of the zone is flattened, not only one at the apex. */
export const flattensAll = (zone: Zone) => zone.notes.flattenAllCnames === true;

/** A zone's DNS settings as the API shows them (`dns-settings_dns-settings-zone`; in the SDK `ZoneGetResponse`). */
export function showSettings(zone: Zone): Record<string, unknown> {
  return {
    flatten_all_cnames: flattensAll(zone),
    foundation_dns: false,
    internal_dns: {},
    multi_provider: false,
    nameservers: { type: "cloudflare.standard" },
    ns_ttl: 86_400,
    secondary_overrides: false,
    soa: {},
    zone_mode: "standard",
  };
}

/** Throws `Refusal` for settings that the emulator does not keep. */
export function changeSettings(zone: Zone, { body }: HttpRequest): void {
  const wanted = z.looseObject({ flatten_all_cnames: z.boolean().optional() }).safeParse(jsonOf(body));
  if (!wanted.success) throw refusal(400, 9207, "Request body is invalid.");
  const { flatten_all_cnames: flatten, ...others } = wanted.data;
  const [other] = Object.keys(others);
  if (other !== undefined) throw limit(`cannot change ${other}`);
  if (flatten !== undefined) zone.notes.flattenAllCnames = flatten;
}

function jsonOf(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString("utf8"));
  } catch {
    // It has no shape, which the caller says.
    return undefined;
  }
}
