import type { ListEmailIdentitiesCommandOutput } from "@aws-sdk/client-sesv2";
import { toSesError } from "../aws/faults";
import { HINTS } from "../aws/hints";
import { sdk } from "../aws/sdk";
import type { AwsSession } from "../aws/session-types";
import { type EmailAddress, isAddress } from "../core/address";
import type { Ctx } from "../core/ctx";
import { SesError } from "../core/errors";
import type { Fqdn } from "../core/fqdn";
import { type Flight, openFlight } from "../core/queues";
import { type SesCall, unless } from "./call";
import { type IdentityName, identityName, type Listed, type ListedSoFar, type VerificationStatus } from "./port";
import { statusOf } from "./statuses";

/** SESv2 API reference, ListEmailIdentities: at most 1,000 a page. */
const PAGE = 1_000;

/** Every identity of an account and region with its status. */
type Listing = Omit<ListedSoFar, "isWhole">;

/** The account's list, read page by page and only as far as a caller needs it; each page is read once. Throws `SesError`. */
export interface PagedListing {
  /** All of it. `undefined` where the credentials may not list. */
  whole(ctx: Ctx): Promise<Listing | undefined>;
  /** Answers with the page that holds the identity. That it is absent needs all pages. */
  find(name: IdentityName, ctx: Ctx): Promise<Listed>;
  /** The pages so far, at least the first one. `undefined` where the credentials may not list. */
  begun(ctx: Ctx): Promise<ListedSoFar | undefined>;
}

/** More than any account has; a list without end is no list. */
const PAGES_AT_MOST = 1_000;

interface Reading {
  readonly domains: Map<Fqdn, VerificationStatus>;
  readonly addresses: Map<EmailAddress, VerificationStatus>;
  /** The tokens of the pages that were read; undefined is the first page's. */
  readonly seen: Set<string | undefined>;
  next: string | undefined;
  state: "reading" | "whole" | "denied";
}

const begin = (): Reading => ({
  domains: new Map(),
  addresses: new Map(),
  seen: new Set(),
  next: undefined,
  state: "reading",
});

export function openListing(session: AwsSession, call: SesCall): PagedListing {
  let reading = begin();
  let page: Flight<void> | undefined;

  async function readPage(ctx: Ctx): Promise<void> {
    const { ListEmailIdentitiesCommand } = sdk.sesv2();
    const client = await session.sesv2();
    const { domains, addresses, seen, next } = reading;
    try {
      if (seen.has(next) || seen.size === PAGES_AT_MOST) throw endless(session);
      const command = new ListEmailIdentitiesCommand({ PageSize: PAGE, NextToken: next });
      const answer: ListEmailIdentitiesCommandOutput | "permission-missing" = await unless(
        ["permission-missing"],
        call("sesv2", "ses:ListEmailIdentities", (options) => client.send(command, options), ctx),
      );
      if (answer === "permission-missing") {
        reading.state = "denied";
        return;
      }
      seen.add(next);
      for (const each of answer.EmailIdentities ?? []) {
        if (each.IdentityName === undefined) continue;
        const status = statusOf(each.VerificationStatus);
        const name = identityName(each.IdentityName);
        if (isAddress(name)) addresses.set(name, status);
        else domains.set(name, status);
      }
      reading.next = answer.NextToken || undefined;
      if (reading.next === undefined) reading.state = "whole";
    } catch (error) {
      if (!ctx.signal.aborted) reading = begin();
      throw toSesError(error, "listing the identities of the account");
    }
  }

  /** Callers that need another page at once wait for the same one. */
  async function readOn(ctx: Ctx): Promise<void> {
    if (page === undefined || page.abandoned) page = openFlight((signal) => readPage({ ...ctx, signal }));
    const mine = page;
    try {
      await mine.join(ctx.signal);
    } finally {
      if (page === mine && (!ctx.signal.aborted || mine.abandoned)) page = undefined;
    }
  }

  return {
    async whole(ctx) {
      while (reading.state === "reading") await readOn(ctx);
      return reading.state === "denied" ? undefined : reading;
    },
    async find(name, ctx) {
      for (;;) {
        if (reading.state === "denied") return "denied";
        const { domains, addresses } = reading;
        const status = isAddress(name) ? addresses.get(name) : domains.get(name);
        if (status !== undefined) return status;
        if (reading.state === "whole") return "absent";
        await readOn(ctx);
      }
    },
    async begun(ctx) {
      if (reading.state === "reading" && reading.seen.size === 0) await readOn(ctx);
      if (reading.state === "denied") return undefined;
      const { domains, addresses, state } = reading;
      return { domains, addresses, isWhole: state === "whole" };
    },
  };
}

function endless({ region, reader }: AwsSession): SesError {
  return new SesError("ses-unavailable", `The list of the account's identities in ${region} does not end.`, {
    hint: HINTS[reader].foreignAnswer,
    retryable: true,
  });
}
