import { parseFqdn } from "../../core/fqdn";
import { type Span, spanText } from "../span";
import type { DomainSpec, Read, SpfFault } from "./record";

/** RFC 7208 section 7.2. Those of `EXPLANATION` are for the explanation's text only. */
const LETTERS = "slodiphv";
const EXPLANATION = "crt";
const DELIMITERS = ".-+,/_=";
const LONGEST_LABEL = 63;
const LONGEST_NAME = 253;

interface MacroString {
  readonly macros: boolean;
  /** Where the literal text after the last macro begins. */
  readonly tail: number;
}

/** Reads a `macro-string`: literals of %x21-7E but "%", and macros. `letters`: those that are allowed. */
function readMacros(text: string, span: Span, letters: string): MacroString | SpfFault {
  let macros = false;
  let tail = span.start;
  let at = span.start;
  while (at < span.end) {
    if (text[at] !== "%") {
      const code = text.charCodeAt(at);
      if (code < 0x21 || code > 0x7e) return { reason: "character", span: { start: at, end: at + 1 } };
      at += 1;
      continue;
    }
    const end = macroEnd(text, at, span.end, letters);
    if (end === undefined) return { reason: "macro", span: { start: at, end: Math.min(at + 2, span.end) } };
    macros = true;
    tail = end;
    at = end;
  }
  return { macros, tail };
}

/** The end of the macro at a "%"; undefined where it is none. */
function macroEnd(text: string, at: number, end: number, letters: string): number | undefined {
  const next = at + 1 < end ? text.charAt(at + 1) : "";
  if (next === "%" || next === "_" || next === "-") return at + 2;
  if (next !== "{" || at + 2 >= end) return undefined;
  if (!letters.includes(text.charAt(at + 2).toLowerCase())) return undefined;
  let to = at + 3;
  const digitsFrom = to;
  while (to < end && isDigit(text.charCodeAt(to))) to += 1;
  if (to > digitsFrom && /^0+$/.test(text.slice(digitsFrom, to))) return undefined;
  if (to < end && text.charAt(to).toLowerCase() === "r") to += 1;
  while (to < end && DELIMITERS.includes(text.charAt(to))) to += 1;
  return to < end && text[to] === "}" ? to + 1 : undefined;
}

function isDigit(code: number): boolean {
  return code >= 0x30 && code <= 0x39;
}

/** Reads the value of a modifier that is not known: any macro string. */
export function macroFault(text: string, span: Span): SpfFault | undefined {
  const read = readMacros(text, span, LETTERS + EXPLANATION);
  return "reason" in read ? read : undefined;
}

/** Reads a `domain-spec`, which is not empty, and ends in a macro or in a dot and a top label (section 7.1). */
export function readDomainSpec(text: string, span: Span): Read<DomainSpec> {
  if (span.start >= span.end) return { fault: { reason: "domain-missing", span } };
  const read = readMacros(text, span, LETTERS);
  if ("reason" in read) return { fault: read };
  const malformed: Read<DomainSpec> = { fault: { reason: "domain-malformed", span } };
  if (read.tail < span.end && !endsInTopLabel(text.slice(read.tail, span.end))) return malformed;
  const spec = spanText(text, span);
  if (read.macros) return { value: { text: spec, span, macros: true, name: undefined } };
  if (!fitsDns(spec)) return malformed;
  const parsed = parseFqdn(spec);
  return { value: { text: spec, span, macros: false, name: "name" in parsed ? parsed.name : undefined } };
}

function endsInTopLabel(tail: string): boolean {
  const whole = tail.endsWith(".") ? tail.slice(0, -1) : tail;
  const dot = whole.lastIndexOf(".");
  const label = whole.slice(dot + 1);
  return dot >= 0 && /^[a-z0-9](?:[a-z0-9-]*[a-z0-9])?$/i.test(label) && !/^\d+$/.test(label);
}

/** A name that DNS cannot hold has no record (section 4.3). */
function fitsDns(spec: string): boolean {
  const whole = spec.endsWith(".") ? spec.slice(0, -1) : spec;
  const labels = whole.split(".");
  return whole.length <= LONGEST_NAME && labels.every((label) => label.length > 0 && label.length <= LONGEST_LABEL);
}
