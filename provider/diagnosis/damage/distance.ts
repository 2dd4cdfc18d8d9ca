/**
 * How many characters have to be added, taken away, replaced, or swapped with their neighbour, to make the one text of the
 * other (optimal string alignment). Undefined where it takes more than `most`.
 */
export function editDistance(one: string, other: string, most: number): number | undefined {
  const [a, b] = [[...one], [...other]];
  if (Math.abs(a.length - b.length) > most) return undefined;
  let older: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, column) => column);
  for (let row = 1; row <= a.length; row++) {
    const next = [row];
    for (let column = 1; column <= b.length; column++) {
      const same = a[row - 1] === b[column - 1];
      const swapped = row > 1 && column > 1 && a[row - 1] === b[column - 2] && a[row - 2] === b[column - 1];
      next.push(
        Math.min(
          (last[column] ?? 0) + 1,
          (next[column - 1] ?? 0) + 1,
          (last[column - 1] ?? 0) + (same ? 0 : 1),
          swapped ? (older[column - 2] ?? 0) + 1 : Number.POSITIVE_INFINITY,
        ),
      );
    }
    if (Math.min(...next) > most) return undefined;
    older = last;
    last = next;
  }
  const distance = last[b.length] ?? 0;
  return distance > most ? undefined : distance;
}

/** What the edits are, as a clause that fits after a colon. */
export function editWords(found: string, expected: string, distance: number): string {
  const extra = [...found].length - [...expected].length;
  if (distance === extra) return `it has ${count(extra)} too many`;
  if (distance === -extra) return `${count(distance)} of it ${distance === 1 ? "is" : "are"} missing`;
  if (distance === 1 && sorted(found) === sorted(expected)) return "two neighbouring characters of it are swapped";
  return `${count(distance)} of it ${distance === 1 ? "is" : "are"} wrong`;
}

function count(characters: number): string {
  return characters === 1 ? "one character" : `${characters} characters`;
}

function sorted(text: string): string {
  return [...text].sort().join("");
}

/** How many characters are not ASCII where the other text has ASCII, all else being the same; 0 where that is not so. */
export function lookalikes(found: string, expected: string): number {
  const characters = [...found];
  if (characters.length !== expected.length) return 0;
  const strange = characters.filter((one, index) => one !== expected[index]);
  return strange.every((one) => /[^\0-\x7f]/.test(one)) ? strange.length : 0;
}
