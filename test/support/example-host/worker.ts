import type { DnsBackend } from "../../../provider/dns/backend";
import { openExample } from "./example";
import { TOKEN } from "./server";

/** Another process opens the back end by this name. */
export function openWorkerBackend(url: unknown): DnsBackend<"example"> {
  return openExample(
    { kind: "example", url: String(url) },
    { get: () => undefined, env: { EXAMPLE_DNS_TOKEN: TOKEN } },
  );
}
