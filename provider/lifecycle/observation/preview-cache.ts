import type { Authority } from "../../authority/authority";
import type { Ctx } from "../../core/ctx";
import { SesDomainError } from "../../core/errors";
import { type Fqdn, ROOT } from "../../core/fqdn";
import { keyText, type RecordKey, type RecordType } from "../../dns/record";
import type { DkimStatus, IdentityStatus, MailFromStatus, SesPort, VerificationStatus } from "../../ses/port";
import { dkimName } from "../records/requirements";
import { type AskAbout, openAskedAhead } from "./ask-ahead";
import { type Reading, read } from "./observe";
import { type ListOrder, openListOrder } from "./prefetch";
import { openReadingsAhead } from "./readings-ahead";
import { standingOf } from "./standing";

/** So many requests for tokens are made whatever they bring; each further one has to have brought so many that were needed. */
const FREE_REQUESTS = 5;
const NEEDED_A_REQUEST = 4;
/** So long the calls of one run share what was seen. */
export const FRESH_MS = 60_000;
/** What is wrong with more domains than these at once has mostly one cause. */
const INFOS_AT_MOST = 20;
/** Route 53 takes five a second: the first few are looked at in every detail, the others where something calls for it. */
const SERVERS_AT_MOST = 10;

/**
 * What one process has seen for its previews. The engine looks at one resource after another; whatever is to overlap
 * has to be started ahead. Which names follow is told by the program, as far as it can, and else by the account's list.
 */
export interface PreviewCache {
  /** Domains that the program declares next to one another: they will be asked for. */
  expect(domains: readonly Fqdn[]): void;
  /** SES's status of a domain, without its token: by what answers first, the account's list or SES on the domain. */
  status(ses: SesPort, domain: Fqdn, ctx: Ctx): Promise<VerificationStatus | undefined>;
  /**
   * SES's status with the token; asks for the next domains in the same request. Absent: undefined. `isKnown`: the token
   * itself is not needed, so that no further request is made ahead.
   */
  token(ses: SesPort, domain: Fqdn, ctx: Ctx, isKnown?: boolean): Promise<IdentityStatus | undefined>;
  /**
   * What SES says of a domain's DKIM and MAIL FROM, as far as that is wanted; asks for the next domains in the same request.
   * Undefined: not wanted, or SES has no such identity. Rejects where one of both cannot be learned. `authority`: by which the
   * DKIM records of the next domains are read ahead.
   */
  sending(
    ses: SesPort,
    domain: Fqdn,
    wants: { readonly dkim: boolean; readonly mailFrom: boolean },
    ctx: Ctx,
    authority?: Authority,
  ): Promise<SendingStatus>;
  /** What Check has seen, Diff need not look at again. A failure is not kept. */
  once<T>(what: string, look: () => Promise<T>, ctx: Ctx): Promise<T>;
  /** Whether one more identity may be asked for SES's own last look: a request each, one a second. */
  mayAskInfo(): boolean;
  /** Whether one more zone's servers may be asked for at its host, where nothing seen calls for it: a request each. */
  mayAskServers(): boolean;
  /**
   * Whether the token is worth a request, one a second: not where the domains that a program declares are scattered in an
   * account of thousands, so that each would need a request of its own.
   */
  mayAskToken(ses: SesPort, domain: Fqdn, ctx: Ctx): Promise<boolean>;
  /** Whether the token has been asked for, or would be in the first request, which is made in any case. */
  isTokenAtHand(ses: SesPort, domain: Fqdn, ctx: Ctx): Promise<boolean>;
  /** What the servers say of a name; read once, and ahead of the question where it could be foreseen. */
  reading(authority: Authority, domain: Fqdn, name: Fqdn, ctx: Ctx, type?: RecordType): Promise<Reading>;
}

interface SendingStatus {
  readonly dkim: DkimStatus | undefined;
  readonly mailFrom: MailFromStatus | undefined;
}

/** What was asked of one account and region. */
interface AccountAsked {
  /** Of the list as far as it was read. */
  order: ListOrder;
  listed: number;
  /** The domains whose tokens were needed. */
  readonly needed: Set<Fqdn>;
  /** Requests for tokens. */
  requests: number;
}

export function openPreviewCache(): PreviewCache {
  /** By how DNS is read, and by name: what one way of reading says is not another's. */
  const byAuthority = new Map<Authority, Map<string, { readonly atMs: number; readonly reading: Promise<Reading> }>>();
  const tokens = openAskedAhead<IdentityStatus>();
  const dkimAhead = openAskedAhead<DkimStatus>();
  const mailFromAhead = openAskedAhead<MailFromStatus>();
  const looks = new Map<string, { readonly atMs: number; readonly look: Promise<unknown> }>();
  const ahead = openReadingsAhead();
  /** Each account and region has a list of its own: a domain of one may be in no other. */
  const accounts = new Map<string, AccountAsked>();
  /** A port is of one account. */
  const keys = new WeakMap<SesPort, (name: Fqdn) => string>();
  const declared = new Set<Fqdn>();
  let declaredOrder = openListOrder([]);
  let infosLeft = INFOS_AT_MOST;
  let serversLeft = SERVERS_AT_MOST;

  function accountAt(key: (name: Fqdn) => string): AccountAsked {
    const id = key(ROOT);
    const known = accounts.get(id) ?? { order: openListOrder([]), listed: 0, needed: new Set(), requests: 0 };
    accounts.set(id, known);
    return known;
  }

  async function keysAt(ses: SesPort, ctx: Ctx): Promise<(name: Fqdn) => string> {
    const known = keys.get(ses);
    if (known !== undefined) return known;
    const { id } = await ses.account(ctx);
    const key = (name: Fqdn) => `${id}/${ses.region}/${name}`;
    keys.set(ses, key);
    return key;
  }

  /** The order of the pages that were read, one at least. A list that cannot be read has none. */
  async function orderOf(ses: SesPort, account: AccountAsked, ctx: Ctx): Promise<ListOrder> {
    const begun = await ses.listedSoFar(ctx).catch(ignoreSesErrors);
    if (begun !== undefined && begun.domains.size !== account.listed) {
      account.listed = begun.domains.size;
      account.order = openListOrder([...begun.domains.keys()]);
      if (declared.size === 0) ahead.learn(begun.domains);
    }
    return account.order;
  }

  /** Without the list the names that follow are not known; SES's answer on this one does not depend on it. */
  const orderFor = async (ses: SesPort, domain: Fqdn, account: AccountAsked, ctx: Ctx) =>
    declared.has(domain) ? declaredOrder : orderOf(ses, account, ctx);

  /** A failure that is no observation is not kept: the next who asks tries again. */
  function readingsBy(authority: Authority) {
    const readings = byAuthority.get(authority) ?? new Map();
    byAuthority.set(authority, readings);
    return readings;
  }

  function start(authority: Authority, key: RecordKey, ctx: Ctx): Promise<Reading> {
    const readings = readingsBy(authority);
    const reading = read(authority, key.name, ctx, key.type);
    reading.catch(() => readings.delete(keyText(key)));
    readings.set(keyText(key), { atMs: ctx.clock.now(), reading });
    return reading;
  }

  /** Undefined where it was begun before. */
  function startOnce(authority: Authority, key: RecordKey, ctx: Ctx): Promise<Reading> | undefined {
    return readingsBy(authority).has(keyText(key)) ? undefined : start(authority, key, ctx);
  }

  return {
    once<T>(what: string, look: () => Promise<T>, ctx: Ctx): Promise<T> {
      const known = looks.get(what);
      if (known !== undefined && ctx.clock.now() - known.atMs < FRESH_MS) return known.look as Promise<T>;
      const looking = look();
      looking.catch(() => looks.delete(what));
      looks.set(what, { atMs: ctx.clock.now(), look: looking });
      return looking;
    },
    expect(domains) {
      const before = declared.size;
      for (const domain of domains) declared.add(domain);
      if (declared.size === before) return;
      declaredOrder = openListOrder([...declared]);
      ahead.expect(declared);
    },
    mayAskInfo() {
      infosLeft -= 1;
      return infosLeft >= 0;
    },
    mayAskServers() {
      serversLeft -= 1;
      return serversLeft >= 0;
    },
    async status(ses, domain, ctx) {
      const key = await keysAt(ses, ctx);
      // Of the domains that follow the list tells more with one request.
      const ask = async (inner: Ctx) => (await this.token(ses, domain, inner, true))?.status;
      // What goes with the first request needs no list.
      const isDirect = tokens.has(key(domain)) || (declared.has(domain) && accountAt(key).requests === 0);
      if (isDirect) {
        const said = await ask(ctx).then((status) => ({ status }), ignoreSesErrors);
        if (said !== undefined) return said.status;
      }
      const status = await standingOf(domain, ses, ask, ctx);
      await orderOf(ses, accountAt(key), ctx);
      return status;
    },
    async mayAskToken(ses, domain, ctx) {
      const key = await keysAt(ses, ctx);
      const { needed, requests } = accountAt(key);
      if (tokens.has(key(domain)) || requests < FREE_REQUESTS || needed.size >= requests * NEEDED_A_REQUEST)
        return true;
      return (await ses.listedSoFar(ctx).catch(ignoreSesErrors)) === undefined;
    },
    async isTokenAtHand(ses, domain, ctx) {
      const key = await keysAt(ses, ctx);
      return tokens.has(key(domain)) || accountAt(key).requests === 0;
    },
    async token(ses, domain, ctx, isKnown = false) {
      const key = await keysAt(ses, ctx);
      const account = accountAt(key);
      account.needed.add(domain);
      const order = await orderFor(ses, domain, account, ctx);
      if (!tokens.has(key(domain))) account.requests += 1;
      return tokens.answer(domain, { key, order, ask: (name) => ses.status(name, ctx) }, !isKnown);
    },
    async sending(ses, domain, wants, ctx, authority) {
      const key = await keysAt(ses, ctx);
      const about = { key, order: await orderFor(ses, domain, accountAt(key), ctx) };
      const askDkim: AskAbout<DkimStatus> = { ...about, ask: (name) => ses.dkim(name, ctx) };
      const askMailFrom: AskAbout<MailFromStatus> = { ...about, ask: (name) => ses.mailFrom(name, ctx) };
      const [dkim, mailFrom] = await Promise.all([
        wants.dkim ? dkimAhead.answer(domain, askDkim, true) : undefined,
        wants.mailFrom ? mailFromAhead.answer(domain, askMailFrom, true) : undefined,
      ]);
      if (dkim !== undefined && authority !== undefined) {
        const readAll = async (next: Fqdn, status: Promise<DkimStatus | undefined>) => {
          const names = ((await status)?.tokens ?? []).map((token) => dkimName(token, next));
          await Promise.all(names.map((name) => startOnce(authority, { name, type: "CNAME" }, ctx)));
        };
        // SES is not asked for this: each request is for a hundred.
        ahead.askedOf(key(ROOT), domain, (next) => {
          const status = dkimAhead.known(key(next));
          return status === undefined ? "later" : readAll(next, status);
        });
      }
      return { dkim, mailFrom };
    },
    async reading(authority, domain, name, ctx, type = "TXT") {
      const readings = readingsBy(authority);
      const key = { name, type };
      const known = readings.get(keyText(key));
      const fresh = known !== undefined && ctx.clock.now() - known.atMs < FRESH_MS;
      const answer = fresh ? known.reading : start(authority, key, ctx);
      ahead.asked(domain, key, (its) => startOnce(authority, its, ctx));
      return answer;
    },
  };
}

function ignoreSesErrors(error: unknown): undefined {
  if (!(error instanceof SesDomainError)) throw error;
}
