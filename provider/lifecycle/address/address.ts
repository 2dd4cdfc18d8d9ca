import { withStatusLine } from "../../core/status-line";
import { type CheckedAddressArgs, checkAddressArgs } from "../arguments/address-args";
import { settleArgs } from "../arguments/settle";
import type { Lifecycle, Ports } from "../lifecycle";
import { boundStrictly, previewCheckIn, previewClients } from "../observation/preview-clients";
import { adoptAddress } from "./adopt";
import { applyAddress } from "./apply";
import { addressAsSeen } from "./as-seen";
import { checkAddressResource } from "./check";
import { previewAddress } from "./preview";
import { refreshAddress } from "./refresh";
import { removeAddress } from "./remove";
import { type AddressState, decodeAddressState, encodeAddressState } from "./state";

/** The life of a `VerifiedEmailAddress`: a mail in each region and account, and a person who follows its link. */
export function openVerifiedEmailAddress(ports: Ports): Lifecycle<CheckedAddressArgs, AddressState> {
  const { clients } = ports;
  const reading: Ports = { ...ports, clients: previewClients(clients).clients };
  return {
    settle(raw) {
      const settled = settleArgs(checkAddressArgs(raw), ports);
      return "args" in settled ? settled.args : undefined;
    },
    check(raw, remembered, caller, ctx) {
      const checked = checkAddressArgs(raw);
      const bound = boundStrictly(ctx, ports.previewCheck ?? previewCheckIn(checked));
      return checkAddressResource(checked, raw, remembered, caller, reading, bound);
    },
    plan: (args, prior, ctx) => previewAddress(args, prior, reading, boundStrictly(ctx, args.previewCheck)),
    apply: (args, state, caller, ctx) =>
      withStatusLine(ctx, (lined) => applyAddress(args, state, caller, clients, lined)),
    asSeen: addressAsSeen,
    refresh: (state, ctx) => withStatusLine(ctx, (lined) => refreshAddress(state, reading.clients, lined)),
    remove: (state, caller, ctx) => withStatusLine(ctx, (lined) => removeAddress(state, caller, clients, lined)),
    adopt: (id, caller, ctx) => withStatusLine(ctx, (lined) => adoptAddress(id, caller, reading, lined)),
    codec: { encode: encodeAddressState, decode: decodeAddressState, id: ({ address }) => address },
  };
}
