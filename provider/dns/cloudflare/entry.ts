import type { HostEntry } from "../descriptor";

/** Cloudflare. */
export interface CloudflareEntry extends HostEntry {
  /** Says that the entry is for Cloudflare. */
  readonly kind: "cloudflare";
  /** 32 hexadecimal digits. Default: the longest zone of the token that holds the name. */
  readonly zoneId?: string | undefined;
  /** The name of a set of credentials in `sesdomain:credentials`. Default: `cloudflare:apiToken`, then `CLOUDFLARE_API_TOKEN`. */
  readonly credentials?: string | undefined;
}
