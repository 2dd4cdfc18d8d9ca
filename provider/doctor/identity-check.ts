import type { Ctx } from "../core/ctx";
import { explain, SesDomainError } from "../core/errors";
import type { IdentitySeen } from "../diagnosis/finding";
import { expectedAccount } from "../lifecycle/identity/open";
import { restartsSeen } from "../lifecycle/identity/restarts";
import type { Clients } from "../lifecycle/observation/clients";
import { seeIdentity } from "../lifecycle/observation/observe";
import { tokenIn } from "../lifecycle/records/requirements";
import type { SesPort } from "../ses/port";
import { coveringDomain } from "./covering";
import type { StatusOf } from "./status-board";
import type { Subject, SubjectIdentity, Token } from "./subject";
import { type IdentityUsers, readUsers } from "./users";

interface AskedPorts {
  readonly clients: Pick<Clients, "ses">;
  readonly status: StatusOf;
}

/** What became of one identity; `port` is there where SES can be asked. */
export interface IdentityCheck {
  readonly identity: SubjectIdentity;
  readonly seen: IdentitySeen & { readonly token?: string | undefined };
  readonly port: SesPort | undefined;
}

/** What SES says of one identity of the domain. Why it does not, where it does not, is part of that. */
export async function checkIdentity(
  identity: SubjectIdentity,
  subject: Subject,
  ports: AskedPorts,
  ctx: Ctx,
): Promise<IdentityCheck> {
  const { name, spec, verifiedBefore } = identity;
  const { domain } = subject;
  const declared = subject.expected !== undefined;
  let port: SesPort;
  try {
    port = ports.clients.ses(spec);
  } catch (error) {
    if (!(error instanceof SesDomainError)) throw error;
    return { identity, seen: notAskable(identity, error), port: undefined };
  }
  const seen = await seeIdentity({ name, ses: port, accountId: undefined, verifiedBefore }, async (ses) => {
    await expectedAccount({ spec: { ...spec, name, region: ses.region }, ses }, identity.accountId, ctx);
    return ports.status(ses, domain, ctx);
  });
  const account = await port.account(ctx).catch(unknownAccount);
  // What a program declares is to be there itself.
  const mayBeCovered = seen.status === "absent" && !declared;
  const coveredBy = mayBeCovered ? await coveringDomain(domain, port, ctx) : undefined;
  return {
    identity,
    seen: {
      ...seen,
      coveredBy,
      askedAgain: identity.asked && restartsSeen(identity.asked, ctx.clock.now()),
      accountId: account?.id ?? identity.accountId,
    },
    port,
  };
}

/** An identity of which nothing is known, since there is no way to ask SES. */
export function notAskable({ name, spec, accountId, verifiedBefore }: SubjectIdentity, error: SesDomainError) {
  return {
    name,
    region: spec.region ?? "an unnamed region",
    accountId,
    verifiedBefore,
    status: "unknown",
    unknownBecause: explain(error),
    unknownCode: error.code,
    unknownHint: error.hint,
  } as const;
}

/** Why it is unknown is said with the identity's status. */
function unknownAccount(error: unknown): undefined {
  if (!(error instanceof SesDomainError)) throw error;
  return undefined;
}

/** SES's token; where it was not asked for one, the state's. */
export function tokenOf({ seen }: IdentityCheck, { expected }: Subject): Token[] {
  if (seen.token !== undefined) return [{ identity: seen.name, token: seen.token }];
  const known = expected?.find(({ owner }) => owner.identity === seen.name);
  const token = known && tokenIn(known);
  return token === undefined ? [] : [{ identity: seen.name, token }];
}

/** One that was not asked for, by name or in the environment, is left out where it cannot be asked. */
export function isAsked({ identity, seen }: IdentityCheck): boolean {
  return !identity.leaveOutFor.includes(seen.unknownCode ?? "");
}

/** Whom to ask for SES's own last look. */
export function asker({ seen: { status }, port }: IdentityCheck): SesPort | undefined {
  return status === "absent" || status === "unknown" ? undefined : port;
}

/** Which resources use each identity, by its tags. */
export async function readAllUsers(
  checks: readonly IdentityCheck[],
  subject: Subject,
  ctx: Ctx,
): Promise<IdentityUsers[]> {
  const declared = subject.expected !== undefined;
  const all = await Promise.all(
    checks.map(async ({ identity: { name, mark }, seen: { status }, port }) =>
      port === undefined || status === "absent" || status === "unknown"
        ? undefined
        : readUsers(subject.domain, { name, mark, declared }, port, ctx),
    ),
  );
  return all.filter((one) => one !== undefined);
}
