import type { VerificationStatus } from "../../provider/ses/port";
import type { AccountBook } from "./account-settings";
import type { SesChoices } from "./choices";
import type { ConfigurationSets } from "./configuration-sets";
import type { DkimMethod, KeyLength } from "./dkim";
import type { Identity } from "./identity";
import type { LookInfo } from "./look-info";
import type { Mail } from "./mail";
import type { MailFromStatus, OnMxFailure } from "./mail-from";
import type { Scope } from "./scope";
import type { DkimView } from "./signing";
import type { Tags } from "./tags";

/** An identity to put in place as it is. `dkimOnly`: Success by DKIM whatever DNS says, no TXT token. */
export interface IdentityInit extends Scope {
  readonly name: string;
  /** Default `Success`; with `withoutToken` what DKIM's status says. */
  readonly status?: VerificationStatus;
  /** Default: made from account, region and name. */
  readonly token?: string;
  /** As for a domain that was made for DKIM. Default false. */
  readonly withoutToken?: boolean;
  readonly dkimOnly?: boolean;
  readonly dkim?: DkimInit;
  readonly mailFrom?: MailFromInit;
  readonly feedbackForwarding?: boolean;
  /** Has to exist. */
  readonly configurationSet?: string;
  readonly tags?: Readonly<Record<string, string>>;
}

/** DKIM to put in place as it is. SES looks at DNS as it does in that status; with `held` not before `checkNow`. */
export interface DkimInit {
  /** Default Easy DKIM of 2048 bits. */
  readonly method?: Exclude<DkimMethod, { readonly kind: "none" }>;
  /** Default `Success`. */
  readonly status?: VerificationStatus;
  /** Default true. */
  readonly signingEnabled?: boolean;
  readonly held?: boolean;
}

/** A MAIL FROM domain to put in place as it is. SES looks at DNS as it does in that status; with `held` not before `checkNow`. */
export interface MailFromInit {
  readonly domain: string;
  /** Default `Success`. */
  readonly status?: MailFromStatus;
  /** Default `default`. */
  readonly onMxFailure?: OnMxFailure;
  readonly held?: boolean;
}

/** SES's identities and how they are verified. Domains are matched without regard to case, what stands before an "@" is not. */
export interface SesModel {
  tokenAfterFailure: "same" | "new";
  /** May be changed at any time. */
  readonly choices: SesChoices;
  /** The emulator's clock, in ms. */
  now(): number;
  readonly mails: readonly Mail[];
  readonly configurationSets: ConfigurationSets;
  readonly accounts: AccountBook;
  identity(accountId: string, region: string, name: string): Readonly<Identity> | undefined;
  /** In the order they were made; of all accounts and regions without arguments. */
  identities(accountId?: string, region?: string): readonly Readonly<Identity>[];
  /** VerifyDomainIdentity: the token. Begins again after Failed and NotStarted, changes nothing else. */
  verifyDomain(scope: Scope, domain: string): string;
  /**
   * An identity made for DKIM (SESv2 CreateEmailIdentity): Pending, without a TXT token, unless `choices.tokenWithDkim` says
   * so. Default: Easy DKIM of 2048 bits.
   */
  createForDkim(scope: Scope, domain: string, method?: DkimMethod): void;
  /** VerifyDomainDkim: makes the identity where there is none. Begins again after Failed, and where DKIM was never begun. */
  verifyDkim(scope: Scope, domain: string): void;
  /** VerifyEmailIdentity: mails a link. */
  verifyAddress(scope: Scope, address: string): void;
  /** DKIM as SES tells it. Throws a RangeError for an unknown identity, as all that follow do. */
  dkim(scope: Scope, name: string): DkimView;
  /** The public key of the signatures, as the text of `p=`; absent where mail is not signed for the domain. */
  signingKey(scope: Scope, name: string): string | undefined;
  /** What SES tells of its last look, for GetEmailIdentity. */
  lookInfo(scope: Scope, name: string): LookInfo;
  /** Easy DKIM. Returns why SES refuses. */
  useEasyDkim(scope: Scope, name: string, keyLength?: KeyLength): string | undefined;
  /** The key of the caller, or that of another region. */
  useDkim(scope: Scope, name: string, method: Extract<DkimMethod, { kind: "own" | "replica" }>): void;
  /** Whether mail is signed; the status stays. Returns why SES refuses. */
  setSigning(scope: Scope, name: string, enabled: boolean): string | undefined;
  /** Without a domain, the identity has no MAIL FROM domain any more. Returns why SES refuses. */
  setMailFrom(scope: Scope, name: string, domain: string | undefined, onMxFailure: OnMxFailure): string | undefined;
  setFeedbackForwarding(scope: Scope, name: string, enabled: boolean): void;
  /** Whether there is such a configuration set; only then it is set. Without a name, the identity has none any more. */
  setConfigurationSet(scope: Scope, name: string, configurationSet: string | undefined): boolean;
  /** The regions whose identities of this name sign with the key of this one. */
  replicasOf(scope: Scope, name: string): readonly string[];
  /** Follows the link of a mail; false where it is stale or unknown. */
  confirm(link: string): boolean;
  /** Whether there was one. Replicas are no obstacle here: the API judges that. */
  remove(scope: Scope, name: string): boolean;
  /**
   * The tags of an identity, or what an identity of its name had at a moment of the emulator's clock; `undefined` where
   * there is no such identity now.
   */
  tags(scope: Scope, name: string, at?: number): Tags | undefined;
  /** Replaces all tags of an identity, without judging them. */
  setTags(scope: Scope, name: string, tags: Tags): void;
  /** Puts identities in place, thousands at once. Throws a RangeError for a configuration set that does not exist. */
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
  /**
   * The same for DKIM, where `TemporaryFailure` begins its grace and is looked at; the verification follows. Throws a
   * RangeError where DKIM was never begun.
   */
  setDkimStatus(scope: Scope, name: string, status: VerificationStatus, options?: { readonly held?: boolean }): void;
  /** The same for MAIL FROM, as for DKIM. Throws a RangeError where there is no MAIL FROM domain. */
  setMailFromStatus(scope: Scope, name: string, status: MailFromStatus, options?: { readonly held?: boolean }): void;
  /** Looks at DNS at once, at every identity that `filter` names; resolves when it is done. */
  checkNow(filter?: Partial<Scope> & { readonly name?: string }): Promise<void>;
  close(): void;
}
