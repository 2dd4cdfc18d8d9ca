import { getDomain } from "tldts";
import { type Fqdn, isWithin } from "../../provider/core/fqdn";
import { dkimZone, feedbackHost } from "./amazon-names";
import type { SesChoices } from "./choices";
import { beginDkim, type DkimMethod, type KeyLength } from "./dkim";
import { dkimTokens } from "./dkim-keys";
import type { Identity } from "./identity";
import { beginMailFrom, type OnMxFailure } from "./mail-from";
import type { AmazonZone } from "./publisher";
import type { IdentityFinder } from "./replica";
import type { Schedule } from "./schedule";
import { publishedKey, signingDomain } from "./signing";

const DAY_MS = 24 * 3_600_000;

/** What the calls for DKIM and MAIL FROM do to an identity. Each returns why SES refuses, or `undefined`. */
export interface Sending {
  /** Begins DKIM from the beginning. The verification of what only DKIM proves begins with it. */
  begin(identity: Identity, method: DkimMethod): void;
  /** PutEmailIdentityDkimSigningAttributes. `keyLength` where the call names one. */
  useEasyDkim(identity: Identity, keyLength: KeyLength | undefined): string | undefined;
  /** SetIdentityDkimEnabled, PutEmailIdentityDkimAttributes: the status stays. */
  setSigning(identity: Identity, enabled: boolean): string | undefined;
  /** SetIdentityMailFromDomain, PutEmailIdentityMailFromAttributes; without a domain, the identity has none any more. */
  setMailFrom(identity: Identity, domain: string | undefined, onMxFailure: OnMxFailure): string | undefined;
  /** Takes the keys of an identity that was removed out of SES's zone. */
  forget(identity: Identity): void;
  /** Puts the key of each that has Easy DKIM into SES's zone. */
  publish(identities: readonly Identity[]): void;
}

export interface SendingOptions {
  readonly now: () => number;
  readonly schedule: Schedule;
  readonly choices: Readonly<SesChoices>;
  readonly finder: IdentityFinder;
  readonly zone: AmazonZone;
}

export function openSending({ now, schedule, choices, finder, zone }: SendingOptions): Sending {
  const keyName = (identity: Identity, keyLength: KeyLength) =>
    `${dkimTokens(identity, identity.name, keyLength)[0]}.${dkimZone(identity.region)}`;

  const sending: Sending = {
    begin(identity, method) {
      identity.dkim = beginDkim(identity.dkim, method, now(), schedule);
      sending.publish([identity]);
      if (identity.token !== undefined || identity.status === "Success") return;
      identity.status = "Pending";
      identity.since = now();
    },
    useEasyDkim(identity, keyLength) {
      const { method, lengthChangedAt } = identity.dkim;
      if (method.kind === "easy" && keyLength !== undefined) {
        if (keyLength === method.keyLength) return `The key length of ${identity.name} is ${keyLength} bits already.`;
        if (lengthChangedAt !== undefined && now() - lengthChangedAt < DAY_MS)
          return `The key length of ${identity.name} can be changed once in 24 hours.`;
      }
      const isWorking = method.kind === "easy" && identity.dkim.status !== "Failed";
      if (isWorking && keyLength === undefined) return undefined;
      sending.begin(identity, {
        kind: "easy",
        keyLength: keyLength ?? (method.kind === "easy" ? method.keyLength : 2048),
      });
      return undefined;
    },
    setSigning(identity, enabled) {
      if (enabled && identity.kind === "address" && signingDomain(identity, finder) === undefined)
        return `The domain of ${identity.name} is not set up for DKIM.`;
      identity.dkim.signingEnabled = enabled;
      return undefined;
    },
    setMailFrom(identity, domain, onMxFailure) {
      if (domain === undefined) {
        identity.mailFrom = undefined;
        return undefined;
      }
      const refusal = refuseMailFrom(identity, domain, choices);
      if (refusal !== undefined) return refusal;
      zone.announce(feedbackHost(identity.region));
      const before = identity.mailFrom;
      const goesOn = before?.domain === domain && before.status !== "Failed" && choices.mailFromAgain === "keeps";
      identity.mailFrom = goesOn ? { ...before, onMxFailure } : beginMailFrom(domain, onMxFailure, now(), schedule);
      return undefined;
    },
    forget(identity) {
      zone.withdraw(([1024, 2048] as const).map((keyLength) => keyName(identity, keyLength)));
    },
    publish(identities) {
      zone.publish(
        identities.flatMap((identity) => {
          const { method } = identity.dkim;
          if (method.kind !== "easy") return [];
          const { keyLength } = method;
          return [{ name: keyName(identity, keyLength), publicKey: publishedKey(identity, keyLength) }];
        }),
      );
    },
  };
  return sending;
}

/** A MAIL FROM domain is below the domain of its identity, label by label, or with a choice below the registered domain. */
function refuseMailFrom(identity: Identity, domain: string, choices: Readonly<SesChoices>): string | undefined {
  const own = identity.name.slice(identity.name.lastIndexOf("@") + 1) as Fqdn;
  const above = choices.mailFromBelow === "identity" ? own : ((getDomain(own) ?? own) as Fqdn);
  if (domain === own || domain === above || !isWithin(domain as Fqdn, above))
    return `Provided MAIL-FROM domain ${domain} is not a subdomain of the domain of the identity ${identity.name}.`;
  if (identity.status !== "Success" && choices.mailFromUnverified === "refused")
    return `Provided MAIL-FROM domain ${domain} or its parents are not verified for identity ${identity.name}.`;
  return undefined;
}
