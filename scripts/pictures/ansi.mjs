// What a terminal shows, from what was written to it: lines of spans. Of ECMA-48 it knows the colours (SGR): the 16 of a
// terminal's theme, bold and dim. All other control sequences are left out.

/**
 * @typedef {{ text: string, colour: string | undefined, bold: boolean, dim: boolean }} Span
 * `colour`: `red`, or `bright red`; undefined: the terminal's own.
 */

const COLOURS = ["black", "red", "green", "yellow", "blue", "magenta", "cyan", "white"];

const ESC = String.fromCharCode(27);
const BEL = String.fromCharCode(7);
/** CSI with its final character, OSC up to its end, or any other escape. */
const ESCAPES = new RegExp(
  `${ESC}(?:\\[([0-9;:?]*)[ -/]*([@-~])|\\][^${BEL}${ESC}]*(?:${BEL}|${ESC}\\\\)|[^[\\]])`,
  "g",
);

/**
 * @param {string} text
 * @returns {Span[][]}
 */
export function parseAnsi(text) {
  const lines = [[]];
  let style = { colour: undefined, bold: false, dim: false };
  const put = (part) => {
    for (const [index, piece] of part.replaceAll("\r", "").split("\n").entries()) {
      if (index > 0) lines.push([]);
      const line = lines[lines.length - 1];
      const last = line[line.length - 1];
      if (piece === "") continue;
      if (last && last.colour === style.colour && last.bold === style.bold && last.dim === style.dim)
        last.text += piece;
      else line.push({ text: piece, ...style });
    }
  };
  let from = 0;
  for (const match of text.matchAll(ESCAPES)) {
    put(text.slice(from, match.index));
    from = match.index + match[0].length;
    if (match[2] === "m") style = styled(style, match[1]);
  }
  put(text.slice(from));
  return lines;
}

function styled(before, parameters) {
  const codes = parameters.split(/[;:]/).map(Number);
  let style = { ...before };
  for (let at = 0; at < codes.length; at++) {
    const code = codes[at];
    if (code === 0) style = { colour: undefined, bold: false, dim: false };
    else if (code === 1) style.bold = true;
    else if (code === 2) style.dim = true;
    else if (code === 22) style = { ...style, bold: false, dim: false };
    else if (code === 39) style.colour = undefined;
    else if (code >= 30 && code <= 37) style.colour = COLOURS[code - 30];
    else if (code >= 90 && code <= 97) style.colour = `bright ${COLOURS[code - 90]}`;
    else if (code === 38 && codes[at + 1] === 5) {
      const index = codes[at + 2];
      style.colour = index < 8 ? COLOURS[index] : index < 16 ? `bright ${COLOURS[index - 8]}` : undefined;
      at += 2;
    } else if (code === 38 && codes[at + 1] === 2) {
      style.colour = undefined;
      at += 4;
    } else if (code === 48) at += codes[at + 1] === 5 ? 2 : 4;
  }
  return style;
}
