import type { DkimSeen, MailFromSeen } from "../../diagnosis/finding";
import type { Restart } from "../arguments/types";
import { heldUntilMs, type Part, partKey, type RestartsByArn } from "../identity/restarts";
import type { Held, SetReason, Step } from "../lifecycle";
import { isReady } from "./ready";
import type { SendingState } from "./state";
import type { SendingWish } from "./wish";

/** What is known of an identity's parts. Whatever was not seen is no reason for a step. */
export interface SendingQuestion {
  readonly name: string;
  readonly arn: string | undefined;
  readonly wish: SendingWish;
  readonly dkim?: DkimSeen | undefined;
  readonly mailFrom?: MailFromSeen | undefined;
  /** What the state has; undefined where it is not at hand. */
  readonly before: SendingState | undefined;
  /** Parts that the program did not ask for in the last run. */
  readonly isNew: (part: Part) => boolean;
  readonly restart: Restart;
  readonly asked: RestartsByArn;
  readonly nowMs: number;
}

/** What SES has to be told so that the identity sends as the program asks. Pure. */
export function planSending(question: SendingQuestion): {
  readonly steps: readonly Step[];
  readonly held: readonly Held[];
} {
  const { name: identity } = question;
  const reasons = { dkim: dkimReason(question), "mail-from": mailFromReason(question) };
  const steps: Step[] = [];
  const held: Held[] = [];
  for (const part of ["dkim", "mail-from"] as const) {
    const because = reasons[part];
    if (because === undefined) continue;
    const stop = because === "lapsed" ? heldBack(question, part) : undefined;
    if (stop !== undefined) held.push({ identity, part, status: "Failed", ...stop });
    else steps.push({ step: "set", identity, part, because });
  }
  return { steps, held };
}

function dkimReason({ wish, dkim, before, isNew }: SendingQuestion): SetReason | undefined {
  if (typeof wish.dkim !== "object") return undefined;
  if (dkim?.status === "Failed") return "lapsed";
  if (dkim?.status === "NotStarted") return "not-set";
  if (isKnown(dkim?.status) && dkim?.signing !== undefined && dkim.signing !== wish.dkim.signing) return "differs";
  return (before !== undefined && before.dkim === undefined) || isNew("dkim") ? "new" : undefined;
}

function mailFromReason({ wish, mailFrom, before, isNew }: SendingQuestion): SetReason | undefined {
  if (wish.mailFrom === false) return before?.mailFrom === undefined ? undefined : "off";
  const { domain, onMxFailure } = wish.mailFrom;
  if (mailFrom?.status === "none") return "not-set";
  if (isKnown(mailFrom?.status) && mailFrom?.domain !== undefined && mailFrom.domain !== domain) return "differs";
  if (mailFrom?.status === "Failed") return "lapsed";
  if (mailFrom?.status === "Success" && mailFrom.onMxFailure !== onMxFailure) return "differs";
  const isOther = before !== undefined && before.mailFrom?.domain !== domain;
  return isOther || isNew("mail-from") ? "new" : undefined;
}

function isKnown(status: string | undefined): boolean {
  return status !== undefined && status !== "unknown" && status !== "absent";
}

function heldBack(
  { arn, restart, asked, nowMs }: SendingQuestion,
  part: Part,
): Pick<Held, "because" | "untilMs"> | undefined {
  if (restart === "never") return { because: "restart-never" };
  const untilMs = arn === undefined ? undefined : heldUntilMs(asked[partKey(arn, part)], nowMs);
  return untilMs === undefined ? undefined : { because: "restart-held", untilMs };
}

/** Whether the last run ended before all that `up` waits for was in place. What is only watched is not waited for. */
export function isUnready(
  verifications: readonly (SendingState & Parameters<typeof isReady>[0] & { readonly name: string })[],
  wishes: Readonly<Record<string, SendingWish>>,
): boolean {
  return verifications.some((one) => {
    const wish = wishes[one.name];
    return wish !== undefined && !isReady(one, wish.dkim === "keep" ? { ...wish, dkim: false } : wish);
  });
}
