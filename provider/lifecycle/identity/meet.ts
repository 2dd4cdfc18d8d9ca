import type { Ctx } from "../../core/ctx";
import type { IdentityName } from "../../ses/port";
import type { IdentityUser, Register } from "../../ses/register";
import type { Adoption } from "../arguments/types";
import type { Caller } from "../lifecycle";
import type { Located } from "./accounts";
import { freeTags, isDead, type Registrant, refusal, tagsFull, usersBut } from "./join";
import { type Meeting, NOTHING_SEEN } from "./meeting";

/** No resource's mark: a new resource has none yet. */
const NO_MARK = "";

/**
 * What a preview finds of an identity that is there already and that a new resource will use. Undefined where there is
 * nothing to tell. `replacing`: the resource is one that this run has declared before. Throws `SesError` `identity-exists`,
 * `tags-full`.
 */
export async function meetIdentity(
  identity: IdentityName,
  located: Located,
  adopt: Adoption,
  { user }: Pick<Caller, "user">,
  replacing: boolean,
  ctx: Ctx,
): Promise<Meeting | undefined> {
  const { spec, ses } = located;
  const register = await ses.register(identity, ctx);
  if (register === "absent") return undefined;
  if (register === "denied") {
    if (replacing) return undefined;
    if (adopt === "refuse") throw refusal(identity, spec.region, undefined);
    return meetingOf(identity, located, register, [], adopt);
  }
  const own = { user, mark: NO_MARK };
  const dead = register.users.filter((one) => isDead(one, own));
  const users = usersBut(register, NO_MARK).filter(
    (one) => !isDead(one, own) && !(replacing && one.urnHash === user.urnHash),
  );
  if (!register.made && adopt === "refuse") throw refusal(identity, spec.region, users);
  const needed = register.made || adopt !== "own" ? 1 : 2;
  if (needed > freeTags(register) + dead.length) throw tagsFull(identity, spec.region, register);
  // This run replaces a resource that uses it already, or a killed create of this resource made it.
  const known = replacing || (register.made && dead.length > 0);
  return known && users.length === 0 ? undefined : meetingOf(identity, located, register, users, adopt);
}

/** The same of one that came between the check and the create, by the tags that the create has read. */
export function metLate(
  identity: IdentityName,
  located: Pick<Located, "spec" | "account">,
  register: Register | undefined,
  adopt: Adoption,
  registrant: Pick<Registrant, "user" | "mark">,
): Meeting {
  const users = register === undefined ? [] : usersBut(register, registrant.mark);
  const others = users.filter((one) => !isDead(one, registrant));
  return meetingOf(identity, located, register ?? "denied", others, adopt);
}

function meetingOf(
  identity: IdentityName,
  { spec, account }: Pick<Located, "spec" | "account">,
  register: Register | "denied",
  users: readonly IdentityUser[],
  adopt: Adoption,
): Meeting {
  const made = register !== "denied" && register.made;
  return {
    ...NOTHING_SEEN,
    identity,
    region: spec.region,
    accountId: account.id,
    maker: register === "denied" ? "unknown" : made ? "us" : "other",
    users,
    tags: register === "denied" ? [] : register.foreign,
    adopt,
    goes: made || adopt === "own",
  };
}
