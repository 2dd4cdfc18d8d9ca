import type { Ctx } from "../core/ctx";
import type { IdentityName, SesPort } from "../ses/port";
import { type IdentityUser, keysOf, type Register } from "../ses/register";
import { forget, isDead, labelsOf, type Registrant, readMarks, usersBut } from "./join";
import { type OpenIdentity, pinnedAccount } from "./pins";

/** An identity that a resource no longer wants, as its state has it. */
export interface Departure {
  readonly identity: IdentityName;
  readonly verification: {
    readonly region: string;
    readonly accountId: string;
    readonly identityArn: string;
    readonly adopted: boolean;
  };
  readonly registrant: Registrant;
  /** Whether the state says that the resource's mark is on the identity. */
  readonly registered: boolean;
}

/**
 * Ends a resource's use of an identity. The identity goes with its last user, where this package made or took it; never
 * where this run declares or holds it. Returns whether it is gone, and so its value is to go. Throws `SesError`.
 */
export async function leave(open: OpenIdentity, departure: Departure, ctx: Ctx): Promise<boolean> {
  const { identity, verification, registrant, registered } = departure;
  const { ses } = open;
  await pinnedAccount(open, verification.accountId, ctx);
  const kept = registrant.keeps(verification.identityArn);
  const there = (await ses.status(identity, ctx)) !== undefined;
  const register = await readMarks(ses, identity, registered ? registrant.mark : undefined, ctx);
  // An identity just made may not be listed yet: tags that can be read are those of an identity that is there.
  if (register === "absent" || (!there && register === "denied")) return !kept;
  const stays = (why: string) => {
    ctx.log.info(`${identity} in ${verification.region} stays at SES: ${why}.`);
    return false;
  };
  if (register === "denied") {
    // Nobody can tell who else uses it: the state decides.
    if (!kept && !verification.adopted) return remove(ses, identity, ctx);
    await strikeOut(ses, departure, registered ? keysOf(registrant.mark, { former: undefined }) : [], ctx);
    return kept ? stays("this program declares it") : stays("pulumi-sesdomain did not make it");
  }
  // A replacement that was killed has left the mark of its create here. No state holds it, so nothing else takes it away.
  const dead = kept ? [] : register.users.filter((one) => isDead(one, registrant));
  await forget(ses, identity, dead, ctx);
  const own = register.users.find(({ mark }) => mark === registrant.mark);
  const keys = own === undefined ? [] : keysOf(own.mark, register);
  if (registered && own === undefined && (register.made || !verification.adopted)) {
    return stays("the tag by which this resource uses it is not there, so it may be another identity of that name");
  }
  const ours = register.made || !verification.adopted;
  if (kept || !ours) {
    await strikeOut(ses, departure, keys, ctx);
    return kept ? stays("this program declares it") : stays("pulumi-sesdomain did not make it");
  }
  // Said first, read then: of two who leave at once, at least one sees that the other does.
  if (own !== undefined) await markAs("leaving", ses, departure, ctx);
  const others = await othersOf(ses, departure, register, ctx);
  if (others === "absent") return true;
  if (others.length === 0) return removeOrStay(ses, departure, own !== undefined, ctx);
  await strikeOut(ses, departure, keys, ctx);
  // The others may have left since, each of them taking this resource for a user.
  const rest = await othersOf(ses, departure, register, ctx);
  if (rest === "absent") return true;
  if (rest.length === 0) return removeOrStay(ses, departure, false, ctx);
  return stays(`it is used by ${labelsOf(rest)} too`);
}

async function othersOf(
  ses: SesPort,
  { identity, registrant }: Departure,
  before: Register,
  ctx: Ctx,
): Promise<readonly IdentityUser[] | "absent"> {
  const now = await ses.register(identity, ctx);
  if (now === "absent") return now;
  const users = usersBut(now === "denied" ? before : now, registrant.mark);
  return users.filter((one) => !isDead(one, registrant));
}

/**
 * Removes the identity. Where that fails, the mark does not go on saying `leaving`, or others would remove what stays.
 * Returns false where another resource has made the identity again meanwhile.
 */
async function removeOrStay(ses: SesPort, departure: Departure, marked: boolean, ctx: Ctx): Promise<boolean> {
  const { identity, registrant } = departure;
  try {
    return await remove(ses, identity, ctx);
  } catch (error) {
    if (!marked || ctx.signal.aborted) throw error;
    const now = await ses.register(identity, ctx).catch(() => undefined);
    if (now !== undefined && typeof now !== "string" && !now.users.some(({ mark }) => mark === registrant.mark))
      return false;
    await markAs("settled", ses, departure, ctx).catch(() => undefined);
    throw error;
  }
}

async function remove(ses: SesPort, identity: IdentityName, ctx: Ctx): Promise<true> {
  await ses.remove(identity, ctx);
  return true;
}

/** Takes the resource's own mark away; where that is not allowed, it stays as `leaving`, which counts as no user. */
async function strikeOut(ses: SesPort, departure: Departure, keys: readonly string[], ctx: Ctx): Promise<void> {
  if (keys.length === 0) return;
  const outcome = await ses.unmark(departure.identity, keys, ctx);
  if (outcome === "denied") await markAs("leaving", ses, departure, ctx);
}

async function markAs(
  state: IdentityUser["state"],
  ses: SesPort,
  { identity, registrant }: Departure,
  ctx: Ctx,
): Promise<void> {
  await ses.mark(identity, { ...registrant.user, mark: registrant.mark, state }, false, ctx);
}
