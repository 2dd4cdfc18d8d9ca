import type { Ctx } from "../../core/ctx";
import { PartialFailure } from "../../core/partial-failure";
import { expectStep } from "../../core/status-line";
import { counted } from "../../core/words";
import { identityArn } from "../../ses/port";
import type { CheckedAddressArgs } from "../arguments/address-args";
import { isThere } from "../identity/ensure";
import {
  identityGone,
  joinIdentity,
  madeHere,
  markFor,
  openJoined,
  type Registrant,
  readCurrent,
} from "../identity/join";
import { leave } from "../identity/leave";
import { isRegistered } from "../identity/mark-state";
import { metLate } from "../identity/meet";
import { describeMeeting } from "../identity/meet-words";
import { expectedAccount, knownAs, type OpenIdentity, openIdentity, reopenIdentity, specOf } from "../identity/open";
import { describePartings } from "../identity/parting-words";
import type { Caller } from "../lifecycle";
import { authorityFor, type Clients } from "../observation/clients";
import { watchedAs } from "../observation/observe";
import { GRACE_MS } from "../observation/wait/grace";
import { coveringNow } from "./observe";
import { planMail } from "./plan";
import type { AddressState, AddressVerification } from "./state";
import { awaitConfirmed } from "./wait";

/**
 * Has SES send its mail in every region and account named, once for each `resendTrigger`, and removes what is no longer
 * named. Waits until the link is followed only where the program says so. Throws `PartialFailure` with the state so far
 * once there is anything to lose; running it again goes on, and sends no second mail.
 */
export async function applyAddress(
  args: CheckedAddressArgs,
  prior: AddressState | undefined,
  caller: Caller,
  clients: Clients,
  ctx: Ctx,
): Promise<AddressState> {
  const registrant = { ...caller, mark: markFor(prior, caller) };
  const joined = openJoined(registrant);
  const unmarked = new Set(prior?.unmarked ?? []);
  // By ARN: what an identity is called in the program may change.
  const before = new Map((prior?.verifications ?? []).map((one) => [one.identityArn, one]));
  const standing = new Map<string, CurrentAddress>();
  const keep = ({ spec, ses }: OpenIdentity, verification: AddressVerification, marked: boolean) => {
    standing.set(verification.identityArn, { spec, verification });
    if (marked) unmarked.delete(verification.identityArn);
    else unmarked.add(verification.identityArn);
    if (marked && prior === undefined) joined.add(ses, args.address);
  };
  /** In the program's order; then what it no longer names and is still there. */
  const state = (verified: boolean): AddressState => {
    const wanted = args.identities.flatMap(
      ({ name, region }) => [...standing.values()].find(({ spec }) => spec.name === (name ?? region)) ?? [],
    );
    const rest = [...before].flatMap(([arn, verification]) =>
      standing.has(arn) ? [] : [{ spec: specOf(prior?.identities ?? [], verification), verification }],
    );
    const all = [...wanted, ...rest];
    const since = prior?.verified ? prior.verifiedAt : undefined;
    return {
      mark: registrant.mark,
      unmarked: all.map(({ verification }) => verification.identityArn).filter((arn) => unmarked.has(arn)),
      address: args.address,
      identities: all.map(({ spec }) => spec),
      verifications: all.map(({ verification }) => verification),
      verified,
      verifiedAt: verified ? (since ?? new Date(ctx.clock.now()).toISOString()) : undefined,
    };
  };

  try {
    const identities = args.identities.map((identity) => openIdentity(identity, clients));
    expectStep(`asking SES for ${counted(identities.length, "identity", "identities")}`, ctx);
    await allOf(
      identities.map((open) =>
        ensureAsked(open, prior, args, registrant, (one, marked) => keep(open, one, marked), ctx),
      ),
    );
    const verified = await confirmed(args, identities, standing, clients, ctx);
    expectStep("removing what is no longer wanted", ctx);
    for (const [arn, verification] of before) {
      if (standing.has(arn)) continue;
      const spec = specOf(prior?.identities ?? [], verification);
      const open = await reopenIdentity(spec, verification.accountId, clients, ctx);
      const registered = prior !== undefined && isRegistered(prior, arn);
      const parting = await leave(open, { identity: args.address, verification, registrant, registered }, ctx);
      ctx.log.info(describePartings(args.address, [{ verification, parting }]));
      before.delete(arn);
    }
    await joined.settle(ctx);
    return state(verified);
  } catch (error) {
    await joined.settleIfPossible(ctx);
    if (standing.size === 0 && prior === undefined) throw error;
    throw new PartialFailure<AddressState>(error, state(false));
  }
}

/** One identity that the program names, as far as it has got. */
interface CurrentAddress {
  readonly spec: OpenIdentity["spec"];
  readonly verification: AddressVerification;
}

/** Every one is let finish: what succeeded is kept, also where another failed. */
async function allOf(work: readonly Promise<unknown>[]): Promise<void> {
  for (const outcome of await Promise.allSettled(work)) if (outcome.status === "rejected") throw outcome.reason;
}

/** `keep` is called as soon as there is something that a failure must not lose. */
async function ensureAsked(
  open: OpenIdentity,
  state: AddressState | undefined,
  args: CheckedAddressArgs,
  registrant: Registrant,
  keep: (verification: AddressVerification, marked: boolean) => void,
  ctx: Ctx,
): Promise<void> {
  const { spec, ses } = open;
  const { address, resendTrigger, adopt } = args;
  const account = await expectedAccount(open, undefined, ctx);
  const prior = knownAs(state?.verifications ?? [], open, account);
  const arn = identityArn(account, spec.region, address);
  const registered = prior !== undefined && state !== undefined && isRegistered(state, arn);
  const status = (await ses.status(address, ctx))?.status;
  const begins = state === undefined ? "creating" : "settled";
  const wanted = { identity: address, adopt, registrant, prior, registered, state: begins } as const;
  const found = status === undefined ? "absent" : await readCurrent(open, wanted, ctx);
  const whose = found === "absent" ? madeHere(begins) : found;
  const history = {
    known: prior !== undefined,
    mailedFor: prior?.requestedFor,
    underWay: status === "Pending" && prior === undefined && whose.register?.made === true,
  };
  const current = found === "absent" ? "absent" : (status ?? "absent");
  const sends = planMail({ status: current, covered: false }, history, resendTrigger) !== undefined;
  // This run may have verified its domain since: then no link has to be followed.
  const coveredBy = sends ? await coveringNow(address, ses, ctx) : undefined;
  const base: AddressVerification = {
    name: spec.name,
    region: spec.region,
    accountId: account.id,
    identityArn: arn,
    status: status ?? "NotStarted",
    adopted: whose.adopted,
    requestedAt: prior?.requestedAt,
    requestedFor: prior?.requestedFor ?? resendTrigger,
  };
  if (coveredBy !== undefined) {
    ctx.log.info(`SES in ${spec.region} sends no mail to ${address}: its domain ${coveredBy} is verified there.`);
    // What SES does not have, we have not made.
    if (found === "absent") {
      keep({ ...base, adopted: true, requestedAt: undefined, requestedFor: resendTrigger }, false);
      return;
    }
  }
  registrant.hold(arn);
  const mails = sends && coveredBy === undefined;
  const requestedAt = mails ? new Date(ctx.clock.now()).toISOString() : undefined;
  const now: AddressVerification =
    requestedAt === undefined
      ? { ...base, requestedFor: coveredBy === undefined ? base.requestedFor : resendTrigger }
      : { ...base, status: "Pending", requestedAt, requestedFor: resendTrigger };
  if (mails) {
    await ses.requestAddress(address, ctx);
    ctx.log.info(
      `SES in ${spec.region} sends a mail to ${address}. The link in it has to be followed within 24 hours.`,
    );
  }
  if (found !== "absent" && prior === undefined && !registrant.hasMet(arn)) {
    ctx.log.warn(describeMeeting(metLate(address, { spec, account }, found.register, adopt, registrant)));
  }
  keep(now, whose.write === undefined);
  const joined = await joinIdentity(ses, address, whose, registrant, ctx);
  keep(now, joined === "marked");
  if (joined === "absent" || (whose.write !== undefined && !(await isThere(ses, address, ctx)))) {
    throw identityGone(address, spec.region);
  }
}

/** Waits where the program says so, and keeps SES's last word. Without waiting, nothing is asked again. */
async function confirmed(
  args: CheckedAddressArgs,
  identities: readonly OpenIdentity[],
  standing: Map<string, CurrentAddress>,
  clients: Clients,
  ctx: Ctx,
): Promise<boolean> {
  if (!args.wait) return [...standing.values()].every(({ verification }) => verification.status === "Success");
  const { identities: seen } = await awaitConfirmed(
    {
      address: args.address,
      identities: identities.map((open) => {
        const own = [...standing.values()].find(({ spec }) => spec.name === open.spec.name)?.verification;
        const requestedAt = own?.requestedAt;
        const requested = requestedAt !== undefined && ctx.clock.now() - Date.parse(requestedAt) < GRACE_MS;
        return watchedAs(open, own?.accountId, { requested });
      }),
      authority: authorityFor(args.dnsCheck, clients),
      timeoutMs: args.timeoutMs,
    },
    ctx,
  );
  for (const [arn, { spec, verification }] of standing) {
    const status = seen.find(({ name }) => name === verification.name)?.status;
    if (status === undefined || status === "absent" || status === "unknown") continue;
    standing.set(arn, { spec, verification: { ...verification, status } });
  }
  return true;
}
