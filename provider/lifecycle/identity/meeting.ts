import type { Fqdn } from "../../core/fqdn";
import type { IdentityName, VerificationStatus } from "../../ses/port";
import type { IdentityUser } from "../../ses/register";
import type { Adoption } from "../arguments/types";
import type { RequestReason } from "./request-reason";

/** Where the value of a domain that is there already belongs, and whether it is in DNS before this resource writes. */
export interface MetRecord {
  readonly name: Fqdn;
  /** `there`: on every server; `missing`: on none that answers. `unknown`: neither was seen. */
  readonly state: "there" | "missing" | "unknown";
  /** Who writes at the program's DNS hosts. */
  readonly writer: "provider" | "person" | "both";
}

/** What was seen of SES and DNS. Nothing of it decides anything. */
export interface MetSight {
  readonly status: VerificationStatus | "unknown";
  /** Why `up` asks SES; undefined where it does not, or where that is not known. */
  readonly request: RequestReason | undefined;
  /** Undefined where this resource writes no DNS. */
  readonly record: MetRecord | undefined;
}

/** An identity that is there already, and that a resource begins to use. `meet-words.ts` says it in words. */
export interface Meeting extends MetSight {
  readonly identity: IdentityName;
  readonly region: string;
  readonly accountId: string;
  /** By its tags. `unknown`: they may not be read. All but `us` may be removed by what made it. */
  readonly maker: "us" | "other" | "unknown";
  /** Other resources of this package that use it. */
  readonly users: readonly IdentityUser[];
  /** Tags of other programs, as `key=value`. */
  readonly tags: readonly string[];
  readonly adopt: Adoption;
  /** Whether the destroy of its last user removes it. */
  readonly goes: boolean;
}

export const NOTHING_SEEN: MetSight = { status: "unknown", request: undefined, record: undefined };
