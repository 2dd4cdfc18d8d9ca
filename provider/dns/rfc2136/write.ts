import type { Ctx } from "../../core/ctx";
import { DnsHostError } from "../../core/errors";
import { retry } from "../../core/retry";
import type { Zone } from "../backend";
import type { Edit } from "../changes";
import { RecordConflictError } from "../conflict";
import type { PresentRecord } from "../present";
import { comparable, type RecordKey } from "../record";
import { addedBy, removedBy, untilGone, untilThere } from "../removal";
import { conflictIn, isExclusive } from "../sharing";
import { HOST, type Rfc2136Access } from "./access";
import { readName } from "./contents";
import { busyFault, rcodeFault } from "./faults";
import { presentIn, readSet } from "./read";
import { planEdits, prerequisitesFor, type Update, type UpdatePlan } from "./update";
import type { Ask } from "./zones";

/** Where others keep changing the set, only time ends it. */
const CONTENTION = { withinMs: 300_000, baseMs: 50, capMs: 2_000 } as const;
/** For so many tries the set must be exactly the one that was read; then that it exists is enough. */
const EXACT_TRIES = 4;
/** Tries of an update that the server did not answer, or answered with SERVFAIL. */
const FAILED_TRIES = 6;

/** Reads, plans, and sends one UPDATE; again where its prerequisites no longer hold. One outcome an edit. */
export async function writeEdits(
  access: Rfc2136Access,
  ask: Ask,
  zone: Zone,
  key: RecordKey,
  edits: readonly Edit[],
  ctx: Ctx,
): Promise<UpdatePlan["outcomes"]> {
  const doing = wording(edits, key, zone);
  const conflict = (present: readonly PresentRecord[]) => {
    const { name, type } = key;
    return new RecordConflictError({ host: `${HOST} server ${access.label}`, zone, name, wanted: type, present });
  };
  const refuse = (present: readonly PresentRecord[]) => {
    const found = conflictIn(present, edits);
    if (found !== undefined) throw conflict(found.present);
  };
  /** With the types that a question for one does not show. */
  const refuseAll = async () => refuse((await readName(access, ask, zone, key.name, ctx)).records);
  /** Where it matters which others there are, the set has to be the one that was judged. */
  const exact = edits.some(({ kind, records }) => kind === "add" && records.some(isExclusive));
  let first: UpdatePlan | undefined;
  let failed = 0;
  let again = false;
  let sent = false;
  let inUse = 0;

  async function attempt(count: number): Promise<UpdatePlan["outcomes"]> {
    again = false;
    const set = await readSet(access, ask, zone, key, ctx);
    refuse(presentIn(set));
    const plan = planEdits(key, set, edits);
    first ??= plan;
    // An update whose answer got lost may be what made the difference.
    const { outcomes } = failed > 0 ? first : plan;
    if (plan.updates.length === 0) return outcomes;
    const demand = count <= EXACT_TRIES || exact ? "same" : "exists";
    const prerequisites = plan.adds ? prerequisitesFor(key, set, demand) : [];
    const rcode = await send({ zone: zone.name, prerequisites, updates: plan.updates });
    if (rcode === "NOERROR") {
      sent = true;
      return outcomes;
    }
    // What is there is no CNAME, as far as could be read; the second time it is nothing that came in between.
    if (rcode === "YXDOMAIN") {
      await refuseAll();
      inUse += 1;
    }
    if (inUse > 1) throw conflict([]);
    again = true;
    throw busyFault(access, doing);
  }

  async function send(update: Update): Promise<string> {
    try {
      const { rcode } = await ask({ kind: "update", failed, ...update }, doing, ctx);
      if (["NOERROR", "NXRRSET", "YXRRSET", "YXDOMAIN"].includes(rcode)) return rcode;
      throw rcodeFault(access, doing, rcode, "update");
    } catch (error) {
      if (error instanceof DnsHostError && error.retryable) {
        failed += 1;
        again = failed < FAILED_TRIES;
      }
      throw error;
    }
  }

  const outcomes = await retry(attempt, { ...CONTENTION, worthwhile: () => again }, ctx);
  const lead = `${HOST} server ${access.label}: ${doing} failed`;
  const held = async () =>
    new Set((await readSet(access, ask, zone, key, ctx)).records.map(({ data }) => comparable(data)));
  const added = sent ? addedBy(edits) : [];
  const heldOrRefused = async () => {
    const there = await held();
    // A server silently leaves an addition out where another record is in its way (RFC 2136 section 3.4.2.2).
    if (added.some((each) => !there.has(each))) await refuseAll();
    return there;
  };
  await untilThere(added, heldOrRefused, lead, ctx);
  await untilGone(sent ? removedBy(edits) : [], held, lead, ctx);
  return outcomes;
}

function wording(edits: readonly Edit[], { name, type }: RecordKey, zone: Zone): string {
  const adds = edits.some(({ kind }) => kind === "add");
  const removes = edits.some(({ kind }) => kind === "remove");
  const what = adds && removes ? "changing" : adds ? "adding" : "removing";
  const toward = adds && removes ? "of" : adds ? "to" : "from";
  return `${what} ${type} values ${toward} ${name} in zone ${zone.name}`;
}
