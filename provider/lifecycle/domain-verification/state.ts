import { plain } from "../../core/plain";
import type { Props } from "../lifecycle";

/** What a `DomainVerification` leaves in the stack's state. It makes nothing, so there is nothing to find again. */
export interface VerificationState {
  readonly domains: readonly string[];
  readonly tokens: readonly string[];
  /** By domain, and by identity name. */
  readonly identityArns: Readonly<Record<string, Readonly<Record<string, string>>>>;
  readonly verified: boolean;
  /** ISO 8601, the moment `up` saw all of them verified; absent before. */
  readonly verifiedAt: string | undefined;
}

export function encodeVerification(state: VerificationState): Props {
  return plain({ ...state });
}

export function decodeVerification(outputs: Props): VerificationState {
  const { domains, tokens, identityArns, verified, verifiedAt } = outputs as Partial<VerificationState>;
  return {
    domains: domains ?? [],
    tokens: tokens ?? [],
    identityArns: identityArns ?? {},
    verified: verified ?? false,
    verifiedAt,
  };
}

export function idOf({ domains }: VerificationState): string {
  return domains.length === 1 ? (domains[0] ?? "none") : `${domains.length} domains`;
}
