import type { Ctx } from "../core/ctx";
import { SesError } from "../core/errors";
import type { Fqdn } from "../core/fqdn";
import {
  type Account,
  type IdentityName,
  type IdentityStatus,
  identityArn,
  type Owner,
  type SesPort,
} from "../ses/port";
import type { Adoption, CheckedIdentity, Restart } from "./args";
import type { Verification } from "./state";
import type { World } from "./world";

/** An identity with its name and region settled, and the port that reaches it. */
export interface OpenIdentity {
  readonly spec: CheckedIdentity & { readonly name: string; readonly region: string };
  readonly ses: SesPort;
}

/** Settles what an identity left to defaults: its region is the stack's, its name is its region. */
export function openIdentity(identity: CheckedIdentity, world: World): OpenIdentity {
  const ses = world.ses(identity);
  return { spec: { ...identity, name: identity.name ?? ses.region, region: ses.region }, ses };
}

/**
 * The account that the credentials are of, once it is the one that the program and the state expect. An identity never
 * moves to another account by itself: its token, its policies and its reputation stay behind.
 */
export async function pinnedAccount(
  { spec, ses }: OpenIdentity,
  pinned: string | undefined,
  ctx: Ctx,
): Promise<Account> {
  const account = await ses.account(ctx);
  if (spec.accountId !== undefined && spec.accountId !== account.id) {
    throw new SesError(
      "account-mismatch",
      `The credentials of identity "${spec.name}" are of account ${account.id}, not of ${spec.accountId}, which the program names.`,
      { hint: "Choose the profile, role or credentials of that account, or correct accountId." },
    );
  }
  if (pinned !== undefined && pinned !== account.id) {
    throw new SesError(
      "account-changed",
      `Identity "${spec.name}" is in account ${pinned}; the credentials at hand are of account ${account.id}. Nothing was changed.`,
      {
        hint: `Use credentials of ${pinned}. To move to ${account.id}, add an identity under another name and remove this one.`,
      },
    );
  }
  return account;
}

/** Whether SES has to be asked (again) for a token, and as what. */
export function needsAsking(status: IdentityStatus | undefined): "absent" | "failed" | "tokenless" | undefined {
  if (status === undefined) return "absent";
  if (status.status === "Failed" || status.status === "NotStarted") return "failed";
  return status.token === undefined ? "tokenless" : undefined;
}

export interface Wish {
  readonly domain: Fqdn;
  readonly owner: Owner;
  readonly adopt: Adoption;
  readonly restart: Restart;
}

export interface Ensured {
  readonly verification: Verification;
  /** SES was asked again for an identity that it had failed or revoked. */
  readonly restarted: boolean;
}

/**
 * Makes SES have the identity and a token for it, and signs it as ours where it is. Asks SES anew only where it says
 * absent, Failed or NotStarted, or holds no token. `keep` is called as soon as there is something that a failure must not lose.
 */
export async function ensureIdentity(
  open: OpenIdentity,
  prior: Verification | undefined,
  wish: Wish,
  keep: (verification: Verification) => void,
  ctx: Ctx,
): Promise<Ensured> {
  const { spec, ses } = open;
  const account = await pinnedAccount(open, prior?.accountId, ctx);
  const before = await ses.status(wish.domain, ctx);
  const standing = before === undefined ? "ours" : await standingOf(open, prior, wish.domain, wish, ctx);
  const why = needsAsking(before);
  const again = why === "failed" || (why === "absent" && prior !== undefined);
  if (again && wish.restart === "never") {
    throw new SesError(
      "restart-never",
      `SES in ${spec.region} (account ${account.id}) says ${before?.status ?? "nothing"} for ${wish.domain}, and restart is "never": SES was not asked again.`,
      {
        hint: 'Set restart to "auto", or ask SES yourself (aws ses verify-domain-identity) and run `pulumi up` again.',
      },
    );
  }
  const token = why === undefined ? before?.token : (await ses.request(wish.domain, ctx)).token;
  const verification: Verification = {
    name: spec.name,
    region: spec.region,
    accountId: account.id,
    identityArn: identityArn(account, spec.region, wish.domain),
    token: token ?? "",
    status: why === undefined && before !== undefined ? before.status : "Pending",
    adopted: standing === "adopted",
  };
  keep(verification);
  if (standing !== "adopted" && standing !== "signed") await ses.setOwner(wish.domain, wish.owner, ctx);
  return { verification, restarted: again };
}

/** Whose an identity is that SES already has. `signed`: ours, with our tag on it already. */
export async function standingOf(
  { spec, ses }: OpenIdentity,
  prior: { readonly adopted: boolean } | undefined,
  identity: IdentityName,
  { owner, adopt }: Pick<Wish, "owner" | "adopt">,
  ctx: Ctx,
): Promise<"ours" | "signed" | "adopted"> {
  const ownership = await ses.owner(identity, ctx);
  if (
    ownership.kind === "owned" &&
    ownership.owner.project === owner.project &&
    ownership.owner.stack === owner.stack
  ) {
    return ownership.owner.resource === owner.resource ? "signed" : "ours";
  }
  if (prior !== undefined && !prior.adopted) return "ours";
  if (prior !== undefined && adopt === "refuse") return "adopted";
  if (adopt === "own") return "ours";
  if (adopt === "refuse")
    throw refusal(identity, spec.region, ownership.kind === "owned" ? ownership.owner : undefined);
  return "adopted";
}

export function refusal(identity: IdentityName, region: string, owner: Owner | undefined): SesError {
  const whose = owner === undefined ? "which this stack did not make" : `made by stack ${owner.project}/${owner.stack}`;
  return new SesError(
    "identity-exists",
    `SES in ${region} has an identity ${identity} already, ${whose}, and adopt is "refuse".`,
    {
      hint: 'Set adopt to "keep" to use it and leave it on destroy, or to "own" to take it over.',
    },
  );
}

/**
 * Removes an identity that is ours. It stays where it was there before us, or where its tag says that another resource
 * has taken it over since (a resource renamed without an alias). Returns whether it is gone.
 */
export async function releaseIdentity(
  verification: Pick<Verification, "region" | "accountId" | "adopted">,
  open: OpenIdentity,
  identity: IdentityName,
  owner: Owner | undefined,
  ctx: Ctx,
): Promise<boolean> {
  await pinnedAccount(open, verification.accountId, ctx);
  if (verification.adopted) return false;
  if ((await open.ses.status(identity, ctx)) === undefined) return true;
  const ownership = await open.ses.owner(identity, ctx);
  if (owner !== undefined && ownership.kind === "owned" && !sameOwner(ownership.owner, owner)) {
    ctx.log.info(
      `${identity} in ${verification.region} stays: it belongs to another resource now (${ownership.owner.project}/${ownership.owner.stack}).`,
    );
    return false;
  }
  await open.ses.remove(identity, ctx);
  return true;
}

function sameOwner(a: Owner, b: Owner): boolean {
  return a.project === b.project && a.stack === b.stack && a.resource === b.resource;
}

/**
 * The port that reaches an identity of the state: by its own profile or role, or, where that is gone or leads to
 * another account by now, by the stack's own credentials.
 */
export async function reopenIdentity(
  identity: CheckedIdentity,
  accountId: string,
  world: World,
  ctx: Ctx,
): Promise<OpenIdentity> {
  const open = openIdentity(identity, world);
  try {
    await pinnedAccount(open, accountId, ctx);
    return open;
  } catch (error) {
    const own = identity.profile !== undefined || identity.roleArn !== undefined || identity.credentials !== undefined;
    if (!own || ctx.signal.aborted) throw error;
    const fallback = openIdentity({ name: identity.name, region: identity.region }, world);
    const reached = await fallback.ses.account(ctx).catch(() => undefined);
    if (reached?.id !== accountId) throw error;
    return fallback;
  }
}
