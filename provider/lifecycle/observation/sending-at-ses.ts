import type { Ctx } from "../../core/ctx";
import { explain, SesDomainError } from "../../core/errors";
import type { Fqdn } from "../../core/fqdn";
import type { DkimSeen, MailFromSeen } from "../../diagnosis/finding";
import type { DkimDetails, DkimStatus, IdentityDetails, IdentityInfo, MailFromStatus, SesPort } from "../../ses/port";

/** What a program asks for, and what its last `up` saw. */
export interface SendingWanted {
  readonly dkim?: (Pick<DkimSeen, "wanted" | "readyAtMs"> & { readonly readyBefore?: boolean | undefined }) | undefined;
  readonly mailFrom?: (Pick<MailFromSeen, "wanted"> & { readonly readyBefore?: boolean | undefined }) | undefined;
}

/** What SES says of the parts that make an identity ready to send. */
export interface SendingAtSes {
  readonly dkim: DkimSeen;
  readonly mailFrom: MailFromSeen;
  /** Of its last look for the TXT record, where GetEmailIdentity was asked. */
  readonly info?: IdentityInfo | undefined;
}

/**
 * One identity's DKIM and MAIL FROM, by SESv2 GetEmailIdentity. Where that may not be read, by the two questions of SESv1, which tell
 * neither the zone of the CNAME records nor whose key it is. A question that failed is `unknown`, with its reason; never absent.
 */
export async function seeSendingAtSes(
  domain: Fqdn,
  wanted: SendingWanted,
  ses: Pick<SesPort, "details" | "dkim" | "mailFrom">,
  ctx: Ctx,
): Promise<SendingAtSes> {
  const details = await answerOf(ses.details(domain, ctx));
  if ("failed" in details) return { dkim: dkimSeen(details, wanted), mailFrom: mailFromSeen(details, wanted) };
  const { answer } = details;
  if (answer === "denied") return seeSendingTogether(domain, wanted, ses, ctx);
  if (answer === "absent") {
    return { dkim: dkimSeen({ answer: undefined }, wanted), mailFrom: mailFromSeen({ answer: undefined }, wanted) };
  }
  return {
    dkim: dkimSeen({ answer: answer.dkim }, wanted),
    mailFrom: mailFromSeen({ answer: answer.mailFrom }, wanted),
    info: answer.info,
  };
}

/** The same by SESv1 alone, whose questions travel together: a hundred identities a request. */
export async function seeSendingTogether(
  domain: Fqdn,
  wanted: SendingWanted,
  ses: Pick<SesPort, "dkim" | "mailFrom">,
  ctx: Ctx,
): Promise<SendingAtSes> {
  const [dkim, mailFrom] = await Promise.all([answerOf(ses.dkim(domain, ctx)), answerOf(ses.mailFrom(domain, ctx))]);
  return { dkim: dkimSeen(dkim, wanted), mailFrom: mailFromSeen(mailFrom, wanted) };
}

type Answered<T> = { readonly answer: T } | { readonly failed: SesDomainError };

/** What was answered, or why nothing was. */
export async function answerOf<T>(asked: Promise<T>): Promise<Answered<T>> {
  try {
    return { answer: await asked };
  } catch (error) {
    if (!(error instanceof SesDomainError)) throw error;
    return { failed: error };
  }
}

/** An answer of SES on DKIM as an observation. */
export function dkimSeen(said: Answered<DkimDetails | DkimStatus | undefined>, { dkim }: SendingWanted): DkimSeen {
  const base = { wanted: dkim?.wanted, readyBefore: dkim?.readyBefore ?? false, readyAtMs: dkim?.readyAtMs };
  if ("failed" in said) return { ...base, status: "unknown", unknownBecause: explain(said.failed) };
  if (said.answer === undefined) return { ...base, status: "absent" };
  const { status, signing, tokens } = said.answer;
  const more = "origin" in said.answer ? moreOf(said.answer) : {};
  return { ...base, ...more, status, signing, tokens };
}

function moreOf({ origin, zone, keyLength, keyMadeMs }: IdentityDetails["dkim"]) {
  return { origin, zone, keyLength, keyMadeMs };
}

/** The same of MAIL FROM. */
export function mailFromSeen(said: Answered<MailFromStatus | undefined>, { mailFrom }: SendingWanted): MailFromSeen {
  const base = { wanted: mailFrom?.wanted, readyBefore: mailFrom?.readyBefore ?? false };
  if ("failed" in said) return { ...base, status: "unknown", unknownBecause: explain(said.failed) };
  if (said.answer === undefined) return { ...base, status: "absent" };
  const { domain, status, onMxFailure } = said.answer;
  // SES says a status wherever a MAIL FROM domain is set.
  if (domain === undefined) return { ...base, status: "none" };
  return status === undefined
    ? { ...base, status: "unknown", unknownBecause: "SES told no status.", domain, onMxFailure }
    : { ...base, status, domain, onMxFailure };
}
