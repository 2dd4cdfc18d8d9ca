import { type FirstFew, LONGEST_VALUE, openFirstFew, type Span, spanText, split, trimmed } from "../span";
import {
  type AlignmentMode,
  type DmarcFault,
  type DmarcRecord,
  type DmarcTag,
  isPolicy,
  type PolicyTag,
} from "./record";
import { afterVersion } from "./select";
import { readUris } from "./uris";

/** The registry of RFC 9989 section 9.4, and what it says is historic. */
const CURRENT: ReadonlySet<string> = new Set(["adkim", "aspf", "fo", "np", "p", "psd", "rua", "ruf", "sp", "t", "v"]);
const OBSOLETE: ReadonlySet<string> = new Set(["pct", "rf", "ri"]);

type Faults = FirstFew<DmarcFault>;

/**
 * Reads one DMARC policy record (RFC 9989 sections 4.7 and 4.8; what RFC 7489 section 6.3 has in addition is read, too). Pure, and
 * linear in the text's length, whatever the text is. A fault in one tag leaves the others as they are.
 */
export function parseDmarc(text: string): DmarcRecord {
  const faults = openFirstFew<DmarcFault>();
  const start = afterVersion(text);
  if (text.length > LONGEST_VALUE) {
    faults.add({ reason: "too-long", level: "error", span: { start: LONGEST_VALUE, end: text.length } });
  } else if (start === undefined) {
    faults.add({ reason: "version", level: "error", span: { start: 0, end: Math.min(text.length, 8) } });
  }
  const readable = start !== undefined && text.length <= LONGEST_VALUE;
  const tags = readable ? readTags(text, start, faults) : [];
  const values = new Map(tags.map((tag) => [tag.name, tag]));
  const p = policyOf(values.get("p"), faults);
  if (readable) noteOlder(text, tags, p, faults);
  checkFo(values.get("fo"), faults);
  return {
    text,
    tags,
    p,
    sp: policyOf(values.get("sp"), faults),
    np: policyOf(values.get("np"), faults),
    psd: choice(values.get("psd"), ["u", "y", "n"], faults),
    testing: choice(values.get("t"), ["n", "y"], faults) === "y",
    adkim: choice<AlignmentMode>(values.get("adkim"), ["r", "s"], faults),
    aspf: choice<AlignmentMode>(values.get("aspf"), ["r", "s"], faults),
    pct: percent(values.get("pct")),
    rua: urisOf(text, values.get("rua"), faults),
    ruf: urisOf(text, values.get("ruf"), faults),
    faults: faults.all,
  };
}

/** The tags after the version. Of a tag that is there twice, the first one counts. */
function readTags(text: string, from: number, faults: Faults): DmarcTag[] {
  const tags: DmarcTag[] = [];
  const names = new Set(["v"]);
  const parts = from < text.length ? split(text, { start: from + 1, end: text.length }, ";") : [];
  for (const [index, part] of parts.entries()) {
    const span = trimmed(text, part);
    if (span.start === span.end) {
      if (index < parts.length - 1) faults.add({ reason: "empty-tag", level: "note", span });
      continue;
    }
    const tag = readTag(text, span);
    if ("reason" in tag) {
      faults.add(tag);
      continue;
    }
    if (names.has(tag.name)) {
      faults.add({ reason: "duplicate-tag", level: "error", tag: tag.name, span });
      continue;
    }
    names.add(tag.name);
    tags.push(tag);
    if (tag.known === "unknown") faults.add({ reason: "unknown-tag", level: "note", tag: tag.name, span });
    if (tag.known === "obsolete") faults.add({ reason: "obsolete-tag", level: "note", tag: tag.name, span });
  }
  return tags;
}

/** `dmarc-tag = 1*ALPHA equals 1*dmarc-value`; names of unknown tags may hold digits, as in DKIM (RFC 6376 section 3.2). */
function readTag(text: string, span: Span): DmarcTag | DmarcFault {
  for (let at = span.start; at < span.end; at++) {
    const code = text.charCodeAt(at);
    if ((code < 0x20 && code !== 0x09) || code > 0x7e) {
      return { reason: "character", level: "error", span: { start: at, end: at + 1 } };
    }
  }
  const equals = text.indexOf("=", span.start);
  if (equals < 0 || equals >= span.end) return { reason: "tag-without-value", level: "error", span };
  const nameSpan = trimmed(text, { start: span.start, end: equals });
  const name = spanText(text, nameSpan).toLowerCase();
  if (!/^[a-z][a-z0-9_]*$/.test(name)) return { reason: "tag-name", level: "error", span: nameSpan };
  const valueSpan = trimmed(text, { start: equals + 1, end: span.end });
  if (valueSpan.start === valueSpan.end) return { reason: "tag-without-value", level: "error", tag: name, span };
  const known = CURRENT.has(name) ? "current" : OBSOLETE.has(name) ? "obsolete" : "unknown";
  return { name, value: spanText(text, valueSpan), known, span, valueSpan };
}

/** What RFC 7489 requires of "p": that it is there, and comes directly after the version. */
function noteOlder(text: string, tags: readonly DmarcTag[], p: PolicyTag, faults: Faults): void {
  const tag = tags.find(({ name }) => name === "p");
  if (p === "missing") {
    faults.add({
      reason: "policy-missing",
      level: "older",
      tag: "p",
      span: { start: 0, end: Math.min(text.length, 8) },
    });
  } else if (tag !== undefined && tags[0] !== tag) {
    faults.add({ reason: "policy-not-second", level: "older", tag: "p", span: tag.span });
  }
}

function policyOf(tag: DmarcTag | undefined, faults: Faults): PolicyTag {
  if (tag === undefined) return "missing";
  const value = tag.value.toLowerCase();
  if (isPolicy(value)) return value;
  faults.add({ reason: "policy", level: "error", tag: tag.name, span: tag.valueSpan });
  return "invalid";
}

/** One of these values; the first where the tag is missing, or has another. */
function choice<T extends string>(tag: DmarcTag | undefined, values: readonly [T, ...T[]], faults: Faults): T {
  if (tag === undefined) return values[0];
  const found = values.find((value) => value === tag.value.toLowerCase());
  if (found === undefined) faults.add({ reason: "value", level: "error", tag: tag.name, span: tag.valueSpan });
  return found ?? values[0];
}

const EVERY_MAIL = 100;

/** Of an obsolete tag no value is a fault: RFC 9989 ignores it. */
function percent(tag: DmarcTag | undefined): number {
  if (tag === undefined || !/^\d{1,3}$/.test(tag.value)) return EVERY_MAIL;
  return Math.min(Number(tag.value), EVERY_MAIL);
}

function urisOf(text: string, tag: DmarcTag | undefined, faults: Faults) {
  return tag === undefined ? [] : readUris(text, tag, faults);
}

/** `fo`: "0" or "1", "d" and "s", each once, between colons. */
function checkFo(tag: DmarcTag | undefined, faults: Faults): void {
  if (tag === undefined) return;
  const options = tag.value.toLowerCase().split(":", 10);
  if (options.some((option) => !/^[01ds]$/.test(option))) {
    faults.add({ reason: "value", level: "error", tag: tag.name, span: tag.valueSpan });
  } else if (new Set(options).size < options.length || (options.includes("0") && options.includes("1"))) {
    faults.add({ reason: "fo-contradicts", level: "note", tag: tag.name, span: tag.valueSpan });
  }
}
