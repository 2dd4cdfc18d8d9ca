import { keyText } from "../../dns/record";
import type { Requirement } from "../../dns/requirement";
import { type Outlook, PART_READY, type SeenIdentity, type Step } from "../lifecycle";
import type { DomainState, Verification } from "./state";

/**
 * The state as a look at SES and the name servers has it. Only what was seen changes it: a domain is verified no longer where
 * SES says so, or where the plan has something to do for its verification. It is verified again, or ready to send, where the
 * look saw all of it.
 */
export function domainAsSeen(
  state: DomainState,
  { plan, identities = [], parts = {}, incomplete }: Pick<Outlook, "plan" | "identities" | "parts" | "incomplete">,
  nowMs: number,
): DomainState {
  const verifications = state.verifications.map((one) => verificationAsSeen(one, identities));
  const isLost = plan.steps.some((step) => isOfVerification(step, state.requirements));
  const isWhole = plan.unknown.length === 0 && incomplete === undefined && plan.held.length === 0;
  const isSeen =
    isWhole && verifications.every(({ identityArn, status }) => status === "Success" && isKnown(identityArn));
  const verified = !isLost && verifications.every(isUp) && (state.verified || isSeen);
  const isReady = Object.values(parts).every((told) => told === PART_READY) && verifications.every(isSending);
  const readyToSend =
    state.readyToSend === undefined ? undefined : verified && isReady && (state.readyToSend || isSeen);
  const off = new Set(plan.steps.flatMap((step) => ("identity" in step ? [step.identity] : [])));
  const still = verifications.filter((one) => isUp(one) && isSending(one) && !off.has(one.name));
  const before = new Set(state.ready);
  const ready = still.filter(({ name }) => readyToSend === true || before.has(name)).map(({ name }) => name);
  const now = new Date(nowMs).toISOString();
  return {
    ...state,
    verifications,
    verified,
    verifiedAt: verified ? (state.verifiedAt ?? now) : undefined,
    readyToSend,
    readyAt: readyToSend === true ? (state.readyAt ?? now) : undefined,
    ready: state.ready && ready,
  };

  function isKnown(identityArn: string): boolean {
    return identities.some(({ arn, status }) => arn === identityArn && status !== "unknown");
  }
}

function isUp({ status }: Verification): boolean {
  return status === "Success" || status === "TemporaryFailure";
}

/** SES says that each part which it was asked for is in place, or looks again. */
function isSending({ dkim, mailFrom }: Verification): boolean {
  const isFine = (status: string | undefined) => status === "Success" || status === "TemporaryFailure";
  return (dkim === undefined || isFine(dkim.status)) && (mailFrom === undefined || isFine(mailFrom.status));
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
