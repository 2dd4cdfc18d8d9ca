// #region entry
import type { HostEntry } from "../../../provider/dns/descriptor";

/** Example DNS, by its HTTP API. */
export interface ExampleEntry extends HostEntry<"example"> {
  /** Such as `http://127.0.0.1:8080`. Default: configuration, then `EXAMPLE_DNS_URL`. */
  readonly url?: string | undefined;
}
// #endregion
