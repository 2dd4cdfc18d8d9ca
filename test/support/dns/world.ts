import { openClock, type TurnableClock } from "../../../emulator/clock";
import { type Dns, openDns } from "../../../emulator/dns";
import { type Faults, openFaults } from "../../../emulator/faults";
import type { RecordSet } from "../../../emulator/records";
import { openRequests, type Requests } from "../../../emulator/requests";
import { openZones, type Zones } from "../../../emulator/zones";
import type { Authority } from "../../../provider/authority/authority";
import { openAuthority } from "../../../provider/authority/open";
import type { Timeouts } from "../../../provider/authority/timeouts";
import { type Ctx, silentLog } from "../../../provider/core/ctx";
import { type Fqdn, fqdn } from "../../../provider/core/fqdn";

/** Short enough that a test of a silent server is quick, long enough that a busy machine does not look silent. */
export const SHORT_TIMEOUTS: Timeouts = {
  udpMs: 120,
  lastMs: 400,
  quietMs: 300,
  hedgeMs: 60,
  httpsMs: 600,
  lookMs: 5_000,
};

/** The emulator's DNS by itself, on a clock that stands still, and an authority that reads it. */
export interface DnsWorld {
  readonly clock: TurnableClock;
  readonly zones: Zones;
  readonly faults: Faults;
  readonly requests: Requests;
  readonly dns: Dns;
  readonly authority: Authority;
  readonly ctx: Ctx;
  close(): Promise<void>;
}

/** `port`: one for every server. Default: any that is free. */
export async function openDnsWorld(timeouts: Timeouts = SHORT_TIMEOUTS, port = 0): Promise<DnsWorld> {
  const clock = openClock({ mode: "manual" });
  const now = () => clock.now();
  const zones = openZones({ now, serversPerZone: 3 });
  const faults = openFaults(now);
  const requests = openRequests();
  const dns = await openDns({ zones, now, faults, requests, port });
  const options = { mode: "authoritative", resolvers: [dns.resolver], port: dns.port } as const;
  return {
    clock,
    zones,
    faults,
    requests,
    dns,
    authority: openAuthority(options, timeouts),
    ctx: { clock, log: silentLog, signal: new AbortController().signal },
    async close() {
      await dns.close();
      clock.close();
    },
  };
}

/** A TXT record set; the values are plain text without quotes or backslashes. */
export function txt(name: string, ...values: readonly string[]): RecordSet {
  return { name: fqdn(name), type: "TXT", ttl: 300, values: values.map(quoted) };
}

export function cname(name: string, target: string): RecordSet {
  return { name: fqdn(name), type: "CNAME", ttl: 300, values: [`${target}.`] };
}

export function amazonses(domain: string): Fqdn {
  return fqdn(`_amazonses.${domain}`);
}

function quoted(value: string): string {
  const pieces = value.match(/.{1,255}/gs) ?? [""];
  return pieces.map((piece) => `"${piece}"`).join(" ");
}
