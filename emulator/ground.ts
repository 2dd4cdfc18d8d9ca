import type { Fqdn } from "../provider/core/fqdn";
import type { ResourceRecord, SoaData } from "../provider/wire/message";
import type { TurnableClock } from "./clock";
import type { Faults } from "./faults";
import type { Requests } from "./requests";
import type { Zones } from "./zones";

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
