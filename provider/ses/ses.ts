import { callAws } from "../aws/call";
import { HINTS } from "../aws/hints";
import type { AwsAction } from "../aws/permissions";
import { regionFault } from "../aws/region-fault";
import { sdk } from "../aws/sdk";
import type { AwsSession } from "../aws/session-types";
import type { Ctx } from "../core/ctx";
import { SesError } from "../core/errors";
import type { RateLimiter, RateLimits } from "../core/queues";
import { sentence } from "../core/words";
import { openBatches, type Tick } from "./batches";
import { type SesCall, withSesErrors } from "./call";
import { readInfo } from "./details";
import { openListing, type PagedListing } from "./listing";
import { type IdentityName, type IdentityStatus, identityArn, type SesPort, STATUS_TICK_MS } from "./port";
import { readStatus, untilRemoved } from "./read";
import { madeTag, userTag } from "./register";
import { openSending } from "./sending";
import { readTags, removeTags, writeTags } from "./tags";

/** Every SES action but sending: one request a second for an account and region. */
const SPACING_MS = 1_000;
/** What waits leave most of the quota to those that create, and to other programs. */
const TICK_SPACINGS = STATUS_TICK_MS / SPACING_MS;

export interface SesOptions {
  /** Distance of two calls of one action in ms, before it learns better. Default 1,000. */
  readonly spacingMs?: number;
}

const ports = new WeakMap<AwsSession, SesPort>();

/** SES as the session reaches it; one port a session, so that what is asked together travels together. Throws `SesError` `region-unknown`. */
export function openSes(session: AwsSession, options: SesOptions = {}): SesPort {
  const known = ports.get(session);
  if (known !== undefined) return known;
  const fresh = openPort(session, options.spacingMs ?? SPACING_MS);
  ports.set(session, fresh);
  return fresh;
}

/**
 * The same port, with a list of the account that is read again: for a look in a process that lives on. It shares the session's
 * quotas, and its questions travel with those of the other ports. Throws `SesError` `region-unknown`.
 */
export function withNewList(session: AwsSession, options: SesOptions = {}): SesPort {
  const spacingMs = options.spacingMs ?? SPACING_MS;
  return {
    ...openSes(session, options),
    ...listed(openListing(session, openCall(session, regionOf(session), spacingMs))),
  };
}

function listed(list: PagedListing): Pick<SesPort, "listing" | "addresses" | "listed" | "listedSoFar"> {
  return {
    listing: async (ctx) => (await list.whole(ctx))?.domains,
    addresses: async (ctx) => (await list.whole(ctx))?.addresses,
    listed: (name, ctx) => list.find(name, ctx),
    listedSoFar: (ctx) => list.begun(ctx),
  };
}

async function limiterFor(
  session: AwsSession,
  {
    region,
    action,
    limits,
  }: {
    readonly region: string;
    readonly action: AwsAction | `waiting ${AwsAction}`;
    readonly limits: RateLimits;
  },
  ctx: Ctx,
): Promise<RateLimiter> {
  const account = await session.account(ctx);
  return session.limiters.for(`${account.partition} ${account.id} ${region} ${action}`, limits);
}

function openCall(session: AwsSession, region: string, spacingMs: number): SesCall {
  const limits: RateLimits = { spacingMs, from: "answer" };
  return async (service, action, send, ctx) =>
    callAws(
      session,
      { service, action, limiter: await limiterFor(session, { region, action, limits }, ctx), send },
      ctx,
    );
}

function openPort(session: AwsSession, spacingMs: number): SesPort {
  const region = regionOf(session);
  const call = openCall(session, region, spacingMs);
  const byTick: RateLimits = { spacingMs: spacingMs * TICK_SPACINGS };

  // The questions of one wait do not queue behind one another.
  const tick: Tick = async (action, ctx) => {
    const limiter = await limiterFor(session, { region, action: `waiting ${action}`, limits: byTick }, ctx);
    (await limiter.turn(ctx)).done("answered");
  };
  const status = openBatches<IdentityName, IdentityStatus>("ses:GetIdentityVerificationAttributes", tick, (take, ctx) =>
    readStatus(session, call, take, ctx),
  );
  const arnOf = async (name: IdentityName, ctx: Ctx) => identityArn(await session.account(ctx), region, name);

  return {
    region,
    account: (ctx) => session.account(ctx),
    ...listed(openListing(session, call)),

    async status(name, ctx) {
      return withSesErrors(status(name, ctx), `reading the status of ${name}`);
    },

    async request(domain, ctx) {
      const { VerifyDomainIdentityCommand } = sdk.ses();
      const client = await session.ses();
      const command = () => new VerifyDomainIdentityCommand({ Domain: domain });
      const answer = await withSesErrors(
        call("ses", "ses:VerifyDomainIdentity", (options) => client.send(command(), options), ctx),
        `asking SES to verify ${domain}`,
      );
      if (!answer.VerificationToken) {
        throw new SesError("ses-refused", `SES in ${region} returned no token for ${domain}.`);
      }
      return answer.VerificationToken;
    },

    async requestAddress(address, ctx) {
      const { VerifyEmailIdentityCommand } = sdk.ses();
      const client = await session.ses();
      const command = () => new VerifyEmailIdentityCommand({ EmailAddress: address });
      await withSesErrors(
        call("ses", "ses:VerifyEmailIdentity", (options) => client.send(command(), options), ctx),
        `asking SES to verify ${address}`,
      );
    },

    async info(domain, ctx) {
      return withSesErrors(readInfo(session, call, domain, ctx), `reading what SES saw of ${domain}`);
    },

    async remove(name, ctx) {
      const { DeleteIdentityCommand } = sdk.ses();
      const client = await session.ses();
      const command = () => new DeleteIdentityCommand({ Identity: name });
      await withSesErrors(
        call("ses", "ses:DeleteIdentity", (options) => client.send(command(), options), ctx),
        `removing ${name} from SES`,
      );
      await untilRemoved(name, region, (inner) => this.status(name, inner), ctx);
    },

    ...openSending(session, call, tick),

    async register(name, ctx) {
      return withSesErrors(readTags(session, call, await arnOf(name, ctx), ctx), `reading the tags of ${name}`);
    },

    async mark(name, user, made, ctx) {
      const tags = made ? [userTag(user), madeTag(user)] : [userTag(user)];
      return withSesErrors(writeTags(session, call, await arnOf(name, ctx), tags, ctx), `tagging ${name}`);
    },

    async unmark(name, keys, ctx) {
      return withSesErrors(removeTags(session, call, await arnOf(name, ctx), keys, ctx), `removing tags of ${name}`);
    },
  };
}

function regionOf({ region, reader }: AwsSession): string {
  if (region === undefined) {
    throw new SesError("region-unknown", "No AWS region is set.", {
      hint: HINTS[reader].noRegion,
    });
  }
  const fault = regionFault(region);
  if (fault === undefined) return region;
  throw new SesError("region-unknown", "The region's name is wrong.", {
    hint: `${sentence(fault)} ${HINTS[reader].wrongRegion}`,
  });
}
