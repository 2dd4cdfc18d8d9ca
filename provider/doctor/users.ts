import type { Ctx } from "../core/ctx";
import { SesDomainError } from "../core/errors";
import { type IdentityName, identityArn, type SesPort } from "../ses/port";
import type { IdentityUser } from "../ses/register";

/** Who uses one identity, by the tags on it. */
export interface IdentityUsers {
  /** The identity's name in the report. */
  readonly name: string;
  readonly region: string;
  readonly arn: string;
  /** Made or taken over by pulumi-sesdomain: it is removed with its last user. */
  readonly made: boolean;
  readonly users: readonly (IdentityUser & {
    /** Whether the stack that was given holds it; undefined where no stack was given. */
    readonly inStack: boolean | undefined;
  })[];
}

/** A stack of more domains is not asked for its users: SES takes one such request a second. */
export const USERS_AT_MOST = 5;

/** `mark`: the one that the stack's state holds. Undefined where the tags cannot be read: it would help, and no more. */
export async function readUsers(
  what: IdentityName,
  { name, mark, declared }: { readonly name: string; readonly mark: string | undefined; readonly declared: boolean },
  ses: SesPort,
  ctx: Ctx,
): Promise<IdentityUsers | undefined> {
  try {
    const register = await ses.register(what, ctx);
    if (typeof register === "string") return undefined;
    const arn = identityArn(await ses.account(ctx), ses.region, what);
    const users = register.users.map((user) => ({ ...user, inStack: declared ? user.mark === mark : undefined }));
    return { name, region: ses.region, arn, made: register.made, users };
  } catch (error) {
    if (!(error instanceof SesDomainError)) throw error;
    ctx.log.debug(error.message);
    return undefined;
  }
}

/** As `--json` prints it; undefined where it was not read. Pure. */
export function usageOf(name: string, all: readonly IdentityUsers[]) {
  const found = all.find((one) => one.name === name);
  return (
    found && {
      arn: found.arn,
      made: found.made,
      users: found.users.map(({ mark, state, label, inStack }) => ({ mark, state, label, inStack })),
    }
  );
}
