import type { Authority } from "../../authority/authority";
import type { Ctx } from "../../core/ctx";
import { SesDomainError } from "../../core/errors";
import type { Fqdn } from "../../core/fqdn";
import type { IdentityStatus, SesPort, VerificationStatus } from "../../ses/port";
import { underscoreName } from "../records/placement";
import { type Reading, read } from "./observe";
import { type ListOrder, openListOrder, openPrefetcher } from "./prefetch";

/** Tokens a request (GetIdentityVerificationAttributes). */
const TOKENS_AT_ONCE = 100;
/** So many domains before the end of what was asked for, the next request is sent: SES takes one a second. */
const ASK_BEFORE = 50;
/** The engine asks for domains that a program declares side by side in an order that differs from the list's by so many places. */
const OUT_OF_ORDER = 32;
/** So many requests for tokens are made whatever they bring; each further one has to have brought so many that were needed. */
const FREE_REQUESTS = 5;
const NEEDED_A_REQUEST = 4;
const FRESH_MS = 60_000;
/** What is wrong with more domains than these at once has mostly one cause. */
const INFOS_AT_MOST = 20;

/**
 * What one process has seen for its previews. The engine looks at one resource after another; whatever is to overlap
 * has to be started ahead, so the account's own list of domains says which names to read next.
 */
export interface PreviewCache {
  /** SES's status of a domain, without its token: from the account's listing where that may be read. */
  status(ses: SesPort, domain: Fqdn, ctx: Ctx): Promise<VerificationStatus | undefined>;
  /** SES's status with the token; asks for the next domains of the listing in the same request. Absent: undefined. */
  token(ses: SesPort, domain: Fqdn, ctx: Ctx): Promise<IdentityStatus | undefined>;
  /** What Check has seen, Diff need not look at again. A failure is not kept. */
  once<T>(what: string, look: () => Promise<T>, ctx: Ctx): Promise<T>;
  /** Whether one more identity may be asked for SES's own last look: a request each, one a second. */
  mayAskInfo(): boolean;
  /**
   * Whether the token is worth a request, one a second: not where the domains that a program declares are scattered in an
   * account of thousands, so that each would need a request of its own.
   */
  mayAskToken(ses: SesPort, domain: Fqdn, ctx: Ctx): Promise<boolean>;
  /** What the servers say of a name; read once, and ahead of the question where it could be foreseen. */
  reading(authority: Authority, domain: Fqdn, name: Fqdn, ctx: Ctx): Promise<Reading>;
}

type Listing = ReadonlyMap<Fqdn, VerificationStatus>;

interface AccountList {
  readonly order: ListOrder;
  /** The domains whose tokens were needed. */
  readonly needed: Set<Fqdn>;
  /** Requests for tokens. */
  requests: number;
}

export function openPreviewCache(): PreviewCache {
  /** By how DNS is read, and by name: what one way of reading says is not another's. */
  const byAuthority = new Map<Authority, Map<Fqdn, { readonly atMs: number; readonly reading: Promise<Reading> }>>();
  const tokens = new Map<string, Promise<IdentityStatus | undefined>>();
  const looks = new Map<string, { readonly atMs: number; readonly look: Promise<unknown> }>();
  const ahead = openPrefetcher();
  /** Each account and region has a list of its own: a domain of one may be in no other. */
  const accounts = new WeakMap<Listing, AccountList>();
  let infosLeft = INFOS_AT_MOST;

  function accountOf(listed: Listing): AccountList {
    const known = accounts.get(listed) ?? { order: openListOrder([...listed.keys()]), needed: new Set(), requests: 0 };
    accounts.set(listed, known);
    return known;
  }

  async function keysAt(ses: SesPort, ctx: Ctx): Promise<(name: Fqdn) => string> {
    const { id } = await ses.account(ctx);
    return (name) => `${id}/${ses.region}/${name}`;
  }

  /** A failure that is no observation is not kept: the next who asks tries again. */
  function readingsBy(authority: Authority) {
    const readings = byAuthority.get(authority) ?? new Map();
    byAuthority.set(authority, readings);
    return readings;
  }

  function start(authority: Authority, name: Fqdn, ctx: Ctx): Promise<Reading> {
    const readings = readingsBy(authority);
    const reading = read(authority, name, ctx);
    reading.catch(() => readings.delete(name));
    readings.set(name, { atMs: ctx.clock.now(), reading });
    return reading;
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
    mayAskInfo() {
      infosLeft -= 1;
      return infosLeft >= 0;
    },
    async status(ses, domain, ctx) {
      const listed = await ses.listing(ctx);
      if (listed === undefined) return (await this.token(ses, domain, ctx))?.status;
      ahead.learn(listed);
      return listed.get(domain);
    },
    async mayAskToken(ses, domain, ctx) {
      const listed = await ses.listing(ctx);
      if (listed === undefined || tokens.has((await keysAt(ses, ctx))(domain))) return true;
      const { needed, requests } = accountOf(listed);
      return requests < FREE_REQUESTS || needed.size >= requests * NEEDED_A_REQUEST;
    },
    async token(ses, domain, ctx) {
      // Without the list the names that follow are not known; SES's answer on this one does not depend on it.
      const listed = await ses.listing(ctx).catch(ignoreSesErrors);
      if (listed !== undefined) ahead.learn(listed);
      const key = await keysAt(ses, ctx);
      const ask = (name: Fqdn) => {
        const status = ses.status(name, ctx);
        status.catch(() => tokens.delete(key(name)));
        tokens.set(key(name), status);
      };
      const isNew = (name: Fqdn) => !tokens.has(key(name));
      const account = listed && accountOf(listed);
      account?.needed.add(domain);
      const around = (before: number, count: number) => account?.order.around(domain, before, count) ?? [];
      if (isNew(domain)) {
        if (account !== undefined) account.requests += 1;
        ask(domain);
        around(OUT_OF_ORDER, TOKENS_AT_ONCE)
          .filter(isNew)
          .slice(0, TOKENS_AT_ONCE - 1)
          .forEach(ask);
      } else if (around(0, ASK_BEFORE).some(isNew)) {
        around(0, ASK_BEFORE + TOKENS_AT_ONCE)
          .filter(isNew)
          .slice(0, TOKENS_AT_ONCE)
          .forEach(ask);
      }
      return tokens.get(key(domain));
    },
    async reading(authority, domain, name, ctx) {
      const readings = readingsBy(authority);
      const known = readings.get(name);
      const fresh = known !== undefined && ctx.clock.now() - known.atMs < FRESH_MS;
      const answer = fresh ? known.reading : start(authority, name, ctx);
      ahead.asked(domain, (next) => {
        const itsName = name === domain ? next : underscoreName(next);
        return readings.has(itsName) ? undefined : start(authority, itsName, ctx);
      });
      return answer;
    },
  };
}

function ignoreSesErrors(error: unknown): undefined {
  if (!(error instanceof SesDomainError)) throw error;
}
