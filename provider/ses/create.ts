import type { AwsFault } from "../aws/faults";
import { sdk } from "../aws/sdk";
import type { AwsSession } from "../aws/session-types";
import type { Ctx } from "../core/ctx";
import type { Fqdn } from "../core/fqdn";
import { type SesCall, unlessFault } from "./call";
import { writeKeyLength } from "./judge";
import type { NewIdentity, SesPort } from "./port";
import { madeTag, userTag } from "./register";

/** SESv2 CreateEmailIdentity; where its tags are denied, once more without them. Throws `AwsFaultError`. */
export async function createIdentity(
  session: AwsSession,
  call: SesCall,
  domain: Fqdn,
  { user, keyLength, configurationSet }: NewIdentity,
  ctx: Ctx,
): ReturnType<SesPort["create"]> {
  const { CreateEmailIdentityCommand } = sdk.sesv2();
  const client = await session.sesv2();
  const make = (tagged: boolean) => {
    const command = () =>
      new CreateEmailIdentityCommand({
        EmailIdentity: domain,
        ...(tagged && { Tags: [userTag(user), madeTag(user)] }),
        ...(keyLength !== undefined && {
          DkimSigningAttributes: { NextSigningKeyLength: writeKeyLength(keyLength) },
        }),
        ...(configurationSet !== undefined && { ConfigurationSetName: configurationSet }),
      });
    return unlessFault(
      (fault) => {
        if (fault.code === "AlreadyExistsException") return "exists";
        return tagged && isAboutTags(fault) ? "tags-denied" : undefined;
      },
      call("sesv2", "ses:CreateEmailIdentity", (options) => client.send(command(), options), ctx),
    );
  };
  const answer = await make(true);
  if (answer === "exists") return "exists";
  if (answer !== "tags-denied") return "made";
  return (await make(false)) === "exists" ? "exists" : "untagged";
}

/** AWS names the action that is denied, here ses:TagResource, and the resource, whose own name may be anything. */
function isAboutTags({ kind, text }: AwsFault): boolean {
  if (kind !== "permission-missing") return false;
  return /\bses:(un)?tag|\baws:(request|resource)?tag|\btag(s|ging|ged)?\b/i.test(text.replace(/\barn:\S+/g, ""));
}
