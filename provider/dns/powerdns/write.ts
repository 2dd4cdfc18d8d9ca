import type { Ctx } from "../../core/ctx";
import { DnsHostError, explain } from "../../core/errors";
import { type Flight, openFlight } from "../../core/queues";
import { retry } from "../../core/retry";
import type { Zone } from "../backend";
import type { Edit } from "../changes";
import { namedConflict, RecordConflictError } from "../conflict";
import type { PresentRecord } from "../present";
import type { DnsRecord, RecordKey } from "../record";
import { conflictIn } from "../sharing";
import { HOST, type PowerdnsAccess } from "./access";
import { call } from "./api";
import { type Doing, fault, garbledFault } from "./faults";
import { type Abilities, readName, readSet, type ZoneWithSet, zonePath } from "./server";
import { planEdits } from "./sets";

/** Writes that failed, on a locked database above all. Reading has its own tries. */
const FAILURES = { attempts: 8, withinMs: 60_000, baseMs: 100, capMs: 3_000 } as const;
/** A writer that read before we wrote has written by then, unless it takes longer between the two. */
const SETTLE_MS = 300;
const SETTLE_FACTOR = 3;

/** Only a primary tells its secondaries; "Master" is the name before 4.5 and in the API's answers. */
const PRIMARY = new Set(["master", "primary", "producer"]);
const SECONDARY = new Set(["slave", "secondary", "consumer"]);

export interface WrittenSet {
  readonly outcome: readonly DnsRecord[];
  /** What is served at the name a while after the write; `undefined` where nothing was written. */
  readonly settled: Flight<readonly PresentRecord[]> | undefined;
}

/** Reads, merges and writes one set. One result an edit. Others may write in between: look at `settled`. */
export async function writeEdits(
  access: PowerdnsAccess,
  abilities: Abilities,
  zone: Zone,
  key: RecordKey,
  edits: readonly Edit[],
  ctx: Ctx,
): Promise<readonly WrittenSet[]> {
  const doing = wording(edits, key, zone);
  const disabled = abilities.disabled ? "of the name" : "of the whole zone";
  let first: readonly (readonly DnsRecord[])[] | undefined;
  let settleMs = SETTLE_MS;
  let again = false;

  const written = await retry(
    async () => {
      again = false;
      const startedMs = ctx.clock.now();
      const state = await readSet(access, zone, key, disabled, ctx);
      const stopped = conflictIn(state.present, edits);
      if (stopped !== undefined) {
        throw new RecordConflictError({ ...placedAt(access, zone, key), present: stopped.present });
      }
      const plan = planEdits(key, state.set, edits, abilities.single);
      // A request whose answer got lost may be what made the difference.
      first ??= plan.outcomes;
      if (plan.changes.length === 0) return false;
      if (SECONDARY.has(state.kind.toLowerCase())) throw secondaryFault(access, doing, zone);
      again = true;
      const body = { rrsets: plan.changes };
      const answer = await call(access, { method: "PATCH", path: zonePath(zone), body }, doing, ctx);
      // Nothing (204) is what the API promises; its predecessors sent the zone.
      if (answer !== undefined && !isZone(answer)) throw garbledFault(access, doing, "its answer is not the API's");
      settleMs = Math.max(SETTLE_MS, SETTLE_FACTOR * (ctx.clock.now() - startedMs));
      await afterChange(access, zone, state, doing, ctx);
      return true;
    },
    { ...FAILURES, worthwhile: (error) => again && error instanceof DnsHostError && error.retryable },
    ctx,
  ).catch(async (error: unknown) => {
    throw await namedConflict(error, placedAt(access, zone, key), edits, () => readName(access, zone, key.name, ctx));
  });

  const settled = written
    ? openFlight(async (signal) => {
        const inner = { ...ctx, signal };
        await ctx.clock.sleep(settleMs * (1 + Math.random()), signal);
        return readName(access, zone, key.name, inner);
      })
    : undefined;
  return (first ?? []).map((outcome) => ({ outcome, settled }));
}

/**
 * What makes the change reach all name servers. A signed zone that the API does not rectify by itself is rectified; a primary
 * notifies its secondaries. The serial rises by the zone's own SOA-EDIT-API, and only by that. None of it fails a write
 * that has been done.
 */
async function afterChange(
  access: PowerdnsAccess,
  zone: Zone,
  state: ZoneWithSet,
  doing: Doing,
  ctx: Ctx,
): Promise<void> {
  const attempt = async (step: string) => {
    try {
      await call(access, { method: "PUT", path: `${zonePath(zone)}/${step}` }, doing, ctx);
    } catch (error) {
      ctx.signal.throwIfAborted();
      ctx.log.warn(`The value is written, but zone ${zone.name} could not be told to ${step}: ${explain(error)}`);
    }
  };
  if (state.dnssec && !state.apiRectify) await attempt("rectify");
  if (!PRIMARY.has(state.kind.toLowerCase())) return;
  if (state.soaEditApi === "") {
    ctx.log.warn(
      `Zone ${zone.name} at PowerDNS has no SOA-EDIT-API, so its serial stays and secondary servers do not fetch the ` +
        `change. Set it with: pdnsutil set-meta ${zone.name} SOA-EDIT-API DEFAULT`,
    );
  } else await attempt("notify");
}

/** Where a conflict is, as messages and data have it. */
export function placedAt(access: PowerdnsAccess, zone: Zone, { name, type }: RecordKey) {
  return { host: `${HOST} at ${access.label}`, zone, name, wanted: type };
}

function isZone(answer: unknown): boolean {
  return typeof answer === "object" && answer !== null && "kind" in answer && "name" in answer;
}

function secondaryFault(access: PowerdnsAccess, doing: Doing, zone: Zone): DnsHostError {
  return fault(
    access,
    doing,
    "host-refused",
    `${zone.name} is a secondary zone there; the next transfer would undo it.`,
    {
      hint: "Name the API of the zone's primary server as dns.url.",
    },
  );
}

export function wording(edits: readonly Edit[], { name, type }: RecordKey, zone: Zone): Doing {
  const adds = edits.some(({ kind }) => kind === "add");
  const removes = edits.some(({ kind }) => kind === "remove");
  const what = adds && removes ? "changing" : adds ? "adding" : "removing";
  const toward = adds && removes ? "of" : adds ? "to" : "from";
  return `${what} ${type} values ${toward} ${name} in zone ${zone.name}`;
}
