import type { Ctx } from "../../core/ctx";
import { explain, isZoneGone, SesDomainError } from "../../core/errors";
import { bareToken } from "../../diagnosis/damage";
import type { DnsBackend } from "../../dns/backend";
import { reopenIdentity, specOf } from "../identity/open";
import type { Clients } from "../observation/clients";
import { flatten, missingAt } from "../records/records";
import type { DomainState, Verification } from "./state";

/**
 * The state as SES and the hosts have it now, for a refresh; `undefined` only when every identity and every value of ours is gone.
 * What could not be learned stays as it was.
 */
export async function refreshDomain(state: DomainState, clients: Clients, ctx: Ctx): Promise<DomainState | undefined> {
  const [statuses, missing] = await Promise.all([
    Promise.all(state.verifications.map((verification) => statusOf(state, verification, clients, ctx))),
    Promise.all(state.dns.map((dns) => missingHere(clients.backend(dns), state, ctx))),
  ]);
  const values = flatten(state.records);
  // Without a host of ours, the record is another provider's to look at.
  const goneEverywhere = (state.dns.length === 0 ? [] : values).filter((value) =>
    missing.every((lacking) => lacking.some((one) => one.name === value.name && one.value === value.value)),
  );
  const valuesGone = state.dns.length === 0 || goneEverywhere.length === values.length;
  const allGone = statuses.every((status) => status === "absent") && valuesGone;
  if (allGone && state.verifications.length > 0) return undefined;

  const verifications = state.verifications.map((verification, index): Verification => {
    const status = statuses[index];
    if (status === undefined || status === "unknown") return verification;
    if (status === "absent") return { ...verification, status: "NotStarted" };
    // Where we write the record, `up` has to find the value of the old token, and replaces it.
    const token = state.dns.length > 0 ? undefined : status.token;
    return { ...verification, status: status.status, token: token ?? verification.token };
  });
  const verified =
    state.verified &&
    goneEverywhere.length === 0 &&
    verifications.every(({ status }) => status === "Success" || status === "TemporaryFailure");
  const records = state.records.map((set) => ({
    ...set,
    values: set.values.map((value) => withTokenOf(state.verifications, verifications, value)).sort(),
  }));
  // The records stay ours while they are gone: one may come back, and then it has to go with its identity.
  return { ...state, verifications, records, verified, verifiedAt: verified ? state.verifiedAt : undefined };
}

/** The value as the identity's present token makes it. */
function withTokenOf(before: readonly Verification[], now: readonly Verification[], value: string): string {
  const index = before.findIndex(({ token }) => bareToken(value) === token);
  const [old, next] = [before[index]?.token, now[index]?.token];
  return old === undefined || next === undefined ? value : value.replace(old, next);
}

async function statusOf(state: DomainState, verification: Verification, clients: Clients, ctx: Ctx) {
  try {
    const { ses } = await reopenIdentity(specOf(state.identities, verification), verification.accountId, clients, ctx);
    return (await ses.status(state.domain, ctx)) ?? ("absent" as const);
  } catch (error) {
    // Another account's answer would be about another identity: that is for the user to fix, not to record.
    if (!(error instanceof SesDomainError) || error.code === "account-changed") throw error;
    ctx.log.warn(`${verification.name}: ${explain(error)} Its state was left as it was.`);
    return "unknown" as const;
  }
}

async function missingHere(host: DnsBackend, state: DomainState, ctx: Ctx) {
  try {
    return await missingAt(host, flatten(state.records), ctx);
  } catch (error) {
    if (!(error instanceof SesDomainError)) throw error;
    if (isZoneGone(error)) return flatten(state.records);
    ctx.log.warn(`${host.kind}: ${explain(error)} What it holds was left as it was.`);
    return [];
  }
}
