import type { Ctx } from "../../core/ctx";
import { settleIdentities } from "../arguments";
import type { CheckedAddressArgs } from "../arguments/address-args";
import type { CheckResult, Failure } from "../arguments/types";
import {
  attempt,
  claimIdentities,
  claimKnown,
  isKnown,
  knownArnsOf,
  type Located,
  note,
  openAccounts,
  type PreviewNotes,
} from "../identity/accounts";
import { meetIdentity } from "../identity/meet";
import { openIdentity } from "../identity/open";
import type { Caller, Checked, Ports, Props, Remembered } from "../lifecycle";
import { healthyWord } from "../observation/words";

/** Holds a program's arguments against the rules, the credentials, and what else this run declares. Reads only. */
export async function checkAddressResource(
  checked: CheckResult<CheckedAddressArgs>,
  raw: Props,
  remembered: Remembered,
  caller: Caller,
  ports: Ports,
  ctx: Ctx,
): Promise<Checked<CheckedAddressArgs>> {
  const { warnings } = checked;
  const refused = (inputs: Props, failures: readonly Failure[], told = warnings): Checked<CheckedAddressArgs> => ({
    args: undefined,
    inputs,
    failures,
    warnings: told,
    unknown: [],
    healthy: "verified",
    strict: false,
    subject: checked.kind === "refused" ? "" : String(checked.args.address),
  });
  if (checked.kind === "refused") return refused(raw, checked.failures);
  const inputs = { ...raw, address: checked.args.address };
  const healthy = healthyWord({ wait: checked.args.wait === true });
  if (checked.kind === "planned") return { ...refused(inputs, []), healthy };
  const { address } = checked.args;
  const settled = settleIdentities(checked.args.identities, ports.defaults.region);
  if ("failures" in settled) return refused(inputs, settled.failures);
  const previewCheck = ports.previewCheck ?? checked.args.previewCheck;
  const args = { ...checked.args, identities: settled.identities, previewCheck };
  const notes: PreviewNotes = { failures: [], warnings: [...warnings], unknown: [] };
  const opened = attempt(notes, "identities", () => args.identities.map((one) => openIdentity(one, ports.clients)));
  if (opened === undefined) return refused(inputs, notes.failures, notes.warnings);
  const knownArns = remembered.subject === address ? remembered.arns : {};
  const identities = await openAccounts(opened, address, knownArns, notes, ctx);
  const declared = new Set(identities.filter(({ arn }) => caller.keeps(arn)));
  claimIdentities(identities, address, caller.claim, notes);
  claimKnown(opened, identities, knownArns, caller.claim);
  if (notes.failures.length > 0) return refused(inputs, notes.failures, notes.warnings);
  const fresh = identities.filter((one) => !isKnown(knownArns, one));
  await meetIdentities(args, fresh, declared, caller, notes, ctx);
  if (notes.failures.length > 0) return refused(inputs, notes.failures, notes.warnings);
  const arns = knownArnsOf(opened, identities, knownArns);
  return { ...notes, args, inputs, arns, healthy, strict: previewCheck === "strict", subject: address };
}

/** The account's list tells which of them SES has already. */
async function meetIdentities(
  { address, adopt }: CheckedAddressArgs,
  identities: readonly Located[],
  declared: ReadonlySet<Located>,
  caller: Caller,
  notes: PreviewNotes,
  ctx: Ctx,
): Promise<void> {
  await Promise.all(
    identities.map(async (identity, index) => {
      try {
        const listed = await identity.ses.addresses(ctx);
        const there = listed === undefined ? await identity.ses.status(address, ctx) : listed.get(address);
        if (there === undefined) return;
        const said = await meetIdentity(address, identity, adopt, caller, declared.has(identity), ctx);
        if (said !== undefined) notes.warnings.push(said);
      } catch (error) {
        note(notes, `identities[${index}]`, error);
      }
    }),
  );
}
