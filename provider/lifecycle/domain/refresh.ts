import type { Ctx } from "../../core/ctx";
import { explain, isZoneGone, SesDomainError } from "../../core/errors";
import { expectStep } from "../../core/status-line";
import type { CheckedDns } from "../../dns/hosts";
import { type Requirement, sameRecord } from "../../dns/requirement";
import type { DkimStatus, MailFromStatus } from "../../ses/port";
import { reopenIdentity, specOf } from "../identity/open";
import type { Clients } from "../observation/clients";
import { nothingKnown } from "../observation/observe";
import { oncePerOutage } from "../observation/words";
import { missingAt } from "../records/records";
import { tokenIn, withToken } from "../records/requirements";
import type { DomainState, Verification } from "./state";

/**
 * The state as SES and the hosts have it now, for a refresh; `undefined` only when every identity and every value of ours is gone.
 * What could not be learned stays as it was.
 */
export async function refreshDomain(state: DomainState, clients: Clients, ctx: Ctx): Promise<DomainState | undefined> {
  expectStep("reading SES and DNS", ctx);
  const [statuses, missing] = await Promise.all([
    Promise.all(state.verifications.map((verification) => statusOf(state, verification, clients, ctx))),
    Promise.all(state.dns.map((dns) => missingHere(dns, state, clients, ctx))),
  ]);
  const unheard = statuses.flatMap((one) => (typeof one === "object" && "unknown" in one ? [one.unknown] : []));
  for (const text of oncePerOutage(unheard)) ctx.log.warn(`${text} The state was left as it was.`);
  const { requirements } = state;
  // Without a host of ours, the record is another provider's to look at.
  const goneEverywhere = (state.dns.length === 0 ? [] : requirements).filter((wanted) =>
    missing.every((lacking) => lacking.some((one) => sameRecord(one, wanted))),
  );
  const valuesGone = state.dns.length === 0 || goneEverywhere.length === requirements.length;
  const allGone = statuses.every((status) => status === "absent") && valuesGone;
  if (allGone && state.verifications.length > 0) return undefined;

  const verifications = state.verifications.map((verification, index): Verification => {
    const status = statuses[index];
    if (status === undefined || (typeof status === "object" && "unknown" in status)) return verification;
    if (status === "absent") return { ...verification, status: "NotStarted" };
    // Where we write the record, `up` has to find the value of the old token, and replaces it.
    const token = state.dns.length > 0 ? undefined : status.token;
    return withParts({ ...verification, status: status.status, token: token ?? verification.token }, status);
  });
  const isGone = (...purposes: readonly Requirement["owner"]["purpose"][]) =>
    goneEverywhere.some(({ owner }) => purposes.includes(owner.purpose));
  const verified =
    state.verified &&
    !isGone("verification") &&
    verifications.every(({ status }) => status === "Success" || status === "TemporaryFailure");
  // They stay ours while they are gone: a record may be brought back, and then it has to go with its identity.
  const kept = requirements.map((one) => {
    const index = state.verifications.findIndex(({ identityArn }) => identityArn === one.owner.arn);
    const [before, now] = [state.verifications[index]?.token, verifications[index]?.token];
    return before === tokenIn(one) && now !== undefined && now !== before ? withToken(one, now) : one;
  });
  const readiness = readinessOf(state, verifications, !isGone("verification", "dkim", "mail-from"));
  return {
    ...state,
    ...readiness,
    verifications,
    requirements: kept,
    verified,
    verifiedAt: verified ? state.verifiedAt : undefined,
  };
}

/** What is in place still, of what was. A part that SES is about to give up is in place no longer. */
function readinessOf(
  { ready, readyToSend, readyAt, verifications: former }: DomainState,
  verifications: readonly Verification[],
  isServed: boolean,
): Pick<DomainState, "ready" | "readyToSend" | "readyAt"> {
  if (ready === undefined) return {};
  const isUp = ({ identityArn, status, dkim, mailFrom }: Verification) => {
    const before = former.find((one) => one.identityArn === identityArn);
    const isDkimUp = dkim === undefined || (dkim.status === "Success" && dkim.signing === before?.dkim?.signing);
    const isMailFromUp =
      mailFrom === undefined ||
      (mailFrom.status === "Success" && mailFrom.onMxFailure === before?.mailFrom?.onMxFailure);
    return status === "Success" && isDkimUp && isMailFromUp;
  };
  const still = isServed ? ready.filter((name) => verifications.some((one) => one.name === name && isUp(one))) : [];
  const isReady = readyToSend === true && still.length === verifications.length;
  return { ready: still, readyToSend: isReady, readyAt: isReady ? readyAt : undefined };
}

/** What SES says of the parts that the state has. Another MAIL FROM domain is for the plan to see. */
function withParts(
  { dkim, mailFrom, ...verification }: Verification,
  seen: { readonly dkim?: DkimStatus | undefined; readonly mailFrom?: MailFromStatus | undefined },
): Verification {
  const isSame = seen.mailFrom !== undefined && seen.mailFrom.domain === mailFrom?.domain;
  return {
    ...verification,
    ...(dkim && { dkim: seen.dkim ? { ...dkim, signing: seen.dkim.signing, status: seen.dkim.status } : dkim }),
    ...(mailFrom && {
      mailFrom: isSame
        ? {
            ...mailFrom,
            onMxFailure: seen.mailFrom?.onMxFailure ?? mailFrom.onMxFailure,
            status: seen.mailFrom?.status,
          }
        : { ...mailFrom, status: seen.mailFrom === undefined ? mailFrom.status : undefined },
    }),
  };
}

async function statusOf(state: DomainState, verification: Verification, clients: Clients, ctx: Ctx) {
  try {
    const { ses } = await reopenIdentity(specOf(state.identities, verification), verification.accountId, clients, ctx);
    const [status, dkim, mailFrom] = await Promise.all([
      ses.status(state.domain, ctx),
      verification.dkim === undefined ? undefined : ses.dkim(state.domain, ctx).catch(nothingKnown(ctx)),
      verification.mailFrom === undefined ? undefined : ses.mailFrom(state.domain, ctx).catch(nothingKnown(ctx)),
    ]);
    return status === undefined ? ("absent" as const) : { ...status, dkim, mailFrom };
  } catch (error) {
    // Another account's answer would be about another identity: that is for the user to fix, not to record.
    if (!(error instanceof SesDomainError) || error.code === "account-changed") throw error;
    return { unknown: explain(error) };
  }
}

async function missingHere(dns: CheckedDns, state: DomainState, clients: Clients, ctx: Ctx) {
  try {
    return await missingAt(clients.backend(dns), state.requirements, ctx);
  } catch (error) {
    if (!(error instanceof SesDomainError)) throw error;
    if (isZoneGone(error)) return state.requirements;
    ctx.log.warn(`${dns.kind}: ${explain(error)} Its records were not changed.`);
    return [];
  }
}
