import { type Fqdn, fqdn } from "../../core/fqdn";
import type { CheckedDns } from "../../dns/hosts";
import type { VerificationStatus } from "../../ses/port";
import type { CheckedIdentity } from "../arguments/types";
import type { RestartsByArn } from "../identity/restarts";
import type { Props } from "../lifecycle";

/** The version of what `encodeState` writes. `decodeState` reads this and every earlier one. */
export const STATE_VERSION = 1;

export interface Verification {
  readonly name: string;
  readonly region: string;
  /** Twelve digits: the account this identity is pinned to. */
  readonly accountId: string;
  readonly identityArn: string;
  readonly token: string;
  readonly status: VerificationStatus;
  /** It was there before us, and stays when we go. */
  readonly adopted: boolean;
}

export interface TxtRecordSet {
  readonly name: Fqdn;
  readonly type: "TXT";
  /** Seconds; what we ask for. A record set that was there keeps its own. */
  readonly ttl: number;
  /** Ours only. */
  readonly values: readonly string[];
}

/** What a verified domain leaves in the stack's state: its outputs, and what is needed to find everything again. */
export interface DomainState {
  /** Tells this resource from other users of its identities; undefined in a state of version 0.1. */
  readonly mark: string | undefined;
  /** ARNs of the identities that the mark could not be written on. */
  readonly unmarked: readonly string[];
  readonly domain: Fqdn;
  readonly identities: readonly CheckedIdentity[];
  /** Every host that the program names, and after a failure every one that may hold a value of ours. */
  readonly dns: readonly CheckedDns[];
  /** Hosts that the program has left, with a value of ours that resolvers may still be reading. */
  readonly leaving: readonly CheckedDns[];
  readonly verifications: readonly Verification[];
  readonly records: readonly TxtRecordSet[];
  readonly verified: boolean;
  /** ISO 8601, the moment `up` saw it verified; absent before. */
  readonly verifiedAt: string | undefined;
  /** What we asked SES for again after a failure or a revocation, and is not verified since. */
  readonly asked: RestartsByArn;
}

export function identityArns(
  verifications: readonly Pick<Verification, "name" | "identityArn">[],
): Record<string, string> {
  return Object.fromEntries(verifications.map(({ name, identityArn }) => [name, identityArn]));
}

/** The resource's outputs. Nothing in them changes by itself, and none is a secret. */
export function encodeState(state: DomainState): Props {
  const { mark, unmarked, asked, leaving, ...rest } = state;
  return plain({
    __state: STATE_VERSION,
    ...rest,
    ...encodeMark({ mark, unmarked }),
    __asked: Object.keys(asked).length === 0 ? undefined : asked,
    __leaving: leaving.length === 0 ? undefined : leaving,
    identityArns: identityArns(state.verifications),
  });
}

/** Reads outputs of any version. Throws where they are not ours, or newer than this package. */
export function decodeState(outputs: Props): DomainState {
  readVersion(outputs);
  const state = outputs as unknown as DomainState;
  return {
    domain: fqdn(state.domain),
    identities: state.identities ?? [],
    dns: state.dns ?? [],
    verifications: state.verifications ?? [],
    records: state.records ?? [],
    verified: state.verified ?? false,
    verifiedAt: state.verifiedAt ?? undefined,
    ...decodeMark(outputs),
    leaving: (outputs.__leaving as readonly CheckedDns[] | undefined) ?? [],
    asked: (outputs.__asked as RestartsByArn | undefined) ?? {},
  };
}

/** How a resource is registered on its identities, as the outputs hold it. */
export type MarkState = Pick<DomainState, "mark" | "unmarked">;

export function encodeMark({ mark, unmarked }: MarkState): Record<string, unknown> {
  return { __mark: mark, __unmarked: unmarked.length === 0 ? undefined : unmarked };
}

export function decodeMark({ __mark, __unmarked }: Readonly<Record<string, unknown>>): MarkState {
  return {
    mark: typeof __mark === "string" ? __mark : undefined,
    unmarked: Array.isArray(__unmarked) ? __unmarked.filter((one) => typeof one === "string") : [],
  };
}

/** Whether the state says that the resource's mark is on the identity. */
export function isRegistered({ mark, unmarked }: MarkState, arn: string): boolean {
  return mark !== undefined && !unmarked.includes(arn);
}

/** Throws where outputs are not ours, or newer than this package. */
export function readVersion({ __state: version }: Readonly<Record<string, unknown>>): number {
  if (typeof version !== "number") throw new TypeError("this state was not written by pulumi-sesdomain");
  if (version <= STATE_VERSION) return version;
  throw new TypeError(
    `this state was written by a newer pulumi-sesdomain (state version ${version}, known up to ${STATE_VERSION}): upgrade the package`,
  );
}

/** Without `undefined`, which the engine's wire format does not have. */
export function plain<T>(value: T): T {
  return JSON.parse(JSON.stringify(value));
}
