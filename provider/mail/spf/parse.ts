import { LONGEST_VALUE, openFirstFew, type Span, spanText } from "../span";
import { readMechanism } from "./mechanism";
import { readModifier } from "./modifier";
import type { Modifier, Read, SpfFault, SpfRecord, Term } from "./record";
import { afterVersion } from "./select";

/** As names of modifiers: mechanisms with a "=" for their ":", and a second record that was joined to the first. */
const SUSPICIOUS: ReadonlySet<string> = new Set(["all", "include", "a", "mx", "ptr", "ip4", "ip6", "exists", "v"]);

/**
 * Reads one SPF record (RFC 7208 section 12). Pure, and linear in the text's length, whatever the text is. Spans count
 * UTF-16 code units of `text`.
 */
export function parseSpf(text: string): SpfRecord {
  const faults = openFirstFew<SpfFault>();
  const terms: Term[] = [];
  const suspicious = openFirstFew<Modifier>();
  const once = new Set<string>();
  const start = afterVersion(text);
  if (text.length > LONGEST_VALUE) faults.add({ reason: "too-long", span: { start: LONGEST_VALUE, end: text.length } });
  else if (start === undefined) faults.add({ reason: "version", span: { start: 0, end: Math.min(text.length, 6) } });
  else {
    for (const span of termSpans(text, start)) {
      const read = readTerm(text, span);
      if ("fault" in read) {
        faults.add(read.fault);
        continue;
      }
      const term = read.value;
      if (term.kind === "modifier") {
        const known = term.name === "redirect" || term.name === "exp";
        if (known && once.has(term.name)) faults.add({ reason: "duplicate-modifier", span });
        if (known) once.add(term.name);
        if (SUSPICIOUS.has(term.name)) suspicious.add(term);
      }
      terms.push(term);
    }
  }
  return { text, terms, faults: faults.all, suspicious: suspicious.all };
}

/** Terms are separated by spaces, of which there may be several; a tab is part of a term. */
function* termSpans(text: string, from: number): Generator<Span> {
  let at = from;
  while (at < text.length) {
    if (text[at] === " ") {
      at += 1;
      continue;
    }
    const space = text.indexOf(" ", at);
    const end = space < 0 ? text.length : space;
    yield { start: at, end };
    at = end;
  }
}

function readTerm(text: string, span: Span): Read<Term> {
  for (let at = span.start; at < span.end; at++) {
    const code = text.charCodeAt(at);
    if (code < 0x21 || code > 0x7e) return { fault: { reason: "character", span: { start: at, end: at + 1 } } };
  }
  const read = readModifier(text, span) ?? readMechanism(text, span);
  if ("value" in read) return read;
  // `ip4:192.0.2.1~all`: the space in front of the last mechanism is missing.
  const joined = /[+\-~?]all$/i.exec(spanText(text, { start: Math.max(span.start + 1, span.end - 4), end: span.end }));
  if (joined === null) return read;
  return { fault: { reason: "run-together", span: { start: span.end - 4, end: span.end } } };
}
