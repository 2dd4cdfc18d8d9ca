import type { IdentityDkimAttributes } from "@aws-sdk/client-ses";
import { sdk } from "../aws/sdk";
import type { AwsSession } from "../aws/session-types";
import type { Ctx } from "../core/ctx";
import type { Fqdn } from "../core/fqdn";
import type { Take } from "../core/queues";
import type { SesCall } from "./call";
import { judge } from "./judge";
import { type DkimStatus, identityName } from "./port";
import { statusOf } from "./statuses";

/** GetIdentityDkimAttributes for the domains that wait when its turn comes, each not read yet. Throws `AwsFaultError`. */
export async function readDkim(
  session: AwsSession,
  call: SesCall,
  take: Take<Fqdn>,
  ctx: Ctx,
): Promise<ReadonlyMap<Fqdn, IdentityDkimAttributes>> {
  const { GetIdentityDkimAttributesCommand } = sdk.ses();
  const client = await session.ses();
  const command = () => new GetIdentityDkimAttributesCommand({ Identities: [...take()] });
  const answer = await call("ses", "ses:GetIdentityDkimAttributes", (options) => client.send(command(), options), ctx);
  return byDomain(answer.DkimAttributes);
}

/** Of one domain: what cannot be read of it, does not touch the others. Throws `SesError` `ses-unavailable`. */
export function toDkim(session: AwsSession, domain: Fqdn, attributes: IdentityDkimAttributes): DkimStatus {
  return {
    status: statusOf(attributes.DkimVerificationStatus),
    signing: attributes.DkimEnabled === true,
    tokens: judge(session, `the DKIM attributes of ${domain}`).tokens(attributes.DkimTokens),
  };
}

/** VerifyDomainDkim. Throws `AwsFaultError`, and `SesError` `ses-unavailable` for tokens that are none. */
export async function startDkim(
  session: AwsSession,
  call: SesCall,
  domain: Fqdn,
  ctx: Ctx,
): Promise<readonly string[]> {
  const { VerifyDomainDkimCommand } = sdk.ses();
  const client = await session.ses();
  const command = () => new VerifyDomainDkimCommand({ Domain: domain });
  const answer = await call("ses", "ses:VerifyDomainDkim", (options) => client.send(command(), options), ctx);
  return judge(session, `the DKIM tokens of ${domain}`).tokens(answer.DkimTokens);
}

/** SESv2 PutEmailIdentityDkimAttributes. Throws `AwsFaultError`. */
export async function setSigning(
  session: AwsSession,
  call: SesCall,
  domain: Fqdn,
  SigningEnabled: boolean,
  ctx: Ctx,
): Promise<void> {
  const { PutEmailIdentityDkimAttributesCommand } = sdk.sesv2();
  const client = await session.sesv2();
  const command = () => new PutEmailIdentityDkimAttributesCommand({ EmailIdentity: domain, SigningEnabled });
  await call("sesv2", "ses:PutEmailIdentityDkimAttributes", (options) => client.send(command(), options), ctx);
}

/** A map of an answer, by name; those of addresses are among them, if any were asked for. */
export function byDomain<V>(map: Readonly<Record<string, V>> = {}): ReadonlyMap<Fqdn, V> {
  return new Map(Object.entries(map).map(([name, value]) => [identityName(name) as Fqdn, value]));
}
