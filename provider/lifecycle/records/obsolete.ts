import type { CheckedDns } from "../../dns/hosts";
import { sameAccess, sameHost, type TxtValue } from "./records";

/** A host with values of ours that the program no longer wants there. */
export interface Obsolete {
  readonly dns: CheckedDns;
  readonly values: readonly TxtValue[];
  /** The program names this host still, with other credentials: the previous ones may be gone. */
  readonly renamed: boolean;
}

/**
 * Values of ours that no longer belong where they are, by host. Pure. `held`: what earlier runs, and this one, wrote at
 * the hosts that the program names; `heldBefore`: what earlier runs wrote at those in `former`, named or not.
 */
export function obsoleteValues(
  hosts: readonly CheckedDns[],
  former: readonly CheckedDns[],
  { held, heldBefore, wanted }: Readonly<Record<"held" | "heldBefore" | "wanted", readonly TxtValue[]>>,
): readonly Obsolete[] {
  const left = former.filter((before) => !hosts.some((dns) => sameAccess(dns, before)));
  return [
    ...hosts.map((dns) => ({ dns, renamed: false, values: held.filter((value) => !holds(wanted, value)) })),
    ...left.map((dns) => ({ dns, renamed: hosts.some((one) => sameHost(one, dns)), values: heldBefore })),
  ].filter(({ values }) => values.length > 0);
}

export function holds(values: readonly TxtValue[], { name, value }: TxtValue): boolean {
  return values.some((one) => one.name === name && one.value === value);
}
