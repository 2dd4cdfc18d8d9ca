import { identityName } from "../../provider/ses/port";
import type { TurnableClock } from "../clock";
import { openAccountBook } from "./account-settings";
import type { Ask } from "./ask";
import { DEFAULT_CHOICES, type SesChoices } from "./choices";
import { openConfigurationSets } from "./configuration-sets";
import { begin, expireLink, type Identity, newToken } from "./identity";
import { openInjection } from "./injection";
import type { LookInfo } from "./look-info";
import { openLooks } from "./looks";
import { type Mail, type MailKind, SUBJECTS } from "./mail";
import type { SesModel } from "./model";
import type { AmazonZone } from "./publisher";
import { type IdentityFinder, parentOf } from "./replica";
import { DEFAULT_SCHEDULE, type Schedule } from "./schedule";
import { openSending } from "./sending";
import { signingKey, viewDkim } from "./signing";
import { openIdentityStore } from "./store";

export interface SesOptions {
  readonly clock: TurnableClock;
  /** The recursive resolver. */
  readonly ask: Ask;
  /** Where the public keys of Easy DKIM go. */
  readonly zone: AmazonZone;
  /** Whether SES answers in a region of this name. */
  isRegion(region: string): boolean;
  readonly schedule?: Partial<Schedule>;
  /** The token that a request gets after Failed: not documented, so both can be had. Default `same`. */
  readonly tokenAfterFailure?: "same" | "new";
  readonly choices?: Partial<SesChoices>;
}

export function openSes(options: SesOptions): SesModel {
  const { clock, ask, zone, isRegion } = options;
  const { now } = clock;
  const schedule: Schedule = { ...DEFAULT_SCHEDULE, ...options.schedule };
  const choices: SesChoices = { ...DEFAULT_CHOICES, ...options.choices };
  const store = openIdentityStore(now);
  const finder: IdentityFinder = { find: store.find, isRegion };
  const sending = openSending({ now, schedule, choices, finder, zone });
  const configurationSets = openConfigurationSets();
  const mails: Mail[] = [];

  const post = (identity: Identity, kind: MailKind, at: number) => {
    const { accountId, region, name, link } = identity;
    mails.push({ accountId, region, identity: name, kind, subject: SUBJECTS[kind], at, link });
  };
  const looks = openLooks({ clock, ask, schedule, store, finder, post });
  const injection = openInjection({ now, schedule, store, sending, zone, configurationSets });

  const model: SesModel = {
    tokenAfterFailure: options.tokenAfterFailure ?? "same",
    choices,
    now,
    mails,
    configurationSets,
    accounts: openAccountBook(),
    identity: (accountId, region, name) => store.find({ accountId, region }, name),
    identities: (accountId, region) =>
      store.list({ ...(accountId !== undefined && { accountId }), ...(region !== undefined && { region }) }),
    verifyDomain(scope, domain) {
      const identity = store.find(scope, domain) ?? store.create(scope, domain, "domain");
      const failed = identity.status === "Failed";
      const untold = identity.token === undefined;
      const token = failed && model.tokenAfterFailure === "new" ? newToken() : (identity.token ?? newToken());
      identity.token = token;
      if (failed || identity.status === "NotStarted") begin(identity, now(), schedule);
      else if (untold) identity.nextLook = now() + schedule.firstLookMs;
      looks.arm();
      return token;
    },
    createForDkim(scope, domain, method = { kind: "easy", keyLength: 2048 }) {
      const identity = store.create(scope, domain, "domain");
      if (choices.tokenWithDkim === "given") {
        identity.token = newToken();
        begin(identity, now(), schedule);
      }
      sending.begin(identity, method);
      looks.arm();
    },
    verifyDkim(scope, domain) {
      const identity = store.find(scope, domain) ?? store.create(scope, domain, "domain");
      const { method, status } = identity.dkim;
      if (method.kind === "none") sending.begin(identity, { kind: "easy", keyLength: 2048 });
      else if (status === "Failed" || status === "NotStarted") sending.begin(identity, method);
      looks.arm();
    },
    verifyAddress(scope, address) {
      const identity = store.find(scope, address) ?? store.create(scope, address, "address");
      if (identity.status !== "Success") begin(identity, now(), schedule);
      identity.link = newToken().replace(/[^A-Za-z0-9]/g, "");
      post(identity, "confirm-address", now());
      looks.arm();
    },
    dkim: (scope, name) => viewDkim(store.take(scope, name), finder),
    signingKey: (scope, name) => signingKey(store.take(scope, name), finder, choices.recreatedKey),
    lookInfo: (scope, name) => lookInfoOf(store.take(scope, name)),
    useEasyDkim(scope, name, keyLength) {
      const refusal = sending.useEasyDkim(store.take(scope, name), keyLength);
      looks.arm();
      return refusal;
    },
    useDkim(scope, name, method) {
      sending.begin(store.take(scope, name), method);
      looks.arm();
    },
    setSigning: (scope, name, enabled) => sending.setSigning(store.take(scope, name), enabled),
    setMailFrom(scope, name, domain, onMxFailure) {
      const refusal = sending.setMailFrom(store.take(scope, name), domain, onMxFailure);
      looks.arm();
      return refusal;
    },
    setFeedbackForwarding(scope, name, enabled) {
      store.take(scope, name).feedbackForwarding = enabled;
    },
    setConfigurationSet(scope, name, configurationSet) {
      const identity = store.take(scope, name);
      if (configurationSet !== undefined && !configurationSets.find(scope, configurationSet)) return false;
      identity.configurationSet = configurationSet;
      return true;
    },
    replicasOf(scope, name) {
      const identity = store.take(scope, name);
      const replicas = store.list({ accountId: identity.accountId }).filter((one) => {
        const { method } = one.dkim;
        if (one.name !== identity.name || method.kind !== "replica") return false;
        const found = parentOf(one, method, finder);
        return "parent" in found && found.parent === identity;
      });
      return replicas.map((one) => one.region);
    },
    confirm(link) {
      const identity = [...store.all()].find((one) => one.link === link);
      if (!identity) return false;
      expireLink(identity, now());
      if (identity.link === undefined) return false;
      Object.assign(identity, { status: "Success", link: undefined, nextLook: undefined });
      return true;
    },
    remove(scope, name) {
      const removed = store.remove(scope, name);
      if (removed?.dkim.method.kind === "easy") sending.forget(removed);
      return removed !== undefined;
    },
    tags: store.tags,
    setTags: (scope, name, tags) => store.setTags(store.take(scope, name), tags),
    inject(identities) {
      injection.inject(identities);
      looks.arm();
    },
    setStatus(accountId, region, name, status, { held } = {}) {
      injection.setStatus(store.take({ accountId, region }, name), status, held ?? false);
      looks.arm();
    },
    setDkimStatus(scope, name, status, { held } = {}) {
      injection.setDkimStatus(store.take(scope, name), status, held ?? false);
      looks.arm();
    },
    setMailFromStatus(scope, name, status, { held } = {}) {
      injection.setMailFromStatus(store.take(scope, name), status, held ?? false);
      looks.arm();
    },
    async checkNow({ name, ...scope } = {}) {
      const wanted = name === undefined ? undefined : identityName(name);
      await looks.lookAt(store.list(scope).filter((one) => (wanted ?? one.name) === one.name));
    },
    close: looks.close,
  };
  return model;
}

/**
 * What SES tells of its last look. It is about the identity: DKIM's look where only DKIM can prove it. Where both can, the
 * reason is that of the TXT record, then that of DKIM; there is none once both are in place, or DKIM alone.
 */
function lookInfoOf({ token, info, dkim }: Identity): LookInfo {
  if (dkim.method.kind === "none" || dkim.fixed) return info;
  if (token === undefined) return dkim.info;
  if (dkim.status === "Success") return { ...info, errorType: undefined };
  return info.errorType === undefined ? { ...info, errorType: dkim.info.errorType } : info;
}
