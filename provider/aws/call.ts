import { orAbort } from "../core/abort";
import type { Ctx } from "../core/ctx";
import { SesError } from "../core/errors";
import type { RateLimiter } from "../core/queues";
import { type RetryPolicy, retry } from "../core/retry";
import { AwsFaultError, classify, passes } from "./faults";
import type { AwsAction } from "./permissions";
import { SES_REGIONS } from "./region";
import type { AwsService, AwsSession } from "./session-types";

export interface AwsCall<T> {
  readonly service: AwsService;
  readonly action: AwsAction;
  readonly limiter: RateLimiter;
  /** Called once a try, when it is this call's turn. */
  readonly send: (options: { readonly abortSignal: AbortSignal }) => Promise<T>;
  /** Of faults that pass, those that `send`'s caller wants to see at once. */
  readonly giveUpOn?: (code: string) => boolean;
}

/** A request that is throttled waits; a service that is away is given up sooner, so that nothing hangs. */
const THROTTLED: RetryPolicy = { withinMs: 120_000, baseMs: 500, capMs: 8_000 };
const UNAVAILABLE_TRIES = 6;
const SKEWED_TRIES = 2;
/** Of an endpoint that was never heard of in this process: the region may have none. */
const UNHEARD_TRIES = 4;

/**
 * One request to AWS: waits its turn, is tried again while throttled or while AWS is away, and teaches the limiter.
 * Throws `AwsFaultError`; rejects with the signal's reason once `ctx.signal` aborts.
 */
export async function callAws<T>(session: AwsSession, call: AwsCall<T>, ctx: Ctx): Promise<T> {
  let away = 0;
  let skewed = 0;
  const policy: RetryPolicy = {
    ...THROTTLED,
    worthwhile(error) {
      if (!(error instanceof AwsFaultError)) return false;
      // The SDK has learned AWS's time by the refusal, and signs with it from now on.
      if (error.fault.kind === "clock") {
        skewed += 1;
        return skewed < SKEWED_TRIES;
      }
      if (!passes(error.fault)) return false;
      if (call.giveUpOn?.(error.fault.code) === true) return false;
      if (error.fault.kind === "unavailable") away += 1;
      return away < (unheard(session, call, error) ? UNHEARD_TRIES : UNAVAILABLE_TRIES);
    },
  };
  try {
    return await tryCall(session, call, policy, ctx);
  } catch (error) {
    throw unheard(session, call, error) ? new AwsFaultError({ ...error.fault, kind: "region-unknown" }) : error;
  }
}

function tryCall<T>(session: AwsSession, call: AwsCall<T>, policy: RetryPolicy, ctx: Ctx): Promise<T> {
  return retry(
    async () => {
      const turn = await call.limiter.turn(ctx);
      let outcome: "answered" | "throttled" | "failed" = "failed";
      try {
        // The SDK waits for credentials whatever the signal says.
        const answer = await whileObtaining(session, orAbort(call.send({ abortSignal: ctx.signal }), ctx.signal), ctx);
        outcome = "answered";
        ctx.answered?.();
        session.heard.add(hostOf(call.service));
        return answer;
      } catch (error) {
        ctx.signal.throwIfAborted();
        // What our own settings are refused for.
        if (error instanceof SesError) throw error;
        const fault = classify(error, session.context(call.action, call.service));
        if (fault.answered) {
          session.heard.add(hostOf(call.service));
          ctx.answered?.(passes(fault) ? `${fault.code}: ${fault.text}` : undefined);
        }
        if (fault.kind === "throttled") outcome = "throttled";
        ctx.log.debug(`${fault.action} in ${fault.region}: ${fault.code}: ${fault.text}`);
        throw new AwsFaultError(fault);
      } finally {
        turn.done(outcome);
        for (const warning of session.takeWarnings()) ctx.log.warn(warning);
      }
    },
    policy,
    ctx,
  );
}

const OBTAINING_MS = 250;

/** Work that may wait for credentials: as long as it does, no endpoint is silent. */
export async function whileObtaining<T>(session: AwsSession, work: Promise<T>, ctx: Ctx): Promise<T> {
  if (ctx.answered === undefined) return work;
  const tell = () => session.obtaining() && ctx.answered?.("the AWS credentials are still being obtained");
  const timer = setInterval(tell, OBTAINING_MS);
  try {
    return await work;
  } finally {
    clearInterval(timer);
  }
}

/**
 * SES is the one service here that some regions lack: where it never answers while STS knows the account, the region has no SES.
 * Where SES is known to be, a connection that fails says nothing of the region.
 */
function unheard(session: AwsSession, call: AwsCall<unknown>, error: unknown): error is AwsFaultError {
  if (session.region !== undefined && SES_REGIONS.has(session.region)) return false;
  if (!(error instanceof AwsFaultError) || error.fault.kind !== "unavailable" || error.fault.answered) return false;
  // A certificate or a proxy on the way says nothing of the region.
  if (error.fault.place !== undefined && error.fault.place !== "network") return false;
  return hostOf(call.service) === "ses" && !session.heard.has("ses");
}

/** Both of SES's APIs are one host's. */
function hostOf(service: AwsService): AwsService {
  return service === "sesv2" ? "ses" : service;
}
