import type { Authority } from "../../authority/authority";
import type { Ctx } from "../../core/ctx";
import { formatDuration } from "../../core/duration";
import { AuthorityError, DnsHostError, explain, isZoneGone } from "../../core/errors";
import type { Fqdn } from "../../core/fqdn";
import { seconds, withStatusLine } from "../../core/status-line";
import type { DnsBackend, Zone } from "../../dns/backend";
import type { CheckedDns } from "../../dns/hosts";
import { keyText } from "../../dns/record";
import { type Requirement, sameRecord } from "../../dns/requirement";
import { isExclusive } from "../../dns/sharing";
import { isByHand, servedSomewhere } from "../records/by-hand";
import { type Obsolete, without } from "../records/obsolete";
import { withdraw } from "../records/records";
import type { Verification } from "./state";

/** What takes the place of what is obsolete, and stands by now. */
export interface Successor {
  readonly hosts: readonly DnsBackend[];
  readonly wanted: readonly Requirement[];
  /** Undefined where DNS is not to be read. */
  readonly authority: Authority | undefined;
}

/**
 * Takes obsolete values away, but for those that resolvers may still be reading: while the delegation leads to the host
 * that is left, its copy of a wanted value is the one that counts. Returns the hosts that keep such a value.
 */
export async function withdrawObsolete(
  obsolete: readonly Obsolete[],
  successor: Successor,
  open: (dns: CheckedDns) => DnsBackend,
  ctx: Ctx,
): Promise<readonly CheckedDns[]> {
  const kept: CheckedDns[] = [];
  const byHand: { readonly host: DnsBackend; readonly requirements: readonly Requirement[] }[] = [];
  for (const { dns, requirements, renamed } of obsolete) {
    const host = open(dns);
    try {
      if (isByHand(host)) {
        // The zone of a `manual` host may still serve what is wanted.
        byHand.push({ host, requirements: without(requirements, successor.wanted) });
        continue;
      }
      const free = await removable(host, requirements, successor, ctx);
      for (const { name, removed } of await withdraw([host], free.requirements, ctx)) {
        if (removed === undefined)
          ctx.log.info(`The zone of ${name} no longer exists at ${dns.kind}: nothing to remove.`);
      }
      if (free.keeps) kept.push(dns);
    } catch (error) {
      if (!renamed || !(error instanceof DnsHostError) || ctx.signal.aborted) throw error;
      ctx.log.info(
        `Records that only the earlier credentials for ${dns.kind} reach were not changed: ${explain(error)}`,
      );
    }
  }
  // Last: what a server still serves then is not what this run has taken away itself.
  for (const { host, requirements } of byHand) {
    await withdraw([host], await servedSomewhere(requirements, successor.authority, ctx), ctx);
  }
  return kept;
}

/**
 * Takes away our own records at names where a wanted one has to be alone: an MX record of a region that the domain leaves.
 * Those of an identity that was only used stay.
 */
export async function makeRoom(
  obsolete: readonly Obsolete[],
  verifications: readonly Pick<Verification, "identityArn" | "adopted">[],
  wanted: readonly Requirement[],
  open: (dns: CheckedDns) => DnsBackend,
  ctx: Ctx,
): Promise<void> {
  const exclusive = new Set(
    wanted.flatMap(({ record, sharing }) => (isExclusive({ ...record, sharing }) ? [keyText(record)] : [])),
  );
  const used = new Set(verifications.flatMap(({ adopted, identityArn }) => (adopted ? [identityArn] : [])));
  for (const { dns, requirements } of obsolete) {
    const host = open(dns);
    const inTheWay = requirements.filter(
      ({ record, owner }) => exclusive.has(keyText(record)) && !used.has(owner.arn ?? ""),
    );
    if (inTheWay.length > 0 && !isByHand(host)) await withdraw([host], inTheWay, ctx);
  }
}

/** Where DNS is not read, only time tells that the new values have replaced the old ones everywhere. */
export async function letCachesGo(ttlSeconds: number, atMostMs: number, ctx: Ctx): Promise<void> {
  const waitMs = Math.min(ttlSeconds * 1_000, atMostMs);
  await withStatusLine(ctx, async ({ line, clock, signal }) => {
    const sinceMs = clock.now();
    const rest = `of ${formatDuration(waitMs)} until the old values go; DNS is not read`;
    line.show("caches", (nowMs) => `caches expire, ${seconds(nowMs - sinceMs)} ${rest}`);
    await clock.sleep(waitMs, signal);
  });
}

async function removable(
  host: DnsBackend,
  requirements: readonly Requirement[],
  successor: Successor,
  ctx: Ctx,
): Promise<{ readonly requirements: readonly Requirement[]; readonly keeps: boolean }> {
  let keeps = false;
  const free = await Promise.all(
    [...new Set(requirements.map(({ record }) => record.name))].map(async (name) => {
      const ofName = requirements.filter(({ record }) => record.name === name);
      const needed = ofName.filter((one) => successor.wanted.some((other) => sameRecord(one, other)));
      const zone = needed.length === 0 ? undefined : await zoneOrGone(host, name, ctx);
      if (zone === undefined) return ofName;
      const zones = await Promise.all(
        successor.hosts.map(async (one) => ({ kind: one.kind, zone: await zoneOrGone(one, name, ctx) })),
      );
      const others = ofName.filter((one) => !needed.includes(one));
      // The same zone in other words (by its id, say): nothing moves.
      if (zones.some((one) => one.kind === host.kind && one.zone?.id === zone.id)) return others;
      const next = zones.flatMap((one) => one.zone?.servers ?? []);
      if (!mayBeRead(zone, await delegatedTo(name, successor.authority, ctx), next)) return ofName;
      keeps = true;
      const move = successor.hosts.every(isByHand) ? "" : " Change the delegation to the new host;";
      ctx.log.warn(
        `resolvers may still read ${name} at ${host.kind} (zone ${zone.name}). So our value stays there.${move} ${move === "" ? "The" : "the"} old value is removed with the domain at the latest.`,
      );
      return others;
    }),
  );
  return { requirements: free.flat(), keeps };
}

/** Whether resolvers may be sent to the zone's servers. `next`: those of the zones that take its place. */
function mayBeRead(zone: Zone, delegated: readonly string[] | undefined, next: readonly string[]): boolean {
  if (delegated === undefined) return true;
  if (zone.servers.length > 0) return zone.servers.some((server) => delegated.includes(server));
  return !delegated.every((server) => next.includes(server));
}

async function delegatedTo(
  name: Fqdn,
  authority: Authority | undefined,
  ctx: Ctx,
): Promise<readonly string[] | undefined> {
  try {
    return (await authority?.look(name, "TXT", ctx))?.delegation?.parentServers;
  } catch (error) {
    if (error instanceof AuthorityError) return undefined;
    throw error;
  }
}

async function zoneOrGone(host: DnsBackend, name: Fqdn, ctx: Ctx): Promise<Zone | undefined> {
  try {
    const zone = await host.findZone(name, ctx);
    return (await host.withServers?.(zone, ctx)) ?? zone;
  } catch (error) {
    if (isZoneGone(error)) return undefined;
    throw error;
  }
}
