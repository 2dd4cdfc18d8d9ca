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
  // One may be denied, and the other not.
  const ask = (part: keyof typeof wants) =>
    cache.sending(ses, domain, { dkim: false, mailFrom: false, [part]: true }, ctx, authority);
  const { dkim, mailFrom } = await seeParts(
    { parts },
    { dkim: async () => (await ask("dkim")).dkim, mailFrom: async () => (await ask("mailFrom")).mailFrom },
    readyBefore,
  );
  const wantedMailFrom = wish.mailFrom === false ? undefined : wish.mailFrom;
  return {
    ...(dkim && { dkim: { ...(await withZone(dkim)), wanted: wish.dkim === false ? undefined : wish.dkim } }),
    ...(mailFrom && { mailFrom: { ...mailFrom, wanted: wantedMailFrom } }),
  };

  function zoneHere(tokens: readonly string[]): Promise<Fqdn | undefined> {
    return zoneInDns(domain, tokens, ses.region, authority, cache, ctx);
  }

  async function withZone(seen: DkimSeen): Promise<DkimSeen> {
    const { tokens = [], status: said } = seen;
    if (said === "absent" || said === "unknown") return seen;
    if (said === "NotStarted" && tokens.length === 0) return seen;
    const isEasy = tokens.length === EASY_TOKENS;
    if (isEasy && lastZone !== undefined) return { ...seen, zone: lastZone };
    // Of a key that was brought there is nothing to look for in DNS; without DNS, of none.
    if (said === "Success" && (authority === undefined || (!isEasy && wish.dkim === "keep"))) return seen;
    const zone = said === "Success" && isEasy ? await zoneHere(tokens) : undefined;
    if (zone !== undefined) return { ...seen, zone };
    // Where many are off, SES is not asked about each: one question a second.
    if (!cache.mayAskInfo()) return isEasy ? { ...seen, zone: await zoneHere(tokens) } : seen;
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

/** The zone of SES where the records lead that are there. One that leads elsewhere, or is gone, tells nothing. */
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
  const isOfSes = (zone: Fqdn) => zone === "dkim.amazonses.com" || zone === `dkim.${region}.amazonses.com`;
  const zones = new Set(
    readings
      .flatMap(({ token, reading }) => ("sighting" in reading ? (zoneOf(token, reading.sighting) ?? []) : []))
      .filter(isOfSes),
  );
  const [zone] = zones;
  return zones.size === 1 ? zone : undefined;
}

function zoneOf(token: string, { servers }: Sighting): Fqdn | undefined {
  const targets = new Set(servers.flatMap((one) => (one.kind === "values" ? one.values : [])));
  const [target] = targets;
  if (targets.size !== 1 || target === undefined || !target.startsWith(`${token}.`)) return undefined;
  const parsed = parseFqdn(target.slice(token.length + 1));
  return "name" in parsed ? parsed.name : undefined;
}
