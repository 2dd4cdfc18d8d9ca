const WORDS = ["first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth"];
const ENDINGS: Readonly<Record<number, string>> = { 1: "st", 2: "nd", 3: "rd" };

/** The place in a row, from 1 on: as a word up to ten, then `11th`, `21st`, `112th`. */
export function ordinal(count: number): string {
  const word = WORDS[count - 1];
  if (word !== undefined) return word;
  const teen = Math.floor(count / 10) % 10 === 1;
  return `${count}${(teen ? undefined : ENDINGS[count % 10]) ?? "th"}`;
}
