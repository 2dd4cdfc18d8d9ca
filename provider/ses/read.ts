import { sdk } from "../aws/sdk";
import type { AwsSession } from "../aws/session-types";
import type { Ctx } from "../core/ctx";
import { SesError } from "../core/errors";
import type { Take } from "../core/queues";
import { atLeastHalf, type RetryPolicy, retry } from "../core/retry";
import type { SesCall } from "./call";
import { type IdentityName, type IdentityStatus, identityName } from "./port";
import { statusOf } from "./statuses";

/** GetIdentityVerificationAttributes for the identities that wait when its turn comes. Throws `AwsFaultError`. */
export async function readStatus(
  session: AwsSession,
  call: SesCall,
  take: Take<IdentityName>,
  ctx: Ctx,
): Promise<ReadonlyMap<IdentityName, IdentityStatus>> {
  const { GetIdentityVerificationAttributesCommand } = sdk.ses();
  const client = await session.ses();
  const command = () => new GetIdentityVerificationAttributesCommand({ Identities: [...take()] });
  const answer = await call(
    "ses",
    "ses:GetIdentityVerificationAttributes",
    (options) => client.send(command(), options),
    ctx,
  );
  const seen = new Map<IdentityName, IdentityStatus>();
  for (const [name, attributes] of Object.entries(answer.VerificationAttributes ?? {})) {
    const status = statusOf(attributes.VerificationStatus);
    seen.set(identityName(name), { status, token: attributes.VerificationToken || undefined });
  }
  return seen;
}

/**
 * SES may take half a minute to forget (GRACE_MS in lifecycle/grace.ts), and one look lies behind that. Between two looks
 * lies the region's pace for the action.
 */
const LOOKS_AFTER_REMOVAL: RetryPolicy = { withinMs: 34_000, baseMs: 1_000, capMs: 4_000, random: atLeastHalf };

/**
 * Resolves once SES says that it has no such identity: an answer to DeleteIdentity holds nothing that would show its
 * effect. `status` reads the identity. Throws `SesError` `ses-unavailable` where the identity stays. It is not deleted a
 * second time: by then it may be another's.
 */
export async function untilRemoved(
  name: IdentityName,
  region: string,
  status: (ctx: Ctx) => Promise<IdentityStatus | undefined>,
  ctx: Ctx,
): Promise<void> {
  let there = false;
  const look = async () => {
    there = false;
    if ((await status(ctx)) === undefined) return;
    there = true;
    throw new SesError("ses-unavailable", `SES in ${region} accepted the removal of ${name}, but still has it.`, {
      hint: "Run again.",
      retryable: true,
    });
  };
  await retry(look, { ...LOOKS_AFTER_REMOVAL, worthwhile: () => there }, ctx);
}
