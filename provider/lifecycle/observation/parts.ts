import type { Authority, Sighting } from "../../authority/authority";
import type { Ctx } from "../../core/ctx";
import { explain, SesDomainError } from "../../core/errors";
import { type Fqdn, parseFqdn } from "../../core/fqdn";
import type { DkimSeen, MailFromSeen } from "../../diagnosis/finding";
import type { IdentityDetails, SesPort } from "../../ses/port";
import { dkimName } from "../records/requirements";
import type { SendingWish } from "../sending/wish";
import { seeParts } from "./observe";
import type { PreviewCache } from "./preview-cache";

/** An identity whose parts are looked at. */
interface PartsOf {
  readonly ses: SesPort;
  readonly wish: SendingWish;
  /** Where the DKIM records lead, as the last run, or the state, has it. */
  readonly lastZone?: Fqdn | undefined;
  readonly readyBefore: boolean;
}

export interface SeenParts {
  readonly dkim?: DkimSeen | undefined;
  readonly mailFrom?: MailFromSeen | undefined;
}

/** Easy DKIM has three; what SES tells else takes GetEmailIdentity to understand. */
const EASY_TOKENS = 3;

/**
 * What SES says of DKIM and MAIL FROM, as far as the program asks for them: for a hundred domains in one request. What only
 * GetEmailIdentity tells is asked for where something is off. Where the records lead is read from DNS while SES itself is content
 * with them.
 */
export async function seePartsAhead(
  domain: Fqdn,
  { ses, wish, lastZone, readyBefore }: PartsOf,
  authority: Authority | undefined,
  cache: PreviewCache,
  ctx: Ctx,
): Promise<SeenParts> {
  const wants = { dkim: wish.dkim !== false, mailFrom: wish.mailFrom !== false };
  if (!wants.dkim && !wants.mailFrom) return {};
  const parts = [...(wants.dkim ? (["dkim"] as const) : []), ...(wants.mailFrom ? (["mailFrom"] as const) : [])];
  const status = cache.sending(ses, domain, wants, ctx, authority);
  const { dkim, mailFrom } = await seeParts(
    { ses, parts },
    { dkim: async () => (await status).dkim, mailFrom: async () => (await status).mailFrom },
    readyBefore,
  );
  const wantedMailFrom = wish.mailFrom === false ? undefined : wish.mailFrom;
  return {
    ...(dkim && { dkim: { ...(await withZone(dkim)), wanted: wish.dkim === false ? undefined : wish.dkim } }),
    ...(mailFrom && { mailFrom: { ...mailFrom, wanted: wantedMailFrom } }),
  };

  async function withZone(seen: DkimSeen): Promise<DkimSeen> {
    const { tokens = [], status: said } = seen;
    if (said === "absent" || said === "unknown") return seen;
    if (said === "NotStarted" && tokens.length === 0) return seen;
    if (tokens.length === EASY_TOKENS) {
      if (lastZone !== undefined) return { ...seen, zone: lastZone };
      // Where many are off, SES is not asked about each: one question a second.
      const isCheap = said === "Success" || !cache.mayAskInfo();
      const zone = isCheap ? await zoneInDns(domain, tokens, ses.region, authority, cache, ctx) : undefined;
      if (zone !== undefined || (isCheap && said !== "Success")) return { ...seen, zone };
    }
    const details = await detailsOf(ses, domain, ctx);
    return details === undefined ? seen : { ...seen, ...ofDetails(details) };
  }
}

function ofDetails({ dkim }: IdentityDetails): Partial<DkimSeen> {
  const { origin, zone, keyLength, keyMadeMs } = dkim;
  return { origin, zone, keyLength, keyMadeMs };
}

async function detailsOf(ses: SesPort, domain: Fqdn, ctx: Ctx): Promise<IdentityDetails | undefined> {
  try {
    const details = await ses.details(domain, ctx);
    return typeof details === "string" ? undefined : details;
  } catch (error) {
    if (!(error instanceof SesDomainError)) throw error;
    ctx.log.debug(explain(error));
    return undefined;
  }
}

/** A zone of SES where all three records lead at every server; else it has to be asked for. */
async function zoneInDns(
  domain: Fqdn,
  tokens: readonly string[],
  region: string,
  authority: Authority | undefined,
  cache: PreviewCache,
  ctx: Ctx,
): Promise<Fqdn | undefined> {
  if (authority === undefined) return undefined;
  const readings = await Promise.all(
    tokens.map(async (token) => ({
      token: token.toLowerCase(),
      reading: await cache.reading(authority, domain, dkimName(token, domain), ctx, "CNAME"),
    })),
  );
  const zones = new Set(
    readings.map(({ token, reading }) => ("sighting" in reading ? zoneOf(token, reading.sighting) : undefined)),
  );
  const [zone] = zones;
  const isOfSes = zone === "dkim.amazonses.com" || zone === `dkim.${region}.amazonses.com`;
  return zones.size === 1 && isOfSes ? zone : undefined;
}

function zoneOf(token: string, { servers }: Sighting): Fqdn | undefined {
  const targets = new Set(servers.flatMap((one) => (one.kind === "values" ? one.values : [])));
  const [target] = targets;
  if (targets.size !== 1 || target === undefined || !target.startsWith(`${token}.`)) return undefined;
  const parsed = parseFqdn(target.slice(token.length + 1));
  return "name" in parsed ? parsed.name : undefined;
}
