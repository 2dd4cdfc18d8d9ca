/** A part of a text, in UTF-16 code units: from `start` to before `end`. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/** The data of a TXT record has at most so many octets (RFC 1035 section 3.2.1). No longer text is read. */
export const LONGEST_VALUE = 65_535;

/** Of what a hostile value, or a name with thousands of values, has too much of. */
const KEPT_AT_MOST = 20;

export interface FirstFew<T> {
  add(one: T): void;
  readonly all: readonly T[];
}

/** Keeps the first twenty. */
export function openFirstFew<T>(): FirstFew<T> {
  const all: T[] = [];
  return {
    add(one) {
      if (all.length < KEPT_AT_MOST) all.push(one);
    },
    all,
  };
}

export function spanText(text: string, { start, end }: Span): string {
  return text.slice(start, end);
}

/** WSP of RFC 5234: a space or a tab. */
export function isBlank(character: string | undefined): boolean {
  return character === " " || character === "\t";
}

/** The span without the blanks at both of its ends; empty, at its end, where there is nothing else. */
export function trimmed(text: string, { start, end }: Span): Span {
  let from = start;
  let to = end;
  while (from < to && isBlank(text[from])) from += 1;
  while (to > from && isBlank(text[to - 1])) to -= 1;
  return { start: from, end: to };
}

/** The parts between separators of one character, which no part holds. One more than there are separators. */
export function split(text: string, { start, end }: Span, separator: string): Span[] {
  const parts: Span[] = [];
  let from = start;
  for (let at = text.indexOf(separator, from); at >= 0 && at < end; at = text.indexOf(separator, from)) {
    parts.push({ start: from, end: at });
    from = at + 1;
  }
  parts.push({ start: from, end });
  return parts;
}
