import type { EmailAddress } from "../../core/address";
import type { Ctx } from "../../core/ctx";
import type { CheckedAddressArgs } from "../arguments/address-args";
import { settleArgs } from "../arguments/settle";
import type { CheckResult } from "../arguments/types";
import { openDeclared, openNotes } from "../identity/accounts";
import { type Declaration, declareIdentities, knownArns, unchecked } from "../identity/declare";
import { meetAhead } from "../identity/meet-ahead";
import { NOTHING_SEEN } from "../identity/meeting";
import type { OpenIdentity } from "../identity/open";
import type { Caller, Checked, Ports, Props, Remembered } from "../lifecycle";
import { standingOf } from "../observation/standing";
import { healthyWord, strictBy } from "../observation/words";

/** Holds a program's arguments against the rules, the credentials, and what else this run declares. Reads only. */
export async function checkAddressResource(
  checked: CheckResult<CheckedAddressArgs>,
  raw: Props,
  remembered: Remembered,
  caller: Caller,
  ports: Ports,
  ctx: Ctx,
): Promise<Checked<CheckedAddressArgs>> {
  if (checked.kind === "refused") return unchecked(raw, checked);
  const inputs = { ...raw, address: checked.args.address };
  const healthy = healthyWord({ wait: checked.args.wait === true });
  const settled = settleArgs(checked, ports);
  if ("failures" in settled) {
    const { address: subject, identities, adopt } = checked.args;
    const use = { subject, identities, adopt, isThere: isListed };
    const ahead = settled.failures.length > 0 ? openNotes() : await meetAhead(use, remembered, caller, ports, ctx);
    const warnings = [...checked.warnings, ...ahead.warnings];
    return { ...unchecked(inputs, { ...settled, warnings, met: ahead.met }), healthy };
  }
  const { args } = settled;
  const { address, adopt } = args;
  const notes = openNotes(checked.warnings);
  const opened = openDeclared(args.identities, knownArns(address, remembered), ports.clients, notes);
  if (opened === undefined) return unchecked(inputs, notes);
  const declaration: Declaration = {
    subject: address,
    opened,
    adopt,
    isThere: (identity) => isListed(identity, address, ctx),
    // Whether a mail is sent, and why, is for the plan to tell.
    sight: async () => NOTHING_SEEN,
  };
  const arns = await declareIdentities(declaration, remembered, caller, notes, ctx);
  if (notes.failures.length > 0) return unchecked(inputs, notes);
  const strict = args.previewCheck === "strict";
  const by = strictBy(ports.previewCheck);
  return { ...notes, args, inputs, arns, healthy, strict, strictBy: by, subject: address };
}

/** By the account's list, where its first page says it, or by what answers first. */
async function isListed({ ses }: Pick<OpenIdentity, "ses">, address: EmailAddress, ctx: Ctx): Promise<boolean> {
  const ask = async (inner: Ctx) => (await ses.status(address, inner))?.status;
  return (await standingOf(address, ses, ask, ctx)) !== undefined;
}
