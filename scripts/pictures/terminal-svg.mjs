// A terminal's window as an SVG picture. Each span stands at its column and is as wide as its characters, whatever
// monospaced font the reader has.
import { parseAnsi } from "./ansi.mjs";
import { escaped, rounded, svgOf } from "./svg.mjs";
import { THEMES } from "./themes.mjs";

const FONT = "ui-monospace,SFMono-Regular,Menlo,Consolas,'Liberation Mono',monospace";
const SIZE = 14;
/** Of a column and of a row. */
const WIDTH = 8.4;
const HEIGHT = 20;
const MARGIN = 16;

/**
 * @param {{ title: string, description: string, text: string, columns: number }} picture `text`: with its control sequences
 * @param {"light" | "dark"} themeName
 * @returns {string}
 */
export function terminalSvg({ title, description, text, columns }, themeName) {
  const theme = THEMES[themeName];
  const lines = parseAnsi(text.trimEnd()).flatMap((line) => rowsOf(line, columns));
  const width = Math.ceil(columns * WIDTH + 2 * MARGIN);
  const height = lines.length * HEIGHT + 2 * MARGIN;
  const rows = lines.flatMap((spans, row) => {
    const y = MARGIN + row * HEIGHT + SIZE;
    let column = 0;
    return spans.flatMap((span) => {
      const at = column;
      column += lengthOf(span.text);
      return span.text.trim() === "" ? [] : [spanSvg(span, at, y, theme)];
    });
  });
  return svgOf({ title, description, width, height }, theme, [
    `<g font-family="${FONT}" font-size="${SIZE}" fill="${theme.text}" xml:space="preserve">`,
    ...rows,
    "</g>",
  ]);
}

/** A line as a terminal shows it: what is longer than the window goes on in the next row. */
function rowsOf(line, columns) {
  const rows = [[]];
  let room = columns;
  for (const span of line) {
    for (let rest = [...span.text]; rest.length > 0; ) {
      if (room === 0) {
        rows.push([]);
        room = columns;
      }
      const part = rest.slice(0, room);
      rows[rows.length - 1].push({ ...span, text: part.join("") });
      room -= part.length;
      rest = rest.slice(part.length);
    }
  }
  return rows;
}

function spanSvg({ text, colour, bold, dim }, column, y, theme) {
  // What stands around the text is room: the text itself begins later.
  const begin = column + lengthOf(text) - lengthOf(text.trimStart());
  const shown = text.trim();
  const fill = colour === undefined ? (dim ? theme.dim : undefined) : theme.colours[colour.replace("bright ", "")];
  const attributes = [
    `x="${rounded(MARGIN + begin * WIDTH)}"`,
    `y="${y}"`,
    `textLength="${rounded(lengthOf(shown) * WIDTH)}"`,
    ...(fill === undefined ? [] : [`fill="${fill}"`]),
    ...(bold ? ['font-weight="bold"'] : []),
  ];
  return `<text ${attributes.join(" ")}>${escaped(shown)}</text>`;
}

function lengthOf(text) {
  return [...text].length;
}
