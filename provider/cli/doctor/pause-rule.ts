import { isDefiniteSighting } from "../../authority/sighting";
import type { DomainReport } from "../../doctor/report";

/** Milliseconds until the next look: close while things move, calm later. */
function usualPauseMs(elapsedMs: number): number {
  if (elapsedMs < 10_000) return 1_000;
  if (elapsedMs < 60_000) return 2_500;
  return elapsedMs < 300_000 ? 7_500 : 20_000;
}

/** The longest pause while nothing can be learned. */
const LONGEST_MS = 60_000;

/** Says how long to pause after each look of a watch. */
export type PauseRule = (report: DomainReport, elapsedMs: number) => number;

/**
 * The usual pace, each pause twice as long as the last while the looks learn nothing of DNS and SES's status stays the
 * same; the usual pace again as soon as one learns something.
 */
export function openPauseRule(): PauseRule {
  let inVain = 0;
  let word: string | undefined;
  return (report, elapsedMs) => {
    const now = wordOf(report);
    inVain = learnsOfDns(report) || now !== word ? 0 : inVain + 1;
    word = now;
    const usualMs = usualPauseMs(elapsedMs);
    return Math.min(usualMs * 2 ** Math.min(inVain, 16), Math.max(usualMs, LONGEST_MS));
  };
}

function wordOf({ observations }: DomainReport): string {
  return JSON.stringify(observations.identities.map(({ name, status }) => [name, status]));
}

/** Whether a server said something definite: a zone that does not exist yet is that too. */
function learnsOfDns({ observations: { sightings, unread } }: DomainReport): boolean {
  return (
    unread.some(({ code }) => code === "zone-unknown") ||
    sightings.some(({ servers }) => servers.some(isDefiniteSighting))
  );
}
