import type { GetEmailIdentityCommandOutput } from "@aws-sdk/client-sesv2";
import { sdk } from "../aws/sdk";
import type { AwsSession } from "../aws/session-types";
import type { Ctx } from "../core/ctx";
import { SesError } from "../core/errors";
import type { Fqdn } from "../core/fqdn";
import type { Take } from "../core/queues";
import { atLeastHalf, type RetryPolicy, retry } from "../core/retry";
import { type SesCall, unless } from "./call";
import { type IdentityInfo, type IdentityName, type IdentityStatus, identityName, VERIFICATION_STATUSES } from "./port";

const ERROR_TYPES = ["INVALID_VALUE", "TYPE_NOT_FOUND", "HOST_NOT_FOUND", "SERVICE_ERROR", "DNS_SERVER_ERROR"] as const;

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
    const status = VERIFICATION_STATUSES.find((each) => each === attributes.VerificationStatus);
    // A status that this version does not know is no reason to ask SES again: it is neither success nor failure.
    const known = status ?? "TemporaryFailure";
    seen.set(identityName(name), { status: known, token: attributes.VerificationToken || undefined });
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

/** SESv2 GetEmailIdentity; `undefined` where there is none or it may not be read. Throws `AwsFaultError`. */
export async function readInfo(
  session: AwsSession,
  call: SesCall,
  domain: Fqdn,
  ctx: Ctx,
): Promise<IdentityInfo | undefined> {
  const { GetEmailIdentityCommand } = sdk.sesv2();
  const client = await session.sesv2();
  const answer: GetEmailIdentityCommandOutput | string = await unless(
    ["NotFoundException", "permission-missing"],
    call(
      "sesv2",
      "ses:GetEmailIdentity",
      (options) => client.send(new GetEmailIdentityCommand({ EmailIdentity: domain }), options),
      ctx,
    ),
  );
  return typeof answer === "string" ? undefined : toInfo(answer);
}

function toInfo({ VerificationInfo: info, DkimAttributes: dkim }: GetEmailIdentityCommandOutput): IdentityInfo {
  const soa = info?.SOARecord;
  return {
    dkimVerified: dkim?.Status === "SUCCESS",
    errorType: ERROR_TYPES.find((each) => each === info?.ErrorType),
    lastChecked: info?.LastCheckedTimestamp?.getTime(),
    lastSuccess: info?.LastSuccessTimestamp?.getTime(),
    soa:
      soa?.PrimaryNameServer === undefined
        ? undefined
        : { primaryNameServer: soa.PrimaryNameServer, serial: soa.SerialNumber ?? 0 },
  };
}
