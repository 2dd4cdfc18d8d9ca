import type { Ctx } from "../../core/ctx";
import { SesError } from "../../core/errors";
import type { IdentityName, MarkOutcome, SesPort } from "../../ses/port";
import { type IdentityUser, keysOf, MADE_TAG, type Register } from "../../ses/register";
import {
  BETWEEN_READS_MS,
  forget,
  isDead,
  LAST_WRITE_MS,
  type Registrant,
  readMarks,
  TAGS_APPEAR_WITHIN_MS,
  usersBut,
} from "./join";
import { expectedAccount, type OpenIdentity } from "./open";

/** An identity that a resource no longer wants, as its state has it. */
export interface Departure {
  readonly identity: IdentityName;
  readonly verification: {
    readonly region: string;
    readonly accountId: string;
    readonly identityArn: string;
    readonly adopted: boolean;
    /** Of a domain. */
    readonly token?: string;
  };
  readonly registrant: Registrant;
  /** Whether the state says that the resource's mark is on the identity. */
  readonly registered: boolean;
  /** What has to be done at SES right before the identity is removed. */
  readonly beforeRemoval?: ((ses: SesPort, ctx: Ctx) => Promise<void>) | undefined;
}

/** Why an identity stays at SES though a resource goes. */
type Stay =
  /** This run's program declares it. */
  | "declared"
  /** This package did not make it, by its tags or, where these may not be read, by the state. */
  | "not-made"
  | "not-made-by-state"
  /** The resource's mark is not on it: it may be another identity of that name. */
  | "mark-missing"
  | "used"
  /** Its tags do not show yet what was written. */
  | "users-unknown";

/** What became of an identity. `absent`: SES had none any more. `goes`: its value is to go, too. */
export type Parting = { readonly outcome: "removed" | "absent"; readonly goes: boolean } | Staying;

export interface Staying {
  readonly outcome: "stays";
  readonly goes: false;
  readonly why: Stay;
  /** Its other users, where these are why. */
  readonly users: readonly IdentityUser[];
}

/** A create that is under way settles its mark soon after SES says Success: one that does not was killed. */
const SETTLES_WITHIN_MS = 30_000;
const GONE: Parting = { outcome: "absent", goes: true };

/**
 * Ends a resource's use of an identity. The identity goes with its last user, where this package made or took it; never
 * where this run declares or holds it. Throws `SesError`.
 */
export async function leave(open: OpenIdentity, departure: Departure, ctx: Ctx): Promise<Parting> {
  const { identity, verification, registrant, registered } = departure;
  const { ses } = open;
  await expectedAccount(open, verification.accountId, ctx);
  const kept = registrant.keeps(verification.identityArn);
  const status = await ses.status(identity, ctx);
  const register = await readMarks(ses, identity, registered ? registrant.mark : undefined, ctx);
  if (register === "absent") {
    await ensureAbsent(ses, departure, ctx);
    return { outcome: "absent", goes: !kept };
  }
  if (register === "denied") {
    // Who else uses it cannot be told: the state decides. An identity just made may not be listed: removing it needs no look.
    if (!kept && !verification.adopted) return remove(ses, departure, ctx);
    if (status === undefined) return { outcome: "absent", goes: !kept };
    await strikeOut(ses, departure, registered ? keysOf(registrant.mark, { former: undefined }) : [], ctx);
    return stays(kept ? "declared" : "not-made-by-state");
  }
  const own = register.users.find(({ mark }) => mark === registrant.mark);
  const ours = register.made || !verification.adopted;
  if (registered && own === undefined && ours) {
    return stays("mark-missing");
  }
  const keys = own === undefined ? [] : keysOf(own.mark, register);
  // The tag of version 0.1, which goes with the mark, was all that told that this package made the identity.
  const unsaid = ours && !register.keys.includes(MADE_TAG);
  if (kept || !ours) {
    if (unsaid) await markAs("leaving", ses, departure, true, ctx);
    await strikeOut(ses, departure, keys, ctx);
    return stays(kept ? "declared" : "not-made");
  }
  try {
    return await leaveOurs(ses, departure, { own: own !== undefined, keys, unsaid }, ctx);
  } catch (error) {
    // A mark that goes on saying `leaving` would let others remove what this resource still has.
    if (own !== undefined && !(await isAnother(ses, departure, lastly(ctx)))) {
      await markAs("settled", ses, departure, false, lastly(ctx)).catch(() => undefined);
    }
    throw error;
  }
}

function stays(why: Stay, users: readonly IdentityUser[] = []): Parting {
  return { outcome: "stays", goes: false, why, users };
}

/** One that this package made or took: it goes with its last user. */
async function leaveOurs(
  ses: SesPort,
  departure: Departure,
  { own, keys, unsaid }: { readonly own: boolean; readonly keys: readonly string[]; readonly unsaid: boolean },
  ctx: Ctx,
): Promise<Parting> {
  const { registrant } = departure;
  const isLeaving = ({ mark, state }: IdentityUser) => mark === registrant.mark && state === "leaving";
  // Said first, read then: of two who leave at once, at least one sees that the other does.
  const said = own || unsaid ? await markAs("leaving", ses, departure, unsaid, ctx) : "denied";
  const seen = ({ users }: Register) => said !== "done" || users.some(isLeaving);
  const others = await othersOf(ses, departure, seen, ctx);
  if (others === "absent") return GONE;
  if (others === "unknown") return stays("users-unknown");
  if (others.length === 0) return removeUnlessMadeAgain(ses, departure, ctx);
  const struck = await strikeOut(ses, departure, own ? keys : keysOf(registrant.mark, { former: undefined }), ctx);
  // The others may have left since, each of them taking this resource for a user.
  const gone = ({ users }: Register) => !struck || !users.some(({ mark }) => mark === registrant.mark);
  const rest = await othersOf(ses, departure, gone, ctx);
  if (rest === "absent") return GONE;
  if (rest !== "unknown" && rest.length === 0) return removeUnlessMadeAgain(ses, departure, ctx);
  return stays("used", rest === "unknown" ? others : rest);
}

/**
 * Who else uses the identity, by tags that show this resource's last write (`current`): older ones may lack a user that has
 * joined, or show one that has left. `unknown`: they do not show it in time.
 */
async function othersOf(
  ses: SesPort,
  { identity, registrant }: Departure,
  current: (register: Register) => boolean,
  ctx: Ctx,
): Promise<readonly IdentityUser[] | "absent" | "unknown"> {
  const startedMs = ctx.clock.now();
  for (;;) {
    const register = await ses.register(identity, ctx);
    if (register === "absent") return register;
    if (register === "denied") return "unknown";
    const elapsedMs = ctx.clock.now() - startedMs;
    const users = usersBut(register, registrant.mark);
    const doubtful = users.filter((one) => isDead(one, registrant));
    if (!current(register)) {
      if (elapsedMs >= TAGS_APPEAR_WITHIN_MS) return "unknown";
    } else if (doubtful.length === 0) return users;
    else if ((await ses.status(identity, ctx))?.status !== "Success") return users;
    else if (elapsedMs >= SETTLES_WITHIN_MS) {
      // No state holds it, so that nothing else takes it away.
      await forget(ses, identity, doubtful, ctx);
      return users.filter((one) => !doubtful.includes(one));
    }
    await ctx.clock.sleep(BETWEEN_READS_MS, ctx.signal);
  }
}

/** Tags and listing are two APIs: only where both have no such identity is there none. */
async function ensureAbsent(ses: SesPort, { identity, verification }: Departure, ctx: Ctx): Promise<void> {
  const startedMs = ctx.clock.now();
  while ((await ses.status(identity, ctx)) !== undefined) {
    if (ctx.clock.now() - startedMs >= TAGS_APPEAR_WITHIN_MS) {
      throw new SesError(
        "ses-unavailable",
        `SES in ${verification.region} lists ${identity} and says that it has no such identity to read tags of.`,
        { hint: "Run again.", retryable: true },
      );
    }
    await ctx.clock.sleep(BETWEEN_READS_MS, ctx.signal);
  }
}

/** `goes` is false where another resource has made the identity again meanwhile, and its value is this resource's. */
async function removeUnlessMadeAgain(ses: SesPort, departure: Departure, ctx: Ctx): Promise<Parting> {
  try {
    return await remove(ses, departure, ctx);
  } catch (error) {
    if (ctx.signal.aborted || !(await isAnother(ses, departure, ctx))) throw error;
    const now = await ses.status(departure.identity, ctx);
    return { outcome: "absent", goes: now?.token !== departure.verification.token };
  }
}

/** Whether the identity that is there now was made after this resource's: it does not have the mark that this one wrote. */
async function isAnother(ses: SesPort, { identity, registrant }: Departure, ctx: Ctx): Promise<boolean> {
  const now = await ses.register(identity, ctx).catch(() => undefined);
  if (now === undefined || typeof now === "string") return false;
  return now.made && now.users.length > 0 && !now.users.some(({ mark }) => mark === registrant.mark);
}

async function remove(ses: SesPort, { identity, beforeRemoval }: Departure, ctx: Ctx): Promise<Parting> {
  await beforeRemoval?.(ses, ctx);
  await ses.remove(identity, ctx);
  return { outcome: "removed", goes: true };
}

/**
 * Takes the resource's own mark away; where that is not allowed, it stays as `leaving`, which counts as no user. Returns
 * whether it is gone.
 */
async function strikeOut(ses: SesPort, departure: Departure, keys: readonly string[], ctx: Ctx): Promise<boolean> {
  if (keys.length === 0) return false;
  const { identity, verification } = departure;
  const outcome = await ses.unmark(identity, keys, ctx);
  if (outcome === "done" || outcome === "absent") return true;
  if ((await markAs("leaving", ses, departure, false, ctx)) !== "done") {
    ctx.log.warn(
      `The tag ${keys[0]} stays on ${identity} in ${verification.region}, so this resource still counts as its user. To remove it: aws sesv2 untag-resource --region ${verification.region} --resource-arn ${verification.identityArn} --tag-keys ${keys[0]}`,
    );
  }
  return false;
}

async function markAs(
  state: IdentityUser["state"],
  ses: SesPort,
  { identity, registrant }: Departure,
  made: boolean,
  ctx: Ctx,
): Promise<MarkOutcome> {
  return ses.mark(identity, { ...registrant.user, mark: registrant.mark, state }, made, ctx);
}

/** For what has to be written also where the operation was interrupted. */
function lastly(ctx: Ctx): Ctx {
  return ctx.signal.aborted ? { ...ctx, signal: AbortSignal.timeout(LAST_WRITE_MS) } : ctx;
}
