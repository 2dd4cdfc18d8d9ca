import { clip, oneLine } from "./text";

/** One word for a POSIX shell, whatever is in it. */
export function shellQuoted(text: string): string {
  return /^[\w.@%+=:,/-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}

/** No item of a list needs more, a server with its reason included. */
const LONGEST_ITEM = 200;

/** `a`, `a and b`, `a, b and c`; beyond `most`, `a, b and 7 more`. Items are clipped. */
export function listed(items: readonly string[], most = 4): string {
  const shown = items.length > most + 1 ? [...items.slice(0, most), `${items.length - most} more`] : [...items];
  const clean = shown.map((item) => clip(item, LONGEST_ITEM));
  const last = clean.pop() ?? "none";
  return clean.length === 0 ? last : `${clean.join(", ")} and ${last}`;
}

export function counted(count: number, noun: string, nouns = `${noun}s`): string {
  return `${count} ${count === 1 ? noun : nouns}`;
}

/** A clause as a sentence; a question keeps its mark. */
export function sentence(clause: string): string {
  return /[.?!]$/.test(clause) ? clause : `${clause}.`;
}

/** `2026-03-01 14:05 UTC`. */
export function dated(ms: number): string {
  return `${new Date(ms).toISOString().slice(0, 16).replace("T", " ")} UTC`;
}

/** Fills `{key}` with what is known under that key, on one line. Throws a RangeError for one that is not: a text never shows a hole. */
export function fill(template: string, facts: Readonly<Record<string, string>>): string {
  return template.replace(/\{(\w+)\}/g, (_, key: string) => {
    const fact = Object.hasOwn(facts, key) ? facts[key] : undefined;
    if (fact === undefined) throw new RangeError(`the text has no "${key}": ${template}`);
    return oneLine(fact);
  });
}

/** Breaks at spaces so that no line is longer than `width`, unless one word is. */
export function wrapped(text: string, width: number, indent = ""): string {
  const lines: string[] = [];
  let line = "";
  for (const word of text.split(" ")) {
    if (line !== "" && indent.length + line.length + 1 + word.length > width) {
      lines.push(line);
      line = word;
    } else {
      line = line === "" ? word : `${line} ${word}`;
    }
  }
  lines.push(line);
  return lines.join(`\n${indent}`);
}
