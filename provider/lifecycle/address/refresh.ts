import type { Ctx } from "../../core/ctx";
import { explain, SesDomainError } from "../../core/errors";
import { expectStep } from "../../core/status-line";
import { reopenIdentity, specOf } from "../identity/open";
import type { Clients } from "../observation/clients";
import { oncePerOutage } from "../observation/words";
import type { AddressState, AddressVerification } from "./state";

/** The state as SES has it now; `undefined` only where SES has none of the identities. What could not be learned stays as it was. */
export async function refreshAddress(
  state: AddressState,
  clients: Clients,
  ctx: Ctx,
): Promise<AddressState | undefined> {
  expectStep("reading SES", ctx);
  const unheard: string[] = [];
  const verifications = await Promise.all(
    state.verifications.map(async (verification) => {
      const status = await statusOf(state, verification, clients, unheard, ctx);
      return status === undefined ? undefined : { ...verification, status };
    }),
  );
  for (const text of oncePerOutage(unheard)) ctx.log.warn(`${text} The state was left as it was.`);
  const existing = verifications.filter((one) => one !== undefined);
  if (existing.length === 0 && verifications.length > 0) return undefined;
  const all = state.verifications.map(
    (one, index) => verifications[index] ?? { ...one, status: "NotStarted" as const },
  );
  const verified =
    all.every(({ status }) => status === "Success") || (state.verified && existing.length === all.length);
  const verifiedAt = verified ? (state.verifiedAt ?? new Date(ctx.clock.now()).toISOString()) : undefined;
  return { ...state, verifications: all, verified, verifiedAt };
}

/** Undefined: SES has no such identity. */
async function statusOf(
  state: AddressState,
  verification: AddressVerification,
  clients: Clients,
  unheard: string[],
  ctx: Ctx,
) {
  try {
    const spec = specOf(state.identities, verification);
    const { ses } = await reopenIdentity(spec, verification.accountId, clients, ctx);
    const status = (await ses.status(state.address, ctx))?.status;
    // Its domain was verified, so SES was never asked for the address: that SES lacks it is no loss.
    const needless = verification.requestedAt === undefined && verification.status === "NotStarted";
    return status ?? (needless ? verification.status : undefined);
  } catch (error) {
    if (!(error instanceof SesDomainError) || error.code === "account-changed") throw error;
    unheard.push(explain(error));
    return verification.status;
  }
}
