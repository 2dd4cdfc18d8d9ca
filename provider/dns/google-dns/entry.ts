import type { HostEntry } from "../descriptor";

/** Google Cloud DNS. */
export interface GoogleDnsEntry extends HostEntry {
  /** Says that the entry is for Google Cloud DNS. */
  readonly kind: "googleDns";
  /** The id of the project that holds the zone. Default: `gcp:project`, then `GOOGLE_CLOUD_PROJECT`, then the credentials' own. */
  readonly project?: string | undefined;
  /** The managed zone's name in the project. Default: the longest public zone that holds the name and to which the domain is delegated. */
  readonly zone?: string | undefined;
  /** The name of a set of credentials in `sesdomain:credentials`. Default: `gcp:credentials`, then application default credentials. */
  readonly credentials?: string | undefined;
}
