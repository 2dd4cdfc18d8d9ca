import type { Fqdn } from "../provider/core/fqdn";
import type { ResourceRecord, SoaData } from "../provider/wire/message";
import { type ClockOptions, openClock, type TurnableClock } from "./clock";
import { type Dns, openDns } from "./dns";
import { type Faults, openFaults } from "./faults";
import { openRequests, type Requests } from "./requests";
import { openZones, type Zones } from "./zones";

/**
 * What the emulator's own recursive resolver found: `records` is the set of the type asked for at the end of all CNAMEs,
 * `answers` has those CNAMEs in front.
 */
export interface Resolution {
  readonly rcode: "NOERROR" | "NXDOMAIN" | "SERVFAIL";
  readonly records: readonly ResourceRecord[];
  readonly answers: readonly ResourceRecord[];
  /** The SOA of the zone that answered, where a negative answer carried it. */
  readonly soa: (ResourceRecord & SoaData) | undefined;
}

/** What every endpoint of the emulated cloud stands on. */
export interface Ground {
  readonly clock: TurnableClock;
  readonly zones: Zones;
  readonly faults: Faults;
  readonly requests: Requests;
  /** Asks the name servers, from the root down, each with its faults: what SES does. A server that is silent costs no time. */
  resolve(name: Fqdn, type: string): Promise<Resolution>;
}

export interface GroundOptions {
  /** Default: a flowing clock that starts now. */
  readonly clock?: ClockOptions;
  /** One port for all name servers. Default 0: any that is free at the emulator's addresses. */
  readonly dnsPort?: number;
  /** Default 3, at most 4. */
  readonly serversPerZone?: number;
  /** Whether one name server also listens on ::1. Default false. */
  readonly ipv6?: boolean;
  /** Whether the resolver keeps answers. Default false. */
  readonly cache?: boolean;
  /** Decides among weighted sets and servers. Default Math.random. */
  readonly random?: () => number;
}

/** The clock, the zone store and the name servers, without the endpoints. */
export async function openGround(
  options: GroundOptions = {},
): Promise<Ground & { readonly dns: Dns; close(): Promise<void> }> {
  const clock = openClock(options.clock);
  const { now } = clock;
  const { serversPerZone, ipv6, dnsPort, cache, random } = options;
  const zones = openZones({ now, ...(serversPerZone && { serversPerZone }), ...(ipv6 && { ipv6 }) });
  const faults = openFaults(now);
  const requests = openRequests();
  const dns = await openDns({
    zones,
    now,
    faults,
    requests,
    ...(dnsPort && { port: dnsPort }),
    ...(cache && { cache }),
    ...(random && { random }),
  });
  return {
    clock,
    zones,
    faults,
    requests,
    resolve: dns.resolve,
    dns,
    async close() {
      clock.close();
      await dns.close();
    },
  };
}
