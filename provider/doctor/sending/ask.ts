import { orAbort } from "../../core/abort";
import { domainOf } from "../../core/address";
import type { Ctx } from "../../core/ctx";
import { SesDomainError } from "../../core/errors";
import { type Fqdn, isWithin } from "../../core/fqdn";
import type { AccountSeen, Observations } from "../../diagnosis/finding";
import {
  type SendingAtSes,
  type SendingWanted,
  seeSendingAtSes,
  seeSendingTogether,
} from "../../lifecycle/observation/sending-at-ses";
import type { SendingAccount, SesPort } from "../../ses/port";
import { hasDkim } from "./standing";

/** What one run asks SES of sending. */
export interface SendingPorts {
  /** An identity's DKIM and MAIL FROM. `zone`: where its CNAME records lead, if the state holds it. */
  seen(ses: SesPort, domain: Fqdn, known: KnownOfSending, ctx: Ctx): Promise<SendingAtSes>;
  /** GetAccount, once a region and account; undefined where it may not be read. */
  account(ses: SesPort, ctx: Ctx): Promise<SendingAccount | undefined>;
}

export interface KnownOfSending {
  readonly wanted: SendingWanted;
  readonly zone: Fqdn | undefined;
}

/** Many domains, which are asked about together. `shared`: the context of these requests. */
export interface Together {
  readonly domains: ReadonlyMap<SesPort, ReadonlySet<Fqdn>>;
  /** So many of them may take a request of their own. */
  readonly deepAtMost: number;
  readonly shared: Ctx;
}

/**
 * Few domains: everything by a request for each identity. Many (`together`): a hundred identities a request, and by one of its own
 * what is not as it should be.
 */
export function openSendingPorts(together?: Together): SendingPorts {
  const accounts = new Map<SesPort, Promise<SendingAccount | undefined>>();
  const ahead = new Map<SesPort, AskedAhead>();
  let deep = together?.deepAtMost ?? 0;
  return {
    async seen(ses, domain, { wanted, zone }, ctx) {
      if (together === undefined) return seeSendingAtSes(domain, wanted, ses, ctx);
      const asked = ahead.get(ses) ?? askAhead(ses, together);
      ahead.set(ses, asked);
      const seen = await seeSendingTogether(domain, wanted, asked, ctx);
      if (!isOdd(seen, zone) || deep <= 0) return seen;
      deep -= 1;
      const whole = await seeSendingAtSes(domain, wanted, ses, ctx);
      return whole.dkim.status === "unknown" ? seen : whole;
    },
    account(ses, ctx) {
      const reading = accounts.get(ses) ?? ses.sendingAccount(ctx).then(allowed, nothingKnown);
      accounts.set(ses, reading);
      return orAbort(reading, ctx.signal);
    },
  };
}

type AskedAhead = Pick<SesPort, "dkim" | "mailFrom">;

/** Asks about all domains of a region at once, so that the questions travel together. */
function askAhead(ses: SesPort, { domains, shared }: Together): AskedAhead {
  const asked = [...(domains.get(ses) ?? [])].map(
    (domain) => [domain, { dkim: ses.dkim(domain, shared), mailFrom: ses.mailFrom(domain, shared) }] as const,
  );
  // A failure reaches the caller that waits for it; until then it is ignored.
  for (const [, one] of asked) {
    one.dkim.catch(() => undefined);
    one.mailFrom.catch(() => undefined);
  }
  const known = new Map(asked);
  return {
    dkim: (domain, ctx) => orAbort(known.get(domain)?.dkim ?? ses.dkim(domain, ctx), ctx.signal),
    mailFrom: (domain, ctx) => orAbort(known.get(domain)?.mailFrom ?? ses.mailFrom(domain, ctx), ctx.signal),
  };
}

/** Whether the rest of what SES knows would help. */
function isOdd({ dkim, mailFrom }: SendingAtSes, zone: Fqdn | undefined): boolean {
  if (dkim.status === "unknown" || dkim.status === "absent") return false;
  const dkimOdd = hasDkim(dkim) && (dkim.status !== "Success" || dkim.signing !== true || zone === undefined);
  return dkimOdd || (mailFrom.domain !== undefined && mailFrom.status !== "Success");
}

function allowed(said: SendingAccount | "denied"): SendingAccount | undefined {
  return said === "denied" ? undefined : said;
}

/** It would help, and no more. */
function nothingKnown(error: unknown): undefined {
  if (!(error instanceof SesDomainError)) throw error;
  return undefined;
}

interface Asked {
  readonly port: SesPort;
  readonly accountId: string | undefined;
}

/** The accounts of these identities, one a region. */
export async function readAccounts(
  asked: readonly Asked[],
  ports: Pick<SendingPorts, "account">,
  ctx: Ctx,
): Promise<readonly AccountSeen[]> {
  const read = await Promise.all(
    eachPort(asked).map(async ({ port, accountId }) => {
      const account = await ports.account(port, ctx);
      return account === undefined ? [] : [{ ...account, region: port.region, accountId }];
    }),
  );
  return read.flat();
}

/** More than these of one region are not told. */
const ADDRESSES_AT_MOST = 20;

/** Addresses inside the domain on the first page of each account's list: that others are not there is not claimed. */
export async function readAddresses(
  domain: Fqdn,
  asked: readonly Asked[],
  ctx: Ctx,
): Promise<NonNullable<Observations["addresses"]>> {
  const read = await Promise.all(
    eachPort(asked).map(async ({ port }) => {
      const listed = await port.listedSoFar(ctx).catch(nothingKnown);
      const within = [...(listed?.addresses.keys() ?? [])].filter((one) => isWithin(domainOf(one), domain));
      return within.slice(0, ADDRESSES_AT_MOST).map((address) => ({ address, region: port.region }));
    }),
  );
  return read.flat();
}

function eachPort(asked: readonly Asked[]): readonly Asked[] {
  return asked.filter(({ port }, index) => asked.findIndex((other) => other.port === port) === index);
}
