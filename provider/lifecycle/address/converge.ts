import type { Ctx } from "../../core/ctx";
import { identityArn, type Owner } from "../../ses/port";
import { GRACE_MS } from "../grace";
import { releaseIdentity, standingOf } from "../identities";
import { knownAs, type OpenIdentity, openIdentity, pinnedAccount, reopenIdentity, specOf } from "../pins";
import { Unfinished } from "../unfinished";
import type { World } from "../world";
import type { CheckedAddressArgs } from "./args";
import { coveringNow } from "./observe";
import type { AddressState, AddressVerification } from "./state";
import { awaitConfirmed } from "./wait";

/**
 * Has SES send its mail in every region and account named, once for each `resendTrigger`, and removes what is no longer
 * named. Waits for somebody to follow the link only where the program says so. Throws `Unfinished` with the state so far
 * once there is anything to lose; running it again goes on, and sends no second mail.
 */
export async function convergeAddress(
  args: CheckedAddressArgs,
  prior: AddressState | undefined,
  owner: Owner,
  world: World,
  ctx: Ctx,
): Promise<AddressState> {
  // By ARN: what an identity is called in the program may change.
  const before = new Map((prior?.verifications ?? []).map((one) => [one.identityArn, one]));
  const standing = new Map<string, Standing>();
  const keep = (spec: OpenIdentity["spec"], verification: AddressVerification) =>
    void standing.set(verification.identityArn, { spec, verification });
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
      address: args.address,
      identities: all.map(({ spec }) => spec),
      verifications: all.map(({ verification }) => verification),
      verified,
      verifiedAt: verified ? (since ?? new Date(ctx.clock.now()).toISOString()) : undefined,
    };
  };

  try {
    const identities = args.identities.map((identity) => openIdentity(identity, world));
    await allOf(
      identities.map((open) =>
        ensureAsked(open, [...before.values()], args, owner, (one) => keep(open.spec, one), ctx),
      ),
    );
    const verified = await confirmed(args, identities, standing, world, ctx);
    for (const [arn, verification] of before) {
      if (standing.has(arn)) continue;
      const spec = specOf(prior?.identities ?? [], verification);
      const open = await reopenIdentity(spec, verification.accountId, world, ctx);
      await releaseIdentity(verification, open, args.address, owner, ctx);
      before.delete(arn);
    }
    return state(verified);
  } catch (error) {
    if (standing.size === 0 && prior === undefined) throw error;
    throw new Unfinished<AddressState>(error, state(false));
  }
}

/** One identity that the program names, as far as it has got. */
interface Standing {
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
  before: readonly AddressVerification[],
  args: CheckedAddressArgs,
  owner: Owner,
  keep: (verification: AddressVerification) => void,
  ctx: Ctx,
): Promise<void> {
  const { spec, ses } = open;
  const { address, resendTrigger } = args;
  const account = await pinnedAccount(open, undefined, ctx);
  const prior = knownAs(before, open, account);
  const status = (await ses.status(address, ctx))?.status;
  const whose =
    status === undefined ? "ours" : await standingOf(open, prior, address, { owner, adopt: args.adopt }, ctx);
  // A mail of ours is on its way, though its sender did not live to write it down.
  const underWay = status === "Pending" && whose === "signed" && prior === undefined;
  const another =
    prior === undefined ? !underWay : prior.requestedFor !== undefined && prior.requestedFor !== resendTrigger;
  const sends = status !== "Success" && (another || status === undefined || status === "NotStarted");
  // This run may have verified its domain since: then nobody has to follow a link.
  const coveredBy = sends ? await coveringNow(address, ses, ctx) : undefined;
  const base: AddressVerification = {
    name: spec.name,
    region: spec.region,
    accountId: account.id,
    identityArn: identityArn(account, spec.region, address),
    status: status ?? "NotStarted",
    adopted: whose === "adopted",
    requestedAt: prior?.requestedAt,
    requestedFor: prior?.requestedFor ?? resendTrigger,
  };
  if (coveredBy !== undefined) {
    // What SES does not have, we have not made.
    const without = status === undefined ? { adopted: args.adopt !== "own", requestedAt: undefined } : {};
    keep({ ...base, ...without, requestedFor: resendTrigger });
    ctx.log.info(`SES in ${spec.region} sends no mail to ${address}: its domain ${coveredBy} is verified there.`);
    if (status === undefined) return;
  } else if (sends) {
    await ses.requestAddress(address, ctx);
    const requestedAt = new Date(ctx.clock.now()).toISOString();
    keep({ ...base, status: "Pending", requestedAt, requestedFor: resendTrigger });
    ctx.log.info(
      `SES in ${spec.region} sends a mail to ${address}: somebody has to follow the link in it within 24 hours.`,
    );
  } else keep(base);
  if (whose === "ours") await ses.setOwner(address, owner, ctx);
}

/** Waits where the program says so, and keeps SES's last word. Without waiting, nothing is asked again. */
async function confirmed(
  args: CheckedAddressArgs,
  identities: readonly OpenIdentity[],
  standing: Map<string, Standing>,
  world: World,
  ctx: Ctx,
): Promise<boolean> {
  if (!args.wait) return [...standing.values()].every(({ verification }) => verification.status === "Success");
  const { identities: seen } = await awaitConfirmed(
    {
      address: args.address,
      identities: identities.map(({ spec, ses }) => ({
        name: spec.name,
        ses,
        accountId: [...standing.values()].find((one) => one.spec.name === spec.name)?.verification.accountId,
        verifiedBefore: false,
        requested: [...standing.values()].some(
          ({ verification: { name, requestedAt } }) =>
            name === spec.name && requestedAt !== undefined && ctx.clock.now() - Date.parse(requestedAt) < GRACE_MS,
        ),
      })),
      authority: args.dnsCheck.mode === "off" ? undefined : world.authority(args.dnsCheck),
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
