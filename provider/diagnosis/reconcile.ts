import type { Entry } from "./catalogue/entry";
import type { Finding, Severity } from "./finding";

const GRAVITY: readonly Severity[] = ["error", "warning", "note"];

/** What the catalogue needs to know of a finding to hold it against others. */
type Told = Pick<Finding, "code" | "identities">;

/** Two findings told together of which one excludes the other. */
export interface Contradiction {
  readonly code: string;
  readonly excludes: string;
}

/**
 * The findings of one subject held against one another, as `leadsTo` and `excludes` in the catalogue say. What another one
 * excludes is left out. A cause is as severe as its effects, and comes before them; among the rest errors come
 * first, then warnings, then notes, each in the catalogue's order. So the first is the root cause. Pure.
 */
export function reconcile(findings: readonly Finding[], catalogue: readonly Entry[]): readonly Finding[] {
  const entries = new Map(catalogue.map((entry) => [entry.code, entry]));
  const kept = findings.filter((one) => !isExcluded(one, findings, entries));
  return causesFirst(kept, entries, new Map(catalogue.map(({ code }, index) => [code, index])));
}

/** Pairs that the catalogue does not let stand together: none, after `reconcile`. */
export function contradictions(told: readonly Told[], catalogue: readonly Entry[]): readonly Contradiction[] {
  const entries = new Map(catalogue.map((entry) => [entry.code, entry]));
  return told
    .filter((one) => isExcluded(one, told, entries))
    .flatMap(({ code, identities }) =>
      excluding(code, told, entries)
        .filter((other) => concernSame(identities, other.identities))
        .map((other) => ({ code: other.code, excludes: code })),
    );
}

/** The findings without those whose fix is to wait, where an error says what to do: the two would contradict each other. Pure. */
export function withoutWaiting(findings: readonly Finding[], catalogue: readonly Entry[]): readonly Finding[] {
  if (!findings.some(({ severity }) => severity === "error")) return findings;
  const waiting = new Set(catalogue.flatMap(({ code, waits }) => (waits ? [code] : [])));
  return findings.filter(({ code, severity }) => severity === "error" || !waiting.has(code));
}

type Entries = ReadonlyMap<string, Entry>;

/** One that concerns more identities than those that exclude it is still needed for the rest. */
function isExcluded(finding: Told, findings: readonly Told[], entries: Entries): boolean {
  const others = excluding(finding.code, findings, entries);
  if (others.length === 0) return false;
  if (finding.identities.length === 0 || others.some(({ identities }) => identities.length === 0)) return true;
  const covered = new Set(others.flatMap(({ identities }) => identities));
  return finding.identities.every((name) => covered.has(name));
}

function excluding(code: string, findings: readonly Told[], entries: Entries): readonly Told[] {
  return findings.filter((other) => entries.get(other.code)?.excludes?.includes(code));
}

/** A finding without identities concerns the domain, and so all of them. */
function concernSame(some: readonly string[], others: readonly string[]): boolean {
  return some.length === 0 || others.length === 0 || some.some((name) => others.includes(name));
}

interface Ranked {
  readonly finding: Finding;
  readonly causes: Ranked[];
  readonly effects: Ranked[];
  gravity: number;
}

function causesFirst(
  findings: readonly Finding[],
  entries: Entries,
  order: ReadonlyMap<string, number>,
): readonly Finding[] {
  const ranked = findings.map(
    (finding): Ranked => ({
      finding,
      effects: [],
      causes: [],
      gravity: GRAVITY.indexOf(finding.severity),
    }),
  );
  for (const cause of ranked) {
    const entry = entries.get(cause.finding.code);
    // What is told as less severe than usual has not been seen to bring anything about.
    const leadsTo =
      entry !== undefined && cause.gravity <= GRAVITY.indexOf(entry.severity) ? (entry.leadsTo ?? []) : [];
    for (const effect of ranked) {
      if (!leadsTo.includes(effect.finding.code)) continue;
      if (!concernSame(cause.finding.identities, effect.finding.identities)) continue;
      cause.effects.push(effect);
      effect.causes.push(cause);
    }
  }
  for (const one of ranked) one.gravity = gravityWithEffects(one);

  const place = ({ finding: { code } }: Ranked) => order.get(code) ?? 0;
  const byWeight = (a: Ranked, b: Ranked) => a.gravity - b.gravity || place(a) - place(b);
  const told = new Set<Ranked>();
  // A cause comes right before its first effect.
  const tell = (one: Ranked) => {
    if (told.has(one)) return;
    for (const cause of [...one.causes].sort(byWeight)) tell(cause);
    told.add(one);
  };
  for (const one of [...ranked].sort(byWeight)) tell(one);
  return [...told].map(({ finding, gravity }) => ({ ...finding, severity: GRAVITY[gravity] ?? finding.severity }));
}

/** As severe as its most severe effect. `leadsTo` has no circle. */
function gravityWithEffects({ gravity, effects }: Ranked): number {
  return effects.reduce((least, effect) => Math.min(least, gravityWithEffects(effect)), gravity);
}
