import { identityName, type VerificationStatus } from "../../provider/ses/port";
import type { TurnableClock } from "../clock";
import {
  begin,
  DEFAULT_SCHEDULE,
  expireLink,
  type Identity,
  type MailKind,
  NO_INFO,
  newToken,
  observe,
  type Schedule,
  type Scope,
} from "./identity";
import { type Ask, lookFor } from "./look";
import { openTagHistory, type Tags } from "./tags";

/** A mail that SES would have sent to the account's owner, or to the address that is to be confirmed. */
interface Mail extends Scope {
  readonly kind: MailKind;
  readonly identity: string;
  readonly subject: string;
  /** Ms of the emulator's clock. */
  readonly at: number;
  /** With `confirm-address`: what `confirm` takes. */
  readonly link: string | undefined;
}

export interface SesOptions {
  readonly clock: TurnableClock;
  /** The recursive resolver. */
  readonly ask: Ask;
  readonly schedule?: Partial<Schedule>;
  /** The token that a request gets after Failed: not documented, so both can be had. Default `same`. */
  readonly tokenAfterFailure?: "same" | "new";
}

/** An identity to put in place as it is. `dkimOnly`: Success by DKIM, no TXT token. */
interface IdentityInit extends Scope {
  readonly name: string;
  /** Default `Success`. */
  readonly status?: VerificationStatus;
  /** Default: made from account, region and name. */
  readonly token?: string;
  readonly dkimOnly?: boolean;
  readonly tags?: Readonly<Record<string, string>>;
}

/** SES's identities and how they are verified. Domains are matched without regard to case, what stands before an "@" is not. */
export interface SesModel {
  tokenAfterFailure: "same" | "new";
  readonly mails: readonly Mail[];
  identity(accountId: string, region: string, name: string): Readonly<Identity> | undefined;
  /** In the order they were made; of all accounts and regions without arguments. */
  identities(accountId?: string, region?: string): readonly Readonly<Identity>[];
  /** VerifyDomainIdentity: the token. Begins again after Failed and NotStarted, changes nothing else. */
  verifyDomain(scope: Scope, domain: string): string;
  /** An identity made for DKIM (SESv2 CreateEmailIdentity): Pending, no TXT token, DKIM is never looked for. */
  createForDkim(scope: Scope, domain: string): void;
  /** VerifyEmailIdentity: mails a link. */
  verifyAddress(scope: Scope, address: string): void;
  /** Follows the link of a mail; false where it is stale or unknown. */
  confirm(link: string): boolean;
  /** Whether there was one. */
  remove(scope: Scope, name: string): boolean;
  /**
   * The tags of an identity, or what an identity of its name had at a moment of the emulator's clock; `undefined` where
   * there is no such identity now.
   */
  tags(scope: Scope, name: string, at?: number): Tags | undefined;
  /** Replaces all tags of an identity, without judging them. Throws a RangeError for an unknown identity. */
  setTags(scope: Scope, name: string, tags: Tags): void;
  /** Puts identities in place, thousands at once. */
  inject(identities: readonly IdentityInit[]): void;
  /**
   * Forces a status. `Failed` and `NotStarted` then stay until SES is asked again, `TemporaryFailure` until `checkNow`;
   * `Pending` and `Success` go on being looked at, unless `held`: then until `checkNow`.
   */
  setStatus(
    accountId: string,
    region: string,
    name: string,
    status: VerificationStatus,
    options?: { readonly held?: boolean },
  ): void;
  /** Looks at DNS at once, at every identity that `filter` names; resolves when it is done. */
  checkNow(filter?: Partial<Scope> & { readonly name?: string }): Promise<void>;
  close(): void;
}

const LOOKS_AT_ONCE = 32;

const SUBJECTS: Readonly<Record<MailKind, string>> = {
  "verification-success": "Domain Verification SUCCESS",
  "verification-failure": "Domain Verification FAILURE",
  "revocation-warning": "Domain Verification REVOCATION WARNING",
  "revocation-cancelled": "Domain Verification REVOCATION CANCELLATION",
  revocation: "Domain Verification REVOCATION",
  "confirm-address": "Email Address Verification Request",
};

export function openSes(options: SesOptions): SesModel {
  const { clock, ask } = options;
  const schedule: Schedule = { ...DEFAULT_SCHEDULE, ...options.schedule };
  const held = new Map<string, Identity>();
  const tagHistory = openTagHistory(clock.now);
  const mails: Mail[] = [];
  let sequence = 0;
  let timer: { cancel(): void; readonly at: number } | undefined;
  let closed = false;

  const keyOf = (scope: Scope, name: string) => `${scope.accountId}/${scope.region}/${identityName(name)}`;

  const post = (identity: Identity, kind: MailKind, at: number) => {
    const { accountId, region, name, link } = identity;
    mails.push({ accountId, region, identity: name, kind, subject: SUBJECTS[kind], at, link });
  };

  const look = async (identity: Identity) => {
    if (identity.kind === "address") {
      expireLink(identity, clock.now());
      return;
    }
    const { revision } = identity;
    const seen = await lookFor(identity, ask);
    // Where the identity was asked for again or removed meanwhile, this look no longer counts.
    if (closed || identity.revision !== revision || held.get(keyOf(identity, identity.name)) !== identity) return;
    for (const { kind, at } of observe(identity, seen, clock.now(), schedule)) post(identity, kind, at);
  };

  const lookAll = async (due: readonly Identity[]) => {
    const waiting = [...due];
    const work = async () => {
      for (let one = waiting.shift(); one; one = waiting.shift()) await look(one);
    };
    await Promise.all(Array.from({ length: Math.min(LOOKS_AT_ONCE, waiting.length) }, work));
  };

  /** One timer, at the earliest look of all. */
  const arm = () => {
    if (closed) return;
    let earliest = Number.POSITIVE_INFINITY;
    for (const { nextLook } of held.values()) if (nextLook !== undefined && nextLook < earliest) earliest = nextLook;
    if (timer?.at === earliest) return;
    timer?.cancel();
    timer = undefined;
    if (earliest === Number.POSITIVE_INFINITY) return;
    const started = clock.setTimer(earliest - clock.now(), async () => {
      timer = undefined;
      const now = clock.now();
      try {
        await lookAll([...held.values()].filter(({ nextLook }) => nextLook !== undefined && nextLook <= now));
      } finally {
        arm();
      }
    });
    timer = { cancel: () => started.cancel(), at: earliest };
  };

  const create = (scope: Scope, name: string, kind: Identity["kind"]): Identity => {
    const identity: Identity = {
      accountId: scope.accountId,
      region: scope.region,
      name: identityName(name),
      kind,
      sequence: ++sequence,
      status: "NotStarted",
      token: undefined,
      dkim: false,
      tags: new Map(),
      since: clock.now(),
      revision: 0,
      nextLook: undefined,
      warned: undefined,
      link: undefined,
      info: NO_INFO,
    };
    held.set(keyOf(scope, name), identity);
    return identity;
  };
  const take = (accountId: string, region: string, name: string): Identity => {
    const found = held.get(keyOf({ accountId, region }, name));
    if (!found) throw new RangeError(`SES in ${region} of ${accountId} has no identity ${name}`);
    return found;
  };
  const putTags = (identity: Identity, tags: Tags) => {
    identity.tags = new Map(tags);
    tagHistory.note(keyOf(identity, identity.name), identity.tags);
  };

  const model: SesModel = {
    tokenAfterFailure: options.tokenAfterFailure ?? "same",
    mails,
    identity: (accountId, region, name) => held.get(keyOf({ accountId, region }, name)),
    identities: (accountId, region) =>
      [...held.values()].filter(
        (one) => (accountId ?? one.accountId) === one.accountId && (region ?? one.region) === one.region,
      ),
    verifyDomain(scope, domain) {
      const identity = held.get(keyOf(scope, domain)) ?? create(scope, domain, "domain");
      const failed = identity.status === "Failed";
      const untold = identity.token === undefined;
      const token = failed && model.tokenAfterFailure === "new" ? newToken() : (identity.token ?? newToken());
      identity.token = token;
      if (failed || identity.status === "NotStarted") begin(identity, clock.now(), schedule);
      else if (untold) identity.nextLook = clock.now() + schedule.firstLookMs;
      arm();
      return token;
    },
    createForDkim(scope, domain) {
      const identity = create(scope, domain, "domain");
      identity.status = "Pending";
    },
    verifyAddress(scope, address) {
      const identity = held.get(keyOf(scope, address)) ?? create(scope, address, "address");
      if (identity.status !== "Success") begin(identity, clock.now(), schedule);
      identity.link = newToken().replace(/[^A-Za-z0-9]/g, "");
      post(identity, "confirm-address", clock.now());
      arm();
    },
    confirm(link) {
      const identity = [...held.values()].find((one) => one.link === link);
      if (!identity) return false;
      expireLink(identity, clock.now());
      if (identity.link === undefined) return false;
      Object.assign(identity, { status: "Success", link: undefined, nextLook: undefined });
      return true;
    },
    remove(scope, name) {
      const key = keyOf(scope, name);
      tagHistory.note(key, new Map());
      return held.delete(key);
    },
    tags(scope, name, at) {
      const key = keyOf(scope, name);
      const identity = held.get(key);
      return identity && at !== undefined ? tagHistory.at(key, at) : identity?.tags;
    },
    setTags: (scope, name, tags) => putTags(take(scope.accountId, scope.region, name), tags),
    inject(identities) {
      for (const init of identities) {
        const kind = init.name.includes("@") ? "address" : "domain";
        const identity = create(init, init.name, kind);
        const seed = `${init.accountId} ${init.region} ${identity.name}`;
        identity.status = init.status ?? "Success";
        identity.dkim = init.dkimOnly ?? false;
        if (kind === "domain" && !init.dkimOnly) identity.token = init.token ?? newToken(seed);
        putTags(identity, new Map(Object.entries(init.tags ?? {})));
        if (kind === "domain" && identity.status === "Success")
          identity.nextLook = clock.now() + schedule.verifiedLookMs;
        if (kind === "domain" && identity.status === "Pending") begin(identity, clock.now(), schedule);
      }
      arm();
    },
    setStatus(accountId, region, name, status, { held: keep } = {}) {
      const identity = take(accountId, region, name);
      const looked = identity.kind === "domain" && (status === "Pending" || status === "Success") && !keep;
      if (status === "Pending") begin(identity, clock.now(), schedule);
      Object.assign(identity, { status, warned: undefined, revision: identity.revision + 1 });
      if (!looked) identity.nextLook = undefined;
      else if (status === "Success") identity.nextLook = clock.now() + schedule.verifiedLookMs;
      arm();
    },
    async checkNow(filter = {}) {
      const name = filter.name?.toLowerCase();
      await lookAll(
        model
          .identities(filter.accountId, filter.region)
          .filter((one) => one.kind === "domain" && (name ?? one.name) === one.name) as Identity[],
      );
      arm();
    },
    close() {
      closed = true;
      timer?.cancel();
    },
  };
  return model;
}
