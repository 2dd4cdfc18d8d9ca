import { randomBytes } from "node:crypto";
import type { Ctx } from "../../core/ctx";
import { explain, SesError } from "../../core/errors";
import { clip } from "../../core/text";
import type { IdentityName, SesPort } from "../../ses/port";
import {
  type IdentityUser,
  MADE_TAG,
  type Register,
  TAGS_AT_MOST,
  USER_PREFIX,
  type UserName,
  type UserState,
} from "../../ses/register";
import type { Adoption } from "../arguments/types";
import type { OpenIdentity } from "./open";
import type { Settling } from "./settling";

/** How long a tag that was written may take to be read. */
export const TAGS_APPEAR_WITHIN_MS = 15_000;
/** Characters of a tag that a message quotes. */
const LABEL_LENGTH = 200;
export const BETWEEN_READS_MS = 2_500;
/** What may still be written once an operation was interrupted; Pulumi kills the process after five seconds. */
export const LAST_WRITE_MS = 3_000;

/** The resource that an operation is for, as it registers on identities. */
export interface Registrant {
  readonly user: UserName;
  readonly mark: string;
  /** Tells the run that the resource has created or adopted the identity. `arn`: the identity's. */
  hold(arn: string): void;
  /** Whether this run's program declares the identity, or this run has created or adopted it: then nothing deletes it. */
  keeps(arn: string): boolean;
  /** Whether a check of this run has told already that the identity is there. */
  hasMet(arn: string): boolean;
  readonly settling: Settling;
}

/** The mark that a resource's state holds or stands for; for a new resource another one, of 16 hexadecimal digits. */
export function markFor(
  prior: { readonly mark: string | undefined } | undefined,
  caller: { readonly formerMark: string },
): string {
  if (prior === undefined) return randomBytes(8).toString("hex");
  return prior.mark ?? caller.formerMark;
}

/** The identities that carry the mark of a create under way. */
export interface Joined {
  add(ses: SesPort, identity: IdentityName): void;
  /** Marks them as settled, or has another create do so: this one has ended, and its state names them. */
  settle(ctx: Ctx): Promise<void>;
  /** The same at the end of a create that failed. What cannot be written now is written by the next `up`. */
  settleIfPossible(ctx: Ctx): Promise<void>;
}

export function openJoined({ user, mark, settling }: Pick<Registrant, "user" | "mark" | "settling">): Joined {
  const open = new Map<SesPort, IdentityName>();
  const end = settling.begin();
  const settle = (ctx: Ctx) =>
    end(
      [...open].map(([ses, identity]) => async (ctx: Ctx) => {
        const outcome = await ses.mark(identity, { ...user, mark, state: "settled" }, false, ctx);
        open.delete(ses);
        if (outcome === "absent") throw identityGone(identity, ses.region);
        if (outcome === "done") return;
        ctx.log.warn(`The mark of this resource on ${identity} in ${ses.region} still says that it is being created.`);
      }),
      ctx,
    );
  return {
    add: (ses, identity) => void open.set(ses, identity),
    settle,
    async settleIfPossible(ctx) {
      // Also where it was interrupted: the state that Pulumi saves names the identities.
      const signal = ctx.signal.aborted ? AbortSignal.timeout(LAST_WRITE_MS) : ctx.signal;
      await settle({ ...ctx, signal }).catch((error: unknown) => ctx.log.debug(explain(error)));
    },
  };
}

/** How a resource comes to use an identity that SES has already. */
export interface CurrentIdentity {
  /** Not made or taken by this package: it stays when its last user goes. */
  readonly adopted: boolean;
  /** What has to be written on it; undefined where all is there. */
  readonly write: { readonly state: UserState; readonly made: boolean } | undefined;
  /** No tag is free for its mark. */
  readonly full?: true;
  /** Marks of earlier creates of this resource that were killed. */
  readonly dead: readonly IdentityUser[];
  readonly register: Register | undefined;
}

export interface Wanted {
  readonly identity: IdentityName;
  readonly adopt: Adoption;
  readonly registrant: Registrant;
  /** What the state says of it, where the resource had it before. */
  readonly prior: { readonly adopted: boolean } | undefined;
  /** Whether the state says that the resource's mark is on it. */
  readonly registered: boolean;
  /** What to write: `creating` until a create ends. */
  readonly state: UserState;
}

/** An identity that this run asked SES for. */
export function madeHere(state: UserState): CurrentIdentity {
  return { adopted: false, write: { state, made: true }, dead: [], register: undefined };
}

/**
 * Decides how an identity that is there is used, by its tags; where these may not be read, by the state and by `adopt`.
 * Throws `SesError`: `identity-exists` under `refuse`, `tags-full` where a new user finds no free tag. `absent`: SES has none.
 */
export async function readCurrent(
  { spec, ses }: OpenIdentity,
  wanted: Wanted,
  ctx: Ctx,
): Promise<CurrentIdentity | "absent"> {
  const { identity, adopt, registrant, prior, registered, state } = wanted;
  const register = await readMarks(ses, identity, registered ? registrant.mark : undefined, ctx);
  if (register === "absent") return register;
  if (register === "denied") {
    const adopted = isAdopted(adopt, prior);
    if (prior === undefined && adopt === "refuse") throw refusal(identity, spec.region, undefined);
    return { adopted, write: { state, made: !adopted }, dead: [], register: undefined };
  }
  const own = register.users.find(({ mark }) => mark === registrant.mark);
  const dead = state === "creating" ? register.users.filter((one) => isDead(one, registrant)) : [];
  // A state that says "registered" of an identity without its mark is about another one, or about one whose tags were removed.
  const mine = prior !== undefined && !prior.adopted && (own !== undefined || !registered);
  const adopted = !register.made && !mine && adopt !== "own";
  if (prior === undefined && adopted && adopt === "refuse") throw refusal(identity, spec.region, register.users);
  const made = !adopted && !register.keys.includes(MADE_TAG);
  const settled = own?.state === "settled" && own.urnHash === registrant.user.urnHash && register.former !== own.mark;
  const write = settled && !made ? undefined : { state: own === undefined ? state : ("settled" as const), made };
  const needed = (own === undefined || register.former === own.mark ? 1 : 0) + (made ? 1 : 0);
  if (write !== undefined && needed > freeTags(register) + dead.length) {
    if (prior === undefined) throw tagsFull(identity, spec.region, register);
    ctx.log.warn(`${tagsFull(identity, spec.region, register).message} The state alone decides whose it is.`);
    return { adopted, write: undefined, full: true, dead: [], register };
  }
  return { adopted, write, dead, register };
}

/** A create of the same resource that did not live to end. */
export function isDead(
  { state, urnHash, mark }: IdentityUser,
  { user, mark: own }: Pick<Registrant, "user" | "mark">,
): boolean {
  return state === "creating" && urnHash === user.urnHash && mark !== own;
}

/** Those who would lose an identity that goes: all who are not about to leave it. */
export function usersBut(register: Register, mark: string): readonly IdentityUser[] {
  return register.users.filter((one) => one.mark !== mark && one.state !== "leaving");
}

export function freeTags({ keys }: Register): number {
  return TAGS_AT_MOST - keys.length;
}

/** As `mail/prod/website`, each once. */
export function labelsOf(users: readonly IdentityUser[]): string {
  return [...new Set(users.map(({ label, mark }) => clip(label === "" ? `mark ${mark}` : label, LABEL_LENGTH)))].join(
    ", ",
  );
}

/** Reads the tags, again for a while where a mark that should be there is not seen yet. */
export async function readMarks(
  ses: SesPort,
  identity: IdentityName,
  expected: string | undefined,
  ctx: Ctx,
): Promise<Register | "denied" | "absent"> {
  const startedMs = ctx.clock.now();
  for (;;) {
    const register = await ses.register(identity, ctx);
    if (typeof register === "string" || expected === undefined) return register;
    if (register.users.some(({ mark }) => mark === expected)) return register;
    if (ctx.clock.now() - startedMs >= TAGS_APPEAR_WITHIN_MS) return register;
    await ctx.clock.sleep(BETWEEN_READS_MS, ctx.signal);
  }
}

/**
 * Writes what `standing` says, and takes the marks of dead creates away. `unmarked`: tagging is not allowed, so that the
 * state alone decides from now on. `absent`: the identity is gone again.
 */
export async function joinIdentity(
  ses: SesPort,
  identity: IdentityName,
  { write, full, dead, register }: CurrentIdentity,
  registrant: Registrant,
  ctx: Ctx,
): Promise<"marked" | "unmarked" | "absent"> {
  if (write === undefined) return full ? "unmarked" : "marked";
  const crowded = register !== undefined && freeTags(register) < (write.made ? 2 : 1);
  if (crowded) await forget(ses, identity, dead, ctx);
  const user = { ...registrant.user, mark: registrant.mark, state: write.state };
  const outcome = await registrant.settling.first(() => ses.mark(identity, user, write.made, ctx));
  if (outcome === "absent") return outcome;
  if (!crowded) await forget(ses, identity, dead, ctx);
  if (register?.users.some(({ state }) => state === "leaving")) await letLeave(ses, identity, ctx);
  return outcome === "done" ? "marked" : "unmarked";
}

/** One that is leaving may have looked for users before this one's mark was there, and remove the identity yet. */
async function letLeave(ses: SesPort, identity: IdentityName, ctx: Ctx): Promise<void> {
  const startedMs = ctx.clock.now();
  while (ctx.clock.now() - startedMs < TAGS_APPEAR_WITHIN_MS) {
    await ctx.clock.sleep(BETWEEN_READS_MS, ctx.signal);
    const register = await ses.register(identity, ctx);
    if (typeof register === "string" || !register.users.some(({ state }) => state === "leaving")) return;
  }
}

/** Marks that cannot be taken away are set to `leaving`, which counts as none. */
export async function forget(
  ses: SesPort,
  identity: IdentityName,
  users: readonly IdentityUser[],
  ctx: Ctx,
): Promise<void> {
  if (users.length === 0) return;
  const outcome = await ses.unmark(
    identity,
    users.map(({ mark }) => USER_PREFIX + mark),
    ctx,
  );
  if (outcome !== "denied") return;
  for (const user of users) await ses.mark(identity, { ...user, state: "leaving" }, false, ctx);
}

function isAdopted(adopt: Adoption, prior: { readonly adopted: boolean } | undefined): boolean {
  return adopt !== "own" && (prior === undefined || prior.adopted);
}

/** The identity was there, and is not any more. */
export function identityGone(identity: IdentityName, region: string): SesError {
  return new SesError("identity-gone", `The identity ${identity} in ${region} was deleted while it was set up.`, {
    hint: "Another program deletes it. Run `pulumi up` again once that has ended.",
  });
}

/** `users`: undefined where its tags may not be read. */
export function refusal(identity: IdentityName, region: string, users: readonly IdentityUser[] | undefined): SesError {
  const usedBy = users === undefined || users.length === 0 ? "" : `, used by ${labelsOf(users)}`;
  const maker =
    users === undefined
      ? "Its tags may not be read, so who made it is not known"
      : "No tag says that pulumi-sesdomain made it";
  return new SesError(
    "identity-exists",
    `SES in ${region} has an identity ${identity} already${usedBy}. ${maker}, and adopt is "refuse".`,
    { hint: 'Set adopt to "keep" to use it and leave it on destroy, or to "own" to take it over.' },
  );
}

export function tagsFull(identity: IdentityName, region: string, register: Register): SesError {
  const users = register.users.map(({ mark, state, label }) =>
    clip(`${USER_PREFIX}${mark} (${state}: ${label})`, LABEL_LENGTH),
  );
  const others = register.keys.length - users.length;
  return new SesError(
    "tags-full",
    `The identity ${identity} in ${region} has ${register.keys.length} of ${TAGS_AT_MOST} tags, so this resource cannot register as its user. Users: ${users.join(", ") || "none"}; other tags: ${others}.`,
    { hint: "Remove a tag that is no longer needed: aws sesv2 untag-resource --resource-arn ARN --tag-keys KEY" },
  );
}
