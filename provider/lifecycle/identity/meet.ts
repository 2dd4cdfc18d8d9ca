import type { Ctx } from "../../core/ctx";
import type { IdentityName } from "../../ses/port";
import type { Adoption } from "../arguments/types";
import type { Caller } from "../lifecycle";
import type { Located } from "./accounts";
import { freeTags, isDead, labelsOf, refusal, tagsFull, usersBut } from "./join";

/** No resource's mark: a new resource has none yet. */
const NO_MARK = "";

/**
 * What a preview says of an identity that is there already and that a new resource will use: whose it is, who else uses it, and
 * what becomes of it. `replacing`: the resource is one that this run has declared before. Throws `SesError`
 * `identity-exists`, `tags-full`.
 */
export async function meetIdentity(
  identity: IdentityName,
  { spec, ses }: Located,
  adopt: Adoption,
  { user }: Pick<Caller, "user">,
  replacing: boolean,
  ctx: Ctx,
): Promise<string | undefined> {
  const register = await ses.register(identity, ctx);
  if (register === "absent") return undefined;
  const exists = `SES in ${spec.region} has ${identity} already`;
  if (register === "denied") {
    if (replacing) return undefined;
    if (adopt === "refuse") throw refusal(identity, spec.region, undefined);
    const kept = adopt === "own" ? fate(adopt, false) : 'It is used, and left on destroy (adopt: "keep").';
    return `${exists}; its tags may not be read, so who made it and who else uses it is not known. ${kept}`;
  }
  const own = { user, mark: NO_MARK };
  const dead = register.users.filter((one) => isDead(one, own));
  const users = usersBut(register, NO_MARK).filter(
    (one) => !isDead(one, own) && !(replacing && one.urnHash === user.urnHash),
  );
  if (!register.made && adopt === "refuse") throw refusal(identity, spec.region, users);
  const needed = register.made || adopt !== "own" ? 1 : 2;
  if (needed > freeTags(register) + dead.length) throw tagsFull(identity, spec.region, register);
  if (register.made && users.length === 0) {
    // A killed create of this resource made it, or this run replaces it.
    if (replacing || dead.length > 0) return undefined;
    return `${exists}. pulumi-sesdomain made it, and no resource is registered as its user now: this one takes it over, and its destroy removes it.`;
  }
  const usedBy = users.length === 0 ? "" : `, used by ${labelsOf(users)}`;
  return `${exists}${usedBy}. ${fate(adopt, register.made)}`;
}

function fate(adopt: Adoption, made: boolean): string {
  if (made)
    return "This resource adopts it from them: it is shared, and removed when the last of its users is destroyed.";
  if (adopt === "own") return 'It is taken over (adopt: "own"), and removed when the last of its users is destroyed.';
  return 'pulumi-sesdomain did not make it: it is used, and left on destroy (adopt: "keep").';
}
