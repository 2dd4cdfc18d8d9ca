import { beginning, inFront, type NearMiss, type NearReason } from "../near";
import { isBlank, openFirstFew } from "../span";
import { afterVersion as afterSpfVersion } from "../spf/select";

/** The TXT values of a name, sorted by what a receiver of DMARC makes of them. */
export interface DmarcSelection {
  /** Several are ignored, all of them (RFC 9989 section 4.10). */
  readonly records: readonly string[];
  readonly near: readonly NearMiss[];
  /** SPF records, which belong to another name. */
  readonly spf: readonly string[];
}

/**
 * Where the tags begin: the index of the ";" after the version, or the text's length. Undefined where the text is no record: "v" comes
 * first, and its value is "DMARC1" in capitals (RFC 9989 sections 4.7 and 4.8).
 */
export function afterVersion(text: string): number | undefined {
  if (text[0] !== "v" && text[0] !== "V") return undefined;
  const equals = skipBlanks(text, 1);
  if (text[equals] !== "=") return undefined;
  const value = skipBlanks(text, equals + 1);
  if (!text.startsWith("DMARC1", value)) return undefined;
  const end = skipBlanks(text, value + "DMARC1".length);
  return end === text.length || text[end] === ";" ? end : undefined;
}

function skipBlanks(text: string, from: number): number {
  let at = from;
  while (isBlank(text[at])) at += 1;
  return at;
}

/** The first ones of each kind are kept: one name may hold thousands of values. */
export function selectDmarc(values: readonly string[]): DmarcSelection {
  const records = openFirstFew<string>();
  const near = openFirstFew<NearMiss>();
  const spf = openFirstFew<string>();
  for (const text of values) {
    if (afterVersion(text) !== undefined) records.add(text);
    else if (afterSpfVersion(text) !== undefined) spf.add(text);
    else {
      const reason = nearReason(text);
      if (reason !== undefined) near.add({ text, reason });
    }
  }
  return { records: records.all, near: near.all, spf: spf.all };
}

function nearReason(text: string): NearReason | undefined {
  const front = inFront(text);
  if (front !== undefined) {
    return /^v\s*=\s*dmarc/i.test(front.rest) ? front.reason : undefined;
  }
  const head = beginning(text);
  const version = /^v\s*=\s*(dmarc\s*\d*)\s*(.?)/i.exec(head);
  if (version !== null) {
    const [, named = "", next = ""] = version;
    if (named.trimEnd() === "DMARC1") return "unseparated";
    if (/^dmarc1\s*$/i.test(named)) return next === "" || next === ";" ? "case" : "unseparated";
    return /^dmarc\s+1\s*$/i.test(named) ? "blank-within" : "other-version";
  }
  if (/;\s*v\s*=\s*dmarc1/i.test(head)) return "not-first";
  // `p=none; rua=mailto:…` and `DMARC1; p=none`.
  return /^(?:dmarc1?\s*[;=]|p\s*=\s*(?:none|quarantine|reject)\s*(?:;|$))/i.test(head) ? "no-version" : undefined;
}
