import type { Ctx } from "../../core/ctx";
import type { HttpBounds } from "../../core/http";
import type { DnsBackend, Zone } from "../backend";
import { bySet, type Edit, fingerprint, openCoalescer } from "../changes";
import { RecordConflictError } from "../conflict";
import { HOLDS_ALL } from "../descriptor";
import { forZone, type HostSettings } from "../named-sets";
import { dataIn, type PresentRecord, readContents } from "../present";
import { comparable, type DnsRecord, keyText, type RecordKey, sameData, type WantedRecord } from "../record";
import { conflictIn } from "../sharing";
import { type PowerdnsAccess, plainWarning, readAccess } from "./access";
import { BOUNDS } from "./api";
import type { PowerdnsEntry } from "./entry";
import { fault } from "./faults";
import { type Abilities, findZone, inZone, readAbilities, readName, readSet } from "./server";
import { servedData } from "./sets";
import { placedAt, type WrittenSet, wording, writeEdits } from "./write";

/** The limit on writes that others undo; a growing random time lies between two. */
const ROUNDS = 20;
const PAUSE_MS = 100;
const LONGEST_PAUSE_MS = 2_000;

/** One for the process, so that writes to one set are merged across back ends. */
const edit = openCoalescer<WrittenSet>();

/** Each is said once a process. */
const warned = new Set<string>();

/**
 * PowerDNS Authoritative Server by its HTTP API. Where the server can add and delete single records it is asked to; else
 * the set is read, merged and replaced. Neither is atomic for sure, so every write is looked at again a while later, and
 * done again where another writer undid it.
 */
export function openPowerdns(dns: PowerdnsEntry, settings: HostSettings, bounds: HttpBounds = BOUNDS): DnsBackend {
  const versions = new Map<string, Abilities>();
  const open = (ctx: Ctx): PowerdnsAccess => {
    ctx.signal.throwIfAborted();
    const access = { ...readAccess(dns, settings), bounds };
    const warning = plainWarning(dns, access);
    if (warning !== undefined && !warned.has(warning)) ctx.log.warn(warning);
    if (warning !== undefined) warned.add(warning);
    return access;
  };

  async function abilitiesAt(access: PowerdnsAccess, zone: Zone, ctx: Ctx): Promise<Abilities> {
    const known = versions.get(access.base) ?? (await readAbilities(access, zone, ctx));
    versions.set(access.base, known);
    return known;
  }

  async function change(
    kind: Edit["kind"],
    zone: Zone,
    records: readonly WantedRecord[],
    ctx: Ctx,
  ): Promise<DnsRecord[]> {
    const access = forZone(zone.name, () => open(ctx));
    const abilities = await abilitiesAt(access, zone, ctx);
    const done = bySet(records).map(({ key, records: own }) =>
      settle(access, abilities, zone, key, { kind, records: own }, ctx),
    );
    return (await inZone(access, zone, ctx, () => Promise.all(done))).flat();
  }

  return {
    kind: "powerdns",
    can: HOLDS_ALL,
    findZone: async (name, ctx) => findZone(open(ctx), name, ctx),
    async list(zone, key, ctx) {
      const access = forZone(zone.name, () => open(ctx));
      const { set } = await inZone(access, zone, ctx, () => readSet(access, zone, key, "none", ctx));
      return [...servedData(key.type, set).values()].map((data) => ({ ...data, name: key.name, ttl: set.ttl ?? 0 }));
    },
    async listNames(zone, names, ctx) {
      const access = forZone(zone.name, () => open(ctx));
      return inZone(access, zone, ctx, () =>
        readContents(zone.name, names, (name) => readName(access, zone, name, ctx)),
      );
    },
    add: async (zone, records, ctx) => ({ added: await change("add", zone, records, ctx) }),
    remove: async (zone, records, ctx) => ({ removed: await change("remove", zone, records, ctx) }),
  } satisfies DnsBackend;
}

/** Writes until the edit is still true a while later. What the first write found is the result. */
async function settle(
  access: PowerdnsAccess,
  abilities: Abilities,
  zone: Zone,
  key: RecordKey,
  wanted: Edit,
  ctx: Ctx,
): Promise<readonly DnsRecord[]> {
  const line = [zone.id, fingerprint(access.apiKey), keyText(key)].join(" ");
  let first: WrittenSet["outcome"] | undefined;
  for (let round = 1; round <= ROUNDS; round += 1) {
    const apply = (edits: readonly Edit[], inner: Ctx) => writeEdits(access, abilities, zone, key, edits, inner);
    const { outcome, settled } = await edit(line, wanted, apply, ctx);
    first ??= outcome;
    if (settled === undefined) return first;
    const present = await settled.join(ctx.signal);
    const rivals = wanted.kind === "add" ? conflictIn(present, [wanted]) : undefined;
    if (rivals !== undefined) {
      // Another writer was as fast: with both there, neither works, so ours goes again.
      const ours = first;
      if (ours.length > 0) await edit(line, { kind: "remove", records: ours }, apply, ctx);
      const isOurs = ({ data }: PresentRecord) => data !== undefined && ours.some((own) => sameData(data, own));
      const others = rivals.present.filter((each) => !isOurs(each));
      throw new RecordConflictError({ ...placedAt(access, zone, key), present: others });
    }
    const served = dataIn(present, key.type);
    if (wanted.records.every((each) => served.has(comparable(each)) === (wanted.kind === "add"))) return first;
    ctx.log.debug(`Another writer undid a change of ${key.name} in zone ${zone.name} at PowerDNS; writing it again.`);
    await ctx.clock.sleep(Math.random() * Math.min(LONGEST_PAUSE_MS, PAUSE_MS * 2 ** round), ctx.signal);
  }
  throw fault(access, wording([wanted], key, zone), "host-unavailable", "other writers undid it repeatedly.", {
    hint: "Find out what else writes this record set.",
    retryable: true,
  });
}
