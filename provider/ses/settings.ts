import { sdk } from "../aws/sdk";
import type { AwsSession } from "../aws/session-types";
import type { Ctx } from "../core/ctx";
import type { Fqdn } from "../core/fqdn";
import type { SesCall } from "./call";

/** SESv2 PutEmailIdentityConfigurationSetAttributes. Throws `AwsFaultError`. */
export async function setConfigurationSet(
  session: AwsSession,
  call: SesCall,
  domain: Fqdn,
  ConfigurationSetName: string,
  ctx: Ctx,
): Promise<void> {
  const { PutEmailIdentityConfigurationSetAttributesCommand: Command } = sdk.sesv2();
  const client = await session.sesv2();
  const command = () => new Command({ EmailIdentity: domain, ConfigurationSetName });
  const action = "ses:PutEmailIdentityConfigurationSetAttributes";
  await call("sesv2", action, (options) => client.send(command(), options), ctx);
}

/** SESv2 PutEmailIdentityFeedbackAttributes. Throws `AwsFaultError`. */
export async function setFeedbackForwarding(
  session: AwsSession,
  call: SesCall,
  domain: Fqdn,
  EmailForwardingEnabled: boolean,
  ctx: Ctx,
): Promise<void> {
  const { PutEmailIdentityFeedbackAttributesCommand: Command } = sdk.sesv2();
  const client = await session.sesv2();
  const command = () => new Command({ EmailIdentity: domain, EmailForwardingEnabled });
  await call("sesv2", "ses:PutEmailIdentityFeedbackAttributes", (options) => client.send(command(), options), ctx);
}
