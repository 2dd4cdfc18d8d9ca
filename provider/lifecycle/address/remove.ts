import type { Ctx } from "../../core/ctx";
import { expectStep } from "../../core/status-line";
import { counted } from "../../core/words";
import { markFor } from "../identity/join";
import { leave } from "../identity/leave";
import { isRegistered } from "../identity/mark-state";
import { reopenIdentity, specOf } from "../identity/open";
import { describePartings, type Parted } from "../identity/parting-words";
import type { Caller } from "../lifecycle";
import type { Clients } from "../observation/clients";
import type { AddressState } from "./state";

/** Removes our identities. One that others use, or that this package neither made nor took, stays. Idempotent. */
export async function removeAddress(
  state: AddressState,
  caller: Caller,
  clients: Clients,
  ctx: Ctx,
): Promise<readonly Parted[]> {
  const registrant = { ...caller, mark: markFor(state, caller) };
  expectStep(`removing ${counted(state.verifications.length, "identity", "identities")} from SES`, ctx);
  const outcomes = await Promise.allSettled(
    state.verifications.map(async (verification) => {
      const spec = specOf(state.identities, verification);
      const open = await reopenIdentity(spec, verification.accountId, clients, ctx);
      const registered = isRegistered(state, verification.identityArn);
      const parting = await leave(open, { identity: state.address, verification, registrant, registered }, ctx);
      return { verification, parting };
    }),
  );
  const parted = outcomes.flatMap((one) => (one.status === "fulfilled" ? [one.value] : []));
  if (parted.length > 0) ctx.log.info(describePartings(state.address, parted));
  for (const outcome of outcomes) if (outcome.status === "rejected") throw outcome.reason;
  return parted;
}
