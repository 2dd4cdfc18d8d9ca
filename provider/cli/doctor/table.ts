import { clip } from "../../core/text";
import type { Paint, Tone } from "./paint";

export interface Cell {
  readonly text: string;
  readonly tone?: Tone | undefined;
}

export type Row = readonly Cell[];

const INDENT = "  ";
const GAP = "  ";
/** Less room than this for the last column is not worth a row. */
const NARROWEST_LAST = 24;

/**
 * Rows in columns, at most `width` wide; the last column breaks at spaces. Where the columns before it leave too little
 * room, each row begins a line of its own with its first cell. Pure.
 */
export function table(rows: readonly Row[], width: number, paint: Paint): string[] {
  const clean = rows.map((row) => row.map((cell) => ({ ...cell, text: clip(cell.text, 400) })));
  const columns = Math.max(0, ...clean.map((row) => row.length));
  const fixed = Array.from({ length: Math.max(0, columns - 1) }, (_, index) =>
    Math.max(0, ...clean.map((row) => row[index]?.text.length ?? 0)),
  );
  const before = INDENT.length + fixed.reduce((sum, one) => sum + one + GAP.length, 0);
  const last = Math.max(0, ...clean.map((row) => row[columns - 1]?.text.length ?? 0));
  if (columns < 3 || before + Math.min(last, NARROWEST_LAST) <= width) {
    return clean.flatMap((row) => lines(row, fixed, INDENT, width, paint));
  }
  return clean.flatMap((row, index) => {
    const [head, ...rest] = row;
    const same = head?.text === clean[index - 1]?.[0]?.text;
    const title = head === undefined || same ? [] : [INDENT + paint(head.tone, clip(head.text, width - INDENT.length))];
    return [...title, ...lines(rest, fixed.slice(1), INDENT + INDENT, width, paint)];
  });
}

function lines(row: Row, widths: readonly number[], indent: string, width: number, paint: Paint): string[] {
  const head = widths
    .map((size, index) => paint(row[index]?.tone, (row[index]?.text ?? "").padEnd(size)) + GAP)
    .join("");
  const start = indent.length + widths.reduce((sum, size) => sum + size + GAP.length, 0);
  const cell = row[widths.length];
  const [first = "", ...more] = broken(cell?.text ?? "", Math.max(8, width - start));
  return [
    (indent + head + paint(cell?.tone, first)).trimEnd(),
    ...more.map((text) => " ".repeat(start) + paint(cell?.tone, text)),
  ];
}

/** Lines of at most `width`, broken at spaces, and within a word only where it is longer than that. */
function broken(text: string, width: number): string[] {
  const result: string[] = [];
  let line = "";
  for (const word of text.split(" ").flatMap((each) => each.match(new RegExp(`.{1,${width}}`, "gu")) ?? [""])) {
    if (line !== "" && line.length + 1 + word.length > width) {
      result.push(line);
      line = word;
    } else line = line === "" ? word : `${line} ${word}`;
  }
  return [...result, line];
}
