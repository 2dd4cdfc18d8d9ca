import type { Authority, Sighting, Verdict } from "../../authority/authority";
import { judge } from "../../authority/judge";
import type { Ctx } from "../../core/ctx";
import { explain, SesDomainError } from "../../core/errors";
import type { Fqdn } from "../../core/fqdn";
import { diagnose } from "../../diagnosis/diagnose";
import type { Finding } from "../../diagnosis/finding";
import type { DnsBackend } from "../../dns/backend";
import { dataText, keysOf, type Requirement } from "../../dns/requirement";
import type { SesPort, VerificationStatus } from "../../ses/port";
import type { OpenIdentity } from "../identity/open";
import { type Restarts, restartsSeen } from "../identity/restarts";
import { foreignSpf, isSpf } from "../records/foreign";
import { judgeSet } from "../records/judge-set";
import type { Place } from "../records/placement";
import { missingAt } from "../records/records";
import { requirementsOf, type TokenHolder, tokenRecord } from "../records/requirements";
import { watchedHolderOf } from "../sending/holder";
import { EASY_DKIM } from "../sending/state";
import type { SendingWish } from "../sending/wish";
import { investigate } from "./investigate";
import { readingsOf, type SeenIdentity, seeIdentity, type Watched } from "./observe";
import { seePartsAhead } from "./parts";
import type { PreviewCache } from "./preview-cache";

export interface LookAt {
  readonly domain: Fqdn;
  readonly identities: readonly (OpenIdentity & {
    readonly accountId: string;
    readonly arn?: string | undefined;
    readonly asked?: Restarts | undefined;
    /** SES's token as the last run, or the state, has it. */
    readonly lastToken?: string | undefined;
  })[];
  /** Whether `up` saw the domain verified. */
  readonly verifiedBefore: boolean;
  /** Whether `up` waited for it, as far as is known. */
  readonly awaitedBefore?: boolean;
  readonly places: Readonly<Record<string, Place>>;
  /** The hosts that are asked whether they still hold a value that some servers lack. */
  readonly hosts: readonly DnsBackend[];
  readonly ttl: number;
  /** Undefined where DNS is not read. */
  readonly authority: Authority | undefined;
  /** By identity name: what the program asks for in addition to the verification. */
  readonly wishes?: Readonly<Record<string, SendingWish>> | undefined;
  /** By identity name: where DKIM records lead, as the last run, or the state, has it. */
  readonly zones?: Readonly<Record<string, Fqdn>> | undefined;
  /** By identity name, where the values are another resource's and SES's token is not asked for. */
  readonly tokens?: ReadonlyMap<string, string> | undefined;
}

/** What a preview sees of a domain. */
export interface Look {
  readonly identities: readonly SeenIdentity[];
  readonly expected: readonly Requirement[];
  /** One a name that could be read. */
  readonly verdicts: readonly Verdict[];
  /** Records that a DNS host said it does not hold, though some servers still serve them. */
  readonly lacking: readonly Requirement[];
  /** Empty while nothing is wrong. */
  readonly findings: readonly Finding[];
  /** Names that could not be read, in words. */
  readonly unread: readonly string[];
  /** DNS hosts that could not be asked, in words. */
  readonly unasked: readonly string[];
}

/**
 * Looks at SES and at the authoritative servers for a preview. Reads only. SES tells status and token of a hundred domains
 * in one request; what explains a fault is asked for only where there is one.
 */
export async function lookAtDomain(what: LookAt, cache: PreviewCache, ctx: Ctx): Promise<Look> {
  const { domain, places, authority, hosts } = what;
  const names = [...new Set(Object.values(places).map(({ name }) => name))];
  const [tokenReadings, seen] = await Promise.all([
    authority === undefined ? [] : Promise.all(names.map((name) => cache.reading(authority, domain, name, ctx))),
    Promise.all(what.identities.map(async (one) => ({ ...one, seen: await seeIdentityWhole(one, what, cache, ctx) }))),
  ]);
  const wanted = expectedOf(seen, what);
  const others = keysOf(wanted.filter(({ owner }) => owner.purpose !== "verification"));
  const sendingReadings =
    authority === undefined
      ? []
      : await Promise.all(others.map(({ name, type }) => cache.reading(authority, domain, name, ctx, type)));
  const expected = withoutForeignSpf(wanted, readingsOf(sendingReadings).sightings);
  const readings = [...tokenReadings, ...sendingReadings];
  const verdicts = readings.flatMap((reading) => ("sighting" in reading ? [judgeSet(reading.sighting, expected)] : []));
  const identities = seen.map((one) => one.seen);
  const troubled =
    identities.some((one) => one.status !== "Success" || one.tokenless === true || isPartOff(one)) ||
    verdicts.some(
      ({ state, servers, lackingChildOnly }) =>
        state !== "published" || lackingChildOnly.length > 0 || servers.some((one) => one.state !== "serves"),
    ) ||
    readings.length > verdicts.length;
  if (!troubled) {
    // What was read already tells how the zone is kept, without one more question.
    const kept = { domain, identities, expected, ...readingsOf(readings), probes: [], written: [] };
    const findings = expected.length === 0 ? [] : diagnose(kept).filter(({ severity }) => severity === "warning");
    return { identities, expected, verdicts, lacking: [], findings, unread: [], unasked: [] };
  }

  const misplaced = verdicts.some(({ state }) => state === "missing");
  // What SES has not verified may be in DNS and not be seen there: broken DNSSEC shows only where it is looked for.
  const unexplained =
    identities.some(({ status }) => status !== "Success" && status !== "unknown") ||
    verdicts.some(({ state }) => state !== "published") ||
    readings.length > verdicts.length;
  // A server that is dead is explained without more questions, one a second, to SES.
  const asks = (status: VerificationStatus | "absent" | "unknown") =>
    (misplaced || status !== "Success") && status !== "absent" && status !== "unknown" && cache.mayAskInfo();
  const observations = await investigate(
    domain,
    seen.map(({ seen: one, ses }) => ({ seen: one, ses: asks(one.status) ? ses : undefined })),
    expected,
    readings,
    misplaced ? hosts : [],
    unexplained ? authority : undefined,
    ctx,
  );
  const partly = verdicts.some(({ state, nowhere }) => state === "missing" && nowhere.length === 0);
  const atHost = partly ? await askHosts(hosts, expected, ctx) : { lacking: [], unasked: [] };
  return {
    identities,
    expected,
    verdicts,
    lacking: atHost.lacking,
    findings: diagnose(observations),
    unread: readingsOf(readings).unread.map(({ name, message }) => `${name} could not be read: ${message}`),
    unasked: [...atHost.unasked, ...unknownParts(identities)],
  };
}

/** Parts that SES could not be asked about, in words. */
function unknownParts(identities: readonly SeenIdentity[]): readonly string[] {
  return identities.flatMap(({ region, status, dkim, mailFrom }) => {
    // Why the identity itself is not known says it already.
    if (status === "unknown") return [];
    const why = (what: string, part: SeenIdentity["dkim"] | SeenIdentity["mailFrom"]) =>
      part?.status === "unknown"
        ? [`${what} in ${region} is not known: ${part.unknownBecause ?? "SES was not asked."}`]
        : [];
    return [...why("DKIM", dkim), ...why("MAIL FROM", mailFrom)];
  });
}

/** What must be in DNS for what SES holds, and for what the program watches. */
function expectedOf(
  seen: readonly (LookAt["identities"][number] & { readonly seen: SeenIdentity })[],
  { domain, places, ttl, wishes = {} }: LookAt,
): readonly Requirement[] {
  const holders = seen.flatMap(({ spec: { name }, arn, seen: { token, dkim } }) => {
    const records =
      dkim?.tokens === undefined ? undefined : { method: EASY_DKIM, tokens: dkim.tokens, zone: dkim.zone };
    // The other records are known without the token.
    return [watchedHolderOf({ name, identityArn: arn, token: token ?? "", dkim: records }, wishes[name])];
  });
  return requirementsOf(domain, holders, places, ttl);
}

/** Another SPF record that lets SES send is as good: none is wanted in addition. */
function withoutForeignSpf(expected: readonly Requirement[], sightings: readonly Sighting[]): readonly Requirement[] {
  return expected.filter((one) => {
    if (!isSpf(one)) return true;
    const here = sightings.filter(({ name, type }) => name === one.record.name && type === "TXT");
    const values = new Set(
      here.flatMap(({ servers }) => servers.flatMap((seen) => (seen.kind === "values" ? seen.values : []))),
    );
    return foreignSpf([...values], one.record.text) === undefined;
  });
}

/** Whether a part that the program asks for is not as it asks, as far as SES tells. */
function isPartOff({ dkim, mailFrom }: SeenIdentity): boolean {
  const isDkimOff =
    dkim !== undefined &&
    (dkim.status !== "Success" || (typeof dkim.wanted === "object" && dkim.signing !== dkim.wanted.signing));
  return (
    isDkimOff ||
    (mailFrom !== undefined && (mailFrom.status !== "Success" || mailFrom.domain !== mailFrom.wanted?.domain))
  );
}

async function seeIdentityWhole(
  one: LookAt["identities"][number],
  what: LookAt,
  cache: PreviewCache,
  ctx: Ctx,
): Promise<SeenIdentity> {
  const { name } = one.spec;
  const wish = what.wishes?.[name];
  const parts =
    wish &&
    seePartsAhead(
      what.domain,
      { ses: one.ses, wish, lastZone: what.zones?.[name], readyBefore: what.verifiedBefore },
      what.authority,
      cache,
      ctx,
    );
  const [seen, seenParts] = await Promise.all([seeAtSes(one, what, cache, ctx), parts]);
  return { ...seen, ...seenParts };
}

const LAPSED: ReadonlySet<string> = new Set(["Failed", "NotStarted", "TemporaryFailure"]);

async function seeAtSes(
  { spec, ses, accountId, arn, asked, lastToken }: LookAt["identities"][number],
  what: LookAt,
  cache: PreviewCache,
  ctx: Ctx,
): Promise<SeenIdentity> {
  const { domain, verifiedBefore, awaitedBefore = false, tokens } = what;
  const askedAgain = asked && restartsSeen(asked, ctx.clock.now());
  const watched = { name: spec.name, ses, accountId, verifiedBefore, awaitedBefore };
  const inList = () => seeIdentity(watched, () => cache.status(ses, domain, ctx));
  const token = tokens?.get(spec.name);
  if (token !== undefined) {
    const listed = await inList();
    // The account's list may lag behind what was made or restarted: SES's answer on the identity itself decides.
    if (listed.status !== "absent" && !LAPSED.has(listed.status)) return { ...listed, askedAgain, token };
  } else if (lastToken !== undefined && !(await isAtHand(what, ses, cache, ctx))) {
    // Where SES is content and each server has the value of the last run, its token is not worth waiting for.
    const holder = { name: spec.name, identityArn: arn, token: lastToken };
    const [listed, isServed] = await Promise.all([inList(), isPublished(holder, what, cache, ctx)]);
    if (listed.status === "Success" && isServed) return { ...listed, askedAgain, token: lastToken, tokenless: false };
  } else if (!(await mayAsk(what, ses, cache, ctx))) {
    const listed = await listedWhere(watched, domain, ctx);
    if (listed?.status === "Success") return { ...listed, askedAgain };
  }
  const seen = await seeIdentity(watched, () => cache.token(ses, domain, ctx, lastToken !== undefined));
  // Who may list identities and not ask about one knows the status without the token.
  if (seen.unknownCode === "permission-missing") {
    const listed = await listedWhere(watched, domain, ctx);
    if (listed !== undefined) return { ...listed, askedAgain };
  }
  const exists = seen.status !== "absent" && seen.status !== "unknown";
  if (token !== undefined) return { ...seen, askedAgain, token: exists ? token : undefined };
  return { ...seen, askedAgain, tokenless: exists && seen.token === undefined };
}

/** Why an account cannot be learned is told where SES is asked. */
const unlearned = (error: unknown): true => {
  if (!(error instanceof SesDomainError)) throw error;
  return true;
};

function isAtHand({ domain }: LookAt, ses: SesPort, cache: PreviewCache, ctx: Ctx): Promise<boolean> {
  return cache.isTokenAtHand(ses, domain, ctx).catch(unlearned);
}

function mayAsk({ domain }: LookAt, ses: SesPort, cache: PreviewCache, ctx: Ctx): Promise<boolean> {
  return cache.mayAskToken(ses, domain, ctx).catch(unlearned);
}

/** Whether every server has the value of this token. */
async function isPublished(
  holder: TokenHolder,
  { domain, places, authority, ttl }: LookAt,
  cache: PreviewCache,
  ctx: Ctx,
): Promise<boolean> {
  const place = places[holder.name];
  if (authority === undefined || place === undefined) return false;
  const reading = await cache.reading(authority, domain, place.name, ctx);
  if (!("sighting" in reading)) return false;
  return judge(reading.sighting, [dataText(tokenRecord(place, holder, ttl))]).state === "published";
}

/** What the account's list says; undefined where it may not be read, or says nothing that can be relied on. */
async function listedWhere(watched: Watched, domain: Fqdn, ctx: Ctx): Promise<SeenIdentity | undefined> {
  const { ses } = watched;
  const listed = await seeIdentity(watched, async () => {
    const status = await ses.listed(domain, ctx);
    return status === "absent" || status === "denied" ? undefined : status;
  });
  return listed.status === "absent" || listed.status === "unknown" ? undefined : listed;
}

/** Some servers lack the value: either they lag, or the host itself has lost it. Only the host can tell. */
async function askHosts(
  hosts: readonly DnsBackend[],
  expected: readonly Requirement[],
  ctx: Ctx,
): Promise<{ readonly lacking: readonly Requirement[]; readonly unasked: readonly string[] }> {
  const lacking: Requirement[] = [];
  const unasked: string[] = [];
  await Promise.all(
    hosts.map(async (host) => {
      try {
        lacking.push(...(await missingAt(host, expected, ctx)));
      } catch (error) {
        if (!(error instanceof SesDomainError)) throw error;
        unasked.push(explain(error));
      }
    }),
  );
  return { lacking, unasked };
}
