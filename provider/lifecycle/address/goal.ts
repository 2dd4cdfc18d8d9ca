import type { Authority } from "../../authority/authority";
import type { EmailAddress } from "../../core/address";
import type { AddressIdentitySeen } from "../../diagnosis/finding";
import type { Watched } from "../observation/observe";

export interface AddressGoal {
  readonly address: EmailAddress;
  readonly identities: readonly Watched[];
  readonly authority: Authority | undefined;
  readonly timeoutMs: number;
}

/** Whether mail can be sent from the address there. */
export function maySend({ status, coveredBy }: Pick<AddressIdentitySeen, "status" | "coveredBy">): boolean {
  return status === "Success" || coveredBy !== undefined;
}
