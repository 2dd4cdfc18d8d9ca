import type { VerificationStatus } from "../../provider/ses/port";
import { feedbackHost } from "./amazon-names";
import type { ConfigurationSets } from "./configuration-sets";
import { beginDkim, type Dkim } from "./dkim";
import { begin, followDkim, type Identity, newToken } from "./identity";
import { beginMailFrom, type MailFrom, type MailFromStatus } from "./mail-from";
import type { DkimInit, IdentityInit, MailFromInit } from "./model";
import type { AmazonZone } from "./publisher";
import type { Schedule } from "./schedule";
import type { Sending } from "./sending";
import type { IdentityStore } from "./store";

/** Identities and statuses that a test puts in place, as no call of SES does. */
export interface Injection {
  inject(identities: readonly IdentityInit[]): void;
  setStatus(identity: Identity, status: VerificationStatus, held: boolean): void;
  /** Throws a RangeError where DKIM was never begun. */
  setDkimStatus(identity: Identity, status: VerificationStatus, held: boolean): void;
  /** Throws a RangeError where there is no MAIL FROM domain. */
  setMailFromStatus(identity: Identity, status: MailFromStatus, held: boolean): void;
}

export interface InjectionOptions {
  readonly now: () => number;
  readonly schedule: Schedule;
  readonly store: IdentityStore;
  readonly sending: Sending;
  readonly zone: AmazonZone;
  readonly configurationSets: ConfigurationSets;
}

export function openInjection(options: InjectionOptions): Injection {
  const { now, schedule, store, sending, zone, configurationSets } = options;

  const dkimAt = (dkim: Dkim, status: VerificationStatus, held: boolean): Dkim => ({
    ...dkim,
    status,
    since: now(),
    warned: status === "TemporaryFailure" ? now() : undefined,
    nextLook: held ? undefined : nextLookIn(status),
    ...(status === "Success" && dkim.method.kind === "easy" && { currentKeyLength: dkim.method.keyLength }),
  });
  const mailFromAt = (mailFrom: MailFrom, status: MailFromStatus, held: boolean): MailFrom => ({
    ...mailFrom,
    status,
    since: now(),
    missed: status === "TemporaryFailure" ? now() : undefined,
    nextLook: held ? undefined : nextLookIn(status),
  });
  const nextLookIn = (status: VerificationStatus): number | undefined => {
    switch (status) {
      case "Pending":
        return now() + schedule.firstLookMs;
      case "Success":
        return now() + schedule.verifiedLookMs;
      case "TemporaryFailure":
        return now() + schedule.laterLookMs;
      default:
        return undefined;
    }
  };

  const putDkim = (identity: Identity, init: DkimInit) => {
    const {
      method = { kind: "easy", keyLength: 2048 },
      status = "Success",
      signingEnabled = true,
      held = false,
    } = init;
    const begun = beginDkim({ ...identity.dkim, signingEnabled }, method, now(), schedule);
    identity.dkim = dkimAt(begun, status, held);
  };
  const putMailFrom = (identity: Identity, init: MailFromInit) => {
    const { domain, status = "Success", onMxFailure = "default", held = false } = init;
    zone.announce(feedbackHost(identity.region));
    identity.mailFrom = mailFromAt(beginMailFrom(domain.toLowerCase(), onMxFailure, now(), schedule), status, held);
  };
  const putVerification = (identity: Identity, init: IdentityInit) => {
    const isDomain = identity.kind === "domain";
    const seed = `${init.accountId} ${init.region} ${identity.name}`;
    const status = init.status ?? (init.withoutToken ? undefined : "Success");
    if (isDomain && !init.dkimOnly && !init.withoutToken) identity.token = init.token ?? newToken(seed);
    if (status === undefined) {
      identity.status = identity.dkim.status === "TemporaryFailure" ? "Success" : identity.dkim.status;
      return;
    }
    identity.status = status;
    if (isDomain && status === "Success") identity.nextLook = now() + schedule.verifiedLookMs;
    if (isDomain && status === "Pending") begin(identity, now(), schedule);
  };

  return {
    inject(identities) {
      for (const init of identities)
        if (init.configurationSet !== undefined && !configurationSets.find(init, init.configurationSet))
          throw new RangeError(`there is no configuration set ${init.configurationSet}`);
      const made = identities.map((init) => {
        const identity = store.create(init, init.name, init.name.includes("@") ? "address" : "domain");
        if (init.dkimOnly) {
          putDkim(identity, { held: true });
          identity.dkim = { ...identity.dkim, fixed: true };
        } else if (init.dkim) putDkim(identity, init.dkim);
        if (init.mailFrom) putMailFrom(identity, init.mailFrom);
        identity.feedbackForwarding = init.feedbackForwarding ?? true;
        identity.configurationSet = init.configurationSet;
        putVerification(identity, init);
        store.setTags(identity, new Map(Object.entries(init.tags ?? {})));
        return identity;
      });
      sending.publish(made.filter(({ dkim }) => !dkim.fixed));
    },
    setStatus(identity, status, held) {
      const looked = identity.kind === "domain" && (status === "Pending" || status === "Success") && !held;
      if (status === "Pending") begin(identity, now(), schedule);
      Object.assign(identity, { status, warned: undefined, revision: identity.revision + 1 });
      if (!looked) identity.nextLook = undefined;
      else if (status === "Success") identity.nextLook = now() + schedule.verifiedLookMs;
    },
    setDkimStatus(identity, status, held) {
      if (identity.dkim.method.kind === "none") throw new RangeError(`${identity.name} has no DKIM`);
      identity.dkim = { ...dkimAt(identity.dkim, status, held), fixed: false };
      followDkim(identity, now(), schedule);
    },
    setMailFromStatus(identity, status, held) {
      if (identity.mailFrom === undefined) throw new RangeError(`${identity.name} has no MAIL FROM domain`);
      identity.mailFrom = mailFromAt(identity.mailFrom, status, held);
    },
  };
}
