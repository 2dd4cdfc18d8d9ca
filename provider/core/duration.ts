import { clip } from "./text";

const UNIT_MS: Readonly<Record<string, number>> = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000 };

export type ParsedDuration = { readonly ms: number } | { readonly fault: string };

/**
 * Reads a duration as Go's time.ParseDuration writes it, in ms, s, m and h: `45m`, `1h30m`, `90s`, `1.5h`. The fault is
 * a clause that fits after the property's name.
 */
export function parseDuration(text: string): ParsedDuration {
  const compact = text.trim().toLowerCase();
  if (compact === "") return { fault: 'is empty; write a duration such as "45m", "1h30m" or "90s"' };
  if (/^\d+(\.\d+)?$/.test(compact))
    return { fault: `has no unit; write "${compact}s", "${compact}m" or "${compact}h"` };
  if (compact.startsWith("-")) return { fault: "is negative" };
  if (/^(\d+(\.\d+)?d)/.test(compact)) return { fault: 'counts in days; count in hours, such as "48h"' };
  if (!/^(\d+(\.\d+)?(ms|s|m|h))+$/.test(compact)) {
    return { fault: `"${clip(text)}" is not a duration; write one such as "45m", "1h30m" or "90s"` };
  }
  let ms = 0;
  for (const [, amount, unit] of compact.matchAll(/(\d+(?:\.\d+)?)(ms|s|m|h)/g)) {
    ms += Number(amount) * (UNIT_MS[unit ?? ""] ?? Number.NaN);
  }
  return { ms: Math.round(ms) };
}

/** The shortest text that `parseDuration` reads as the same number of milliseconds. */
export function formatDuration(ms: number): string {
  const whole = Math.max(0, Math.round(ms));
  if (whole > 0 && whole < 1_000) return `${whole}ms`;
  const hours = Math.floor(whole / 3_600_000);
  const minutes = Math.floor((whole % 3_600_000) / 60_000);
  const seconds = (whole % 60_000) / 1_000;
  const text = `${hours ? `${hours}h` : ""}${minutes ? `${minutes}m` : ""}${seconds ? `${seconds}s` : ""}`;
  return text || "0s";
}
