/** The label under which SES looks. */
export const LABEL = "_amazonses";

/** Spellings that occur, and differ from the label by more than one typing error. */
const MET = [
  "_amazon-ses",
  "_amazon_ses",
  "_amazonses1",
  "_amazonses2",
  "_amazoneses",
  "_amazonaws",
  "_amazon",
  "_ses",
  "-amazonses",
  "_amazonses_",
  "amazonsses",
  "amazones",
];

/** What stands for a letter: the key next to it, a look-alike, another vowel, another sibilant. */
const MISTAKEN: Readonly<Record<string, string>> = {
  a: "eo",
  m: "n",
  z: "sx",
  o: "0ai",
  n: "m",
  s: "zca",
  e: "3aw",
};

/**
 * The label as it is likely to be misspelt, the most likely first: a letter left out, a letter typed twice, what is met
 * otherwise, one letter for another, two letters swapped. Without "amazonses", which is a mistake of its own. None twice.
 */
export function misspeltLabels(): readonly string[] {
  const at = Array.from(LABEL, (_, index) => index);
  const leftOut = at.slice(1).map((index) => LABEL.slice(0, index) + LABEL.slice(index + 1));
  const twice = at.map((index) => LABEL.slice(0, index + 1) + LABEL.slice(index));
  const replaced = at.flatMap((index) =>
    Array.from(MISTAKEN[LABEL[index] ?? ""] ?? "", (other) => LABEL.slice(0, index) + other + LABEL.slice(index + 1)),
  );
  const swapped = at
    .slice(1, -1)
    .map((index) => LABEL.slice(0, index) + LABEL[index + 1] + LABEL[index] + LABEL.slice(index + 2));
  // The end of a word is where slips are overlooked.
  const all = [...leftOut.reverse(), ...twice.reverse(), ...MET, ...replaced.reverse(), ...swapped.reverse()];
  return [...new Set(all)].filter((label) => label !== LABEL);
}
