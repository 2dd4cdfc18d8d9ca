import type { Fqdn } from "../provider/core/fqdn";
import type { ResourceRecord, SoaData } from "../provider/wire/message";
import type { TurnableClock } from "./clock";
import type { Faults } from "./faults";
import type { Requests } from "./requests";
import type { Zones } from "./zones";

/** What the emulator's own recursive resolver found at the end of all CNAMEs. */
export interface Resolution {
  /** How the resolution ended. */
  readonly rcode: "NOERROR" | "NXDOMAIN" | "SERVFAIL";
  /** The set of the type asked for. */
  readonly records: readonly ResourceRecord[];
  /** That set, with the CNAMEs that led there in front. */
  readonly answers: readonly ResourceRecord[];
  /** The SOA of the zone that answered, where a negative answer carried it. */
  readonly soa: (ResourceRecord & SoaData) | undefined;
}

/** What every endpoint of the emulated cloud stands on. */
export interface Ground {
  /** The time of everything here. It runs with the machine's, and a test may turn it. */
  readonly clock: TurnableClock;
  /** The zones, with their records and delegations. */
  readonly zones: Zones;
  /** What misbehaves. */
  readonly faults: Faults;
  /** What was asked of the endpoints and the name servers. */
  readonly requests: Requests;
  /** Asks the name servers, from the root down, each with its faults: what SES does. A server that is silent costs no time. */
  resolve(name: Fqdn, type: string): Promise<Resolution>;
}
