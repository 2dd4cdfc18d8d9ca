import type { Severity } from "../../diagnosis/finding";

/** What makes a domain ready to send, in the order of the table. */
export const PARTS = ["verification", "dkim", "mailFrom", "spf", "dmarc"] as const;
export type Part = (typeof PARTS)[number];

/** As the table calls them. */
export const PART_TITLES: Readonly<Record<Part, string>> = {
  verification: "verification",
  dkim: "DKIM",
  mailFrom: "MAIL FROM",
  spf: "SPF",
  dmarc: "DMARC",
};

/** Of the account, or of no part: they tell what else keeps mail back. */
const OF_NO_PART: ReadonlySet<string> = new Set([
  "sandbox",
  "sending-paused",
  "address-overrides",
  "not-ready-to-send",
]);

const BEGINNINGS = [
  ["dkim-", "dkim"],
  ["replica-", "dkim"],
  ["mail-from-", "mailFrom"],
  ["spf-", "spf"],
  ["dmarc-", "dmarc"],
  ["not-aligned", "dmarc"],
] as const satisfies readonly (readonly [string, Part])[];

/** The part that a problem concerns; undefined where it concerns the account, or none of them. */
export function partOf(code: string): Part | undefined {
  if (OF_NO_PART.has(code)) return undefined;
  return BEGINNINGS.find(([beginning]) => code.startsWith(beginning))?.[1] ?? "verification";
}

const GRAVITY: readonly Severity[] = ["error", "warning", "note"];

export function gravityOf(severity: Severity): number {
  return GRAVITY.indexOf(severity);
}
