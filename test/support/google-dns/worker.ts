import type { DnsBackend } from "../../../provider/dns/backend";
import { openGoogleDns } from "../../../provider/dns/google-dns/google-dns";

/** For writers in processes of their own: `settings` is the stack config that leads to the cloud. */
export function openWorkerBackend(settings: unknown): DnsBackend {
  const config = settings as Readonly<Record<string, string>>;
  return openGoogleDns({}, { get: (key) => config[key], env: {} });
}
