import type { Ctx } from "../../core/ctx";
import { SesDomainError } from "../../core/errors";
import { shellQuoted } from "../../core/words";
import { type IdentityName, identityArn, type SesPort } from "../../ses/port";
import { type IdentityUser, USER_PREFIX } from "../../ses/register";
import type { Paint } from "./paint";
import { type Row, table } from "./table";

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

/** A line a user, and the command that removes one. Empty where there are none. Pure. */
export function renderUsers(
  all: readonly IdentityUsers[],
  { width, paint }: { readonly width: number; readonly paint: Paint },
): string {
  const used = all.filter(({ users }) => users.length > 0);
  const rows = used.flatMap(({ name, made, users }) =>
    users.map(({ mark, state, label, inStack }): Row => {
      const stack = inStack === undefined ? "" : inStack ? ", this stack" : ", not in this stack's state";
      const fate = made ? "" : ", not made by pulumi-sesdomain";
      return [{ text: name }, { text: `${state} ${USER_PREFIX}${mark}` }, { text: `${label}${stack}${fate}` }];
    }),
  );
  if (rows.length === 0) return "";
  return [
    `${paint("strong", "Users")} (resources that use an identity; the last one that is destroyed removes it)`,
    ...table(rows, width, paint),
    "  To remove one whose stack is gone:",
    ...used.map(({ region, arn }) => `    ${removal(region, arn, `${USER_PREFIX}MARK`)}`),
  ].join("\n");
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

function removal(region: string, arn: string, key: string): string {
  return `aws sesv2 untag-resource --region ${region} --resource-arn ${shellQuoted(arn)} --tag-keys ${key}`;
}
