import { onAbort } from "../../core/abort";
import { isAddress } from "../../core/address";
import type { Ctx } from "../../core/ctx";
import { SesDomainError } from "../../core/errors";
import type { IdentityName, ListedSoFar, SesPort, VerificationStatus } from "../../ses/port";

type Standing = VerificationStatus | undefined;

/**
 * SES's status of an identity, by what answers first: the page of the account's list that holds it, the whole list, or a
 * question about the identity itself (`ask`). `undefined`: SES has none. Throws the list's `SesError` where neither answers.
 */
export async function standingOf(
  name: IdentityName,
  ses: SesPort,
  ask: (ctx: Ctx) => Promise<Standing>,
  ctx: Ctx,
): Promise<Standing> {
  const begun = await ses.listedSoFar(ctx).catch(failureOf);
  if (begun === undefined) return ask(ctx);
  if (begun instanceof SesDomainError) {
    const answer = await ask(ctx).then((status) => ({ status }), failureOf);
    if (answer instanceof SesDomainError) throw begun;
    return answer.status;
  }
  const found = statusIn(begun, name);
  return found !== undefined || begun.isWhole ? found : race(name, ses, ask, ctx);
}

function statusIn({ domains, addresses }: ListedSoFar, name: IdentityName): Standing {
  return isAddress(name) ? addresses.get(name) : domains.get(name);
}

/** The list is read on only until one of them has answered. */
async function race(
  name: IdentityName,
  ses: SesPort,
  ask: (ctx: Ctx) => Promise<Standing>,
  ctx: Ctx,
): Promise<Standing> {
  const control = new AbortController();
  const release = onAbort(ctx.signal, () => control.abort(ctx.signal.reason));
  const direct = ask(ctx);
  const listed = ses
    .listed(name, { ...ctx, signal: control.signal })
    .then((status) => (status === "denied" ? direct : status === "absent" ? undefined : status));
  try {
    return await Promise.any([listed, direct]);
  } catch (error) {
    ctx.signal.throwIfAborted();
    if (!(error instanceof AggregateError)) throw error;
    throw error.errors.find((one) => !(one instanceof SesDomainError)) ?? error.errors[0];
  } finally {
    release();
    control.abort();
  }
}

function failureOf(error: unknown): SesDomainError {
  if (!(error instanceof SesDomainError)) throw error;
  return error;
}
