import type { Ctx } from "../../core/ctx";
import { SesError } from "../../core/errors";
import { expectStep } from "../../core/status-line";
import type { CheckedArgs } from "../arguments/types";
import type { OpenIdentity } from "../identity/open";
import { type Watched, watchedAs } from "../observation/observe";
import { awaitVerified } from "../observation/wait/wait";
import { contradictions } from "../sending/contradictions";
import { differs, ensureDkim, type PartWish } from "../sending/dkim";
import { ensureMailFrom, settleOnMxFailure } from "../sending/mail-from";
import type { SendingWish } from "../sending/wish";
import type { Draft } from "./draft";
import type { Verification } from "./state";

interface Parts {
  readonly args: CheckedArgs;
  readonly wishes: Readonly<Record<string, SendingWish>>;
  readonly identities: readonly OpenIdentity[];
  readonly draft: Draft;
  /** Whether the last run saw all parts in place. */
  readonly wasReady: boolean;
  /** The configuration set that the last run set. */
  readonly setBefore: string | undefined;
}

/** What `up` does at SES to make identities ready to send, in its order: DKIM, MAIL FROM once the identity is verified, the rest. */
export interface SendingSteps {
  /** Returns why SES was not asked for one of them, once all that can be done is done. */
  ensureDkim(ctx: Ctx): Promise<unknown>;
  /** What the first wait has to see of the identity, besides its verification. */
  awaitedFirst(name: string): Partial<Pick<Watched, "parts" | "restarted">>;
  ensureMailFrom(ctx: Ctx): Promise<void>;
  /** Until SES has seen the MX records of MAIL FROM domains. `readsDns`: the servers were seen to have them. */
  awaitMailFrom(readsDns: boolean, ctx: Ctx): Promise<void>;
  /** What SES does where the MX record is missing; configuration set; feedback. */
  settle(ctx: Ctx): Promise<void>;
}

export function openSendingSteps({ args, wishes, identities, draft, wasReady, setBefore }: Parts): SendingSteps {
  const { domain } = args;
  const restarted = new Set<string>();

  function wishOf(verification: Verification, part: "dkim" | "mail-from"): PartWish {
    const wish = wishes[verification.name] ?? { dkim: false, mailFrom: false };
    const asked = draft.askedFor(verification.name, part);
    return { args, wish, isOurs: !verification.adopted, restart: args.restart, asked };
  }

  /** All identities at once; the first failure is thrown when all have ended. */
  async function each(work: (open: OpenIdentity, verification: Verification) => Promise<void>): Promise<void> {
    const outcomes = await Promise.allSettled(
      identities.map(async (open) => {
        const verification = draft.current(open.spec.name);
        if (verification !== undefined) await work(open, verification);
      }),
    );
    for (const outcome of outcomes) if (outcome.status === "rejected") throw outcome.reason;
  }

  /** One that another tool set for an identity that is only used stays. */
  async function refuseAnotherSet({ spec, ses }: OpenIdentity, ctx: Ctx): Promise<void> {
    const details = await ses.details(domain, ctx);
    if (typeof details === "string" || details.configurationSet === setBefore) return;
    const nothing = { dkim: false, mailFrom: false } as const;
    const [found] = contradictions(details, nothing, args, false);
    if (found !== undefined) throw differs(spec.region, domain, found.property, found.reason);
  }

  function isAwaited({ name }: Verification, part: "dkim" | "mailFrom"): boolean {
    const wish = wishes[name];
    if (args.wait !== "ready" || wish === undefined) return false;
    return part === "dkim" ? typeof wish.dkim === "object" : wish.mailFrom !== false;
  }

  return {
    async ensureDkim(ctx) {
      let why: unknown;
      await each(async (open, verification) => {
        const { name, region } = verification;
        try {
          const ensured = await ensureDkim(open, wishOf(verification, "dkim"), ctx);
          if (ensured === undefined) return;
          draft.keepSending(name, { dkim: ensured.dkim });
          if (ensured.restarted !== undefined) {
            restarted.add(`${name} dkim`);
            draft.restartedPart(name, "dkim", ctx.clock.now());
            ctx.log.info(`SES in ${region} was asked again for DKIM of ${domain}: it said ${ensured.restarted}.`);
          }
          why ??= ensured.stopped;
        } catch (error) {
          ctx.signal.throwIfAborted();
          if (!(error instanceof SesError)) throw error;
          why ??= error;
        }
      });
      return why;
    },

    awaitedFirst(name) {
      const verification = draft.current(name);
      if (verification === undefined || !isAwaited(verification, "dkim")) return {};
      return { parts: ["dkim"], restarted: restarted.has(`${name} dkim`) ? ["dkim"] : [] };
    },

    async ensureMailFrom(ctx) {
      await each(async (open, verification) => {
        const { name, region, mailFrom: prior } = verification;
        const ensured = await ensureMailFrom(open, wishOf(verification, "mail-from"), prior, ctx);
        draft.keepSending(name, { mailFrom: ensured.mailFrom });
        if (ensured.restarted !== undefined) {
          restarted.add(`${name} mailFrom`);
          draft.restartedPart(name, "mail-from", ctx.clock.now());
          ctx.log.info(
            `SES in ${region} was asked again for the MAIL FROM domain of ${domain}: it said ${ensured.restarted}.`,
          );
        }
        if (ensured.later) {
          ctx.log.warn(
            `SES in ${region} takes a MAIL FROM domain for ${domain} only once the domain is verified: the next \`pulumi up\` sets it.`,
          );
        }
        if (ensured.stopped !== undefined) throw ensured.stopped;
      });
    },

    async awaitMailFrom(readsDns, ctx) {
      const awaited = identities.flatMap((open): Watched[] => {
        const verification = draft.current(open.spec.name);
        if (verification === undefined || !isAwaited(verification, "mailFrom")) return [];
        if (verification.mailFrom?.status === "Success") return [];
        const parts = ["mailFrom"] as const;
        const watched = watchedAs(open, verification.accountId, { verifiedBefore: wasReady });
        return [{ ...watched, parts, restarted: parts }];
      });
      if (awaited.length === 0) return;
      expectStep(readsDns ? "waiting for SES to see the MX records" : "waiting for SES", ctx);
      const goal = {
        domain,
        identities: awaited,
        requirements: [],
        ses: true,
        hosts: [],
        authority: undefined,
        timeoutMs: args.timeoutMs,
      };
      draft.saw(await awaitVerified(goal, ctx));
    },

    async settle(ctx) {
      await each(async (open, verification) => {
        const { name, mailFrom } = verification;
        const settled = await settleOnMxFailure(open, wishOf(verification, "mail-from"), mailFrom, ctx);
        if (settled !== mailFrom) draft.keepSending(name, { mailFrom: settled });
        if (args.configurationSet !== undefined) {
          if (verification.adopted && args.configurationSet !== setBefore) await refuseAnotherSet(open, ctx);
          await open.ses.setConfigurationSet(domain, args.configurationSet, ctx);
        }
        if (args.feedbackForwarding !== undefined) {
          await open.ses.setFeedbackForwarding(domain, args.feedbackForwarding, ctx);
        }
      });
    },
  };
}
