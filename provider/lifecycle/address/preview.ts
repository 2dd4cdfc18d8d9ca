import type { Ctx } from "../../core/ctx";
import { SesDomainError } from "../../core/errors";
import { diagnoseAddress } from "../../diagnosis/diagnose";
import type { AddressObservations, Finding } from "../../diagnosis/finding";
import { settleIdentities } from "../arguments";
import type { CheckedAddressArgs } from "../arguments/address-args";
import type { CheckResult } from "../arguments/types";
import {
  type DerivedInputs,
  healthyText,
  type Previewed,
  type PreviewPorts,
  REGISTER,
  REGISTER_VERSION,
} from "../domain/preview";
import {
  attempt,
  claimIdentities,
  claimPinned,
  isPinned,
  type Located,
  note,
  openAccounts,
  type PreviewNotes,
  pinnedArns,
} from "../identity/accounts";
import { meetIdentity } from "../identity/meet";
import { openIdentity } from "../identity/open";
import { onceEach } from "../observation/assess";
import { toldAnew } from "../observation/told";
import { observeAddress } from "./observe";

type Ports = Omit<PreviewPorts, "lookout">;

/**
 * Checks a program's arguments against the rules and the credentials, and tells how far the address is: for each region
 * SES's word, and where it is not confirmed all that may keep the mail from being read. Reads only.
 */
export async function previewAddress(
  checked: CheckResult<CheckedAddressArgs>,
  raw: Readonly<Record<string, unknown>>,
  olds: Pick<DerivedInputs, "verification" | "identityArns" | "__register"> & { readonly address?: unknown },
  ports: Ports,
  ctx: Ctx,
): Promise<Previewed> {
  if (checked.kind === "refused") return { inputs: raw, failures: checked.failures, warnings: checked.warnings };
  const { args } = checked;
  const healthy = healthyText({ wait: args.wait === true });
  const base = { ...raw, address: args.address };
  if (checked.kind === "planned") {
    const inputs = { ...base, verification: healthy, __register: REGISTER_VERSION };
    return { inputs, failures: [], warnings: checked.warnings };
  }
  const notes: PreviewNotes = { failures: [], warnings: [...checked.warnings], unknown: [] };
  const refuse = () => ({ inputs: base, failures: notes.failures, warnings: notes.warnings });
  const { address } = checked.args;

  const settled = settleIdentities(checked.args.identities, ports.defaults.region);
  if ("failures" in settled) return { inputs: base, failures: settled.failures, warnings: notes.warnings };
  const opened = attempt(notes, "identities", () => settled.identities.map((one) => openIdentity(one, ports.world)));
  if (opened === undefined) return refuse();
  const pins = olds.address === address ? (olds.identityArns ?? {}) : {};
  const identities = await openAccounts(opened, address, pins, notes, ctx);
  const declared = new Set(identities.filter(({ arn }) => ports.keeps(arn)));
  claimIdentities(identities, address, ports.claim, notes);
  claimPinned(opened, identities, pins, ports.claim);
  if (notes.failures.length > 0) return refuse();
  const fresh = identities.filter((one) => !isPinned(pins, one));
  await meetIdentities(checked.args, fresh, declared, ports, notes, ctx);
  if (notes.failures.length > 0) return refuse();

  const previewCheck = ports.previewCheck ?? checked.args.previewCheck;
  let verification: string = healthy;
  if (previewCheck !== "off") {
    const { dnsCheck } = checked.args;
    const watched = identities.map(({ spec, ses, account }) => ({
      name: spec.name,
      ses,
      accountId: account.id,
      verifiedBefore: false,
    }));
    const authority = dnsCheck.mode === "off" ? undefined : ports.world.authority(dnsCheck);
    const seen = await observeAddress(address, watched, { authority, fresh: false }, ctx);
    const known = new Set(identities.flatMap((one) => (isPinned(pins, one) ? [one.spec.name] : [])));
    const told = tellOf(seen, known, healthy);
    verification = toldAnew(told.text, healthy, olds.verification);
    notes.warnings.push(...told.warnings);
    notes.unknown.push(...told.unknown);
  }
  if (previewCheck === "strict" && notes.unknown.length > 0) {
    const failures = notes.unknown.map((reason) => ({
      property: "previewCheck",
      reason: `is "strict", and the state of ${address} could not be learned: ${reason}`,
    }));
    return { inputs: base, failures, warnings: notes.warnings };
  }
  const existing = identities.length > fresh.length;
  if (verification === healthy && existing && olds.__register === undefined) verification = REGISTER;
  const arns = pinnedArns(opened, identities, pins);
  return {
    inputs: {
      ...base,
      verification,
      __register: REGISTER_VERSION,
      ...(arns === undefined ? {} : { identityArns: arns }),
    },
    failures: [],
    warnings: [...notes.warnings, ...notes.unknown],
  };
}

/** The account's list tells which of them SES has already. */
async function meetIdentities(
  { address, adopt }: CheckedAddressArgs,
  identities: readonly Located[],
  declared: ReadonlySet<Located>,
  ports: Ports,
  notes: PreviewNotes,
  ctx: Ctx,
): Promise<void> {
  await Promise.all(
    identities.map(async (identity, index) => {
      try {
        const listed = await identity.ses.addresses(ctx);
        const there = listed === undefined ? await identity.ses.status(address, ctx) : listed.get(address);
        if (there === undefined) return;
        const said = await meetIdentity(address, identity, adopt, ports, declared.has(identity), ctx);
        if (said !== undefined) notes.warnings.push(said);
      } catch (error) {
        if (!(error instanceof SesDomainError)) throw error;
        note(notes, `identities[${index}]`, error);
      }
    }),
  );
}

/** What `up` has to do is only what SES has lost of what there was (`known`); that a person has to act is a warning. */
function tellOf(seen: AddressObservations, known: ReadonlySet<string>, healthy: string) {
  const findings = diagnoseAddress(seen);
  const lost = seen.identities.filter(
    ({ name, status, coveredBy }) =>
      known.has(name) && coveredBy === undefined && (status === "absent" || status === "NotStarted"),
  );
  const unknown = onceEach(findings.filter(isUnknown));
  const isNew = ({ code, identities: [name = ""] }: Finding) => code === "address-missing" && !known.has(name);
  const words = onceEach(findings.filter((one) => !isUnknown(one) && !isNew(one)));
  if (lost.length === 0) return { text: healthy, warnings: words, unknown };
  const where = lost.map(({ name }) => name);
  const why = onceEach(findings.filter(({ identities: [name = ""] }) => where.includes(name))).slice(0, 2);
  const then = healthy === "verified" ? " and wait until somebody has followed its link" : "";
  const text = `send: ${why.join(" ")} Up will have SES send the mail again (${where.join(", ")})${then}.`;
  return { text, warnings: words, unknown };
}

function isUnknown({ code }: Finding): boolean {
  return code.startsWith("ses-");
}
