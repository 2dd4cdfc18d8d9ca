import type { Fqdn } from "../core/fqdn";
import type { Message } from "../wire/message";
import type { ServerAddress } from "./cut";
import { exchange, type QueryLimits } from "./exchange";
import type { Peers } from "./peers";

/** The zone's SOA at servers that are slower than their peers: it is asked next where no answer comes, so it is asked meanwhile. */
export interface EarlySoas {
  /** The address is asked for the record set now. Returns what tells it of its peers. */
  expect(at: ServerAddress): Peers;
  /** Every address has answered, or was given up. */
  close(): void;
  /** Undefined where it was not asked. */
  of(at: ServerAddress): Promise<Message | undefined> | undefined;
}

export function openEarlySoas(peers: Peers, zone: Fqdn, limits: QueryLimits): EarlySoas {
  const asked = new Map<ServerAddress, Promise<Message | undefined>>();
  return {
    expect(at) {
      const unwatch = peers.onImpatience(() => {
        const soa = askSoa(at, zone, { ...limits, peers: { ...peers, heard() {} } });
        soa.catch(() => undefined);
        asked.set(at, soa);
      });
      return {
        ...peers,
        heard() {
          unwatch();
          peers.heard();
        },
      };
    },
    close: () => peers.close(),
    of: (at) => asked.get(at),
  };
}

export async function askSoa(at: ServerAddress, zone: Fqdn, limits: QueryLimits): Promise<Message | undefined> {
  const result = await exchange({ name: zone, type: "SOA", recursionDesired: false }, at, limits);
  return result.kind === "reply" ? result.message : undefined;
}
