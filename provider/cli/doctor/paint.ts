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
