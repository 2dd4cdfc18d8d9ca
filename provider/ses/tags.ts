import type { AwsAction } from "../aws/permissions";
import { sdk } from "../aws/sdk";
import type { AwsSession } from "../aws/session-types";
import type { Ctx } from "../core/ctx";
import { type SesCall, unless } from "./call";
import type { MarkOutcome } from "./port";
import { type Register, readRegister, type Tag } from "./register";

/** SESv2 ListTagsForResource. Throws `AwsFaultError`. */
export async function readTags(
  session: AwsSession,
  call: SesCall,
  ResourceArn: string,
  ctx: Ctx,
): Promise<Register | "denied" | "absent"> {
  const { ListTagsForResourceCommand } = sdk.sesv2();
  const client = await session.sesv2();
  const command = () => new ListTagsForResourceCommand({ ResourceArn });
  const answer = await unless(
    ["NotFoundException", "permission-missing"],
    call("sesv2", "ses:ListTagsForResource", (options) => client.send(command(), options), ctx),
  );
  if (answer === "permission-missing") return "denied";
  return answer === "NotFoundException" ? "absent" : readRegister(answer.Tags ?? []);
}

/** SESv2 TagResource. Throws `AwsFaultError`. */
export async function writeTags(
  session: AwsSession,
  call: SesCall,
  ResourceArn: string,
  tags: readonly Required<Tag>[],
  ctx: Ctx,
): Promise<MarkOutcome> {
  const { TagResourceCommand } = sdk.sesv2();
  const client = await session.sesv2();
  const Tags = tags.map(({ Key, Value }) => ({ Key, Value }));
  return outcome(
    call,
    "ses:TagResource",
    (options) => client.send(new TagResourceCommand({ ResourceArn, Tags }), options),
    ctx,
  );
}

/** SESv2 UntagResource. Throws `AwsFaultError`. */
export async function removeTags(
  session: AwsSession,
  call: SesCall,
  ResourceArn: string,
  keys: readonly string[],
  ctx: Ctx,
): Promise<MarkOutcome> {
  const { UntagResourceCommand } = sdk.sesv2();
  const client = await session.sesv2();
  const command = () => new UntagResourceCommand({ ResourceArn, TagKeys: [...keys] });
  return outcome(call, "ses:UntagResource", (options) => client.send(command(), options), ctx);
}

async function outcome(
  call: SesCall,
  action: AwsAction,
  send: (options: { readonly abortSignal: AbortSignal }) => Promise<unknown>,
  ctx: Ctx,
): Promise<MarkOutcome> {
  const answer = await unless(
    ["NotFoundException", "permission-missing", "BadRequestException"],
    call("sesv2", action, send, ctx),
  );
  if (answer === "permission-missing") return "denied";
  if (answer === "NotFoundException") return "absent";
  return answer === "BadRequestException" ? "refused" : "done";
}
