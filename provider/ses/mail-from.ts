import type { IdentityMailFromDomainAttributes } from "@aws-sdk/client-ses";
import type { AwsFault } from "../aws/faults";
import { sdk } from "../aws/sdk";
import type { AwsSession } from "../aws/session-types";
import type { Ctx } from "../core/ctx";
import type { Fqdn } from "../core/fqdn";
import type { Take } from "../core/queues";
import { type SesCall, unlessFault } from "./call";
import { byDomain } from "./dkim";
import { judge, onMxFailureOf } from "./judge";
import type { MailFromStatus, OnMxFailure } from "./port";
import { statusOf } from "./statuses";

/** GetIdentityMailFromDomainAttributes for the domains that wait when its turn comes, each not read yet. Throws `AwsFaultError`. */
export async function readMailFrom(
  session: AwsSession,
  call: SesCall,
  take: Take<Fqdn>,
  ctx: Ctx,
): Promise<ReadonlyMap<Fqdn, IdentityMailFromDomainAttributes>> {
  const { GetIdentityMailFromDomainAttributesCommand } = sdk.ses();
  const client = await session.ses();
  const command = () => new GetIdentityMailFromDomainAttributesCommand({ Identities: [...take()] });
  const answer = await call(
    "ses",
    "ses:GetIdentityMailFromDomainAttributes",
    (options) => client.send(command(), options),
    ctx,
  );
  return byDomain(answer.MailFromDomainAttributes);
}

/** Of one domain: what cannot be read of it, does not touch the others. Throws `SesError` `ses-unavailable`. */
export function toMailFrom(
  session: AwsSession,
  identity: Fqdn,
  attributes: IdentityMailFromDomainAttributes,
): MailFromStatus {
  const domain = judge(session, `the MAIL FROM attributes of ${identity}`).name(attributes.MailFromDomain);
  return {
    domain,
    // Without a domain there is nothing that could be pending, whatever SES says.
    status: domain === undefined ? undefined : statusOf(attributes.MailFromDomainStatus),
    onMxFailure: onMxFailureOf(attributes.BehaviorOnMXFailure),
  };
}

/** SESv2 PutEmailIdentityMailFromAttributes. Throws `AwsFaultError`. */
export async function setMailFrom(
  session: AwsSession,
  call: SesCall,
  identity: Fqdn,
  wish: { readonly domain: Fqdn; readonly onMxFailure: OnMxFailure } | undefined,
  ctx: Ctx,
): Promise<"done" | "not-verified"> {
  const { PutEmailIdentityMailFromAttributesCommand } = sdk.sesv2();
  const client = await session.sesv2();
  const command = () =>
    new PutEmailIdentityMailFromAttributesCommand({
      EmailIdentity: identity,
      ...(wish !== undefined && {
        MailFromDomain: wish.domain,
        BehaviorOnMxFailure: wish.onMxFailure === "reject" ? "REJECT_MESSAGE" : "USE_DEFAULT_VALUE",
      }),
    });
  const answer = await unlessFault(
    (fault) => (isUnverified(fault) ? "not-verified" : undefined),
    call("sesv2", "ses:PutEmailIdentityMailFromAttributes", (options) => client.send(command(), options), ctx),
  );
  return answer === "not-verified" ? answer : "done";
}

/** "Provided MAIL-FROM domain … or its parents are not verified for identity …": no code of its own tells it apart. */
function isUnverified({ kind, text }: AwsFault): boolean {
  return kind === "refused" && /\bnot verified for identity\b/i.test(text);
}
