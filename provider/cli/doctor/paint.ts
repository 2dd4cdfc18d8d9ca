import { wrapped } from "../../core/words";
/** What a piece of text means, so that a terminal can show it. */
export type Tone = "good" | "bad" | "doubt" | "note" | "strong" | "faint";

export type Paint = (tone: Tone | undefined, text: string) => string;

/** ECMA-48 SGR codes. */
const CODES: Readonly<Record<Tone, number>> = { good: 32, bad: 31, doubt: 33, note: 36, strong: 1, faint: 2 };

/** Every code that `coloured` writes. */
export const OWN_CODES = `\u001b\\[(?:0|${Object.values(CODES).join("|")})m`;

export const plain: Paint = (_tone, text) => text;

export const coloured: Paint = (tone, text) =>
  tone === undefined || text.trim() === "" ? text : `\u001b[${CODES[tone]}m${text}\u001b[0m`;

/** Colour only on a terminal, and not where NO_COLOR is set (https://no-color.org). */
export function paintFor(isTerminal: boolean, env: Readonly<Record<string, string | undefined>>): Paint {
  return isTerminal && !env.NO_COLOR && env.TERM !== "dumb" ? coloured : plain;
}

/** How text is set on a terminal or a page. */
export interface TextStyle {
  /** Columns. */
  readonly width: number;
  readonly paint: Paint;
}

/** A strong head and what follows it, broken at spaces. */
export function headed(head: string, rest: string, width: number, paint: Paint, tone?: Tone): string {
  const [first = "", ...more] = wrapped(`${head}${rest}`, width, "  ").split("\n");
  if (!first.startsWith(head)) return paint("strong", [first, ...more].join("\n"));
  return [paint("strong", head) + paint(tone, first.slice(head.length)), ...more.map((line) => paint(tone, line))].join(
    "\n",
  );
}
