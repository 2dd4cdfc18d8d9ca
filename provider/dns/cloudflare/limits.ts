import type { Capabilities } from "../backend";
import { RECORD_TYPES } from "../record";

/** It flattens a CNAME at the apex on every plan (developers.cloudflare.com/dns/cname-flattening/set-up-cname-flattening). */
export const CLOUDFLARE_CAN: Capabilities = {
  types: RECORD_TYPES,
  underscores: true,
  multipleValues: true,
  flattensApex: true,
};
