import type { Ctx } from "../../core/ctx";
import { DnsHostError, isZoneGone } from "../../core/errors";
import type { Fqdn } from "../../core/fqdn";
import type { DnsBackend, DnsKind } from "../../dns/backend";
import { bySet } from "../../dns/changes";
import { type CheckedDns, entryKey } from "../../dns/hosts";
import { comparable, keyText, type WantedRecord } from "../../dns/record";
import { dataText, keysOf, type Requirement, wantedOf } from "../../dns/requirement";
import { isByHand } from "./by-hand";

/** Whether two entries name the same place, whatever credentials reach it. */
export function sameHost(a: CheckedDns, b: CheckedDns): boolean {
  return entryKey(a, ["access", "way"]) === entryKey(b, ["access", "way"]);
}

/** Whether they also reach it by the same credentials. Without a zone's id, other credentials may lead to another zone. */
export function sameAccess(a: CheckedDns, b: CheckedDns): boolean {
  return entryKey(a, ["way"]) === entryKey(b, ["way"]);
}

/** Makes the records present at every host. Returns how many were not there. */
export async function publish(
  hosts: readonly DnsBackend[],
  requirements: readonly Requirement[],
  ctx: Ctx,
): Promise<number> {
  const outcomes = await Promise.allSettled(
    hosts.flatMap((host) =>
      setsFor(host, requirements.map(wantedOf)).map(async (records) => {
        const [first] = records;
        if (first === undefined) return 0;
        const zone = await host.findZone(first.name, ctx);
        return (await host.add(zone, records, ctx)).added.length;
      }),
    ),
  );
  // What can be written is written before a conflict is told.
  return outcomes.reduce((sum, outcome) => {
    if (outcome.status === "rejected") throw outcome.reason;
    return sum + outcome.value;
  }, 0);
}

/** A person is told of all records at once. */
function setsFor(host: DnsBackend, records: readonly WantedRecord[]): readonly (readonly WantedRecord[])[] {
  return isByHand(host) ? [records] : bySet(records).map((set) => set.records);
}

/** What was removed at one name of one host. */
export interface Withdrawn {
  readonly host: DnsKind;
  readonly name: Fqdn;
  /** How many of our records were there; undefined where the zone is gone. */
  readonly removed: number | undefined;
}

/** Removes the records at every host. A zone of which the host itself says that it is gone holds none. */
export async function withdraw(
  hosts: readonly DnsBackend[],
  requirements: readonly Requirement[],
  ctx: Ctx,
): Promise<readonly Withdrawn[]> {
  return Promise.all(
    hosts.flatMap((host) =>
      bySet(requirements.map(({ record }) => record)).map(async ({ key, records }): Promise<Withdrawn> => {
        const at = { host: host.kind, name: key.name };
        try {
          const zone = await host.findZone(key.name, ctx);
          return { ...at, removed: (await host.remove(zone, records, ctx)).removed.length };
        } catch (error) {
          if (!isZoneGone(error)) throw maybeLeft(error, records.length);
          return { ...at, removed: undefined };
        }
      }),
    ),
  );
}

/** A refusal, or an answer of another server, does not say that the zone is gone. */
function maybeLeft(error: unknown, count: number): unknown {
  if (!(error instanceof DnsHostError) || error.code !== "zone-missing") return error;
  const { code, message, hint, cause } = error;
  const [what, them] = count === 1 ? ["our value", "it"] : [`our ${count} values`, "them"];
  const left = `Nothing says that the zone is gone: ${what} may still be there, and the state keeps ${them}.`;
  return new DnsHostError(code, message, { hint: hint === undefined ? left : `${left} ${hint}`, cause });
}

/** Which of the records a host does not hold, as far as it can be asked. */
export async function missingAt(
  host: DnsBackend,
  requirements: readonly Requirement[],
  ctx: Ctx,
): Promise<Requirement[]> {
  if (host.can.readable === false) return [];
  const missing = await Promise.all(
    keysOf(requirements).map(async (key) => {
      const zone = await host.findZone(key.name, ctx);
      const held = new Set((await host.list(zone, key, ctx)).map(comparable));
      return requirements.filter((one) => keyText(one.record) === keyText(key) && !held.has(dataText(one)));
    }),
  );
  return missing.flat();
}
