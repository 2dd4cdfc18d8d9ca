import type { Authority } from "../../authority/authority";
import { domainOf, type EmailAddress } from "../../core/address";
import type { Ctx } from "../../core/ctx";
import { explain, SesDomainError } from "../../core/errors";
import type { Fqdn } from "../../core/fqdn";
import type { AddressIdentitySeen, AddressObservations } from "../../diagnosis/finding";
import type { SesPort } from "../../ses/port";
import { looksAlike, meantDomain } from "../arguments/address";
import { verifiedAmong, verifiedNow, withParents } from "../observation/covering";
import { seeIdentity, type Watched } from "../observation/observe";
import { standingOf } from "../observation/standing";

/** More than these would be no help. */
const ALIKE_AT_MOST = 3;

/**
 * `fresh`: SES is asked about the address itself, and its parent domains, for what this run has changed. Else the
 * account's list answers where it may be read, once a process.
 */
export interface HowToLook {
  readonly authority: Authority | undefined;
  readonly fresh: boolean;
}

/**
 * What SES and DNS tell of one address. The way of its mail is looked up only where a link has yet to be followed.
 * A question that failed is `unknown`, never absent.
 */
export async function observeAddress(
  address: EmailAddress,
  identities: readonly Watched[],
  { authority, fresh }: HowToLook,
  ctx: Ctx,
): Promise<AddressObservations> {
  const seen = await Promise.all(identities.map((watched) => see(address, watched, fresh, ctx)));
  const awaited = seen.some(
    ({ status, coveredBy }) => status !== "Success" && status !== "unknown" && coveredBy === undefined,
  );
  if (!awaited) return { address, identities: seen, mail: undefined, meant: undefined };
  const domain = domainOf(address);
  return { address, identities: seen, mail: await authority?.mailRoute(domain, ctx), meant: meantDomain(domain) };
}

async function see(address: EmailAddress, watched: Watched, fresh: boolean, ctx: Ctx): Promise<AddressIdentitySeen> {
  const { token: _, ...seen } = await seeIdentity(watched, async (ses) => {
    const ask = async (inner: Ctx) => (await ses.status(address, inner))?.status;
    return fresh ? ses.status(address, ctx) : standingOf(address, ses, ask, ctx);
  });
  if (seen.status === "Success" || seen.status === "unknown") return seen;
  try {
    const [coveredBy, listed] = await Promise.all([
      (fresh ? verifiedNow : verifiedAmong)(withParents(domainOf(address)), watched.ses, ctx),
      watched.ses.addresses(ctx),
    ]);
    const alike = [...(listed ?? [])]
      .filter(([other]) => looksAlike(address, other))
      .slice(0, ALIKE_AT_MOST)
      .map(([other, status]) => ({ address: other, status }));
    return { ...seen, coveredBy, alike };
  } catch (error) {
    // It would help to explain; the status is known without it.
    if (!(error instanceof SesDomainError)) throw error;
    ctx.log.debug(explain(error));
    return seen;
  }
}

/** What changes while a link is waited for: SES's status on the address, and on its parent domains, by one request. */
export async function seeAgain(address: EmailAddress, watched: Watched, ctx: Ctx): Promise<AddressIdentitySeen> {
  const waiting = { ...ctx, waits: true };
  const [{ token: _, ...seen }, coveredBy] = await Promise.all([
    seeIdentity(watched, (ses) => ses.status(address, waiting)),
    coveringNow(address, watched.ses, waiting).catch((error: unknown) => {
      // It is another question: what is known of the address holds without it.
      if (!(error instanceof SesDomainError)) throw error;
      ctx.log.debug(explain(error));
      return undefined;
    }),
  ]);
  return { ...seen, coveredBy };
}

/** A verified domain that the address is at, or below. */
export async function coveringNow(address: EmailAddress, ses: SesPort, ctx: Ctx): Promise<Fqdn | undefined> {
  return verifiedNow(withParents(domainOf(address)), ses, ctx);
}
