import type { Ctx } from "../../core/ctx";
import { isZoneGone } from "../../core/errors";
import type { DnsBackend } from "../../dns/backend";
import { keyText, type RecordKey } from "../../dns/record";
import { dataText, keysOf, type Requirement } from "../../dns/requirement";
import type { Reading } from "../observation/observe";
import { judgeSet } from "./judge-set";

/** Records that are there, with the TTL of their set in seconds. */
export interface Held {
  ttlOf(one: Pick<Requirement, "record">): number | undefined;
  /** Names and types of which nothing was learned. */
  isUnread(one: Pick<Requirement, "record">): boolean;
}

/** Those of the records that a host holds. Throws `DnsHostError`; a zone that is gone holds none. */
export async function heldAt(host: DnsBackend, wanted: readonly Requirement[], ctx: Ctx): Promise<Held> {
  const ttls = new Map<string, number>();
  await Promise.all(
    keysOf(wanted).map(async (key) => {
      try {
        const zone = await host.findZone(key.name, ctx);
        for (const record of await host.list(zone, key, ctx)) ttls.set(textOf({ record }), record.ttl);
      } catch (error) {
        if (!isZoneGone(error)) throw error;
      }
    }),
  );
  return { ttlOf: (one) => ttls.get(textOf(one)), isUnread: () => false };
}

/** Those that every name server which answers has, as `read` tells. */
export async function heldInDns(
  wanted: readonly Requirement[],
  read: (key: RecordKey) => Promise<Reading>,
): Promise<Held> {
  const ttls = new Map<string, number>();
  const unread = new Set<string>();
  await Promise.all(
    keysOf(wanted).map(async (key) => {
      const reading = await read(key);
      if (!("sighting" in reading)) {
        // Where the domain is not delegated, none of its names has records.
        if (reading.code !== "zone-unknown") unread.add(keyText(key));
        return;
      }
      const { sighting } = reading;
      const told = sighting.servers.flatMap((one) => (one.kind === "values" ? [one.ttl] : []));
      for (const one of wanted.filter(({ record }) => keyText(record) === keyText(key))) {
        const { state } = judgeSet(sighting, [one]);
        if (state === "unknown") unread.add(keyText(key));
        if (state === "published" || state === "with-others") ttls.set(textOf(one), Math.max(...told));
      }
    }),
  );
  return { ttlOf: (one) => ttls.get(textOf(one)), isUnread: ({ record }) => unread.has(keyText(record)) };
}

/** What any of them has. */
export function heldByAny(all: readonly Held[]): Held {
  const ttlOf: Held["ttlOf"] = (one) => all.map((held) => held.ttlOf(one)).find((ttl) => ttl !== undefined);
  return { ttlOf, isUnread: (one) => ttlOf(one) === undefined && all.some((held) => held.isUnread(one)) };
}

function textOf(one: Pick<Requirement, "record">): string {
  return `${keyText(one.record)} ${dataText(one)}`;
}
