// Sentences of a text whose parts that are no prose are masked. Masks keep the length, so that an offset stays an offset.

/** Stands for one word: a code span, an address, a value that is filled in. */
const WORD = "\uE001";
/** The end of a sentence: a line of output, for example. */
const BREAK = "\uE002";
/** The same, where the source has a line break. */
const LINE = "\uE004";
/** Nothing: quotes and operators between the parts of one text. */
const NOTHING = "\uE003";

export const MOST_WORDS = 24;

const fill = (character) => (part) => character.repeat(part.length);
export const asWord = fill(WORD);
export const asBreak = fill(BREAK);
export const asLine = fill(LINE);
export const asNothing = fill(NOTHING);

/** How many lines come before the offset. */
export const linesBefore = (masked, offset) => masked.slice(0, offset).split(/[\n\uE004]/).length - 1;
/** A text for people. */
export const legible = (masked) =>
  masked
    .replace(/\uE001+/g, "…")
    .replace(/[\uE002-\uE004]/g, "")
    .replace(/\s+/g, " ");

const CODE = /(`+)(?!`)[\s\S]*?(?<!`)\1(?!`)/g;
const URL = /<?\bhttps?:\/\/[^\s)>"]+>?/g;
/** A full stop, and after it the beginning of a sentence. */
const END = /[.?!…]["')\]”*_]*\s+(?=["'([“*_]*[\p{Lu}\d{<\uE001])|[\uE002\uE004]+/gu;

/** Code spans and addresses count as one word each. */
export const maskCode = (text) => text.replace(CODE, asWord).replace(URL, asWord);

/**
 * @param {string} masked
 * @returns {{ words: number, offset: number }[]} each sentence with its length and the offset of its first word
 */
export function sentencesOf(masked) {
  const sentences = [];
  let from = 0;
  for (const { index, 0: end } of [...masked.matchAll(END), { index: masked.length, 0: "" }]) {
    const text = masked.slice(from, index + end.length);
    const words = text
      .replaceAll(NOTHING, "")
      .split(/[\s\uE002\uE004]+/)
      .filter((word) => /[\p{L}\p{N}\uE001]/u.test(word));
    if (words.length > 0) sentences.push({ words: words.length, offset: from + /[^\s\uE002-\uE004]/.exec(text).index });
    from = index + end.length;
  }
  return sentences;
}

/**
 * @param {string} masked
 * @param {RegExp} pattern in which a blank is any white space
 * @returns {{ words: string, offset: number }[]}
 */
export function wordsIn(masked, pattern) {
  const anyBlank = new RegExp(pattern.source.replaceAll(" ", "\\s+"), "gi");
  const found = [...masked.replaceAll(NOTHING, "").matchAll(anyBlank)];
  return found.map(({ index, 0: words }) => ({ words: words.replace(/\s+/g, " "), offset: offsetIn(masked, index) }));
}

/** The offset of a character of the text without `NOTHING`. */
function offsetIn(masked, index) {
  let offset = 0;
  for (let seen = 0; seen < index || masked[offset] === NOTHING; offset += 1) if (masked[offset] !== NOTHING) seen += 1;
  return offset;
}
