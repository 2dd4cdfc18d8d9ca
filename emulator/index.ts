import type { Ground } from "./ground";
import { type Cloud, type CloudOptions, openCloud } from "./http/cloud";
import {
  type CloudflareApi,
  type CloudflareOptions,
  DEFAULT_TOKEN,
  openCloudflare,
} from "./http/cloudflare/cloudflare";
import {
  DEFAULT_TOKEN as DEFAULT_GOOGLE_TOKEN,
  DEFAULT_PROJECT,
  type GoogleDnsApi,
  type GoogleDnsOptions,
  openGoogleDns,
} from "./http/google-dns/google-dns";
import { type GroundOptions, openGround } from "./open-ground";
import type { RequestListener } from "./requests";
import type { Zone, ZoneInit } from "./zones";

export type { TurnableClock } from "./clock";
export type { DnsFault, Faults, HttpFault, HttpMatch } from "./faults";
export type { Ground, Resolution } from "./ground";
export type { Cloud, CloudOptions } from "./http/cloud";
export type { CloudflareApi, CloudflareOptions } from "./http/cloudflare/cloudflare";
export type { GoogleDnsApi, GoogleDnsOptions } from "./http/google-dns/google-dns";
export type { LoggedRequest, RequestEvent, RequestListener } from "./requests";
export { formatTxt, parseTxt, txt } from "./text";
export type { Change, RecordSet, Zone, ZoneInit, Zones } from "./zones";

/** How the emulator is to behave. */
export interface EmulatorOptions extends GroundOptions, Omit<CloudOptions, "port"> {
  /** Where the endpoints listen. Default 0: any that is free. */
  readonly httpPort?: number;
  /** How Cloudflare's API behaves. */
  readonly cloudflare?: CloudflareOptions;
  /** How Google Cloud DNS behaves. */
  readonly googleDns?: GoogleDnsOptions;
  /** In `env`, as AWS_REGION and AWS_DEFAULT_REGION. Default "us-east-1". */
  readonly region?: string;
}

/** A loopback cloud: SES, STS, Route 53, Cloudflare, Google Cloud DNS and the internet's name servers over one zone store and one clock. */
export interface Emulator extends Ground {
  /** The name servers, and a recursive resolver. */
  readonly dns: {
    /** `address:port` of the recursive resolver. */
    readonly resolver: string;
    /** The one port of all name servers. */
    readonly port: number;
    /** Whether the resolver keeps answers for their TTL. */
    setCache(on: boolean): void;
  };
  /** AWS's APIs. */
  readonly cloud: Cloud;
  /** Cloudflare's API. */
  readonly cloudflare: CloudflareApi;
  /** Google Cloud DNS's API. */
  readonly googleDns: GoogleDnsApi;
  /** What the AWS, Cloudflare and Google SDKs, Pulumi and this provider read to end up here, with the first account's key. */
  readonly env: Readonly<Record<string, string>>;
  /** Adds a zone and waits until its servers listen. */
  addZone(init: ZoneInit): Promise<Zone>;
  /** Called before and after each request's effect; see `Requests`. */
  onRequest(listener: RequestListener): () => void;
  /** Stops listening, and forgets everything. */
  close(): Promise<void>;
}

/** Opens an emulator on loopback. Close it at the end, or the process goes on. */
export async function openEmulator(options: EmulatorOptions = {}): Promise<Emulator> {
  const { httpPort, region, ...rest } = options;
  const ground = await openGround(options);
  const cloudflare = openCloudflare(ground, {
    tokens: [{ token: DEFAULT_TOKEN, account: options.accounts?.[0]?.id ?? "000000000000" }],
    ...(options.rateLimits !== undefined && { rateLimits: options.rateLimits }),
    ...options.cloudflare,
  });
  const googleDns = openGoogleDns(ground, {
    projects: { [DEFAULT_PROJECT]: options.accounts?.[0]?.id ?? "000000000000" },
    tokens: [{ token: DEFAULT_GOOGLE_TOKEN, project: DEFAULT_PROJECT }],
    ...options.googleDns,
  });
  let cloud: Cloud;
  try {
    cloud = await openCloud(ground, {
      ...rest,
      others: [cloudflare, googleDns, ...(options.others ?? [])],
      ...(httpPort && { port: httpPort }),
    });
  } catch (error) {
    await ground.close();
    throw error;
  }
  const env = {
    ...cloud.environment(),
    ...cloudflare.environment(cloud.url),
    ...googleDns.environment(cloud.url),
    AWS_REGION: region ?? "us-east-1",
    // All that boto3, and with it octodns and certbot, reads.
    AWS_DEFAULT_REGION: region ?? "us-east-1",
    SESDOMAIN_DNS_RESOLVERS: ground.dns.resolver,
    SESDOMAIN_DNS_PORT: String(ground.dns.port),
    ...withoutProxy(process.env),
  };
  return {
    ...ground,
    cloud,
    cloudflare,
    googleDns,
    env,
    async addZone(init) {
      const zone = ground.zones.add(init);
      await ground.zones.settled();
      return zone;
    },
    onRequest: ground.requests.onRequest,
    async close() {
      await cloud.close();
      await ground.close();
    },
  };
}

/** A proxy does not reach this machine's loopback. In both cases, since some tools read the one and some the other. */
function withoutProxy(env: NodeJS.ProcessEnv): Readonly<Record<"NO_PROXY" | "no_proxy", string>> {
  const before = (env.NO_PROXY || env.no_proxy || "").split(/[\s,]+/).filter((each) => each !== "");
  const list = [...new Set([...before, "localhost", "127.0.0.1", "127.0.0.0/8"])].join(",");
  return { NO_PROXY: list, no_proxy: list };
}
