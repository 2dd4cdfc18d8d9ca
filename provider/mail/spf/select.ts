import { beginning, inFront, type NearMiss, type NearReason } from "../near";
import { openFirstFew } from "../span";

const VERSION = "v=spf1";

/** The SPF records among the TXT values of a name. Several are a "permerror" (RFC 7208 section 4.5). */
export interface SpfSelection {
  readonly records: readonly string[];
  readonly near: readonly NearMiss[];
}

/** Where the terms begin; undefined where the text is no SPF record: the version is exact, whatever its case. */
export function afterVersion(text: string): number | undefined {
  if (text.slice(0, VERSION.length).toLowerCase() !== VERSION) return undefined;
  return text.length === VERSION.length || text[VERSION.length] === " " ? VERSION.length : undefined;
}

/** The first ones of each kind are kept: one name may hold thousands of values. */
export function selectSpf(values: readonly string[]): SpfSelection {
  const records = openFirstFew<string>();
  const near = openFirstFew<NearMiss>();
  for (const text of values) {
    const reason = afterVersion(text) === undefined ? nearReason(text) : undefined;
    if (afterVersion(text) !== undefined) records.add(text);
    else if (reason !== undefined) near.add({ text, reason });
  }
  return { records: records.all, near: near.all };
}

function nearReason(text: string): NearReason | undefined {
  const front = inFront(text);
  if (front !== undefined) return /^v\s*=\s*spf1/i.test(front.rest) ? front.reason : undefined;
  const head = beginning(text);
  if (/^(?:v=)?spf2\.0\//i.test(head)) return "sender-id";
  const version = /^v\s*=\s*spf\s*(\d*)/i.exec(head);
  if (version?.[1] === "1") return /^v=spf1/i.test(head) ? "unseparated" : "blank-within";
  if (version !== null) return "other-version";
  // `include:amazonses.com ~all` and `spf1 include:…`.
  if (/^(?:spf1\s|[+\-~?]?include:\S+\s+[+\-~?]?all\s*$)/i.test(head)) return "no-version";
  return undefined;
}
