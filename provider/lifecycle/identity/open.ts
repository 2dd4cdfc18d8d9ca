import type { Account } from "../../aws/session-types";
import type { Ctx } from "../../core/ctx";
import { SesError } from "../../core/errors";
import type { SesPort } from "../../ses/port";
import type { CheckedIdentity } from "../arguments/types";
import type { Clients } from "../observation/clients";

/** An identity with its name and region settled, and the port that reaches it. */
export interface OpenIdentity {
  readonly spec: CheckedIdentity & { readonly name: string; readonly region: string };
  readonly ses: SesPort;
}

/**
 * Settles what an identity left to defaults: its region is the stack's, its name is its region. `pinned`: the account where
 * it is known to be.
 */
export function openIdentity(identity: CheckedIdentity, clients: Clients, pinned?: string): OpenIdentity {
  try {
    const ses = clients.ses(identity);
    return { spec: { ...identity, name: identity.name ?? ses.region, region: ses.region }, ses };
  } catch (error) {
    throw withAccount(error, identity, pinned);
  }
}

/**
 * The account that the credentials are of, once it is the one that the program and the state expect. An identity never
 * moves to another account by itself: its token, its policies and its reputation stay behind. `needed`: the account to name
 * where there are no credentials.
 */
export async function expectedAccount(
  { spec, ses }: OpenIdentity,
  pinned: string | undefined,
  ctx: Ctx,
  needed = pinned,
): Promise<Account> {
  const account = await ses.account(ctx).catch((error: unknown) => {
    throw withAccount(error, spec, needed);
  });
  if (spec.accountId !== undefined && spec.accountId !== account.id) {
    throw new SesError(
      "account-mismatch",
      `The credentials of identity "${spec.name}" are of account ${account.id}, not of ${spec.accountId}, which the program names.`,
      { hint: "Choose the profile, role or credentials of that account, or correct accountId." },
    );
  }
  if (pinned !== undefined && pinned !== account.id) throw accountChanged(spec.name, pinned, account.id);
  return account;
}

function accountChanged(name: string, pinned: string, at: string): SesError {
  return new SesError(
    "account-changed",
    `Identity "${name}" is in account ${pinned}; the present credentials are of account ${at}. Nothing was changed.`,
    {
      hint: `Use credentials of ${pinned}. To move to ${at}, add an identity under another name and remove this one.`,
    },
  );
}

/** What an identity is to SES; its name is what the program calls it, and may change. */
interface KnownIdentity {
  readonly name: string;
  readonly region: string;
  readonly accountId: string;
}

/**
 * The one among `known` that is this identity: of the same account and region, whatever it was called. Throws
 * `account-changed` where the name stood for another account's in that region.
 */
export function knownAs<P extends KnownIdentity>(
  known: readonly P[],
  { spec }: Pick<OpenIdentity, "spec">,
  account: Account,
): P | undefined {
  const same = known.find(({ region, accountId }) => region === spec.region && accountId === account.id);
  if (same !== undefined) return same;
  const named = known.find(({ name, region }) => name === spec.name && region === spec.region);
  if (named !== undefined) throw accountChanged(spec.name, named.accountId, account.id);
  return undefined;
}

/**
 * Holds the accounts that the credentials are of against the state. Throws `account-changed`. An account that cannot be
 * learned now is not another one.
 */
export async function checkAccounts(
  identities: readonly OpenIdentity[],
  known: readonly KnownIdentity[],
  ctx: Ctx,
): Promise<void> {
  await Promise.all(
    identities.map(async (open) => {
      const account = await open.ses.account(ctx).catch((error: unknown) => {
        if (!(error instanceof SesError)) throw error;
        return undefined;
      });
      if (account !== undefined) knownAs(known, open, account);
    }),
  );
}

/** The credentials by which the state says that an identity is reached. */
export function specOf(
  identities: readonly CheckedIdentity[],
  { name, region }: Pick<KnownIdentity, "name" | "region">,
): CheckedIdentity {
  return (
    identities.find((one) => (one.name ?? one.region ?? region) === name && (one.region ?? region) === region) ?? {
      name,
      region,
    }
  );
}

const NO_CREDENTIALS: ReadonlySet<string> = new Set(["credentials-missing", "credentials-refused"]);

/** The error with the account that is needed, where it says that there are no credentials. */
function withAccount(error: unknown, { accountId }: CheckedIdentity, pinned: string | undefined): unknown {
  const account = pinned ?? accountId;
  if (account === undefined || !(error instanceof SesError) || !NO_CREDENTIALS.has(error.code)) return error;
  const known = pinned === undefined ? `The program names account ${account}` : `The identity is in account ${account}`;
  const needed = `${known}: credentials of that account are needed.`;
  return new SesError(error.code, error.message, {
    hint: error.hint === undefined ? needed : `${error.hint} ${needed}`,
    retryable: error.retryable,
  });
}

/**
 * The port that reaches an identity of the state: by its own profile or role, or, where that is gone or leads to
 * another account by now, by the stack's own credentials.
 */
export async function reopenIdentity(
  identity: CheckedIdentity,
  accountId: string,
  clients: Clients,
  ctx: Ctx,
): Promise<OpenIdentity> {
  try {
    const open = openIdentity(identity, clients, accountId);
    await expectedAccount(open, accountId, ctx);
    return open;
  } catch (error) {
    const own = identity.profile !== undefined || identity.roleArn !== undefined || identity.credentials !== undefined;
    if (!own || ctx.signal.aborted) throw error;
    const fallback = openIdentity({ name: identity.name, region: identity.region }, clients);
    const reached = await fallback.ses.account(ctx).catch(() => undefined);
    if (reached?.id !== accountId) throw error;
    return fallback;
  }
}
