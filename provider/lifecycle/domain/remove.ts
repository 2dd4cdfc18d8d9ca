import type { Ctx } from "../../core/ctx";
import { SesDomainError } from "../../core/errors";
import { expectStep } from "../../core/status-line";
import { counted, listed } from "../../core/words";
import type { Requirement } from "../../dns/requirement";
import { markFor } from "../identity/join";
import { leave } from "../identity/leave";
import { isRegistered } from "../identity/mark-state";
import { reopenIdentity, specOf } from "../identity/open";
import { describePartings, type Parted } from "../identity/parting-words";
import type { Caller } from "../lifecycle";
import type { Clients } from "../observation/clients";
import { byWriter, servedSomewhere } from "../records/by-hand";
import { type Withdrawn, withdraw } from "../records/records";
import { tokenIn } from "../records/requirements";
import { clearMailFrom } from "../sending/mail-from";
import type { DomainState } from "./state";

/**
 * Removes our identities, then exactly their values: a value without its identity is harmless, an identity without its
 * value is revoked. An identity that others use, or that this package neither made nor took, stays. Idempotent.
 */
export async function removeDomain(
  state: DomainState,
  caller: Caller,
  clients: Clients,
  ctx: Ctx,
): Promise<readonly Parted[]> {
  const registrant = { ...caller, mark: markFor(state, caller) };
  const reached = await Promise.allSettled(
    state.verifications.map((verification) =>
      reopenIdentity(specOf(state.identities, verification), verification.accountId, clients, ctx),
    ),
  );
  for (const one of reached) if (one.status === "rejected" && isForeign(one.reason)) throw one.reason;

  expectStep(`removing ${counted(state.verifications.length, "identity", "identities")} from SES`, ctx);
  const outcomes = await Promise.allSettled(
    state.verifications.map(async (verification, index) => {
      const open = reached[index];
      if (open?.status !== "fulfilled") throw open?.reason;
      const registered = isRegistered(state, verification.identityArn);
      const beforeRemoval = clearMailFrom(state.domain, verification.mailFrom);
      const departure = { identity: state.domain, verification, registrant, registered, beforeRemoval };
      const parting = await leave(open.value, departure, ctx);
      return { verification, parting };
    }),
  );
  const parted = outcomes.flatMap((one) => (one.status === "fulfilled" ? [one.value] : []));
  const gone = new Set(parted.flatMap(({ verification, parting }) => (parting.goes ? [verification.identityArn] : [])));
  // Identities may share one value: it stays for the one that stays.
  const staying = new Set(
    state.verifications.filter(({ identityArn }) => !gone.has(identityArn)).map(({ token }) => token),
  );
  const isLast = gone.size === state.verifications.length;
  const left = state.requirements.filter((one) => {
    // It is for the whole domain: it goes with the last identity.
    if (one.owner.purpose === "dmarc") return isLast;
    return one.owner.arn !== undefined && gone.has(one.owner.arn) && !staying.has(tokenIn(one) ?? "");
  });
  let values: readonly Withdrawn[] = [];
  try {
    if (left.length > 0) values = await removeValues(state, left, clients, ctx);
  } finally {
    const withValue = state.dns.length > 0;
    if (parted.length > 0) ctx.log.info(describePartings(state.domain, parted, { withValue, values }));
  }
  for (const outcome of outcomes) if (outcome.status === "rejected") throw outcome.reason;
  return parted;
}

async function removeValues(
  { dns, leaving }: DomainState,
  left: readonly Requirement[],
  clients: Clients,
  ctx: Ctx,
): Promise<readonly Withdrawn[]> {
  const kinds = new Set(dns.concat(leaving).map(({ kind }) => kind));
  expectStep(`removing ${counted(left.length, "value")} from DNS at ${[...kinds].join(", ")}`, ctx);
  const { written, byHand } = byWriter([...dns, ...leaving].map((one) => clients.backend(one)));
  const withdrawn = await withdraw(written, left, ctx);
  if (byHand.length === 0) return withdrawn;
  const served = await servedSomewhere(left, clients.authority({ mode: "authoritative" }), ctx);
  await withdraw(byHand, served, ctx);
  // A name where another of our values is served is told with what has to be deleted there.
  const names = new Set(served.map(({ record }) => record.name));
  const gone = new Set(left.map(({ record }) => record.name).filter((name) => !names.has(name)));
  if (gone.size > 0) {
    ctx.log.info(
      `No name server that answered for ${listed([...gone])} serves our value: nothing has to be deleted there by hand.`,
    );
  }
  return withdrawn;
}

/** With another account's credentials for one identity, none is touched: it is the wrong stack, or the wrong shell. */
function isForeign(error: unknown): boolean {
  return error instanceof SesDomainError && (error.code === "account-changed" || error.code === "account-mismatch");
}
