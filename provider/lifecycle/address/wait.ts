import type { Ctx } from "../../core/ctx";
import { SesError, TimeoutError } from "../../core/errors";
import { withStatusLine } from "../../core/status-line";
import { describeFindings, diagnoseAddress } from "../../diagnosis/diagnose";
import type { AddressIdentitySeen, AddressObservations } from "../../diagnosis/finding";
import { formatDuration } from "../arguments";
import { type Ending, openTrend } from "../observation/wait/grace";
import { nextStatusMs } from "../observation/wait/schedule";
import { type AddressGoal, maySend } from "./goal";
import { type AddressLine, openAddressLine } from "./line";
import { observeAddress, seeAgain } from "./observe";

/**
 * Resolves with what was seen once SES says Success for every identity, or the address's domain is verified. Throws
 * `TimeoutError` (`not-confirmed-in-time`) with the findings, and early `SesError`: `confirmation-failed` where the link is
 * dead, `identity-gone` where SES has no such identity.
 */
export function awaitConfirmed(goal: AddressGoal, ctx: Ctx): Promise<AddressObservations> {
  return withStatusLine(ctx, async (inner) => {
    const line = openAddressLine(goal, inner);
    try {
      return await watch(goal, line, inner);
    } catch (error) {
      line.failed(error);
      throw error;
    }
  });
}

async function watch(goal: AddressGoal, line: AddressLine, ctx: Ctx): Promise<AddressObservations> {
  const { address, identities, authority, timeoutMs } = goal;
  const startedMs = ctx.clock.now();
  const first = await observeAddress(address, identities, { authority, fresh: true }, ctx);
  let askedMs = startedMs;
  let seen: readonly AddressIdentitySeen[] = first.identities;
  const trend = openTrend();
  const requested = new Set(identities.flatMap((one) => (one.requested === true ? [one.name] : [])));
  for (;;) {
    if (seen.every(maySend)) {
      line.reached(seen);
      return { ...first, identities: seen };
    }
    line.saw(seen);
    const elapsedMs = ctx.clock.now() - startedMs;
    const nowMs = ctx.clock.now();
    const ends = seen.map((one) => ({ one, ending: trend.ending(one, requested.has(one.name), nowMs) }));
    const ended = (how: Ending) => ends.find(({ one, ending }) => ending === how && !maySend(one))?.one;
    const gone = ended("gone");
    if (gone !== undefined) {
      throw new SesError("identity-gone", `SES in ${gone.region} has no identity ${address} any more.`, {
        hint: "Run `pulumi up` again: it has SES send the mail again.",
      });
    }
    if (ended("failed") !== undefined) {
      throw new SesError("confirmation-failed", await report(goal, `The link for ${address} has expired.`, ctx), {
        hint: "Change resendTrigger and run `pulumi up` again to have the mail sent again.",
      });
    }
    if (elapsedMs >= timeoutMs) {
      const headline = `The link for ${address} was not followed within ${formatDuration(timeoutMs)}.`;
      throw new TimeoutError("not-confirmed-in-time", await report(goal, headline, ctx), {
        hint: "What was done is kept: `pulumi up` waits again, and sends no other mail.",
      });
    }
    const wakeMs = Math.min(nextStatusMs(askedMs, elapsedMs, ctx.clock.now()), startedMs + timeoutMs);
    await ctx.clock.sleep(Math.max(1, wakeMs - ctx.clock.now()), ctx.signal);
    askedMs = ctx.clock.now();
    seen = await Promise.all(identities.map((watched) => seeAgain(address, watched, ctx)));
  }
}

async function report(
  { address, identities, authority }: AddressGoal,
  headline: string,
  ctx: Ctx,
): Promise<readonly string[]> {
  const seen = await observeAddress(address, identities, { authority, fresh: true }, ctx);
  const findings = describeFindings(diagnoseAddress(seen));
  return [headline, ...(findings === "" ? [] : findings.split("\n"))];
}
