import type { Ctx } from "../../core/ctx";
import { formatDuration } from "../../core/duration";
import { explain, TimeoutError } from "../../core/errors";
import { PartialFailure } from "../../core/partial-failure";
import { authorityFor, type Clients } from "../observation/clients";
import { watchedAs } from "../observation/observe";
import { awaitVerified } from "../observation/wait/wait";
import { type Awaited, type AwaitedArgs, arnsOf, requirementsIn, tokensOf } from "./arguments";
import { openAwaited } from "./open";
import { OTHERS_HEAL } from "./preview";
import type { VerificationState } from "./state";

/** Waits for all of the domains. Throws `PartialFailure` (`not-verified`) with what each that failed lacks. */
export async function applyVerification(
  { awaited }: AwaitedArgs,
  clients: Clients,
  ctx: Ctx,
): Promise<VerificationState> {
  const { failed, log } = await waitForAll(awaited, (one, inner) => wait(one, clients, inner), ctx);
  const verified = failed.length === 0;
  const state: VerificationState = {
    domains: [...new Set(awaited.map(({ args }) => args.domain))],
    tokens: awaited.flatMap(tokensOf),
    identityArns: arnsOf(awaited),
    verified,
    verifiedAt: verified ? new Date(ctx.clock.now()).toISOString() : undefined,
  };
  if (verified) return state;
  throw new PartialFailure(new TimeoutError("not-verified", log, { hint: OTHERS_HEAL, cause: failed[0] }), state);
}

async function wait(one: Awaited, clients: Clients, ctx: Ctx): Promise<void> {
  const { args } = one;
  const identities = await openAwaited(one, clients, ctx);
  const goal = {
    domain: args.domain,
    // The resource that made the identity may have asked SES for it a moment ago.
    identities: identities.map((open) => watchedAs(open, open.accountId, { requested: true })),
    requirements: requirementsIn(one),
    ses: true,
    hosts: [],
    authority: authorityFor(args.dnsCheck, clients),
    timeoutMs: args.timeoutMs,
  };
  await awaitVerified(goal, ctx);
}

/** All at once. With many, the line says how many are done and which are slowest, instead of each its own. */
async function waitForAll(awaited: readonly Awaited[], wait: (one: Awaited, ctx: Ctx) => Promise<void>, ctx: Ctx) {
  const startedMs = ctx.clock.now();
  const pending = new Map(awaited.map((one) => [one, "not looked at yet"]));
  const show = () => {
    const slowest = [...pending].slice(0, 2).map(([{ args }, text]) => `${args.domain}: ${text}`);
    const done = awaited.length - pending.size;
    ctx.log.status(
      `${done} of ${awaited.length} domains verified (${formatDuration(ctx.clock.now() - startedMs)})${slowest.length > 0 ? `; ${slowest.join("; ")}` : ""}`,
    );
  };
  const outcomes = await Promise.allSettled(
    awaited.map(async (one) => {
      const status = (text: string) => {
        pending.set(one, text);
        if (awaited.length === 1) ctx.log.status(text);
      };
      await wait(one, { ...ctx, log: { ...ctx.log, status } });
      pending.delete(one);
      if (awaited.length > 1) show();
    }),
  );
  const failed = outcomes.flatMap((outcome): unknown[] => (outcome.status === "rejected" ? [outcome.reason] : []));
  const most = 5;
  const more = failed.length > most ? [`… and ${failed.length - most} more domains.`] : [];
  return { failed, log: [...failed.slice(0, most).map(explain), ...more].join("\n\n").split("\n") };
}
