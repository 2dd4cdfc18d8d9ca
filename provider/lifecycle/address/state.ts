import { type EmailAddress, parseAddress } from "../../core/address";
import { plain } from "../../core/plain";
import type { VerificationStatus } from "../../ses/port";
import type { CheckedIdentity } from "../arguments/types";
import { identityArns } from "../domain/state";
import { decodeMark, encodeMark, type MarkState } from "../identity/mark-state";
import { readVersion, STATE_VERSION } from "../lifecycle";

/** One identity of the address, as SES has it. */
export interface AddressVerification {
  readonly name: string;
  readonly region: string;
  /** Twelve digits: the account this identity is pinned to. */
  readonly accountId: string;
  readonly identityArn: string;
  readonly status: VerificationStatus;
  /** It was there before us, and stays when we go. */
  readonly adopted: boolean;
  /** ISO 8601: when we last had SES send its mail; absent where we never did. */
  readonly requestedAt?: string | undefined;
  /** The program's `resendTrigger` at that moment. */
  readonly requestedFor?: string | undefined;
}

/** What a verified address leaves in the stack's state. */
export interface AddressState extends MarkState {
  readonly address: EmailAddress;
  readonly identities: readonly CheckedIdentity[];
  readonly verifications: readonly AddressVerification[];
  /** Every identity is confirmed, or its domain is verified. */
  readonly verified: boolean;
  /** ISO 8601, the moment `up` saw it; absent before. */
  readonly verifiedAt: string | undefined;
}

export function encodeAddressState(state: AddressState): Record<string, unknown> {
  const { mark, unmarked, ...rest } = state;
  return plain({
    __state: STATE_VERSION,
    ...rest,
    ...encodeMark({ mark, unmarked }),
    identityArns: identityArns(state.verifications),
  });
}

/** Reads outputs of any version. Throws where they are not ours, or newer than this package. */
export function decodeAddressState(outputs: Record<string, unknown>): AddressState {
  readVersion(outputs);
  const { address, identities, verifications, verified, verifiedAt } = outputs as unknown as AddressState;
  const parsed = parseAddress(address);
  if ("fault" in parsed) throw new TypeError(`the state's address ${parsed.fault}`);
  return {
    ...decodeMark(outputs),
    address: parsed.address,
    identities: identities ?? [],
    verifications: verifications ?? [],
    verified: verified ?? false,
    verifiedAt: verifiedAt ?? undefined,
  };
}
