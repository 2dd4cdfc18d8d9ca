import type { Fqdn } from "../../core/fqdn";
import type { CheckedDns } from "../../dns/hosts";
import type { KeyLength, OnMxFailure } from "../../ses/port";

/** Under which name the values go (`planPlacement`). */
export const PLACEMENTS = ["auto", "underscore", "apex", "split"] as const;
export type Placement = (typeof PLACEMENTS)[number];

/** What becomes of an identity that was there before us. */
export const ADOPTIONS = ["keep", "own", "refuse"] as const;
export type Adoption = (typeof ADOPTIONS)[number];

/** Whether SES may be asked again after a failure or a revocation. */
export const RESTARTS = ["auto", "never"] as const;
export type Restart = (typeof RESTARTS)[number];

/** How a preview looks at the live services. */
export const PREVIEW_CHECKS = ["live", "strict", "off"] as const;
export type PreviewCheck = (typeof PREVIEW_CHECKS)[number];

/** Where it is set that a preview is strict: the argument, or the config key. */
export type StrictBy = "previewCheck" | "sesdomain:previewCheck";

/** What `up` waits for: everything that is asked for, the verification alone, or nothing. */
export const WAITS = ["ready", "verified"] as const;
export type Wait = (typeof WAITS)[number] | false;

/** Easy DKIM as the program asks for it. */
interface EasyDkim {
  /** Bits; SES's own default where it is left out. */
  readonly keyLength?: KeyLength | undefined;
  /** Whether SES signs. */
  readonly signing: boolean;
}
/** `keep`: what is there is watched, and nothing is changed. */
export type CheckedDkim = EasyDkim | "keep" | false;

/** A MAIL FROM domain as the program asks for it: by a label below the domain, or whole. */
export interface CustomMailFrom {
  readonly label?: string | undefined;
  readonly domain?: Fqdn | undefined;
  readonly onMxFailure: OnMxFailure;
  /** The host that takes the bounces, in place of the region's own. */
  readonly mx?: Fqdn | undefined;
}
export type CheckedMailFrom = CustomMailFrom | false;

/** `check`: a DMARC record is looked for. `ifAbsent`: it is written where there is none. */
export type CheckedDmarc = { readonly ifAbsent: string } | "check" | false;

/** How DNS is read. */
export const DNS_CHECK_MODES = ["authoritative", "doh", "off"] as const;
export type DnsCheckMode = (typeof DNS_CHECK_MODES)[number];

/**
 * One SES identity as the program asks for it. `region` is undefined where the stack's own is meant; `name` is then
 * undefined too, unless the program names it: both become known once the default region is.
 */
export interface CheckedIdentity {
  readonly name: string | undefined;
  readonly region: string | undefined;
  readonly profile?: string | undefined;
  readonly roleArn?: string | undefined;
  readonly externalId?: string | undefined;
  /** Twelve digits. */
  readonly accountId?: string | undefined;
  /** The name of a set of credentials in `sesdomain:credentials`. */
  readonly credentials?: string | undefined;
  /** In place of the resource's own. */
  readonly dkim?: CheckedDkim | undefined;
  readonly mailFrom?: CheckedMailFrom | undefined;
}

export interface CheckedDnsCheck {
  readonly mode: DnsCheckMode;
  readonly resolvers?: readonly string[] | undefined;
  readonly port?: number | undefined;
}

/** A program's arguments, validated, with every default in place. Plain JSON. */
export interface CheckedArgs {
  readonly domain: Fqdn;
  /** At least one. A program that names none has one of the default region: `region` undefined. */
  readonly identities: readonly CheckedIdentity[];
  /** At least one. */
  readonly dns: readonly CheckedDns[];
  readonly placement: Placement;
  /** Seconds. */
  readonly ttl: number;
  readonly wait: Wait;
  readonly timeoutMs: number;
  readonly adopt: Adoption;
  readonly restart: Restart;
  readonly dnsCheck: CheckedDnsCheck;
  readonly previewCheck: PreviewCheck;
  readonly dkim: CheckedDkim;
  readonly mailFrom: CheckedMailFrom;
  readonly dmarc: CheckedDmarc;
  /** Undefined: left as it is at SES. */
  readonly configurationSet?: string | undefined;
  /** Undefined: left as it is at SES. */
  readonly feedbackForwarding?: boolean | undefined;
}

/**
 * Stands for a value that another resource has yet to produce; no argument begins with NUL. What Pulumi sends in its place
 * is for `pulumi/` to know.
 */
export const UNKNOWN = "\u0000not known yet";
export type Unknown = typeof UNKNOWN;

export function isUnknown(value: unknown): value is Unknown {
  return value === UNKNOWN;
}

/** Whether nothing in a value, at any depth, is not known yet. */
export function isWhollyKnown(value: unknown): boolean {
  if (typeof value !== "object" || value === null) return !isUnknown(value);
  return Object.values(value).every(isWhollyKnown);
}

/** `T` during a preview: anything in it, at any depth, may not be known yet. */
export type MaybeUnknown<T> =
  | Unknown
  | (T extends string
      ? T
      : T extends readonly (infer E)[]
        ? readonly MaybeUnknown<E>[]
        : T extends object
          ? { readonly [K in keyof T]: MaybeUnknown<T[K]> }
          : T);

/** Checked arguments of which some are not known yet. */
export type Planned<Args> = { readonly [K in keyof Args]: MaybeUnknown<Args[K]> };
export type PlannedArgs = Planned<CheckedArgs>;

/** Bad input: `property` is a path such as `identities[1].region`. */
export interface Failure {
  /** The path of the argument, `dns[0].kind`; empty for all of them. */
  readonly property: string;
  /** A clause that fits after the path. */
  readonly reason: string;
  /** The reason tells nothing of the value, so that it may be told of a secret. */
  readonly valueFree?: boolean;
}

/**
 * What became of a program's arguments. `planned`: they hold values that are not known yet, at the paths in `unknown`;
 * all that is known of them is valid.
 */
export type CheckResult<Args = CheckedArgs> =
  | { readonly kind: "checked"; readonly args: Args; readonly warnings: readonly string[] }
  | {
      readonly kind: "planned";
      readonly args: Planned<Args>;
      readonly unknown: readonly string[];
      readonly warnings: readonly string[];
    }
  | { readonly kind: "refused"; readonly failures: readonly Failure[]; readonly warnings: readonly string[] };
