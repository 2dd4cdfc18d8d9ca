import { isSuccess, type SeenIdentity, type Watched, type WatchedPart } from "../observe";
import type { Goal, WaitRound } from "./round";

export const PART_WORDS: Readonly<Record<WatchedPart, string>> = { dkim: "DKIM", mailFrom: "MAIL FROM" };

/** How much of what is awaited has been seen: what a reader looks for first. */
export interface Counts {
  /** Undefined where DNS is not read. `of`: undefined where no server is known yet. */
  readonly dns: { readonly serving: number; readonly of: number | undefined } | undefined;
  /** Undefined where SES is not awaited. `verified`: undefined before its first answer. */
  readonly ses: { readonly verified: number | undefined; readonly of: number } | undefined;
}

/** `round`: undefined while the first look goes on. */
export function countsOf(goal: Goal, round: WaitRound | undefined): Counts {
  const servers = round?.verdicts.flatMap((verdict) => verdict.servers) ?? [];
  const serving = servers.filter(({ state }) => state === "serves").length;
  const verified = round?.identities.filter(({ watched, seen }) => isSuccess(watched, seen)).length;
  return {
    dns: goal.authority === undefined ? undefined : { serving, of: servers.length === 0 ? undefined : servers.length },
    ses: goal.ses ? { verified, of: goal.identities.length } : undefined,
  };
}

/** `2/3 DNS, SES 1/2`: Pulumi shows the first 25 characters in a narrow window, and the first line only. */
export function countsText({ dns, ses }: Counts): string {
  const parts = [];
  if (dns !== undefined) parts.push(dns.of === undefined ? "?/? DNS" : `${dns.serving}/${dns.of} DNS`);
  if (ses !== undefined) parts.push(`SES ${ses.verified ?? "?"}/${ses.of}`);
  return parts.join(", ");
}

/** A part with its own status is told where it is not in place. */
function statusesOf({ parts = [] }: Watched, seen: SeenIdentity): readonly string[] {
  const own = parts.flatMap((part) => {
    const status = seen[part]?.status ?? "unknown";
    return status === "Success" ? [] : [`${seen.name} ${PART_WORDS[part]} ${status}`];
  });
  return own.length > 0 && seen.status === "Success" ? own : [`${seen.name} ${seen.status}`, ...own];
}

/** What is not there yet: the servers and names with their states, then each identity's status. */
export function detailsOf(goal: Goal, { readings, verdicts, identities }: WaitRound): string {
  const parts = [];
  if (goal.authority !== undefined) {
    const servers = verdicts.flatMap((verdict) => verdict.servers);
    const not = servers.filter(({ state }) => state !== "serves").map(({ server, state }) => `${server} ${state}`);
    const unread = readings.flatMap((reading) => ("sighting" in reading ? [] : [`${reading.name}: ${reading.code}`]));
    const childOnly = verdicts.flatMap(({ lackingChildOnly }) =>
      lackingChildOnly.map((server) => `${server}, which only the zone itself names, lacks`),
    );
    parts.push(...not, ...childOnly, ...unread);
  }
  if (goal.ses) parts.push(...identities.flatMap(({ watched, seen }) => statusesOf(watched, seen)));
  return parts.join(", ");
}
