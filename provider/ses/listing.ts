import type { ListEmailIdentitiesCommandOutput } from "@aws-sdk/client-sesv2";
import { toSesError } from "../aws/faults";
import { sdk } from "../aws/sdk";
import type { AwsSession } from "../aws/session";
import type { Ctx } from "../core/ctx";
import type { Fqdn } from "../core/fqdn";
import { type SesCall, unless } from "./call";
import type { VerificationStatus } from "./port";

/** SESv2 API reference, ListEmailIdentities: at most 1,000 a page. */
const PAGE = 1_000;

const STATUSES: Readonly<Record<string, VerificationStatus>> = {
  PENDING: "Pending",
  SUCCESS: "Success",
  FAILED: "Failed",
  TEMPORARY_FAILURE: "TemporaryFailure",
  NOT_STARTED: "NotStarted",
};

/** Every domain of the account and region with its status; `undefined` where the credentials may not list. Throws `SesError`. */
export async function listDomains(
  session: AwsSession,
  call: SesCall,
  ctx: Ctx,
): Promise<ReadonlyMap<Fqdn, VerificationStatus> | undefined> {
  const { ListEmailIdentitiesCommand } = sdk.sesv2();
  const client = await session.sesv2();
  const domains = new Map<Fqdn, VerificationStatus>();
  let next: string | undefined;
  try {
    do {
      const command = new ListEmailIdentitiesCommand({ PageSize: PAGE, NextToken: next });
      const page: ListEmailIdentitiesCommandOutput | "permission-missing" = await unless(
        ["permission-missing"],
        call("sesv2", "ses:ListEmailIdentities", (options) => client.send(command, options), ctx),
      );
      if (page === "permission-missing") return undefined;
      for (const each of page.EmailIdentities ?? []) {
        const status = STATUSES[each.VerificationStatus ?? ""];
        const name = each.IdentityType === "EMAIL_ADDRESS" ? undefined : each.IdentityName;
        if (name !== undefined && status !== undefined) domains.set(name.toLowerCase() as Fqdn, status);
      }
      next = page.NextToken || undefined;
    } while (next !== undefined);
  } catch (error) {
    throw toSesError(error, "listing the domains of the account");
  }
  return domains;
}
