import { VERIFICATION_STATUSES, type VerificationStatus } from "./port";

/** SESv2 writes the statuses of SES's first API in another way. */
const OF_V2: Readonly<Record<string, VerificationStatus>> = {
  PENDING: "Pending",
  SUCCESS: "Success",
  FAILED: "Failed",
  TEMPORARY_FAILURE: "TemporaryFailure",
  NOT_STARTED: "NotStarted",
};

/**
 * A status of either API. One that this version does not know is neither success nor failure, and no reason to ask SES
 * again. Pure.
 */
export function statusOf(said: string | undefined = ""): VerificationStatus {
  const known = VERIFICATION_STATUSES.find((each) => each === said);
  return known ?? (Object.hasOwn(OF_V2, said) ? OF_V2[said] : undefined) ?? "TemporaryFailure";
}
