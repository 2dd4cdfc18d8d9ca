import type { VerificationStatus } from "../../ses/port";
import type { SendingState } from "./state";
import type { SendingWish } from "./wish";

/** Whether all that the program asks for an identity is in place, as SES said last. Pure. */
export function isReady(
  { status, dkim, mailFrom }: SendingState & { readonly status: VerificationStatus },
  wish: SendingWish | undefined,
): boolean {
  if (status !== "Success") return false;
  return isDkimReady(dkim, wish) && isMailFromReady(mailFrom, wish);
}

function isDkimReady(dkim: SendingState["dkim"], wish: SendingWish | undefined): boolean {
  if (wish === undefined || wish.dkim === false) return true;
  if (dkim?.status !== "Success") return false;
  return wish.dkim === "keep" || dkim.signing === wish.dkim.signing;
}

function isMailFromReady(mailFrom: SendingState["mailFrom"], wish: SendingWish | undefined): boolean {
  if (wish === undefined || wish.mailFrom === false) return true;
  const { domain, onMxFailure } = wish.mailFrom;
  return mailFrom?.status === "Success" && mailFrom.domain === domain && mailFrom.onMxFailure === onMxFailure;
}
