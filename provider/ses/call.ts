import { type AwsFault, AwsFaultError, toSesError } from "../aws/faults";
import type { AwsAction } from "../aws/permissions";
import type { AwsService } from "../aws/session-types";
import type { Ctx } from "../core/ctx";

/** One request to SES, when its turn has come; `send` is called once a try. Throws `AwsFaultError`. */
export type SesCall = <T>(
  service: AwsService,
  action: AwsAction,
  send: (options: { readonly abortSignal: AbortSignal }) => Promise<T>,
  ctx: Ctx,
) => Promise<T>;

/** Answers with the fault's own name where it is one of `faults` (a kind of ours or a code of AWS's). */
export function unless<T, const F extends string>(faults: readonly F[], call: Promise<T>): Promise<T | F> {
  return unlessFault(({ kind, code }) => faults.find((fault) => fault === kind || fault === code), call);
}

/** Answers with what `read` makes of the fault, unless that is nothing. */
export async function unlessFault<T, R>(read: (fault: AwsFault) => R | undefined, call: Promise<T>): Promise<T | R> {
  try {
    return await call;
  } catch (error) {
    if (!(error instanceof AwsFaultError)) throw error;
    const expected = read(error.fault);
    if (expected === undefined) throw error;
    return expected;
  }
}

/** Faults leave as `SesError`; `doing` is a clause such as `removing example.com from SES`. */
export async function withSesErrors<T>(call: Promise<T>, doing: string): Promise<T> {
  try {
    return await call;
  } catch (error) {
    throw toSesError(error, doing);
  }
}
