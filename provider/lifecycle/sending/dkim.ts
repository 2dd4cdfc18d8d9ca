import type { Ctx } from "../../core/ctx";
import { SesError } from "../../core/errors";
import type { Fqdn } from "../../core/fqdn";
import { dated, sentence } from "../../core/words";
import type { DkimDetails, IdentityDetails } from "../../ses/port";
import type { CheckedArgs, Restart } from "../arguments/types";
import { isThere } from "../identity/ensure";
import { identityGone } from "../identity/join";
import type { OpenIdentity } from "../identity/open";
import { heldUntilMs, type Restarts } from "../identity/restarts";
import { contradictions } from "./contradictions";
import type { DkimState } from "./state";
import type { SendingWish } from "./wish";

/** An identity that was just made has its tokens within seconds. */
const TOKENS_WITHIN_MS = 30_000;
const BETWEEN_LOOKS_MS = 2_000;

export interface PartWish {
  readonly args: Pick<CheckedArgs, "domain" | "configurationSet">;
  readonly wish: SendingWish;
  /** This package made the identity or took it over. */
  readonly isOurs: boolean;
  readonly restart: Restart;
  readonly asked: Restarts | undefined;
}

/** `restarted`: what SES had said before it was asked again. `stopped`: why it was not asked. */
export interface EnsuredDkim {
  readonly dkim: DkimState;
  readonly restarted?: string | undefined;
  readonly stopped?: SesError | undefined;
}

/**
 * Has SES sign with Easy DKIM as the program asks: begins it where it was never set up, again where SES has given up. Only
 * a definite answer of SES changes anything. Throws `SesError`: `sending-differs` where SES has what the program contradicts.
 */
export async function ensureDkim(
  { spec, ses }: OpenIdentity,
  { args, wish, isOurs, restart, asked }: PartWish,
  ctx: Ctx,
): Promise<EnsuredDkim | undefined> {
  const { domain } = args;
  if (wish.dkim === false) return undefined;
  let details = await detailsOf({ spec, ses }, domain, ctx);
  if (wish.dkim === "keep") return { dkim: dkimStateOf(details.dkim) };
  const [contradiction] = contradictions(details, wish, args, isOurs).filter(({ property }) => property === "dkim");
  if (contradiction !== undefined) throw differs(spec.region, domain, contradiction.property, contradiction.reason);
  const { status } = details.dkim;
  let restarted: string | undefined;
  let stopped: SesError | undefined;
  const isLapsed = status === "Failed";
  if (isLapsed || status === "NotStarted") {
    // One that was just made says NotStarted until it has its tokens.
    const isNew = !isLapsed && details.dkim.tokens.length > 0;
    stopped = isLapsed
      ? heldBack("dkim-failed", `DKIM of ${domain} in ${spec.region}`, restart, asked, ctx)
      : undefined;
    if (stopped === undefined && !isNew) {
      await ses.startDkim(domain, ctx);
      restarted = isLapsed ? status : undefined;
    }
    details = await detailsOf({ spec, ses }, domain, ctx);
  }
  if (details.dkim.signing !== wish.dkim.signing) await ses.setSigning(domain, wish.dkim.signing, ctx);
  const dkim = { ...dkimStateOf(details.dkim), signing: wish.dkim.signing };
  // SES may still tell what it said before it was asked again.
  return { dkim: restarted === undefined ? dkim : { ...dkim, status: "Pending" }, restarted, stopped };
}

/** What the state keeps of it. */
export function dkimStateOf({ origin, tokens, zone, keyLength, signing, status }: DkimDetails): DkimState {
  return { method: origin ?? "", tokens, zone, keyLength, signing, status };
}

/** All that SES has of an identity. One that was just made may be without its tokens for a moment. */
async function detailsOf({ spec, ses }: OpenIdentity, domain: Fqdn, ctx: Ctx): Promise<IdentityDetails> {
  const startedMs = ctx.clock.now();
  for (;;) {
    const details = await ses.details(domain, ctx);
    if (details === "denied") {
      throw new SesError(
        "permission-missing",
        `The credentials may not read the DKIM settings of ${domain} in ${spec.region} (ses:GetEmailIdentity).`,
        { hint: "Allow ses:GetEmailIdentity: the names of the DKIM records are known from there only." },
      );
    }
    const late = ctx.clock.now() - startedMs >= TOKENS_WITHIN_MS;
    if (details === "absent") {
      if (late || !(await isThere(ses, domain, ctx))) throw identityGone(domain, spec.region);
    } else if (late || details.dkim.tokens.length > 0 || details.dkim.status === "NotStarted") {
      return details;
    }
    await ctx.clock.sleep(BETWEEN_LOOKS_MS, ctx.signal);
  }
}

export function differs(region: string, domain: Fqdn, property: string, reason: string): SesError {
  return new SesError("sending-differs", sentence(`${domain} in ${region}: the argument ${property} ${reason}`));
}

/** Why SES is not asked for a part again; undefined where it may be. */
export function heldBack(
  code: string,
  what: string,
  restart: Restart,
  asked: Restarts | undefined,
  ctx: Ctx,
): SesError | undefined {
  if (restart === "never") {
    return new SesError(code, `SES says Failed for ${what}, and restart is "never": SES was not asked again.`, {
      hint: 'Set restart to "auto" and run `pulumi up` again.',
    });
  }
  const untilMs = heldUntilMs(asked, ctx.clock.now());
  if (untilMs === undefined) return undefined;
  return new SesError(
    code,
    `SES says Failed for ${what}. It was asked again ${asked?.restarts ?? 0} times in a row, and is not asked before ${dated(untilMs)}.`,
    { hint: "Find out why it fails (npx sesdomain doctor)." },
  );
}
