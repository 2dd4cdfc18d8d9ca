// A verification's timeline as an SVG picture: a row a step, and a bar from when it began to be true. Text stays text; no
// script, no font from elsewhere.

/** Contrast of text and marks with the background is at least 4.5 to 1 (WCAG 2.2, 1.4.3). */
const THEMES = {
  light: { background: "#ffffff", border: "#d0d7de", text: "#1f2328", dim: "#59636e", bar: "#116329", end: "#0550ae" },
  dark: { background: "#0d1117", border: "#3d444d", text: "#e6edf3", dim: "#9198a1", bar: "#3fb950", end: "#79c0ff" },
};

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
  const x = (seconds) => round(MARGIN + LABELS + (seconds / spanS) * CHART);
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
    const colour = ends ? theme.end : theme.bar;
    return (
      `<text x="${MARGIN}" y="${y + 19}" fill="${theme.text}">${escaped(label)}</text>` +
      `<rect x="${x(seconds)}" y="${y + 9}" width="${round(x(spanS) - x(seconds))}" height="12" rx="3" fill="${colour}"/>` +
      `<text x="${round(x(spanS) + 8)}" y="${y + 19}" fill="${theme.dim}">${seconds} s</text>`
    );
  });
  const told = rows.map(({ label, seconds }) => `${label}: ${seconds} s`).join("; ");
  return `${[
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${bottom + AXIS}" width="${width}" height="${bottom + AXIS}" font-family="${FONT}" font-size="13" role="img" aria-labelledby="title desc">`,
    `<title id="title">${escaped(title)}</title>`,
    `<desc id="desc">${escaped(told)}.</desc>`,
    `<rect width="100%" height="100%" rx="6" fill="${theme.background}" stroke="${theme.border}"/>`,
    ...axis,
    ...bars,
    "</svg>",
  ].join("\n")}\n`;
}

function round(number) {
  return Math.round(number * 10) / 10;
}

function escaped(text) {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;");
}
