import type { Ground } from "../../../emulator/ground";
import { openCloud } from "../../../emulator/http/cloud";
import {
  BASE_PATH,
  DEFAULT_PROJECT,
  DEFAULT_TOKEN,
  type GoogleDnsApi,
  type GoogleDnsOptions,
  openGoogleDns as openApi,
} from "../../../emulator/http/google-dns/google-dns";
import { openGround } from "../../../emulator/open-ground";
import { txt } from "../../../emulator/text";
import type { Clock } from "../../../provider/core/clock";
import { type Ctx, silentLog } from "../../../provider/core/ctx";
import type { Fqdn } from "../../../provider/core/fqdn";
import type { DnsBackend } from "../../../provider/dns/backend";
import { type GoogleDnsOptions as BackendOptions, openGoogleDns } from "../../../provider/dns/google-dns/google-dns";
import type { HostSettings } from "../../../provider/dns/named-sets";
import { openHastyClock } from "../hasty-clock";

/** An emulated Google Cloud DNS for tests of what speaks to it. */
export interface GoogleDnsCloud {
  readonly ground: Ground;
  readonly api: GoogleDnsApi;
  /** With the version. */
  readonly baseUrl: string;
  /** A sleep on it ends at once; it is not the cloud's own. */
  readonly clock: Clock;
  /** The config that leads to the cloud. */
  readonly config: Readonly<Record<string, string>>;
  ctx(more?: Partial<Ctx>): Ctx;
  settings(config?: Readonly<Record<string, string | undefined>>): HostSettings;
  backend(options?: BackendOptions, config?: Readonly<Record<string, string | undefined>>): DnsBackend;
  /** Requests so far, by action. */
  count(action: string): number;
  /** Makes a TXT set by another way than the API. */
  seed(zoneId: string, name: Fqdn, values: readonly string[], ttl: number): void;
  /** A request to the API with the default token; the path begins below the project. */
  ask(method: string, path: string, body?: object): Promise<{ readonly status: number; readonly json: Answer }>;
  close(): Promise<void>;
}

/** As far as tests look into it. */
interface Answer {
  readonly error?: { readonly message: string; readonly errors: readonly { readonly reason: string }[] };
  readonly rrsets?: readonly {
    readonly name: string;
    readonly type: string;
    readonly ttl: number;
    readonly rrdatas: readonly string[];
  }[];
  readonly managedZones?: readonly { readonly name: string; readonly id: string }[];
  readonly nextPageToken?: string;
  readonly status?: string;
  readonly id?: string;
}

export async function openGoogleDnsCloud(options: GoogleDnsOptions = {}): Promise<GoogleDnsCloud> {
  const ground = await openGround({ clock: { mode: "manual" } });
  const api = openApi(ground, options);
  const cloud = await openCloud(ground, { others: [api] });
  const clock = openHastyClock();
  const baseUrl = cloud.url + BASE_PATH;
  const common = {
    "gcp:accessToken": DEFAULT_TOKEN,
    "gcp:project": DEFAULT_PROJECT,
    "gcp:dnsCustomEndpoint": `${baseUrl}/`,
  };
  const settings = (config: Readonly<Record<string, string | undefined>> = {}): HostSettings => {
    const all: Readonly<Record<string, string | undefined>> = { ...common, ...config };
    return { get: (key) => all[key], env: {} };
  };
  return {
    ground,
    api,
    baseUrl,
    clock,
    config: common,
    ctx: (more = {}) => ({ clock, log: silentLog, signal: new AbortController().signal, ...more }),
    settings,
    backend: (backendOptions = {}, config) => openGoogleDns(backendOptions, settings(config)),
    count: (action) => ground.requests.counts().http[`googleDns:${action}`] ?? 0,
    seed(zoneId, name, values, ttl) {
      ground.zones.change(zoneId, [{ action: "put", set: { name, type: "TXT", ttl, values: values.map(txt) } }]);
    },
    async ask(method, path, body) {
      const reply = await fetch(`${baseUrl}/projects/${DEFAULT_PROJECT}/${path}`, {
        method,
        headers: { authorization: `Bearer ${DEFAULT_TOKEN}` },
        ...(body && { body: JSON.stringify(body) }),
      });
      return { status: reply.status, json: (await reply.json()) as Answer };
    },
    async close() {
      await cloud.close();
      await ground.close();
    },
  };
}
