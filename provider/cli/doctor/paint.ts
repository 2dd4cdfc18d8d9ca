import { wrapped } from "../../core/words";
import { mayColour } from "../terminal/colour";

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

/** By the terminal and the environment's wishes (terminal/colour.ts). */
export function paintFor(isTerminal: boolean, env: Readonly<Record<string, string | undefined>>): Paint {
  return mayColour(isTerminal, env) ? coloured : plain;
}

/** How text is set on a terminal or a page. */
export interface TextStyle {
  /** Columns. */
  readonly width: number;
  readonly paint: Paint;
  /** Makes a link of a problem's code, to its page; left out where links are not shown. */
  readonly link?: Link | undefined;
}

/** A problem's code, as it is shown. */
export type Link = (code: string) => string;

/** A strong head and what follows it, broken at spaces. */
export function headed(head: string, rest: string, width: number, paint: Paint, tone?: Tone): string {
  const [first = "", ...more] = wrapped(`${head}${rest}`, width, "  ").split("\n");
  if (!first.startsWith(head)) return paint("strong", [first, ...more].join("\n"));
  return [paint("strong", head) + paint(tone, first.slice(head.length)), ...more.map((line) => paint(tone, line))].join(
    "\n",
  );
}
