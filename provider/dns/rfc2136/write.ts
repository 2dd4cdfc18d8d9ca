import type { Ctx } from "../../core/ctx";
import { DnsHostError } from "../../core/errors";
import type { Fqdn } from "../../core/fqdn";
import { retry } from "../../core/retry";
import { clip } from "../../core/text";
import type { Zone } from "../backend";
import type { Edit } from "../changes";
import type { Access } from "./access";
import { busyFault, rcodeFault, refusedFault } from "./faults";
import { readSet } from "./read";
import { type Plan, planEdits, prerequisitesFor, type Update } from "./update";
import type { Ask } from "./zones";

/** Where others keep changing the set, only time ends it. */
const CONTENTION = { withinMs: 300_000, baseMs: 50, capMs: 2_000 } as const;
/** For so many tries the set must be exactly the one that was read; then that it exists is enough. */
const EXACT_TRIES = 4;
/** Tries of an update that the server did not answer, or answered with SERVFAIL. */
const FAILED_TRIES = 6;

/** Reads, plans, and sends one UPDATE; anew where its prerequisites do not hold any more. One outcome an edit. */
export async function writeEdits(
  access: Access,
  ask: Ask,
  zone: Zone,
  name: Fqdn,
  edits: readonly Edit[],
  ctx: Ctx,
): Promise<Plan["outcomes"]> {
  const doing = wording(edits, name, zone);
  let first: Plan | undefined;
  let failed = 0;
  let again = false;

  async function attempt(count: number): Promise<Plan["outcomes"]> {
    again = false;
    const set = await readSet(access, ask, zone, name, ctx);
    const plan = planEdits(name, set, edits);
    first ??= plan;
    // An update whose answer got lost may be what made the difference.
    const { outcomes } = failed > 0 ? first : plan;
    if (plan.updates.length === 0) return outcomes;
    if (plan.adds && set.alias !== undefined) throw besideAlias(access, doing, set.alias);
    const demand = count <= EXACT_TRIES ? "same" : "exists";
    const prerequisites = plan.adds ? prerequisitesFor(name, set, demand) : [];
    const rcode = await send({ zone: zone.name, prerequisites, updates: plan.updates });
    if (rcode === "NOERROR") return outcomes;
    again = true;
    throw busyFault(access, doing);
  }

  async function send(update: Update): Promise<string> {
    try {
      const { rcode } = await ask({ kind: "update", failed, ...update }, doing, ctx);
      if (["NOERROR", "NXRRSET", "YXRRSET"].includes(rcode)) return rcode;
      throw rcodeFault(access, doing, rcode, "update");
    } catch (error) {
      if (error instanceof DnsHostError && error.retryable) {
        failed += 1;
        again = failed < FAILED_TRIES;
      }
      throw error;
    }
  }

  return retry(attempt, { ...CONTENTION, worthwhile: () => again }, ctx);
}

function besideAlias(access: Access, doing: string, target: string): DnsHostError {
  return refusedFault(
    access,
    doing,
    `there is a CNAME to ${clip(target)}, and no TXT record can stand beside it.`,
    "Publish the value at the CNAME's target, or remove the CNAME.",
  );
}

function wording(edits: readonly Edit[], name: Fqdn, zone: Zone): string {
  const adds = edits.some(({ kind }) => kind === "add");
  const removes = edits.some(({ kind }) => kind === "remove");
  const what = adds && removes ? "changing TXT values of" : adds ? "adding TXT values to" : "removing TXT values from";
  return `${what} ${name} in zone ${zone.name}`;
}
