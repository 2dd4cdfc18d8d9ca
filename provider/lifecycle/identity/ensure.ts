import type { Account } from "../../aws/session-types";
import type { Ctx } from "../../core/ctx";
import { SesError } from "../../core/errors";
import type { Fqdn } from "../../core/fqdn";
import { dated } from "../../core/words";
import { type IdentityName, identityArn, type NewIdentity, type SesPort } from "../../ses/port";
import type { UserState } from "../../ses/register";
import type { Adoption, Restart } from "../arguments/types";
import type { Verification } from "../domain/state";
import { GRACE_MS } from "../observation/wait/grace";
import { type CurrentIdentity, identityGone, joinIdentity, madeHere, type Registrant, readCurrent } from "./join";
import { metLate } from "./meet";
import type { Meeting } from "./meeting";
import { expectedAccount, type OpenIdentity } from "./open";
import { type ObservedIdentity, planRequest, type RequestPlan } from "./request";
import type { Restarts } from "./restarts";

export interface EnsureOptions {
  readonly domain: Fqdn;
  readonly registrant: Registrant;
  readonly adopt: Adoption;
  readonly restart: Restart;
  /** What the resource's mark says while this run is under way: `creating` in a create. */
  readonly state: UserState;
  /** With what a new identity is made where DKIM is asked for; without, SES is asked by the verification alone. */
  readonly create?: Omit<NewIdentity, "user"> | undefined;
}

export interface EnsuredIdentity {
  readonly verification: Verification;
  /** SES was asked again for an identity that it had failed or revoked: what it had said, and whether its token is another now. */
  readonly restarted: { readonly said: ObservedIdentity["status"]; readonly tokenChanged: boolean } | undefined;
  /** Whether SES was asked for it in this run. */
  readonly asked: boolean;
  /** Why SES was not asked again, though it has given up: for when all else is done. */
  readonly stopped: SesError | undefined;
  /** The identity came between this run's check and now, so that no preview could tell. */
  readonly met: Meeting | undefined;
}

/** What an earlier run left of an identity, and how many requests for it failed. */
export interface PriorIdentity {
  readonly verification: Verification | undefined;
  readonly asked: Restarts | undefined;
  /** Whether the state says that the resource's mark is on it. */
  readonly registered: boolean;
}

/** What `ensureIdentity` must not lose: `marked` is false while the resource's mark is not on the identity. */
export type Keep = (verification: Verification, marked: boolean) => void;

/** An identity may be removed by its last user just when another resource begins to use it. */
const JOINS_AT_MOST = 3;
const BETWEEN_LOOKS_MS = 2_000;

/**
 * Makes SES have the identity and a token for it, and registers the resource on it. Asks SES only where it says absent,
 * Failed or NotStarted, or holds no token. `keep` is called as soon as there is something that a failure must not lose.
 */
export async function ensureIdentity(
  open: OpenIdentity,
  known: (account: Account) => PriorIdentity,
  wish: EnsureOptions,
  keep: Keep,
  ctx: Ctx,
): Promise<EnsuredIdentity> {
  const account = await expectedAccount(open, undefined, ctx);
  const prior = known(account);
  let madeHereBefore = false;
  for (let joins = 1; ; joins += 1) {
    const ensured = await ensureOnce(open, account, madeHereBefore, prior, wish, keep, ctx);
    if (ensured !== "gone" && ensured !== "gone, though made here") return ensured;
    madeHereBefore ||= ensured === "gone, though made here";
    await ctx.clock.sleep(BETWEEN_LOOKS_MS, ctx.signal);
    if (joins === JOINS_AT_MOST) {
      throw identityGone(wish.domain, open.spec.region);
    }
  }
}

/** `gone`: the identity was deleted meanwhile, or is not listed yet. `madeBefore`: this run had SES make it. */
async function ensureOnce(
  open: OpenIdentity,
  account: Account,
  madeBefore: boolean,
  { verification: prior, asked, registered }: PriorIdentity,
  wish: EnsureOptions,
  keep: Keep,
  ctx: Ctx,
): Promise<EnsuredIdentity | "gone" | "gone, though made here"> {
  const { spec, ses } = open;
  const { domain, adopt, registrant, state } = wish;
  const before = await ses.status(domain, ctx);
  const found =
    before === undefined
      ? madeHere(state)
      : await readCurrent(
          open,
          { identity: domain, adopt, registrant, prior: madeBefore ? { adopted: false } : prior, registered, state },
          ctx,
        );
  if (found === "absent") return "gone";
  let standing: CurrentIdentity = found;
  const current: ObservedIdentity = { status: before?.status ?? "absent", token: before?.token, tokenKnown: true };
  const request = planRequest(current, { known: prior !== undefined, asked }, wish.restart, ctx.clock.now());
  const stopped = request.kind === "held" ? heldError(open, account, request, asked, domain) : undefined;
  // Without a token there is nothing that could be published meanwhile.
  if (stopped !== undefined && before?.token === undefined) throw stopped;
  const asks = request.kind === "ask";
  const sight = { status: before?.status ?? "unknown", request: asks ? request.because : undefined } as const;
  const arn = identityArn(account, spec.region, domain);
  registrant.hold(arn);
  const verificationWith = (token: string | undefined): Verification => ({
    name: spec.name,
    region: spec.region,
    accountId: account.id,
    identityArn: arn,
    token: token ?? "",
    status: !asks && before !== undefined ? before.status : "Pending",
    adopted: standing.adopted,
    // As the last run left them: they are seen to after the verification.
    ...(prior?.dkim && { dkim: prior.dkim }),
    ...(prior?.mailFrom && { mailFrom: prior.mailFrom }),
  });
  if (before === undefined && asks && wish.create !== undefined) {
    const user = { ...registrant.user, mark: registrant.mark, state };
    const made = await ses.create(domain, { ...wish.create, user }, ctx);
    // Another resource was first: it is read as one that is there already.
    if (made === "exists") {
      await isThere(ses, domain, ctx);
      return madeBefore ? "gone, though made here" : "gone";
    }
    // It has the resource's mark already.
    if (made === "made") standing = { ...standing, write: undefined };
    keep(verificationWith(prior?.token), standing.write === undefined);
  }
  const verification = verificationWith(asks ? await ses.request(domain, ctx) : before?.token);
  keep(verification, standing.write === undefined);
  const joined = await joinIdentity(ses, domain, standing, registrant, ctx);
  const made = before === undefined ? "gone, though made here" : "gone";
  if (joined === "absent") return made;
  if (standing.write !== undefined && !(await isThere(ses, domain, ctx))) return made;
  keep(verification, joined === "marked");
  const restarted =
    asks && request.again
      ? {
          said: before?.status ?? ("absent" as const),
          tokenChanged: verification.token !== (before?.token ?? prior?.token),
        }
      : undefined;
  const late = before !== undefined && prior === undefined && !madeBefore && !registrant.hasMet(arn);
  const met = late && { ...metLate(domain, { spec, account }, standing.register, adopt, registrant), ...sight };
  return { verification, restarted, stopped, asked: asks, met: met || undefined };
}

/** An identity just made may not be listed at once. */
export async function isThere(ses: SesPort, identity: IdentityName, ctx: Ctx): Promise<boolean> {
  const startedMs = ctx.clock.now();
  for (;;) {
    if ((await ses.status(identity, ctx)) !== undefined) return true;
    if (ctx.clock.now() - startedMs >= GRACE_MS) return false;
    await ctx.clock.sleep(BETWEEN_LOOKS_MS, ctx.signal);
  }
}

/** Why SES is not asked again. */
function heldError(
  { spec }: OpenIdentity,
  account: Account,
  held: RequestPlan & { readonly kind: "held" },
  asked: Restarts | undefined,
  domain: Fqdn,
): SesError {
  const where = `SES in ${spec.region} (account ${account.id})`;
  const says =
    held.status === "absent" ? `${where} has no identity ${domain}` : `${where} says ${held.status} for ${domain}`;
  if (held.because === "restart-never") {
    return new SesError("restart-never", `${says}, and restart is "never": SES was not asked again.`, {
      hint: 'Set restart to "auto", or ask SES yourself (aws ses verify-domain-identity) and run `pulumi up` again.',
    });
  }
  const last = asked === undefined ? "" : `, the last time on ${dated(Date.parse(asked.at))}`;
  return new SesError(
    "restart-held",
    `${says}. It was asked again ${asked?.restarts ?? 0} times in a row${last}, and is not asked before ${dated(held.untilMs ?? 0)}.`,
    {
      hint: `Find out why it fails (npx sesdomain doctor ${domain}). To ask at once, do it yourself (aws ses verify-domain-identity) and run \`pulumi up\` again.`,
    },
  );
}
