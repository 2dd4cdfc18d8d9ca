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
