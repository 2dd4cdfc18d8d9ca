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
