import { createRequire } from "node:module";
import type { DnsBackend } from "../../../provider/dns/backend";
import type { LoadSdk } from "../../../provider/dns/cloudflare/api";
import { openCloudflare } from "../../../provider/dns/cloudflare/cloudflare";

/** The SDK is a thousand modules: required at once it is there sooner than imported through a TypeScript loader. */
const load: LoadSdk = async () => createRequire(__filename)("cloudflare");

/** For writers in processes of their own: `settings` is the stack config that leads to the cloud. */
export function openWorkerBackend(settings: unknown): DnsBackend {
  const config = settings as Readonly<Record<string, string>>;
  return openCloudflare({}, { get: (key) => config[key], env: {} }, load);
}
