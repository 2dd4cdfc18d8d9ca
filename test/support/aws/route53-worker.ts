import { openAws } from "../../../provider/aws/aws";
import type { DnsBackend } from "../../../provider/dns/backend";
import { openRoute53 } from "../../../provider/dns/route53/route53";

/** For writers in processes of their own: `settings` is the stack config that leads to the cloud. */
export function openWorkerBackend(settings: unknown): DnsBackend {
  const config = settings as Readonly<Record<string, string>>;
  return openRoute53({}, openAws({ get: (key) => config[key], env: {} }));
}
