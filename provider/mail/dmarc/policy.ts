import type { Applied, DmarcDiscovery } from "./discover";
import { type DmarcRecord, POLICIES, type Policy, type PolicyTag } from "./record";

/**
 * The policy that a receiver takes from a record. `applies` false: no valid policy, and so no DMARC. Undefined: of a record with
 * neither "p" nor "rua" RFC 9989 says both, in sections 4.7 and 4.10.1. No mail is refused in either case.
 */
export interface Effective {
  readonly policy: Policy;
  readonly from: "p" | "sp" | "np" | "default";
  readonly applies: boolean | undefined;
  /** What is done with mail that fails: one level less under t=y (RFC 9989 only). */
  readonly enforced: Policy;
  /** Percent of the mail (RFC 7489 only). */
  readonly pct: number;
}

/** For a domain that exists, and for one without A, AAAA and MX records (RFC 9989 section 3.2.13). */
export interface EffectivePair {
  readonly existing: Effective;
  readonly nonExistent: Effective;
}

/** Undefined where no record applies, or it is not known which. */
export function effectiveByWalk(applied: Applied): EffectivePair | undefined {
  if (applied.kind !== "found") return undefined;
  const { record, relation } = applied;
  const existing = relation === "own" ? (["p"] as const) : (["sp", "p"] as const);
  const nonExistent = relation === "own" ? (["p"] as const) : (["np", "sp", "p"] as const);
  const usable = usability(record, [record.sp, record.np]);
  const read = (order: readonly ("p" | "sp" | "np")[]): Effective => {
    const { policy, from } = chosen(record, order, usable);
    const level = POLICIES.indexOf(policy);
    const enforced = record.testing ? (POLICIES[Math.max(0, level - 1)] ?? "none") : policy;
    return { policy, from, applies: usable.applies, enforced, pct: 100 };
  };
  return { existing: read(existing), nonExistent: read(nonExistent) };
}

/** RFC 7489 knows neither "np" nor "t". */
export function effectiveByList(applied: Applied): EffectivePair | undefined {
  if (applied.kind !== "found") return undefined;
  const { record, relation } = applied;
  const usable = usability(record, [record.sp]);
  const { policy, from } = chosen(record, relation === "own" ? ["p"] : ["sp", "p"], usable);
  const effective: Effective = { policy, from, applies: usable.applies, enforced: policy, pct: record.pct };
  return { existing: effective, nonExistent: effective };
}

interface Usability {
  readonly byTags: boolean;
  readonly applies: boolean | undefined;
}

/** RFC 9989 section 4.10.1, and the same in RFC 7489 section 6.6.3, step 6. */
function usability({ p, rua }: DmarcRecord, others: readonly PolicyTag[]): Usability {
  const othersFit = !others.includes("invalid");
  if (p !== "missing" && p !== "invalid" && othersFit) return { byTags: true, applies: true };
  if (rua.length > 0) return { byTags: false, applies: true };
  return { byTags: false, applies: p === "missing" && othersFit ? undefined : false };
}

function chosen(
  record: DmarcRecord,
  order: readonly ("p" | "sp" | "np")[],
  { byTags }: Usability,
): { readonly policy: Policy; readonly from: Effective["from"] } {
  if (byTags) {
    for (const from of order) {
      const policy = record[from];
      if (policy !== "missing" && policy !== "invalid") return { policy, from };
    }
  }
  return { policy: "none", from: "default" };
}

/**
 * How the two ways differ. `record`: another record applies, or only one way finds one. `policy`: the policy for the domain differs.
 * `subdomain-policy`: the same for its subdomains. `organization`: the organisational domain differs, which decides on relaxed alignment.
 */
export type WayDifference = "record" | "policy" | "subdomain-policy" | "organization";

/** Empty where one of the ways is not known. */
export function wayDifferences({ walk, list }: DmarcDiscovery): readonly WayDifference[] {
  const differences: WayDifference[] = [];
  if (isKnown(walk.applied) && isKnown(list.applied)) {
    if (place(walk.applied) !== place(list.applied)) differences.push("record");
    const [byWalk, byList] = [effectiveByWalk(walk.applied), effectiveByList(list.applied)];
    if (policyText(byWalk) !== policyText(byList)) differences.push("policy");
  }
  if (isKnown(walk.subdomains) && isKnown(list.subdomains)) {
    const [byWalk, byList] = [effectiveByWalk(walk.subdomains), effectiveByList(list.subdomains)];
    if (policyText(byWalk) !== policyText(byList)) differences.push("subdomain-policy");
  }
  // Where no record is found, nothing is aligned.
  const found = walk.applied.kind === "found" || list.applied.kind === "found";
  if (found && walk.organization !== undefined && walk.organization !== list.organization) {
    differences.push("organization");
  }
  return differences;
}

function isKnown({ kind }: Applied): boolean {
  return kind !== "unknown";
}

function place(applied: Applied): string {
  return applied.kind === "found" ? applied.at : "";
}

/** What is asked for, before "t" and "pct", which only one of the RFCs knows. */
function policyText(pair: EffectivePair | undefined): string {
  const effective = pair?.existing;
  return effective === undefined || effective.applies === false ? "" : effective.policy;
}
