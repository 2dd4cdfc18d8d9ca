import { editDistance } from "./edit-distance";

/** The option that was probably meant; undefined where none is close. Case, hyphens and underscores do not count. */
export function nearest<T extends string>(word: string, options: readonly T[]): T | undefined {
  const bare = strip(word);
  if (bare === "") return undefined;
  let best: T | undefined;
  let bestDistance = Number.POSITIVE_INFINITY;
  for (const option of options) {
    const plain = strip(option);
    const distance = editDistance(bare, plain, Math.max(1, Math.floor(plain.length / 3)));
    if (distance === undefined || distance >= bestDistance) continue;
    best = option;
    bestDistance = distance;
  }
  return best;
}

function strip(word: string): string {
  return word.toLowerCase().replace(/[-_.\s]/g, "");
}

/** `"a", "b" or "c"`. */
export function oneOf(options: readonly string[]): string {
  const quoted = options.map((option) => `"${option}"`);
  const last = quoted.pop() ?? "";
  return quoted.length === 0 ? last : `${quoted.join(", ")} or ${last}`;
}
