import type { Ctx } from "../core/ctx";
import type { DnsBackend, Zone } from "./backend";
import type { RecordConflict } from "./conflict";
import type { NameContents } from "./present";
import type { WantedRecord } from "./record";
import { judge, type Verdict } from "./sharing";

/** A wanted record at a host: the zone that its own name is in, what is there, and what adding it would come to. */
export interface Standing {
  readonly record: WantedRecord;
  readonly zone: Zone;
  readonly contents: NameContents;
  /** `unknown` where the host cannot be asked. */
  readonly verdict: Verdict | { readonly kind: "unknown" };
  /** What a preview names before anything is touched: what is in the way, or a delegation that hides the record. */
  readonly conflict: RecordConflict | undefined;
}

/**
 * Looks at a host for records of any names, before anything is touched. Each name's own zone is found: `_domainkey` and
 * `_dmarc` may be zones of their own. Names of one zone are read together. `title`: how messages name the host. Reads only.
 * Throws `DnsHostError`; `zone-missing` for a name that no zone of the host holds.
 */
export async function standingOf(
  host: DnsBackend<string>,
  title: string,
  records: readonly WantedRecord[],
  ctx: Ctx,
): Promise<readonly Standing[]> {
  const names = [...new Set(records.map(({ name }) => name))];
  const zones = await Promise.all(names.map(async (name) => ({ name, zone: await host.findZone(name, ctx) })));
  // A host that cannot be asked has one id for all zones.
  const idOf = (zone: Zone) => `${zone.id} ${zone.name}`;
  const ids = [...new Set(zones.map(({ zone }) => idOf(zone)))];
  const read = await Promise.all(
    ids.map(async (id) => {
      const own = zones.filter(({ zone }) => idOf(zone) === id);
      const [first] = own;
      if (first === undefined) return [];
      const { zone } = first;
      const found = await host.listNames(
        zone,
        own.map(({ name }) => name),
        ctx,
      );
      return found.map((contents) => ({ zone, contents }));
    }),
  );
  const places = read.flat();
  return records.flatMap((record) => {
    const place = places.find(({ contents }) => contents.name === record.name);
    return place === undefined ? [] : [{ record, ...place, ...judged(host, title, record, place) }];
  });
}

function judged(
  { can }: DnsBackend<string>,
  title: string,
  record: WantedRecord,
  { zone, contents }: { readonly zone: Zone; readonly contents: NameContents },
): Pick<Standing, "verdict" | "conflict"> {
  if (can.readable === false) return { verdict: { kind: "unknown" }, conflict: undefined };
  const { name, type } = record;
  const at = { host: title, zone, name, wanted: type };
  const verdict = judge(record, contents.records, can.flattensApex === true && name === zone.name);
  if (contents.cut !== undefined) return { verdict, conflict: { ...at, present: [], cut: contents.cut } };
  return { verdict, conflict: verdict.kind === "conflict" ? { ...at, present: verdict.present } : undefined };
}
