import type { Ctx } from "../core/ctx";
import { SesError } from "../core/errors";
import type { Fqdn } from "../core/fqdn";
import { dated } from "../diagnosis/words";
import { type Account, type IdentityName, type IdentityStatus, identityArn, type Owner } from "../ses/port";
import type { Adoption, Restart } from "./args";
import { type Asked, heldUntilMs } from "./brake";
import { type OpenIdentity, pinnedAccount } from "./pins";
import type { Verification } from "./state";

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
  /** SES was asked again for an identity that it had failed or revoked: what it had said, and whether its token is another now. */
  readonly restarted: { readonly said: string; readonly tokenChanged: boolean } | undefined;
  /** Why SES was not asked again, though it has given up: for when all else is done. */
  readonly stopped: SesError | undefined;
}

/** What an earlier run left of an identity, and how often it was asked for in vain. */
export interface Before {
  readonly verification: Verification | undefined;
  readonly asked: Asked | undefined;
}

/**
 * Makes SES have the identity and a token for it, and signs it as ours where it is. Asks SES anew only where it says
 * absent, Failed or NotStarted, or holds no token. `keep` is called as soon as there is something that a failure must not lose.
 */
export async function ensureIdentity(
  open: OpenIdentity,
  known: (account: Account) => Before,
  wish: Wish,
  keep: (verification: Verification) => void,
  ctx: Ctx,
): Promise<Ensured> {
  const { spec, ses } = open;
  const account = await pinnedAccount(open, undefined, ctx);
  const { verification: prior, asked } = known(account);
  const before = await ses.status(wish.domain, ctx);
  const standing = before === undefined ? "ours" : await standingOf(open, prior, wish.domain, wish, ctx);
  const why = needsAsking(before);
  const again = why === "failed" || (why === "absent" && prior !== undefined);
  const stopped = again ? mayNotAsk(open, account, before, asked, wish, ctx.clock.now()) : undefined;
  // Without a token there is nothing that could be published meanwhile.
  if (stopped !== undefined && before?.token === undefined) throw stopped;
  const asks = why !== undefined && stopped === undefined;
  const token = asks ? (await ses.request(wish.domain, ctx)).token : before?.token;
  const verification: Verification = {
    name: spec.name,
    region: spec.region,
    accountId: account.id,
    identityArn: identityArn(account, spec.region, wish.domain),
    token: token ?? "",
    status: !asks && before !== undefined ? before.status : "Pending",
    adopted: standing === "adopted",
  };
  keep(verification);
  if (standing !== "adopted" && standing !== "signed") await ses.setOwner(wish.domain, wish.owner, ctx);
  const restarted =
    again && asks
      ? { said: before?.status ?? "nothing", tokenChanged: token !== (before?.token ?? prior?.token) }
      : undefined;
  return { verification, restarted, stopped };
}

/** Why SES is not to be asked again, if so. */
function mayNotAsk(
  { spec }: OpenIdentity,
  account: Account,
  before: IdentityStatus | undefined,
  asked: Asked | undefined,
  { domain, restart }: Wish,
  nowMs: number,
): SesError | undefined {
  const says = `SES in ${spec.region} (account ${account.id}) says ${before?.status ?? "nothing"} for ${domain}`;
  if (restart === "never") {
    return new SesError("restart-never", `${says}, and restart is "never": SES was not asked again.`, {
      hint: 'Set restart to "auto", or ask SES yourself (aws ses verify-domain-identity) and run `pulumi up` again.',
    });
  }
  const until = heldUntilMs(asked, nowMs);
  if (until === undefined || asked === undefined) return undefined;
  return new SesError(
    "restart-held",
    `${says}. It was asked again ${asked.restarts} times in a row, the last time on ${dated(Date.parse(asked.at))}, and is not asked before ${dated(until)}.`,
    {
      hint: `Find out why it fails (npx sesdomain doctor ${domain}). To ask at once, do it yourself (aws ses verify-domain-identity) and run \`pulumi up\` again.`,
    },
  );
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
