import type { Ctx } from "../core/ctx";
import type { Fqdn } from "../core/fqdn";
import type { DkimSeen, Finding, MailFromSeen } from "../diagnosis/finding";
import type { DnsKind } from "../dns/backend";
import type { HostDefaults } from "../dns/hosts";
import type { RecordType } from "../dns/record";
import type { VerificationStatus } from "../ses/port";
import type { UserName } from "../ses/register";
import type { Failure, PreviewCheck, StrictBy } from "./arguments/types";
import type { Registrant } from "./identity/join";
import type { Meeting } from "./identity/meeting";
import type { Parted } from "./identity/parting-words";
import type { RequestReason } from "./identity/request-reason";
import type { Part, RestartsByArn } from "./identity/restarts";
import type { Clients } from "./observation/clients";
import type { PreviewCache } from "./observation/preview-cache";

export type Props = Readonly<Record<string, unknown>>;

/**
 * What a resource's life consists of, whichever kind of Pulumi provider calls it. `Args`: the program's arguments with every
 * default settled. `State`: what the stack's state holds of the resource. Props are plain JSON.
 */
export interface Lifecycle<Args = unknown, State = unknown> {
  /** Domains that the program declares near one another, as it wrote them: what is asked of one may be asked of all. */
  expect?(declared: readonly string[]): void;
  /** The arguments; undefined while something in them is not known yet, or is wrong. Pure. */
  settle(raw: Props): Args | undefined;
  /** Holds the arguments against the rules, the credentials, and what else this run declares. Reads only. */
  check(raw: Props, remembered: Remembered, caller: Caller, ctx: Ctx): Promise<Checked<Args>>;
  /** Looks at SES and DNS, and decides what `apply` has to do. Reads only. */
  plan(args: Args, prior: Prior<State>, ctx: Ctx): Promise<Outlook>;
  /** Create and update. Throws `PartialFailure<State>` with what exists, where something does. */
  apply(args: Args, state: State | undefined, caller: Caller, ctx: Ctx): Promise<State>;
  /** The state as the look of an outlook on it has it. What was not learned stays as it was. Pure. */
  asSeen(state: State, outlook: Outlook, nowMs: number): State;
  /** The state as SES and the DNS hosts have it now; `undefined`: nothing of the resource is left. Reads only. */
  refresh(state: State, ctx: Ctx): Promise<State | undefined>;
  /** Removes what this package made, and tells in one line what stays and why. Idempotent. */
  remove(state: State, caller: Caller, ctx: Ctx): Promise<readonly Parted[]>;
  /**
   * For an import: what there is under the id, as a state and as the least that a program says of it. The next plan with both
   * registers at most. Reads only; undefined: there is nothing. Throws `SesDomainError` `import-id-invalid`, `import-unsupported`,
   * and what keeps a part of it from being learned.
   */
  adopt?(id: string, caller: Caller, ctx: Ctx): Promise<Adopted<State> | undefined>;
  readonly codec: StateCodec<State>;
}

/** What an import found. `inputs`: as a program passes them. */
export interface Adopted<State> {
  readonly state: State;
  readonly inputs: Props;
}

interface StateCodec<State> {
  /** The resource's outputs. Nothing in them changes by itself, and none is a secret. */
  encode(state: State): Props;
  /** Reads outputs of any version. Throws a TypeError where they are not ours, or newer than this package. */
  decode(outputs: Props): State;
  id(state: State): string;
}

/** The version of the states that this package writes. It reads this and every earlier one. */
export const STATE_VERSION = 2;

/** Throws a TypeError where outputs are not ours, or newer than this package. */
export function readVersion({ __state: version }: Props): number {
  if (typeof version !== "number") throw new TypeError("this state was not written by pulumi-sesdomain");
  if (version <= STATE_VERSION) return version;
  throw new TypeError(
    `this state was written by a newer pulumi-sesdomain (state version ${version}, known up to ${STATE_VERSION}): upgrade the package`,
  );
}

/** What is known of earlier runs where the state is not at hand: Pulumi's Check is given the inputs of the last run. */
export interface Remembered {
  /** The domain or address that the resource was for; undefined for a new resource. */
  readonly subject: unknown;
  /** Whether there was a run with something to look at: its arguments were all known. */
  readonly planned: boolean;
  /** ARNs by the names that the identities had. */
  readonly arns: Readonly<Record<string, string>>;
  /** SES's tokens by ARN, where the last run saw all of it as the program says. */
  readonly tokens: Readonly<Record<string, string>>;
  /** What SES was asked for again and is not verified since. */
  readonly asked: RestartsByArn;
  /** Whether the last run registered the resource on its identities; version 0.1 did not. */
  readonly registered: boolean;
  /** Whether the last run was to wait. How that ended is not known. */
  readonly waited: boolean;
  /** Whether the last run began with a look that saw it verified. */
  readonly verified: boolean;
  /** The DNS hosts as the program named them. */
  readonly dns: unknown;
  /** How what the program asks for in addition to the verification differs from the last run; undefined for a new resource. */
  readonly sending?: { readonly isSame: boolean; readonly added: readonly Part[] } | undefined;
  /** The program's arguments of the last run, as they were written. */
  readonly former?: Props | undefined;
}

/** What the arguments came to. `inputs` are the program's, normalised. */
export interface Checked<Args> {
  /** Undefined where the arguments are refused, or hold values that are not known yet. */
  readonly args: Args | undefined;
  readonly inputs: Props;
  /** Any refuses the resource. */
  readonly failures: readonly Failure[];
  readonly warnings: readonly string[];
  /** Identities that are there already and that the resource begins to use; `warnings` says the same in words. */
  readonly met?: readonly Meeting[] | undefined;
  /** What could not be learned. */
  readonly unknown: readonly string[];
  /** ARNs by identity name, known ahead so that dependents keep them during an update; undefined while one is not known. */
  readonly arns?: Readonly<Record<string, string>> | undefined;
  /** What a plan without steps is called. */
  readonly healthy: Healthy;
  /** `previewCheck: "strict"`: what could not be learned refuses the resource. */
  readonly strict: boolean;
  /** Where that is said. Default: the argument. */
  readonly strictBy?: StrictBy | undefined;
  /** The domain or address, as messages name it. */
  readonly subject: string;
}

/**
 * What there was before: the state, or what the inputs of the last run tell of it. With both, the plan also asks the DNS hosts
 * what they would refuse; with the state alone, a plan without it has done so before.
 */
export type Prior<State> =
  | { readonly state: State; readonly remembered?: Remembered }
  | { readonly state?: undefined; readonly remembered: Remembered };

/** What the domain is called while there is nothing to do. Without waiting, Pending is as good as verified. */
export type Healthy = "verified" | "requested";

/** One thing that `apply` does. Plain JSON. `identity`: its name in the program. */
export type Step =
  /** The resource is another one: the property cannot be changed in place. */
  | { readonly step: "replace"; readonly property: "domain" | "address" }
  /** The resource's mark is written on its identities. */
  | { readonly step: "register" }
  /** The program names an identity that earlier runs did not have, or has another name for one. */
  | { readonly step: "add" | "rename"; readonly identity: string }
  /** SES is asked for the identity; for an address it sends its mail. */
  | { readonly step: "request"; readonly identity: string; readonly because: RequestReason | "resend" }
  /** SES is told how the identity sends. */
  | { readonly step: "set"; readonly identity: string; readonly part: Part; readonly because: SetReason }
  /** How the identity sends is set as the program says: configuration set, feedback; or taken into the state to be watched. */
  | { readonly step: "configure" }
  /** The DMARC record that this resource wrote is another one now: it is theirs. */
  | { readonly step: "disown"; readonly name: Fqdn }
  /** Records of others keep one of ours from being what it has to be. Only their owner can remove them. */
  | { readonly step: "conflict"; readonly identity: string; readonly name: Fqdn; readonly type: RecordType }
  /** SES holds another token for it than the state: the state takes it. */
  | { readonly step: "renew"; readonly identity: string }
  /** An identity that the resource uses becomes its own: `adopt: "own"`. */
  | { readonly step: "own"; readonly identity: string }
  | {
      readonly step: "publish";
      readonly identity: string;
      readonly name: Fqdn;
      readonly type: RecordType;
      readonly value: string;
    }
  /** Until the servers and SES agree. For an address: until its link was followed. */
  | { readonly step: "wait" }
  /** The program no longer names it. */
  | { readonly step: "release"; readonly identity: string }
  /** A value of ours that the program no longer wants at that host. */
  | {
      readonly step: "withdraw";
      readonly host: DnsKind;
      readonly name: Fqdn;
      readonly type: RecordType;
      readonly value: string;
    };

/** `not-set`: SES has none. `lapsed`: SES has given up. `differs`: SES has it otherwise. `new`, `off`: the program changed. */
export type SetReason = "not-set" | "lapsed" | "differs" | "new" | "off";

/** An identity that SES has given up and is not asked for again: `restart: "never"`, too many failed requests, or a cause that remains. */
export interface Held {
  readonly identity: string;
  /** Undefined: the verification. */
  readonly part?: Part | undefined;
  readonly status: string;
  readonly because: "restart-never" | "restart-held" | "cause-stands";
  /** In ms since the epoch: when it may be asked for. */
  readonly untilMs?: number | undefined;
}

/** What `apply` will do, in that order, and why. No step: everything is as the program says. */
export interface Plan {
  readonly steps: readonly Step[];
  readonly held: readonly Held[];
  /** What was seen of the subject, each once. */
  readonly findings: readonly Finding[];
  /** What could not be learned. Never a reason for a step. */
  readonly unknown: readonly string[];
}

/** The parts that a preview shows as properties of their own. */
export const PART_NAMES = ["dkim", "mailFrom", "dmarc"] as const;
export type PartName = (typeof PART_NAMES)[number];
/** What a part is called while there is nothing to do. */
export const PART_READY = "ready";

/** What a look saw of one identity at SES. */
export interface SeenIdentity {
  readonly arn: string;
  readonly status: VerificationStatus | "absent" | "unknown";
  /** The address's whole domain is verified in its place. */
  readonly covered?: boolean | undefined;
  readonly dkim?: DkimSeen | undefined;
  readonly mailFrom?: MailFromSeen | undefined;
}

/** A plan, with the words that a preview shows for it. */
export interface Outlook {
  readonly plan: Plan;
  /** The plan in one line; `Healthy` where it has no step that a preview has to explain. */
  readonly text: string;
  readonly warnings: readonly string[];
  /** Warnings that the state called for: a plan without it does not have them. */
  readonly stateWarnings: readonly string[];
  readonly failures: readonly Failure[];
  /** What SES will have been asked for again and is not verified, once the plan was carried out. */
  readonly asked?: RestartsByArn | undefined;
  /** What is not yet as the program says, in one line, though nothing but waiting is left to do. */
  readonly incomplete?: string | undefined;
  /** The other parts that the program asks for, in one line each; `ready` where a part is as the program says. */
  readonly parts?: Readonly<Partial<Record<PartName, string>>> | undefined;
  /** Nothing of it was made yet: what it will be is known after `up`. */
  readonly isNew?: boolean | undefined;
  /** Its create waits for SES, and takes a place of the engine as long. */
  readonly waits?: boolean | undefined;
  /** The identities that were looked at. */
  readonly identities?: readonly SeenIdentity[] | undefined;
  /** What was seen, by ARN, where all of it is as the program says: SES's token, or its status where there is none. */
  readonly seen?: Readonly<Record<string, string>> | undefined;
}

/** What all resources of one process share. */
export interface Ports {
  readonly clients: Clients;
  readonly cache: PreviewCache;
  /** What configuration and environment supply where the program leaves it out. */
  readonly defaults: { readonly hosts: HostDefaults; readonly region: string | undefined };
  /** The config key `sesdomain:previewCheck`, which overrides the argument of every resource. */
  readonly previewCheck: PreviewCheck | undefined;
}

/** The resource that an operation is for, and what this run knows of identities. */
export interface Caller {
  readonly user: UserName;
  /** The mark that a state of version 0.1 stands for, which holds none. */
  readonly formerMark: string;
  /** Says who else in this run declares the identity: the URN that was first, where it is another one. */
  readonly claim: (arn: string) => string | undefined;
  readonly hold: Registrant["hold"];
  readonly keeps: Registrant["keeps"];
  /** A check of this run has told that the identity is there already. */
  readonly meet: (arn: string) => void;
  readonly hasMet: Registrant["hasMet"];
  readonly settling: Registrant["settling"];
}
