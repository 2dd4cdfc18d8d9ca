import type { Ctx } from "../core/ctx";
import { SesDomainError } from "../core/errors";
import type { Owner } from "../ses/port";
import { releaseIdentity } from "./identities";
import { reopenIdentity, specOf } from "./pins";
import { valuesOf, withdraw } from "./records";
import type { DomainState } from "./state";
import type { World } from "./world";

/**
 * Removes our identities, then exactly their values: a value without its identity is harmless, an identity without its
 * value is revoked. What was there before us, and what another resource has taken over, stays. Idempotent.
 */
export async function deleteDomain(
  state: DomainState,
  owner: Owner | undefined,
  world: World,
  ctx: Ctx,
): Promise<void> {
  const reached = await Promise.allSettled(
    state.verifications.map((verification) =>
      reopenIdentity(specOf(state.identities, verification), verification.accountId, world, ctx),
    ),
  );
  for (const one of reached) if (one.status === "rejected" && isForeign(one.reason)) throw one.reason;

  const outcomes = await Promise.allSettled(
    state.verifications.map(async (verification, index) => {
      const open = reached[index];
      if (open?.status !== "fulfilled") throw open?.reason;
      return (await releaseIdentity(verification, open.value, state.domain, owner, ctx))
        ? verification.token
        : undefined;
    }),
  );
  const gone = new Set(outcomes.flatMap((one) => (one.status === "fulfilled" && one.value ? [one.value] : [])));
  const values = valuesOf(state.records, gone);
  if (values.length > 0) {
    await withdraw(
      [...state.dns, ...state.leaving].map((dns) => world.backend(dns)),
      values,
      ctx,
    );
  }
  for (const outcome of outcomes) if (outcome.status === "rejected") throw outcome.reason;
}

/** With another account's credentials for one identity, none is touched: it is the wrong stack, or the wrong shell. */
function isForeign(error: unknown): boolean {
  return error instanceof SesDomainError && (error.code === "account-changed" || error.code === "account-mismatch");
}
