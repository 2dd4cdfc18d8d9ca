import type { Verdict } from "../../authority/authority";
import type { IdentitySeen } from "../../diagnosis/finding";

/** Whether what was seen is as the program says; `unknown` where not all of it was seen. */
export type Completeness = "yes" | "no" | "unknown";

interface SeenOfDomain {
  readonly identities: readonly Pick<IdentitySeen, "status">[];
  readonly verdicts: readonly Pick<Verdict, "state">[];
}

/** `waits`: Success is what is wanted. `identities`: how many the program names. `reads`: DNS is read. */
export function completenessOf(
  { identities, verdicts }: SeenOfDomain,
  wanted: { readonly waits: boolean; readonly identities: number; readonly reads: boolean },
): Completeness {
  const known = identities.filter(({ status }) => status !== "unknown");
  const isLacking =
    known.some(({ status }) => status !== "Success") || verdicts.some(({ state }) => state === "missing");
  if (wanted.waits && isLacking) return "no";
  const isRead = !wanted.reads || (verdicts.length > 0 && verdicts.every(({ state }) => state === "published"));
  return known.length === wanted.identities && isRead ? "yes" : "unknown";
}
