import { type ClockOptions, openClock } from "./clock";
import { type Dns, openDns } from "./dns";
import { openFaults } from "./faults";
import type { Ground } from "./ground";
import { openRequests } from "./requests";
import { openZones } from "./zones";

export interface GroundOptions {
  /** Default: a flowing clock that starts now. */
  readonly clock?: ClockOptions;
  /** One port for all name servers. Default 0: any that is free at the emulator's addresses. */
  readonly dnsPort?: number;
  /** Default 4, as Route 53 has them, which is the most. */
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
