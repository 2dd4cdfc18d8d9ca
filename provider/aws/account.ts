import type { Ctx } from "../core/ctx";
import { SesError } from "../core/errors";
import { callAws, whileObtaining } from "./call";
import { AwsFaultError, classify, toSesError } from "./faults";
import { partitionOf } from "./region";
import { sdk } from "./sdk";
import type { Account, AwsSession } from "./session-types";
import type { AwsSettings } from "./settings";

/** STS allows far more; this only keeps a fault from becoming a flood. */
const LIMITS = { spacingMs: 50 } as const;

/** The account of the session's credentials. Throws `SesError`; `account-mismatch` and `account-forbidden` name both accounts. */
export async function readAccount(
  session: AwsSession,
  wanted: string | undefined,
  settings: AwsSettings,
  ctx: Ctx,
): Promise<Account> {
  const account = (await carriedAccount(session, ctx)) ?? (await askSts(session, ctx));
  if (wanted !== undefined && wanted !== account.id) {
    throw new SesError(
      "account-mismatch",
      `The credentials belong to the AWS account ${account.id}, not to ${wanted}.`,
      {
        hint: "Use a profile or role of the other account, or correct accountId.",
      },
    );
  }
  const { allowedAccountIds: allowed, forbiddenAccountIds: forbidden } = settings;
  if ((allowed.length > 0 && !allowed.includes(account.id)) || forbidden.includes(account.id)) {
    const rule = forbidden.includes(account.id)
      ? "aws:forbiddenAccountIds names it"
      : `aws:allowedAccountIds allows ${allowed.join(", ")}`;
    throw new SesError("account-forbidden", `The credentials belong to the AWS account ${account.id}, but ${rule}.`, {
      hint: "Use credentials of an account that the stack allows, or change the stack's list.",
    });
  }
  return account;
}

async function carriedAccount(session: AwsSession, ctx: Ctx): Promise<Account | undefined> {
  try {
    const { accountId } = await whileObtaining(session, session.credentials(), ctx);
    return accountId === undefined ? undefined : { id: accountId, partition: partitionOf(session.region ?? "") };
  } catch (error) {
    if (error instanceof SesError) throw error;
    const fault = classify(error, { ...session.context("sts:GetCallerIdentity", "sts"), regional: false });
    // What passes is tried again by the call to STS, which needs the same credentials.
    if (fault.kind === "throttled" || fault.kind === "unavailable") return undefined;
    throw toSesError(new AwsFaultError(fault), "obtaining AWS credentials");
  }
}

async function askSts(session: AwsSession, ctx: Ctx): Promise<Account> {
  const { GetCallerIdentityCommand } = sdk.sts();
  const sts = await session.sts();
  try {
    const seen = await callAws(
      session,
      {
        service: "sts",
        action: "sts:GetCallerIdentity",
        limiter: session.limiters.for(`sts ${session.key}`, LIMITS),
        send: (options) => sts.send(new GetCallerIdentityCommand({}), options),
      },
      ctx,
    );
    const partition = /^arn:([^:]+):/.exec(seen.Arn ?? "")?.[1] ?? partitionOf(session.region ?? "");
    if (seen.Account === undefined) throw new SesError("ses-refused", "STS names no account for these credentials.");
    return { id: seen.Account, partition };
  } catch (error) {
    throw toSesError(error, "asking STS whose credentials these are");
  }
}
