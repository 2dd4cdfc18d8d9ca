import type { Outlook, SeenIdentity } from "../lifecycle";
import type { AddressState, AddressVerification } from "./state";

/**
 * The state as a look at SES has it. Where its domain is verified an address needs no link, and SES need not have it. One
 * becomes verified by a person, so that a look may see it first.
 */
export function addressAsSeen(
  state: AddressState,
  { plan, identities = [] }: Pick<Outlook, "plan" | "identities">,
  nowMs: number,
): AddressState {
  const seen = state.verifications.map((one) => ({ one, now: identities.find(({ arn }) => arn === one.identityArn) }));
  const isUp = ({ now }: (typeof seen)[number]) => {
    if (now === undefined || now.status === "unknown") return undefined;
    return now.status === "Success" || now.covered === true;
  };
  const isLost = plan.steps.some((step) => step.step === "request" && step.because !== "resend");
  const known = seen.map(isUp);
  const verified = known.every((up) => up === true) || (state.verified && !isLost && !known.includes(false));
  return {
    ...state,
    verifications: seen.map(({ one, now }) => withStatus(one, now)),
    verified,
    verifiedAt: verified ? (state.verifiedAt ?? new Date(nowMs).toISOString()) : undefined,
  };
}

function withStatus(before: AddressVerification, now: SeenIdentity | undefined): AddressVerification {
  if (now === undefined || now.status === "unknown") return before;
  if (now.status !== "absent") return { ...before, status: now.status };
  return now.covered === true ? before : { ...before, status: "NotStarted" };
}
