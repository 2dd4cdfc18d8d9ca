import type { Dkim } from "./dkim";
import type { Identity } from "./identity";
import type { ErrorType } from "./look-info";
import type { Scope } from "./scope";

/** What looking up identities needs. */
export interface IdentityFinder {
  find(scope: Scope, name: string): Readonly<Identity> | undefined;
  /** Whether SES answers in a region of this name. */
  isRegion(region: string): boolean;
}

/** The identity whose key a replica signs with, or why it has none (SESv2, VerificationError). */
export function parentOf(
  identity: Readonly<Identity>,
  { parentRegion, denied }: Extract<Dkim["method"], { kind: "replica" }>,
  finder: IdentityFinder,
): { readonly parent: Readonly<Identity> } | { readonly problem: ErrorType } {
  if (parentRegion === identity.region || !finder.isRegion(parentRegion))
    return { problem: "REPLICATION_PRIMARY_INVALID_REGION" };
  if (denied) return { problem: "REPLICATION_ACCESS_DENIED" };
  const parent = finder.find({ accountId: identity.accountId, region: parentRegion }, identity.name);
  switch (parent?.dkim.method.kind) {
    case "easy":
      return { parent };
    case "own":
      return { problem: "REPLICATION_PRIMARY_BYO_DKIM_NOT_SUPPORTED" };
    case "replica":
      return { problem: "REPLICATION_REPLICA_AS_PRIMARY_NOT_SUPPORTED" };
    default:
      return { problem: "REPLICATION_PRIMARY_NOT_FOUND" };
  }
}
