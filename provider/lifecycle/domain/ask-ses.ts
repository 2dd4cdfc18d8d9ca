import type { Ctx } from "../../core/ctx";
import type { CheckedArgs } from "../arguments/types";
import { type EnsuredIdentity, type EnsureOptions, ensureIdentity } from "../identity/ensure";
import type { Joined, Registrant } from "../identity/join";
import { describeMeeting } from "../identity/meet-words";
import type { OpenIdentity } from "../identity/open";
import type { SendingWish } from "../sending/wish";
import type { Draft } from "./draft";

/** All regions at once. Each answer is kept before the next step, so that a failure in one loses none of the others. */
export async function askSes(
  identities: readonly OpenIdentity[],
  args: CheckedArgs,
  wishes: Readonly<Record<string, SendingWish>>,
  state: "creating" | "settled",
  registrant: Registrant,
  draft: Draft,
  joined: Joined,
  ctx: Ctx,
): Promise<readonly Pick<EnsuredIdentity, "verification" | "stopped" | "asked">[]> {
  const wish = { domain: args.domain, registrant, state, adopt: args.adopt, restart: args.restart };
  const outcomes = await Promise.allSettled(
    identities.map(async (open) => {
      const { restarted, stopped, verification, asked, met } = await ensureIdentity(
        open,
        (account) => draft.before(open, account),
        { ...wish, create: newIdentity(args, wishes[open.spec.name]) },
        (kept, marked) => {
          draft.keep(kept, marked, open.spec);
          if (marked && state === "creating") joined.add(open.ses, args.domain);
        },
        ctx,
      );
      if (met !== undefined) ctx.log.warn(describeMeeting(met));
      if (restarted !== undefined) {
        const { said, tokenChanged } = restarted;
        draft.restarted(verification, tokenChanged, ctx.clock.now());
        ctx.log.info(
          `SES in ${verification.region} was asked again for ${args.domain}: it ${said === "absent" ? "had no such identity" : `said ${said}`}. ${tokenChanged ? "It gave another token, which replaces the old one in DNS." : "Its token is the same."}`,
        );
      }
      return { verification, stopped, asked };
    }),
  );
  return outcomes.map((outcome) => {
    if (outcome.status === "rejected") throw outcome.reason;
    return outcome.value;
  });
}

/** Undefined where DKIM is not asked for: made by SESv2, an identity would have it, and SES would look for its records. */
function newIdentity({ configurationSet }: CheckedArgs, wish: SendingWish | undefined): EnsureOptions["create"] {
  return typeof wish?.dkim === "object" ? { keyLength: wish.dkim.keyLength, configurationSet } : undefined;
}
