import { oneLine } from "../core/text";
import { counted } from "../core/words";
import type { Finding, RecordToPublish } from "./finding";

/** A record as a zone file has it, on one line: name, type and value can be copied from it. */
export function recordLine({ name, type, value }: RecordToPublish): string {
  return oneLine(`${name}. IN ${type} ${type === "TXT" ? `"${value}"` : value}`);
}

/** Records in the middle of a sentence. */
export function recordsInline(records: readonly RecordToPublish[]): string {
  return records.map(recordLine).join(" and ");
}

/** What a fix says to do, and the lines of the records that it says to publish. */
export interface FixApart {
  readonly text: string;
  /** Those that stand on lines of their own after the text; empty where all of them are in `shown`. */
  readonly lines: readonly string[];
}

/** The fix with its records on lines of their own; those in `shown` stand further up. Pure. */
export function fixApart({ fix, fixParts, records = [] }: Finding, shown: ReadonlySet<string> = new Set()): FixApart {
  if (fixParts === undefined || records.length === 0) return { text: fix, lines: [] };
  const lines = records.map(recordLine);
  const above = lines.every((line) => shown.has(line));
  const called = records.length === 1 ? "the record" : `the ${counted(records.length, "record")}`;
  return { text: fixParts.join(`${called} ${above ? "above" : "below"}`), lines: above ? [] : lines };
}
