import type { Account } from "../../aws/session-types";
import type { Ctx } from "../../core/ctx";
import { SesDomainError, SesError } from "../../core/errors";
import { type IdentityName, identityArn, type VerificationStatus } from "../../ses/port";
import type { Register } from "../../ses/register";
import { settleIdentities } from "../arguments/identities";
import type { Caller, Ports } from "../lifecycle";
import type { ImportId } from "./import-id";
import type { MarkState } from "./mark-state";
import { expectedAccount, type OpenIdentity, openIdentity } from "./open";

/** An identity that SES has, and whose it is. */
export interface FoundIdentity extends OpenIdentity {
  readonly account: Account;
  readonly arn: string;
  readonly status: VerificationStatus;
  /** Undefined where SES holds none. */
  readonly token: string | undefined;
  /** Its tags do not say that this package made it, or may not be read. */
  readonly adopted: boolean;
  /** The mark of the resource that is imported, where the tags hold one. */
  readonly mark: string | undefined;
}

/**
 * What SES has of the name in the regions of an import's id; of those without it, it tells which. Reads only: SES is not asked for
 * a token. Throws `SesError` where an account or a region does not answer, since half an answer is none.
 */
export async function findIdentities(
  { subject, regions }: ImportId,
  { clients, defaults }: Pick<Ports, "clients" | "defaults">,
  { user }: Pick<Caller, "user">,
  ctx: Ctx,
): Promise<readonly FoundIdentity[]> {
  const named = (regions ?? [undefined]).map((region) => ({ name: region, region }));
  const settled = settleIdentities(named, defaults.region);
  if ("failures" in settled) {
    throw new SesDomainError("import-region-missing", "No region is known to look for the identity in.", {
      hint: `Write it into the id: "${subject}/us-east-1". Or set sesdomain:region, aws:region or AWS_REGION.`,
    });
  }
  const found = await Promise.all(
    settled.identities.map(async (spec) => {
      const open = openIdentity(spec, clients);
      const account = await expectedAccount(open, undefined, ctx);
      const current = await open.ses.status(subject, ctx);
      if (current === undefined) return { open, account };
      const register = await open.ses.register(subject, ctx);
      if (register === "absent") throw vanished(subject, spec.region);
      const arn = identityArn(account, spec.region, subject);
      const { status, token } = current;
      return {
        ...open,
        account,
        arn,
        status,
        token,
        adopted: isAdopted(register),
        mark: markOf(register, user.urnHash),
      };
    }),
  );
  for (const one of found) {
    if (!("open" in one)) continue;
    const { region } = one.open.spec;
    ctx.log.warn(`SES in ${region} (account ${one.account.id}) has no identity ${subject}: nothing of it is imported.`);
  }
  return found.filter((one) => "arn" in one);
}

/** SES told of it a moment ago. */
export function vanished(subject: IdentityName, region: string): SesError {
  return new SesError(
    "ses-unavailable",
    `SES in ${region} told of ${subject}, and then that it has no such identity.`,
    {
      hint: "Import it again in a moment.",
      retryable: true,
    },
  );
}

function isAdopted(register: Register | "denied"): boolean {
  return register === "denied" || !register.made;
}

/** One whose delete is under way no longer counts as a user. */
function markOf(register: Register | "denied", urnHash: string): string | undefined {
  if (register === "denied") return undefined;
  const own = register.users.filter((one) => one.urnHash === urnHash && one.state !== "leaving");
  return (own.find(({ state }) => state === "settled") ?? own[0])?.mark;
}

/** What the tags of all identities say of the resource; without a mark of its own the first update registers it. */
export function markStateOf(found: readonly FoundIdentity[]): MarkState {
  const mark = found.find((one) => one.mark !== undefined)?.mark;
  const unmarked = mark === undefined ? [] : found.filter((one) => one.mark !== mark).map(({ arn }) => arn);
  return { mark, unmarked };
}

/** As a program names them; undefined where that is the default. */
export function namedIn({ regions }: ImportId, found: readonly FoundIdentity[]) {
  return regions === undefined ? undefined : found.map(({ spec: { region } }) => ({ region }));
}

/** The error of an import, with what it was about. */
export function notImported(error: unknown, id: string): unknown {
  if (!(error instanceof SesDomainError) || error.code === "import-id-invalid") return error;
  const { code, message, hint, retryable } = error;
  const done = "Nothing was imported and nothing was changed.";
  return new SesDomainError(code, `${id} cannot be imported now: ${message}`, {
    hint: hint === undefined ? done : `${hint} ${done}`,
    retryable,
    cause: error,
  });
}
