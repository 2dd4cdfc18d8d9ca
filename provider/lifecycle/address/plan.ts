import type { Finding } from "../../diagnosis/finding";
import type { CheckedAddressArgs } from "../arguments/address-args";
import type { ObservedIdentity } from "../identity/request";
import type { RequestReason } from "../identity/request-reason";
import type { Plan, Step } from "../lifecycle";
import type { AddressState, AddressVerification } from "./state";

/** An identity that the program names, and what is known of it. */
interface NamedAddress {
  readonly name: string;
  readonly region: string;
  /** Undefined where the account of its credentials is not known. */
  readonly arn: string | undefined;
  /** What SES said of it; undefined where it was not asked. */
  readonly current?: AddressStatus | undefined;
}

export interface AddressStatus {
  readonly status: ObservedIdentity["status"];
  /** Its domain is verified: mail can be sent, and no link has to be followed. */
  readonly covered: boolean;
}

export interface AddressHistory {
  /** Whether an earlier run had the identity. */
  readonly known: boolean;
  /** The program's `resendTrigger` at the last mail; undefined where none was sent, or that is not known. */
  readonly mailedFor: string | undefined;
  /** Another resource of this package had the mail sent, or this one, in a create whose state was not saved. */
  readonly underWay: boolean;
}

/** Decides whether SES has to send its mail. The only place where that is decided. Pure. */
export function planMail(
  { status, covered }: AddressStatus,
  { known, mailedFor, underWay }: AddressHistory,
  resendTrigger: string,
): RequestReason | "resend" | undefined {
  if (covered || status === "Success" || status === "unknown") return undefined;
  if (status === "absent") return "absent";
  if (status === "NotStarted") return "lapsed";
  const another = known ? mailedFor !== undefined && mailedFor !== resendTrigger : !underWay;
  return another ? "resend" : undefined;
}

/** What earlier runs left. `state` is undefined in a create, and where only the inputs of the last run are at hand. */
export interface PriorAddress {
  readonly state: AddressState | undefined;
  readonly arns: ReadonlySet<string>;
  readonly registered: boolean;
}

export interface AddressObservation {
  readonly identities: readonly NamedAddress[];
  readonly findings: readonly Finding[];
  readonly unknown: readonly string[];
}

/** Decides what there is to do for an address. Pure. That a person has to act is a warning, never a step. */
export function planAddress(
  args: Pick<CheckedAddressArgs, "address" | "adopt" | "wait" | "resendTrigger">,
  { state, arns, registered }: PriorAddress,
  seen: AddressObservation,
): Plan {
  const { findings, unknown } = seen;
  const plan = (steps: readonly Step[]): Plan => ({ steps, held: [], findings, unknown });
  if (state !== undefined && state.address !== args.address) return plan([{ step: "replace", property: "address" }]);
  const steps: Step[] = registered ? [] : [{ step: "register" }];
  const left = new Set(state?.verifications);
  for (const named of seen.identities) {
    const { name: identity, current } = named;
    const before = state && beforeOf(named, state);
    if (before === undefined && state !== undefined) steps.push({ step: "add", identity });
    if (before !== undefined) {
      left.delete(before);
      if (before.name !== identity) steps.push({ step: "rename", identity });
      // One that SES was never asked for, since its domain is verified, is nothing to take.
      const adopted = before.adopted && before.status !== "NotStarted";
      if (args.adopt === "own" && adopted) steps.push({ step: "own", identity });
    }
    const known = named.arn !== undefined && arns.has(named.arn);
    const because = known && mailBecause(current, before, args.resendTrigger);
    if (because) steps.push({ step: "request", identity, because });
  }
  const acts = steps.some(({ step }) => step === "add" || step === "request");
  if (args.wait && (acts || state?.verified === false)) steps.push({ step: "wait" });
  return plan([...steps, ...[...left].map(({ name: identity }): Step => ({ step: "release", identity }))]);
}

/** Where SES was not asked, the state tells what it said last. */
function mailBecause(
  current: AddressStatus | undefined,
  before: AddressVerification | undefined,
  resendTrigger: string,
): RequestReason | "resend" | undefined {
  const history = { known: true, mailedFor: before?.requestedFor, underWay: false };
  if (current !== undefined) return planMail(current, history, resendTrigger);
  const isPending = before !== undefined && before.status !== "Success" && before.status !== "NotStarted";
  return isPending ? planMail({ status: before.status, covered: false }, history, resendTrigger) : undefined;
}

/** What is one identity to SES is one here, whatever the program calls it. */
function beforeOf({ name, region, arn }: NamedAddress, { verifications }: AddressState) {
  return verifications.find((one) =>
    arn === undefined ? one.name === name && one.region === region : one.identityArn === arn,
  );
}
