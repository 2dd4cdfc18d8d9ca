import type { Ctx } from "../../core/ctx";
import { explain, SesDomainError } from "../../core/errors";
import { PartialFailure } from "../../core/partial-failure";
import { settleIdentities } from "../arguments";
import { type CheckedAddressArgs, checkAddressArgs } from "../arguments/address-args";
import type { SharedPorts } from "../domain/domain";
import { type DerivedInputs, healthyText } from "../domain/preview";
import { isRegistered } from "../domain/state";
import { markFor } from "../identity/join";
import { leave } from "../identity/leave";
import { checkPins, openIdentity, reopenIdentity, specOf } from "../identity/open";
import { argsOf, type Lifecycle, type Props } from "../lifecycle";
import type { Clients } from "../observation/clients";
import { previewClients } from "../observation/preview-clients";
import { actedUpon, isSettled, keptMark } from "../observation/told";
import { convergeAddress } from "./converge";
import { previewAddress } from "./preview";
import { type AddressState, type AddressVerification, decodeAddressState, encodeAddressState } from "./state";

/** The life of a `VerifiedEmailAddress`: a mail in each region and account, and a person who follows its link. */
export function openVerifiedEmailAddress(ports: SharedPorts): Lifecycle {
  const { world } = ports;
  const previews = previewClients(world);

  /** The arguments with every default settled; undefined while something in them is not known. */
  function settled(inputs: Props): CheckedAddressArgs | undefined {
    const checked = checkAddressArgs(argsOf(inputs));
    if (checked.kind !== "checked") return undefined;
    const named = settleIdentities(checked.args.identities, ports.defaults.region);
    return "failures" in named ? undefined : { ...checked.args, identities: named.identities };
  }

  async function reopened(state: AddressState, verification: AddressVerification, through: Clients, ctx: Ctx) {
    return reopenIdentity(specOf(state.identities, verification), verification.accountId, through, ctx);
  }

  return {
    async preview(raw, olds, who, ctx) {
      const given = argsOf(raw);
      const bound = { ...ports, ...who, world: previews.world };
      const previewed = await previewAddress(checkAddressArgs(given), given, olds as DerivedInputs & Props, bound, ctx);
      return { ...previewed, warnings: previews.tell(previewed.warnings) };
    },

    async diff(outputs, inputs, ctx) {
      const args = settled(inputs);
      if (args === undefined) return { changes: true, replaces: [], warnings: [] };
      const state = decodeAddressState(outputs);
      if (args.address !== state.address) return { changes: true, replaces: ["address"], warnings: [] };
      const opened = args.identities.map((identity) => openIdentity(identity, previews.world));
      await checkPins(opened, state.verifications, ctx);
      const wanted = opened.map(({ spec }) => spec);
      const changes =
        !isSettled(inputs.verification, healthyText(args), outputs) ||
        state.mark === undefined ||
        (args.wait && !state.verified) ||
        keys(wanted) !== keys(state.verifications) ||
        state.verifications.some(
          ({ status, requestedFor }) => status !== "Success" && requestedFor !== args.resendTrigger,
        ) ||
        // One that SES was never asked for, since its domain is verified, is nothing to take.
        (args.adopt === "own" && state.verifications.some(({ adopted, status }) => adopted && status !== "NotStarted"));
      return { changes, replaces: [], warnings: [] };
    },

    async converge(inputs, outputs, who, ctx) {
      const args = settled(inputs);
      if (args === undefined) throw new TypeError("the arguments are not valid; a preview says which");
      const prior = outputs === undefined ? undefined : decodeAddressState(outputs);
      const madeOf = (state: AddressState) => ({ id: state.address, outputs: encodeAddressState(state) });
      try {
        const { id, outputs: made } = madeOf(await convergeAddress(args, prior, who, world, ctx));
        return { id, outputs: { ...made, ...actedUpon(inputs.verification, healthyText(args)) } };
      } catch (error) {
        throw error instanceof PartialFailure
          ? new PartialFailure(error.cause, madeOf(error.state as AddressState))
          : error;
      }
    },

    async read(outputs, ctx) {
      const state = decodeAddressState(outputs);
      const verifications = await Promise.all(
        state.verifications.map(async (verification) => {
          const status = await statusOf(state, verification, ctx);
          return status === undefined ? undefined : { ...verification, status };
        }),
      );
      const standing = verifications.filter((one) => one !== undefined);
      if (standing.length === 0 && verifications.length > 0) return undefined;
      const all = state.verifications.map(
        (one, index) => verifications[index] ?? { ...one, status: "NotStarted" as const },
      );
      const verified =
        all.every(({ status }) => status === "Success") || (state.verified && standing.length === all.length);
      const verifiedAt = verified ? (state.verifiedAt ?? new Date(ctx.clock.now()).toISOString()) : undefined;
      return { ...encodeAddressState({ ...state, verifications: all, verified, verifiedAt }), ...keptMark(outputs) };
    },

    async delete(outputs, who, ctx) {
      const state = decodeAddressState(outputs);
      const registrant = { ...who, mark: markFor(state, who) };
      const outcomes = await Promise.allSettled(
        state.verifications.map(async (verification) => {
          const open = await reopened(state, verification, world, ctx);
          const registered = isRegistered(state, verification.identityArn);
          await leave(open, { identity: state.address, verification, registrant, registered }, ctx);
        }),
      );
      for (const outcome of outcomes) if (outcome.status === "rejected") throw outcome.reason;
    },
  };

  /** Undefined: SES has no such identity. What could not be learned stays as it was. */
  async function statusOf(state: AddressState, verification: AddressVerification, ctx: Ctx) {
    try {
      const { ses } = await reopened(state, verification, previews.world, ctx);
      const status = (await ses.status(state.address, ctx))?.status;
      // Its domain was verified, so SES was never asked for the address: that SES lacks it is no loss.
      const needless = verification.requestedAt === undefined && verification.status === "NotStarted";
      return status ?? (needless ? verification.status : undefined);
    } catch (error) {
      if (!(error instanceof SesDomainError) || error.code === "account-changed") throw error;
      ctx.log.warn(`${verification.name}: ${explain(error)} Its state was left as it was.`);
      return verification.status;
    }
  }
}

function keys(list: readonly { readonly name: string; readonly region: string }[]): string {
  return JSON.stringify(list.map(({ name, region }) => `${name} ${region}`).sort());
}
