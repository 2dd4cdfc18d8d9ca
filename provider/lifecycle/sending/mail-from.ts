import type { Ctx } from "../../core/ctx";
import { explain, SesError } from "../../core/errors";
import type { Fqdn } from "../../core/fqdn";
import { identityGone } from "../identity/join";
import type { Departure } from "../identity/leave";
import type { OpenIdentity } from "../identity/open";
import { differs, heldBack, type PartWish } from "./dkim";
import type { MailFromState } from "./state";

/** `mailFrom`: undefined where none is wanted. `restarted`, `stopped`: as with DKIM. */
export interface EnsuredMailFrom {
  readonly mailFrom: MailFromState | undefined;
  readonly restarted?: string | undefined;
  readonly stopped?: SesError | undefined;
  /** SES takes it only once the identity is verified. */
  readonly later?: true;
}

/**
 * Has SES use the MAIL FROM domain that the program asks for, and look again where it has given up. While SES has not seen the
 * MX record it is told to fall back to its own domain: to refuse mail comes after Success (`settleOnMxFailure`).
 * Throws `SesError`: `sending-differs` where the identity is only used and has another one.
 */
export async function ensureMailFrom(
  { spec, ses }: OpenIdentity,
  { args, wish, isOurs, restart, asked }: PartWish,
  prior: MailFromState | undefined,
  ctx: Ctx,
): Promise<EnsuredMailFrom> {
  const { domain } = args;
  const wanted = wish.mailFrom;
  if (wanted === false && prior === undefined) return { mailFrom: undefined };
  const current = await ses.mailFrom(domain, ctx);
  if (current === undefined) throw identityGone(domain, spec.region);
  if (wanted === false) {
    // What was set up for the program goes with its argument; another one came since, and is not this package's.
    if (isOurs && current.domain !== undefined && current.domain === prior?.domain) {
      await ses.setMailFrom(domain, undefined, ctx);
    }
    return { mailFrom: undefined };
  }
  const isSame = current.domain === wanted.domain;
  if (current.domain !== undefined && !isSame && !isOurs && current.domain !== prior?.domain) {
    const reason = `asks for ${wanted.domain}, but SES has ${current.domain} for this identity, which is only used (adopt: "keep")`;
    throw differs(spec.region, domain, "mailFrom", reason);
  }
  const isLapsed = isSame && current.status === "Failed";
  const stopped = isLapsed
    ? heldBack("mail-from-failed", `the MAIL FROM domain ${wanted.domain} in ${spec.region}`, restart, asked, ctx)
    : undefined;
  const falls = isSame && current.onMxFailure === "reject" && wanted.onMxFailure === "default";
  if (stopped !== undefined || (isSame && !isLapsed && !falls)) {
    const { onMxFailure, status } = current;
    return { mailFrom: { domain: wanted.domain, onMxFailure, status }, stopped };
  }
  const outcome = await ses.setMailFrom(domain, { domain: wanted.domain, onMxFailure: "default" }, ctx);
  const mailFrom = { domain: wanted.domain, onMxFailure: "default" } as const;
  if (outcome === "not-verified") return { mailFrom, later: true };
  const status = isSame && !isLapsed ? current.status : "Pending";
  return { mailFrom: { ...mailFrom, status }, restarted: isLapsed ? current.status : undefined };
}

/**
 * Has SES send from its own domain before the identity, and then the MX record, goes: bounces on the way still find the
 * record. For `leave`. What is not allowed, or gone, keeps no identity from being removed.
 */
export function clearMailFrom(domain: Fqdn, mailFrom: MailFromState | undefined): Departure["beforeRemoval"] {
  if (mailFrom === undefined) return undefined;
  return async (ses, ctx) => {
    try {
      await ses.setMailFrom(domain, undefined, ctx);
    } catch (error) {
      if (!(error instanceof SesError) || ctx.signal.aborted) throw error;
      ctx.log.debug(explain(error));
    }
  };
}

/** After Success: what SES does with mail while it does not see the MX record. */
export async function settleOnMxFailure(
  { ses }: OpenIdentity,
  { args: { domain }, wish }: Pick<PartWish, "args" | "wish">,
  mailFrom: MailFromState | undefined,
  ctx: Ctx,
): Promise<MailFromState | undefined> {
  const wanted = wish.mailFrom;
  if (wanted === false || mailFrom?.status !== "Success" || mailFrom.onMxFailure === wanted.onMxFailure)
    return mailFrom;
  const { onMxFailure } = wanted;
  await ses.setMailFrom(domain, { domain: wanted.domain, onMxFailure }, ctx);
  return { ...mailFrom, onMxFailure };
}
