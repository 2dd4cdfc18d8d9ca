import { isLimitCode } from "../../authority/allowance";
import type { Authority, Sighting } from "../../authority/authority";
import type { Ctx } from "../../core/ctx";
import { type Fqdn, isWithin } from "../../core/fqdn";
import type { IdentitySeen, Observations } from "../../diagnosis/finding";
import { mayShift } from "../../diagnosis/multivalue";
import { glanceNames, probeNames } from "../../diagnosis/probes";
import type { DnsBackend } from "../../dns/backend";
import type { Requirement } from "../../dns/requirement";
import type { SesPort } from "../../ses/port";
import { judgeSet } from "../records/judge-set";
import { examine, nothingKnown, type Reading, read, readingsOf, zoneAt } from "./observe";
import { lookAtSending } from "./sending";

/**
 * Everything that can explain why a domain is not verified: SES's own last look, and the names where values end up by
 * mistake. Costs more than a look, so it is asked for where something is wrong.
 */
export async function investigate(
  domain: Fqdn,
  identities: readonly { readonly seen: IdentitySeen; readonly ses: SesPort | undefined }[],
  expected: readonly Requirement[],
  readings: readonly Reading[],
  hosts: readonly DnsBackend[],
  authority: Authority | undefined,
  ctx: Ctx,
): Promise<Observations> {
  const tokens = expected.filter(({ owner }) => owner.purpose === "verification");
  const others = expected.filter(({ owner }) => owner.purpose !== "verification");
  const names = [...new Set(tokens.map(({ record }) => record.name))];
  const zoneNames = names.length > 0 ? names : expected.slice(0, 1).map(({ record }) => record.name);
  // Other names are read at its expense, and not at all where it has led to too many questions already.
  const own = { ...ctx, domain };
  const limited = readings.some((reading) => "code" in reading && isLimitCode(reading.code));
  const crowded = readingsOf(readings).sightings.filter((one) => mayShift(one) && names.includes(one.name));
  const [withInfo, evidence, probes, written, again, sending] = await Promise.all([
    Promise.all(
      identities.map(async ({ seen, ses }) => {
        const info = await ses?.info(domain, ctx).catch(nothingKnown(ctx));
        // SES remembers a success that we may not have seen.
        const verifiedBefore = seen.verifiedBefore || info?.lastSuccess !== undefined;
        return { ...seen, verifiedBefore, info, dkimVerified: info?.dkimVerified };
      }),
    ),
    authority === undefined ? {} : examine(authority, readings, ctx),
    authority === undefined || limited ? [] : readProbes(authority, domain, tokens, readings, own),
    Promise.all(zoneNames.flatMap((name) => hosts.map((host) => zoneAt(host, name, ctx)))),
    authority === undefined ? [] : Promise.all(crowded.map(({ name }) => read(authority, name, ctx))),
    authority === undefined || limited || others.length === 0
      ? undefined
      : lookAtSending(domain, others, [], authority, ctx),
  ]);
  return {
    domain,
    identities: withInfo,
    expected,
    ...readingsOf(readings),
    ...evidence,
    probes: [...readingsOf(probes).sightings, ...(sending?.probes ?? [])],
    keys: sending?.keys,
    spf: sending?.spf,
    probesCut: probes.some(isCutShort),
    written: written.flatMap((zone) => (zone === undefined ? [] : [zone])),
    again: readingsOf(again).sightings,
    atMs: ctx.clock.now(),
  };
}

/** The names where values end up by mistake; those that are not likely only where a value is nowhere at its own. */
async function readProbes(
  authority: Authority,
  domain: Fqdn,
  expected: readonly Requirement[],
  readings: readonly Reading[],
  ctx: Ctx,
): Promise<readonly Reading[]> {
  const { sightings } = readingsOf(readings);
  const names = [...new Set(expected.map(({ record }) => record.name))];
  const likely = [...new Set(names.flatMap((name) => probeNames(domain, name)))].filter(
    (name) => !names.includes(name),
  );
  const probes = Promise.all(likely.map((name) => read(authority, name, ctx)));
  const lost = sightings.find((one) => one.type === "TXT" && judgeSet(one, expected).nowhere.length > 0);
  if (lost === undefined) return probes;
  // The name itself may be in a zone of its own, or an alias to another.
  const holds = ({ delegation }: Sighting) => delegation !== undefined && isWithin(domain, delegation.zone);
  const known = holds(lost)
    ? lost
    : readingsOf(await probes).sightings.find((one) => one.name === domain && holds(one));
  const zone = known?.delegation?.zone;
  if (known === undefined || zone === undefined) return probes;
  const seen = await authority.glance(glanceNames(domain, lost.name, zone), known, ctx);
  return [...(await probes), ...seen.map((sighting) => ({ sighting }))];
}

function isCutShort(reading: Reading): boolean {
  if ("code" in reading) return isLimitCode(reading.code);
  return reading.sighting.servers.some((one) => one.kind === "unreachable" && one.unasked === "limit");
}
