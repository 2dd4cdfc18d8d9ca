// A verification's timeline as an SVG picture: a row a step, and a bar from when it began to be true.
import { escaped, rounded, svgOf } from "./svg.mjs";
import { THEMES } from "./themes.mjs";

const FONT = "ui-sans-serif,system-ui,'Segoe UI',Helvetica,Arial,sans-serif";
const LABELS = 250;
const CHART = 430;
const ROW = 30;
const MARGIN = 20;
const AXIS = 34;

/**
 * @param {{ title: string, rows: readonly { label: string, seconds: number, ends?: boolean }[] }} picture
 * @param {"light" | "dark"} themeName
 * @returns {string}
 */
export function timelineSvg({ title, rows }, themeName) {
  const theme = THEMES[themeName];
  const last = Math.max(...rows.map(({ seconds }) => seconds));
  const spanS = (Math.floor(last / 10) + 1) * 10;
  const x = (seconds) => rounded(MARGIN + LABELS + (seconds / spanS) * CHART);
  const width = 2 * MARGIN + LABELS + CHART + 40;
  const bottom = MARGIN + rows.length * ROW;
  const ticks = Array.from({ length: spanS / 10 + 1 }, (_, index) => index * 10);
  const axis = ticks.map(
    (seconds) =>
      `<path d="M${x(seconds)} ${MARGIN}V${bottom}" stroke="${theme.border}"/>` +
      `<text x="${x(seconds)}" y="${bottom + 20}" fill="${theme.dim}" text-anchor="middle">${seconds} s</text>`,
  );
  const bars = rows.map(({ label, seconds, ends }, index) => {
    const y = MARGIN + index * ROW;
    const colour = ends ? theme.colours.blue : theme.colours.green;
    return (
      `<text x="${MARGIN}" y="${y + 19}" fill="${theme.text}">${escaped(label)}</text>` +
      `<rect x="${x(seconds)}" y="${y + 9}" width="${rounded(x(spanS) - x(seconds))}" height="12" rx="3" fill="${colour}"/>` +
      `<text x="${rounded(x(spanS) + 8)}" y="${y + 19}" fill="${theme.dim}">${seconds} s</text>`
    );
  });
  const told = rows.map(({ label, seconds }) => `${label}: ${seconds} s`).join("; ");
  const height = bottom + AXIS;
  return svgOf({ title, description: `${told}.`, width, height }, theme, [
    `<g font-family="${FONT}" font-size="13">`,
    ...axis,
    ...bars,
    "</g>",
  ]);
}
