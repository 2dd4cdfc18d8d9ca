import type { ListEmailIdentitiesCommandOutput } from "@aws-sdk/client-sesv2";
import { toSesError } from "../aws/faults";
import { HINTS } from "../aws/hints";
import { sdk } from "../aws/sdk";
import type { AwsSession } from "../aws/session-types";
import { type EmailAddress, isAddress } from "../core/address";
import type { Ctx } from "../core/ctx";
import { SesError } from "../core/errors";
import type { Fqdn } from "../core/fqdn";
import { type SesCall, unless } from "./call";
import { identityName, type VerificationStatus } from "./port";

/** SESv2 API reference, ListEmailIdentities: at most 1,000 a page. */
const PAGE = 1_000;

const STATUSES: Readonly<Record<string, VerificationStatus>> = {
  PENDING: "Pending",
  SUCCESS: "Success",
  FAILED: "Failed",
  TEMPORARY_FAILURE: "TemporaryFailure",
  NOT_STARTED: "NotStarted",
};

/** Every identity of an account and region with its status. */
export interface Listing {
  readonly domains: ReadonlyMap<Fqdn, VerificationStatus>;
  readonly addresses: ReadonlyMap<EmailAddress, VerificationStatus>;
}

/** More than any account has; a list without end is no list. */
const PAGES_AT_MOST = 1_000;

/** `undefined` where the credentials may not list. Throws `SesError`. */
export async function listIdentities(session: AwsSession, call: SesCall, ctx: Ctx): Promise<Listing | undefined> {
  const { ListEmailIdentitiesCommand } = sdk.sesv2();
  const client = await session.sesv2();
  const domains = new Map<Fqdn, VerificationStatus>();
  const addresses = new Map<EmailAddress, VerificationStatus>();
  let next: string | undefined;
  const seen = new Set<string | undefined>();
  try {
    do {
      if (seen.has(next) || seen.size === PAGES_AT_MOST) throw endless(session);
      seen.add(next);
      const command = new ListEmailIdentitiesCommand({ PageSize: PAGE, NextToken: next });
      const page: ListEmailIdentitiesCommandOutput | "permission-missing" = await unless(
        ["permission-missing"],
        call("sesv2", "ses:ListEmailIdentities", (options) => client.send(command, options), ctx),
      );
      if (page === "permission-missing") return undefined;
      for (const each of page.EmailIdentities ?? []) {
        if (each.IdentityName === undefined) continue;
        // A status that this version does not know: the identity is there, and neither verified nor failed.
        const status = STATUSES[each.VerificationStatus ?? ""] ?? "TemporaryFailure";
        const name = identityName(each.IdentityName);
        if (isAddress(name)) addresses.set(name, status);
        else domains.set(name, status);
      }
      next = page.NextToken || undefined;
    } while (next !== undefined);
  } catch (error) {
    throw toSesError(error, "listing the identities of the account");
  }
  return { domains, addresses };
}

function endless({ region, reader }: AwsSession): SesError {
  return new SesError("ses-unavailable", `The list of the account's identities in ${region} does not end.`, {
    hint: HINTS[reader].foreignAnswer,
    retryable: true,
  });
}
