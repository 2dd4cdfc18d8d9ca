import type { Authority, Sighting } from "../../authority/authority";
import type { Ctx } from "../../core/ctx";
import { AuthorityError, explain, SesDomainError } from "../../core/errors";
import type { Fqdn } from "../../core/fqdn";
import type { IdentitySeen, Observations, WrittenZone } from "../../diagnosis/finding";
import type { DnsBackend, Zone } from "../../dns/backend";
import type { RecordType } from "../../dns/record";
import type { DkimStatus, IdentityStatus, MailFromStatus, SesPort, VerificationStatus } from "../../ses/port";
import type { Restarts } from "../identity/restarts";
import { answerOf, dkimSeen, mailFromSeen } from "./sending-at-ses";

export type Reading =
  | { readonly sighting: Sighting }
  | { readonly name: Fqdn; readonly code: string; readonly message: string };

/** Reads one name; what the authority could not learn becomes a value, since it is an observation too. */
export async function read(authority: Authority, name: Fqdn, ctx: Ctx, type: RecordType = "TXT"): Promise<Reading> {
  try {
    return { sighting: await authority.look(name, type, ctx) };
  } catch (error) {
    if (!(error instanceof AuthorityError)) throw error;
    return { name, code: error.code, message: explain(error) };
  }
}

/** Records of several types of one name, in one look. What the authority could not learn is so for all of them. */
export async function readTypes(
  authority: Authority,
  name: Fqdn,
  types: readonly RecordType[],
  ctx: Ctx,
): Promise<readonly Reading[]> {
  try {
    return (await authority.lookAll(name, types, ctx)).map((sighting) => ({ sighting }));
  } catch (error) {
    if (!(error instanceof AuthorityError)) throw error;
    return [{ name, code: error.code, message: explain(error) }];
  }
}

export function readingsOf(readings: readonly Reading[]): Pick<Observations, "sightings" | "unread"> {
  return {
    sightings: readings.flatMap((reading) => ("sighting" in reading ? [reading.sighting] : [])),
    unread: readings.flatMap((reading) => ("sighting" in reading ? [] : [reading])),
  };
}

export interface Watched {
  readonly name: string;
  readonly ses: SesPort;
  readonly accountId: string | undefined;
  readonly verifiedBefore: boolean;
  readonly awaitedBefore?: boolean;
  /** Whether SES was asked for it in this run: what it says of it right after may be older than that. */
  readonly requested?: boolean;
  /** How often SES was asked for it again in a row. */
  readonly asked?: Restarts | undefined;
  /** What has to succeed, in addition to the verification. */
  readonly parts?: readonly WatchedPart[] | undefined;
  /** Parts that SES was asked for in this run. */
  readonly restarted?: readonly WatchedPart[] | undefined;
}

export type WatchedPart = "dkim" | "mailFrom";

/** What SES says of the parts that are watched. A question that failed is `unknown`, never absent. */
export async function seeParts(
  { parts = [] }: Pick<Watched, "parts">,
  ask: {
    readonly dkim: () => Promise<DkimStatus | undefined>;
    readonly mailFrom: () => Promise<MailFromStatus | undefined>;
  },
  readyBefore = false,
): Promise<Pick<SeenIdentity, "dkim" | "mailFrom">> {
  const wanted = { dkim: { readyBefore }, mailFrom: { readyBefore } };
  const [dkim, mailFrom] = await Promise.all([
    parts.includes("dkim") ? answerOf(ask.dkim()) : undefined,
    parts.includes("mailFrom") ? answerOf(ask.mailFrom()) : undefined,
  ]);
  return {
    ...(dkim && { dkim: dkimSeen(dkim, wanted) }),
    ...(mailFrom && { mailFrom: mailFromSeen(mailFrom, wanted) }),
  };
}

/** Whether SES says Success for the identity and for all that is watched of it. */
export function isSuccess({ parts = [] }: Pick<Watched, "parts">, seen: SeenIdentity): boolean {
  return seen.status === "Success" && parts.every((part) => seen[part]?.status === "Success");
}

/** An identity to be watched. Without `more`, nothing is known of its past. */
export function watchedAs(
  { spec, ses }: { readonly spec: { readonly name: string }; readonly ses: SesPort },
  accountId: string | undefined,
  more: Partial<Pick<Watched, "verifiedBefore" | "requested" | "asked">> = {},
): Watched {
  return { name: spec.name, ses, accountId, verifiedBefore: false, ...more };
}

/** `failure`: why it is unknown. */
export type SeenIdentity = IdentitySeen & {
  readonly token?: string | undefined;
  readonly failure?: SesDomainError | undefined;
};

/** One identity's status as an observation. A question that failed is `unknown`, never absent. */
export async function seeIdentity(
  { name, ses, accountId, verifiedBefore, awaitedBefore }: Watched,
  status: (ses: SesPort) => Promise<IdentityStatus | VerificationStatus | undefined>,
): Promise<SeenIdentity> {
  const past = { verifiedBefore, ...(awaitedBefore && { awaitedBefore }) };
  const base = { name, region: ses.region, accountId, ...past };
  try {
    const answer = await status(ses);
    if (answer === undefined) return { ...base, status: "absent" };
    if (typeof answer === "string") return { ...base, status: answer };
    return { ...base, status: answer.status, token: answer.token, tokenless: answer.token === undefined };
  } catch (error) {
    if (!(error instanceof SesDomainError)) throw error;
    const { code, hint } = error;
    const why = { unknownBecause: explain(error), unknownCode: code, unknownHint: hint };
    return { ...base, status: "unknown", ...why, failure: error };
  }
}

/** How the servers are kept that answered, and whether the names validate. */
export async function examine(
  authority: Authority,
  readings: readonly Reading[],
  ctx: Ctx,
): Promise<Pick<Observations, "serials" | "faults" | "dnssec">> {
  const { sightings } = readingsOf(readings);
  // Names of one zone have the same servers: they are examined once.
  const ofZone = new Map(sightings.map((sighting) => [sighting.delegation?.zone, sighting]));
  const [examined, validations] = await Promise.all([
    Promise.all([...ofZone.values()].map((each) => authority.examine(each, ctx).catch(nothingKnown(ctx)))),
    Promise.all(sightings.map(({ name, type }) => authority.validate(name, type, ctx).catch(nothingKnown(ctx)))),
  ]);
  return {
    serials: examined.flatMap((each) => each?.serials ?? []),
    faults: examined.flatMap((each) => each?.faults ?? []),
    dnssec: validations.find((each) => each?.state === "bogus") ?? validations[0],
  };
}

/** `needsServers`: whether the zone's servers are worth a question of their own. */
export async function zoneAt(
  host: DnsBackend,
  name: Fqdn,
  ctx: Ctx,
  needsServers: (zone: Zone) => boolean = () => true,
): Promise<WrittenZone | undefined> {
  const found = await host.findZone(name, ctx).catch(nothingKnown(ctx));
  if (found === undefined) return undefined;
  const asks = host.withServers !== undefined && found.servers.length === 0 && needsServers(found);
  const zone = asks ? await host.withServers?.(found, ctx).catch(nothingKnown(ctx)) : found;
  return zone === undefined ? undefined : { kind: host.kind, zone: zone.name, servers: zone.servers };
}

/** For evidence that would help but is not needed: what could not be had is left out. */
export function nothingKnown(ctx: Ctx): (error: unknown) => undefined {
  return (error) => {
    if (!(error instanceof SesDomainError)) throw error;
    ctx.log.debug(explain(error));
    return undefined;
  };
}
