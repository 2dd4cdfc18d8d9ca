import type { Ctx } from "../../core/ctx";
import { DnsHostError } from "../../core/errors";
import { retry } from "../../core/retry";
import type { Zone } from "../backend";
import type { Edit } from "../changes";
import { type ConflictingRecords, recordConflict } from "../conflict";
import { comparable, type RecordKey } from "../record";
import { removedBy, untilGone } from "../removal";
import { HOST, type Rfc2136Access } from "./access";
import { busyFault, rcodeFault } from "./faults";
import { readSet } from "./read";
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
  const conflict = (standing: ConflictingRecords) =>
    recordConflict(`${HOST} server ${access.label}: ${key.name} in zone ${zone.name}`, key.type, standing);
  let first: UpdatePlan | undefined;
  let failed = 0;
  let again = false;
  let sent = false;
  let inUse = 0;

  async function attempt(count: number): Promise<UpdatePlan["outcomes"]> {
    again = false;
    const set = await readSet(access, ask, zone, key, ctx);
    const plan = planEdits(key, set, edits);
    first ??= plan;
    // An update whose answer got lost may be what made the difference.
    const { outcomes } = failed > 0 ? first : plan;
    if (plan.taken !== undefined) throw conflict({ cname: plan.taken });
    if (plan.updates.length === 0) return outcomes;
    if (plan.adds && set.alias !== undefined) throw conflict({ cname: set.alias });
    const demand = count <= EXACT_TRIES ? "same" : "exists";
    const prerequisites = plan.adds ? prerequisitesFor(key, set, demand) : [];
    const rcode = await send({ zone: zone.name, prerequisites, updates: plan.updates });
    if (rcode === "NOERROR") {
      sent = true;
      return outcomes;
    }
    // What is there is no CNAME, as far as could be read; the second time it is nothing that came in between.
    if (rcode === "YXDOMAIN") inUse += 1;
    if (inUse > 1) throw conflict({ types: "" });
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
  const held = async () =>
    new Set((await readSet(access, ask, zone, key, ctx)).records.map(({ data }) => comparable(data)));
  await untilGone(sent ? removedBy(edits) : [], held, `${HOST} server ${access.label}: ${doing} failed`, ctx);
  return outcomes;
}

function wording(edits: readonly Edit[], { name, type }: RecordKey, zone: Zone): string {
  const adds = edits.some(({ kind }) => kind === "add");
  const removes = edits.some(({ kind }) => kind === "remove");
  const what = adds && removes ? "changing" : adds ? "adding" : "removing";
  const toward = adds && removes ? "of" : adds ? "to" : "from";
  return `${what} ${type} values ${toward} ${name} in zone ${zone.name}`;
}
