import type { Ctx, Log, StatusLine, Timed } from "../../core/ctx";
import { explain, TimeoutError } from "../../core/errors";
import { PartialFailure } from "../../core/partial-failure";
import { type LinedCtx, seconds, withStatusLine } from "../../core/status-line";
import { authorityFor, type Clients } from "../observation/clients";
import { watchedAs } from "../observation/observe";
import { awaitVerified } from "../observation/wait/wait";
import { type Awaited, type AwaitedArgs, arnsOf, partsOf, requirementsIn, tokensOf } from "./arguments";
import { openAwaited } from "./open";
import { OTHERS_HEAL } from "./preview";
import type { VerificationState } from "./state";

/** Waits for all of the domains. Throws `PartialFailure` (`not-verified`) with what each that failed lacks. */
export async function applyVerification(
  { awaited }: AwaitedArgs,
  clients: Clients,
  ctx: Ctx,
): Promise<VerificationState> {
  const { failed, log } = await withStatusLine(ctx, (lined) =>
    waitForAll(awaited, (one, inner) => wait(one, clients, inner), lined),
  );
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
    identities: identities.map((open) => {
      const own = one.verifications.find(({ name }) => name === open.spec.name);
      const parts = own === undefined ? [] : partsOf(own, one.records);
      return { ...watchedAs(open, open.accountId, { requested: true }), parts, restarted: parts };
    }),
    requirements: requirementsIn(one),
    ses: true,
    hosts: [],
    authority: authorityFor(args.dnsCheck, clients),
    timeoutMs: args.timeoutMs,
  };
  await awaitVerified(goal, ctx);
}

/** All at once. With many, the line says how many are done and which are slowest, instead of each its own. */
async function waitForAll(
  awaited: readonly Awaited[],
  wait: (one: Awaited, ctx: Ctx) => Promise<void>,
  ctx: LinedCtx,
): Promise<{ readonly failed: readonly unknown[]; readonly log: readonly string[] }> {
  const [only] = awaited;
  const outcomes =
    awaited.length === 1 && only !== undefined
      ? await Promise.allSettled([wait(only, ctx)])
      : await waitForMany(awaited, wait, ctx);
  const failed = outcomes.flatMap((outcome): unknown[] => (outcome.status === "rejected" ? [outcome.reason] : []));
  const most = 5;
  const more = failed.length > most ? [`… and ${failed.length - most} more domains.`] : [];
  return { failed, log: [...failed.slice(0, most).map(explain), ...more].join("\n\n").split("\n") };
}

async function waitForMany(
  awaited: readonly Awaited[],
  wait: (one: Awaited, ctx: Ctx) => Promise<void>,
  { line, ...ctx }: LinedCtx,
): Promise<readonly PromiseSettledResult<void>[]> {
  const startedMs = ctx.clock.now();
  const pending = new Map<Awaited, Timed>(awaited.map((one) => [one, () => ""]));
  let verified = 0;
  const counts = () => `${verified} of ${awaited.length} domains`;
  const elapsed = () => seconds(ctx.clock.now() - startedMs);
  const text = (nowMs: number) => {
    const slowest = [...pending].slice(0, 2).map(([{ args }, said]) => `${args.domain}: ${said(nowMs)}`);
    return [`${counts()} verified, ${elapsed()}`, ...slowest].join("; ");
  };
  line.expect(text);
  const outcomes = await Promise.allSettled(
    awaited.map(async (one) => {
      // The changes of each would be too many.
      const log: Log = { ...ctx.log, info: (said) => ctx.log.debug(said) };
      const own: StatusLine = {
        show: (_key, said) => void pending.set(one, said),
        expect: (said) => void pending.set(one, said),
        end: (said) => void pending.set(one, () => said),
        get shown() {
          return line.shown;
        },
      };
      await wait(one, { ...ctx, log, line: own });
      pending.delete(one);
      verified += 1;
      ctx.log.info(`${counts()} verified, ${elapsed()}: ${one.args.domain}`);
      if (verified < awaited.length) line.show(counts(), text);
    }),
  );
  const how = verified === awaited.length ? "verified" : ctx.signal.aborted ? "stopped" : "failed";
  line.end(`${how}: ${counts()}, ${elapsed()}`);
  return outcomes;
}
