import assert from "node:assert/strict";
import type { Ground } from "../../../emulator/ground";
import { openCloud } from "../../../emulator/http/cloud";
import {
  BASE_PATH,
  type CloudflareApi,
  type CloudflareOptions,
  DEFAULT_TOKEN,
  openCloudflare as openApi,
} from "../../../emulator/http/cloudflare/cloudflare";
import { openGround } from "../../../emulator/open-ground";
import { txt } from "../../../emulator/text";
import type { Clock } from "../../../provider/core/clock";
import { type Ctx, silentLog } from "../../../provider/core/ctx";
import type { Fqdn } from "../../../provider/core/fqdn";
import type { DnsBackend } from "../../../provider/dns/backend";
import { type CloudflareOptions as BackendOptions, openCloudflare } from "../../../provider/dns/cloudflare/cloudflare";
import type { HostSettings } from "../../../provider/dns/named-sets";
import { openHastyClock } from "../hasty-clock";
import { checkedCloudflare } from "./check";

export const ACCOUNT = "000000000000";

/** An emulated Cloudflare for tests of what speaks to it, both held to Cloudflare's own description. */
export interface CloudflareCloud {
  readonly ground: Ground & { readonly dns: { readonly resolver: string; readonly port: number } };
  readonly api: CloudflareApi;
  /** With the base path. */
  readonly baseUrl: string;
  /** A sleep on it ends at once; it is not the cloud's own. */
  readonly clock: Clock;
  ctx(more?: Partial<Ctx>): Ctx;
  settings(config?: Readonly<Record<string, string | undefined>>): HostSettings;
  backend(options?: BackendOptions, config?: Readonly<Record<string, string>>): DnsBackend;
  /** Requests so far, by action. */
  count(action: string): number;
  /** Makes a TXT set by another way than the API. */
  seed(zoneId: string, name: Fqdn, values: readonly string[], ttl: number): void;
  /** Throws where a request that was granted, or an answer, was not as Cloudflare describes them. */
  close(): Promise<void>;
}

export async function openCloudflareCloud(options: CloudflareOptions = {}): Promise<CloudflareCloud> {
  const ground = await openGround({ clock: { mode: "manual" } });
  const api = openApi(ground, options);
  const { endpoint, departures } = checkedCloudflare(api, BASE_PATH);
  const cloud = await openCloud(ground, { others: [endpoint] });
  const clock = openHastyClock();
  const baseUrl = cloud.url + BASE_PATH;
  const settings = (config: Readonly<Record<string, string | undefined>> = {}): HostSettings => {
    const all: Readonly<Record<string, string | undefined>> = {
      "cloudflare:apiToken": DEFAULT_TOKEN,
      "cloudflare:baseUrl": baseUrl,
      ...config,
    };
    return { get: (key) => all[key], env: {} };
  };
  return {
    ground,
    api,
    baseUrl,
    clock,
    ctx: (more = {}) => ({ clock, log: silentLog, signal: new AbortController().signal, ...more }),
    settings,
    backend: (backendOptions = {}, config) => openCloudflare(backendOptions, settings(config)),
    count: (action) => ground.requests.counts().http[`cloudflare:${action}`] ?? 0,
    seed(zoneId, name, values, ttl) {
      ground.zones.change(zoneId, [{ action: "put", set: { name, type: "TXT", ttl, values: values.map(txt) } }]);
    },
    async close() {
      await cloud.close();
      await ground.close();
      assert.deepEqual([...new Set(departures)], []);
    },
  };
}
