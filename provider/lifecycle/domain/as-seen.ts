import { keyText } from "../../dns/record";
import type { Requirement } from "../../dns/requirement";
import { type Outlook, PART_READY, type SeenIdentity, type Step } from "../lifecycle";
import type { DomainState, Verification } from "./state";

/**
 * The state as a look at SES and the name servers has it. Only what was seen changes it: a domain is verified no longer where
 * the plan has something to do for its verification.
 */
export function domainAsSeen(
  state: DomainState,
  { plan, identities = [], parts = {} }: Pick<Outlook, "plan" | "identities" | "parts">,
): DomainState {
  const verifications = state.verifications.map((one) => verificationAsSeen(one, identities));
  const isUp = ({ status }: Verification) => status === "Success" || status === "TemporaryFailure";
  const isLost = plan.steps.some((step) => isOfVerification(step, state.requirements));
  const verified = state.verified && !isLost && verifications.every(isUp);
  const isReady = Object.values(parts).every((told) => told === PART_READY);
  const readyToSend = state.readyToSend === undefined ? undefined : state.readyToSend && verified && isReady;
  const off = new Set(plan.steps.flatMap((step) => ("identity" in step ? [step.identity] : [])));
  const still = state.ready?.filter((name) => readyToSend === true || (!off.has(name) && isUpNamed(name)));
  return {
    ...state,
    verifications,
    verified,
    verifiedAt: verified ? state.verifiedAt : undefined,
    readyToSend,
    readyAt: readyToSend === true ? state.readyAt : undefined,
    ready: still,
  };

  function isUpNamed(name: string): boolean {
    return verifications.some((one) => one.name === name && isUp(one));
  }
}

/** Whether the step is for the verification itself, and not for a part or for the resource's own affairs. */
function isOfVerification(step: Step, requirements: readonly Requirement[]): boolean {
  if (step.step === "request") return true;
  if (step.step !== "publish") return false;
  // Another record may be wanted there by now: it is of what the name was for.
  const names = requirements.filter(({ record }) => keyText(record) === keyText(step));
  return names.some(({ owner }) => owner.purpose === "verification");
}

function verificationAsSeen(before: Verification, identities: readonly SeenIdentity[]): Verification {
  const seen = identities.find(({ arn }) => arn === before.identityArn);
  if (seen === undefined || seen.status === "unknown") return before;
  const status = seen.status === "absent" ? "NotStarted" : seen.status;
  return { ...before, status, ...dkimAsSeen(before, seen), ...mailFromAsSeen(before, seen) };
}

function dkimAsSeen({ dkim }: Verification, { dkim: seen }: SeenIdentity): Partial<Verification> {
  if (dkim === undefined || seen === undefined || seen.status === "unknown") return {};
  const status = seen.status === "absent" ? "NotStarted" : seen.status;
  return { dkim: { ...dkim, status, signing: seen.signing ?? dkim.signing } };
}

/** Another MAIL FROM domain is for the plan to see. */
function mailFromAsSeen({ mailFrom }: Verification, { mailFrom: seen }: SeenIdentity): Partial<Verification> {
  if (mailFrom === undefined || seen === undefined || seen.status === "unknown") return {};
  const isSame = seen.domain === mailFrom.domain && seen.status !== "absent" && seen.status !== "none";
  if (!isSame) return { mailFrom: { ...mailFrom, status: undefined } };
  return { mailFrom: { ...mailFrom, status: seen.status, onMxFailure: seen.onMxFailure ?? mailFrom.onMxFailure } };
}
