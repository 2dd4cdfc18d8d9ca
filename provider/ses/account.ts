import { sdk } from "../aws/sdk";
import type { AwsSession } from "../aws/session-types";
import type { Ctx } from "../core/ctx";
import { type SesCall, unless } from "./call";
import type { SendingAccount } from "./port";

/** SESv2 GetAccount. Throws `AwsFaultError`. */
export async function readAccount(session: AwsSession, call: SesCall, ctx: Ctx): Promise<SendingAccount | "denied"> {
  const { GetAccountCommand } = sdk.sesv2();
  const client = await session.sesv2();
  const answer = await unless(
    ["permission-missing"],
    call("sesv2", "ses:GetAccount", (options) => client.send(new GetAccountCommand({}), options), ctx),
  );
  if (answer === "permission-missing") return "denied";
  return { productionAccess: answer.ProductionAccessEnabled === true, sendingEnabled: answer.SendingEnabled === true };
}
