import type { Ctx } from "../../core/ctx";
import { DnsHostError, explain } from "../../core/errors";
import type { DnsBackend } from "../../dns/backend";
import { type RecordConflict, RecordConflictError } from "../../dns/conflict";
import { hostOf } from "../../dns/hosts";
import { type Requirement, wantedOf } from "../../dns/requirement";
import { standingOf } from "../../dns/standing";
import type { Failure } from "../arguments/types";
import type { PartName } from "../lifecycle";
import { foreignSpf, isSpf } from "../records/foreign";

/** What stands in the way of records, at some host, as a preview tells it; and hosts that could not be asked, in words. */
export interface ConflictsSeen {
  readonly failures: readonly Failure[];
  readonly unknown: readonly string[];
}

const PROPERTY: Readonly<Record<Requirement["owner"]["purpose"], PartName | "dns">> = {
  verification: "dns",
  dkim: "dkim",
  "mail-from": "mailFrom",
  dmarc: "dmarc",
};

/** A record that a host would refuse, and why. */
interface Blocked {
  readonly requirement: Requirement;
  readonly conflict: RecordConflict;
}

/** Asks the hosts what is at the names of records that are to be written for the first time. Reads only. */
export async function conflictsAt(
  hosts: readonly DnsBackend[],
  requirements: readonly Requirement[],
  ctx: Ctx,
): Promise<ConflictsSeen> {
  const { blocked, unknown } = await blockedAt(hosts, requirements, ctx);
  const failures = blocked.map(({ requirement, conflict }) => ({
    property: PROPERTY[requirement.owner.purpose],
    reason: `cannot be published: ${explain(new RecordConflictError(conflict))}`,
  }));
  return { failures: eachOnce(failures), unknown };
}

/** Which of the records a host would refuse, for what is at their names; and hosts that could not be asked. Reads only. */
export async function blockedAt(
  hosts: readonly DnsBackend[],
  requirements: readonly Requirement[],
  ctx: Ctx,
): Promise<{ readonly blocked: readonly Blocked[]; readonly unknown: readonly string[] }> {
  const blocked: Blocked[] = [];
  const unknown: string[] = [];
  const exclusive = requirements.filter(({ sharing }) => sharing !== "with-others");
  if (exclusive.length === 0) return { blocked, unknown };
  await Promise.all(
    hosts.map(async (host) => {
      try {
        for (const { record, contents, conflict } of await standingOf(
          host,
          hostOf(host.kind).title,
          exclusive.map(wantedOf),
          ctx,
        )) {
          if (conflict === undefined) continue;
          const requirement = exclusive.find(
            (one) => one.record.name === record.name && one.record.type === record.type,
          );
          if (requirement === undefined) continue;
          const texts = contents.records.flatMap(({ data }) => (data?.type === "TXT" ? [data.text] : []));
          // Another SPF record that lets SES send stays, and is enough.
          if (isSpf(requirement) && foreignSpf(texts, requirement.record.text) !== undefined) continue;
          blocked.push({ requirement, conflict });
        }
      } catch (error) {
        if (!(error instanceof DnsHostError)) throw error;
        // A zone that the host does not have is told by the check of the host.
        if (error.code !== "zone-missing") unknown.push(explain(error));
      }
    }),
  );
  return { blocked, unknown };
}

function eachOnce(failures: readonly Failure[]): readonly Failure[] {
  return failures.filter(
    (one, index) =>
      failures.findIndex((each) => each.property === one.property && each.reason === one.reason) === index,
  );
}
