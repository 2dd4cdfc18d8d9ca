import type { CheckedDns } from "../../dns/hosts";
import { type Requirement, sameRecord } from "../../dns/requirement";
import { sameAccess, sameHost } from "./records";

/** A host with records of ours that the program no longer wants there. */
export interface Obsolete {
  readonly dns: CheckedDns;
  readonly requirements: readonly Requirement[];
  /** The program names this host still, with other credentials: the previous ones may be gone. */
  readonly renamed: boolean;
}

/**
 * Records of ours that no longer belong where they are, by host. Pure. `held`: what earlier runs, and this one, wrote at
 * the hosts that the program names; `heldBefore`: what earlier runs wrote at those in `former`, named or not.
 */
export function obsoleteRecords(
  hosts: readonly CheckedDns[],
  former: readonly CheckedDns[],
  { held, heldBefore, wanted }: Readonly<Record<"held" | "heldBefore" | "wanted", readonly Requirement[]>>,
): readonly Obsolete[] {
  const left = former.filter((before) => !hosts.some((dns) => sameAccess(dns, before)));
  return [
    ...hosts.map((dns) => ({ dns, renamed: false, requirements: without(held, wanted) })),
    ...left.map((dns) => ({
      dns,
      renamed: hosts.some((one) => sameHost(one, dns)),
      requirements: heldBefore,
    })),
  ].filter(({ requirements }) => requirements.length > 0);
}

/** Those of `all` whose record is none of `others`. */
export function without(all: readonly Requirement[], others: readonly Requirement[]): readonly Requirement[] {
  return all.filter((one) => !others.some((other) => sameRecord(one, other)));
}
