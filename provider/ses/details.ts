import type { GetEmailIdentityCommandOutput } from "@aws-sdk/client-sesv2";
import { sdk } from "../aws/sdk";
import type { AwsSession } from "../aws/session-types";
import type { Ctx } from "../core/ctx";
import type { Fqdn } from "../core/fqdn";
import { clip } from "../core/text";
import { type SesCall, unless } from "./call";
import { judge, keyLengthOf, onMxFailureOf } from "./judge";
import { ERROR_TYPES, type IdentityDetails, type IdentityInfo } from "./port";
import { statusOf } from "./statuses";

/** SESv2 GetEmailIdentity's account of its last look; `undefined` where there is none or it may not be read. Throws `AwsFaultError`. */
export async function readInfo(
  session: AwsSession,
  call: SesCall,
  domain: Fqdn,
  ctx: Ctx,
): Promise<IdentityInfo | undefined> {
  const answer = await readIdentity(session, call, domain, ctx);
  return typeof answer === "string" ? undefined : toInfo(answer);
}

/** SESv2 GetEmailIdentity, whole. Throws `AwsFaultError`, and `SesError` `ses-unavailable` for what cannot be read. */
export async function readDetails(
  session: AwsSession,
  call: SesCall,
  domain: Fqdn,
  ctx: Ctx,
): Promise<IdentityDetails | "absent" | "denied"> {
  const answer = await readIdentity(session, call, domain, ctx);
  return typeof answer === "string" ? answer : toDetails(session, domain, answer);
}

async function readIdentity(
  session: AwsSession,
  call: SesCall,
  domain: Fqdn,
  ctx: Ctx,
): Promise<GetEmailIdentityCommandOutput | "absent" | "denied"> {
  const { GetEmailIdentityCommand } = sdk.sesv2();
  const client = await session.sesv2();
  const command = () => new GetEmailIdentityCommand({ EmailIdentity: domain });
  const answer: GetEmailIdentityCommandOutput | string = await unless(
    ["NotFoundException", "permission-missing"],
    call("sesv2", "ses:GetEmailIdentity", (options) => client.send(command(), options), ctx),
  );
  if (answer === "NotFoundException") return "absent";
  return typeof answer === "string" ? "denied" : answer;
}

function toDetails(session: AwsSession, domain: Fqdn, answer: GetEmailIdentityCommandOutput): IdentityDetails {
  const { DkimAttributes: dkim, MailFromAttributes: from } = answer;
  const read = judge(session, `what it says of ${domain}`);
  const mailFrom = read.name(from?.MailFromDomain);
  return {
    info: toInfo(answer),
    dkim: {
      status: statusOf(dkim?.Status),
      signing: dkim?.SigningEnabled === true,
      tokens: read.tokens(dkim?.Tokens),
      origin: textOf(dkim?.SigningAttributesOrigin),
      zone: read.name(dkim?.SigningHostedZone),
      keyLength: keyLengthOf(dkim?.CurrentSigningKeyLength),
      nextKeyLength: keyLengthOf(dkim?.NextSigningKeyLength),
      keyMadeMs: dkim?.LastKeyGenerationTimestamp?.getTime(),
    },
    mailFrom: {
      domain: mailFrom,
      status: mailFrom === undefined ? undefined : statusOf(from?.MailFromDomainStatus),
      onMxFailure: onMxFailureOf(from?.BehaviorOnMxFailure),
    },
    configurationSet: textOf(answer.ConfigurationSetName),
    feedbackForwarding: isFlag(answer.FeedbackForwardingStatus) ? answer.FeedbackForwardingStatus : undefined,
  };
}

/** The SDK hands on what the answer holds, whatever its type. */
function isFlag(said: unknown): said is boolean {
  return typeof said === "boolean";
}

/** A word of a set that is open. */
function textOf(said: unknown): string | undefined {
  return typeof said === "string" && said !== "" ? clip(said) : undefined;
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
