// Panels of lines as an SVG picture: each series is named at its last point, and each point says its figure.
import { numeral } from "../lib/figures.mjs";
import { axisOf } from "./axis.mjs";
import { escaped, rounded, svgOf } from "./svg.mjs";
import { THEMES } from "./themes.mjs";

export const FONT = "ui-sans-serif,system-ui,'Segoe UI',Helvetica,Arial,sans-serif";
const WIDTH = 760;
const MARGIN = 20;
/** Of a panel: its heading, the labels of its axes, the names of its lines. */
const HEAD = 34;
const LEFT = 44;
const FOOT = 44;
const RIGHT = 84;
const PLOT = 180;
const COLUMNS = 2;
/** Between two labels of one line, and between the names of two. */
const APART = 56;
const LINE = 16;

/**
 * @typedef {{ x: number, y: number, label: string }} Point `label`: the figure with its unit
 * @typedef {{ name: string, colour: string, points: readonly Point[] }} Series `colour`: of the theme's colours, or `dim`
 * @typedef {{ heading: string, unit: string, series: readonly Series[] }} Panel panels of one unit share their scale
 * @param {{ title: string, along: string, panels: readonly Panel[] }} picture `along`: what the horizontal axis counts
 * @param {"light" | "dark"} themeName
 * @returns {string}
 */
export function lineSvg({ title, along, panels }, themeName) {
  const theme = THEMES[themeName];
  const drawn = panels.map(known).filter(({ series }) => series.length > 0);
  const columns = Math.min(COLUMNS, Math.max(1, drawn.length));
  const panelWidth = (WIDTH - 2 * MARGIN) / columns;
  const panelHeight = HEAD + PLOT + FOOT;
  const rows = Math.max(1, Math.ceil(drawn.length / columns));
  const parts = drawn.flatMap((panel, index) => {
    const left = MARGIN + (index % columns) * panelWidth;
    const top = MARGIN + Math.floor(index / columns) * panelHeight;
    const peers = drawn.filter(({ unit }) => unit === panel.unit);
    return panelSvg(panel, { left, top, width: panelWidth, along, ys: peers.flatMap(ysOf) }, theme);
  });
  const told = drawn.flatMap(({ heading, series }) =>
    series.map(({ name, points }) => {
      const figures = points.map(({ x, label }) => `${numeral(x)} ${along}: ${label}`);
      return `${heading}, ${name}: ${figures.join(", ")}`;
    }),
  );
  return svgOf(
    {
      title,
      description: told.length > 0 ? `${told.join("; ")}.` : NOTHING,
      width: WIDTH,
      height: 2 * MARGIN + rows * panelHeight,
    },
    theme,
    [
      `<g font-family="${FONT}" font-size="13" fill="${theme.text}">`,
      ...(parts.length > 0 ? parts : [`<text x="${MARGIN}" y="${MARGIN + HEAD}">${NOTHING}</text>`]),
      "</g>",
    ],
  );
}

export const NOTHING = "Nothing is recorded yet.";

/** Without what is no number: a bench may have measured less. */
function known(panel) {
  const series = panel.series.map((one) => ({
    ...one,
    points: one.points
      .filter(({ x, y }) => Number.isFinite(x) && Number.isFinite(y))
      .sort((one, other) => one.x - other.x),
  }));
  return { ...panel, series: series.filter(({ points }) => points.length > 0) };
}

const ysOf = ({ series }) => series.flatMap(({ points }) => points.map(({ y }) => y));

function panelSvg({ heading, unit, series }, { left, top, width, along, ys }, theme) {
  const begin = left + LEFT;
  const end = left + width - RIGHT;
  const bottom = top + HEAD + PLOT;
  const xs = series.flatMap(({ points }) => points.map(({ x }) => x));
  const xAxis = axisOf(xs, { from: begin, to: end, ticks: Math.max(2, Math.floor((end - begin) / 75)), whole: true });
  const yAxis = axisOf(ys, { from: bottom, to: top + HEAD, ticks: 5 });
  const grid = [
    ...yAxis.ticks.map((value) => {
      const y = rounded(yAxis.at(value));
      return (
        `<path d="M${begin} ${y}H${end}" stroke="${theme.border}"/>` +
        `<text x="${begin - 8}" y="${rounded(y + 4)}" fill="${theme.dim}" text-anchor="end">${numeral(value)}</text>`
      );
    }),
    ...xAxis.ticks.map((value) => {
      const x = rounded(xAxis.at(value));
      return (
        `<path d="M${x} ${bottom}v5" stroke="${theme.border}"/>` +
        `<text x="${x}" y="${bottom + 20}" fill="${theme.dim}" text-anchor="middle">${numeral(value)}</text>`
      );
    }),
  ];
  const names = namesOf(series, yAxis);
  const fillOf = ({ colour }) => theme.colours[colour] ?? theme.dim;
  const lines = series.flatMap(({ name, colour, points }) => {
    const fill = fillOf({ colour });
    const places = points.map(({ x, y }) => `${rounded(xAxis.at(x))} ${rounded(yAxis.at(y))}`);
    return [
      `<path d="M${places.join("L")}" fill="none" stroke="${fill}" stroke-width="2"/>`,
      ...points.map((point) => pointSvg(point, { name, along, fill, xAxis, yAxis })),
    ];
  });
  const labels = series.flatMap(({ name, colour, points }, index) => {
    const fill = fillOf({ colour });
    const last = points[points.length - 1];
    const x = rounded(xAxis.at(last.x) + 9);
    return [
      ...labelsSvg(points, { fill, ground: theme.background, xAxis, yAxis, above: index === 0 }),
      `<text x="${x}" y="${names[index]}" fill="${fill}">${escaped(name)}` +
        `<tspan x="${x}" dy="${LINE - 1}">${escaped(last.label)}</tspan></text>`,
    ];
  });
  return [
    `<text x="${left}" y="${top + 12}"><tspan font-weight="600">${escaped(heading)}</tspan>, ${escaped(unit)}</text>`,
    ...grid,
    `<text x="${rounded((begin + end) / 2)}" y="${bottom + 38}" fill="${theme.dim}" text-anchor="middle">${escaped(along)}</text>`,
    ...lines,
    ...labels,
  ];
}

function pointSvg({ x, y, label }, { name, along, fill, xAxis, yAxis }) {
  const told = `${numeral(x)} ${along}, ${name}: ${label}`;
  return (
    `<circle cx="${rounded(xAxis.at(x))}" cy="${rounded(yAxis.at(y))}" r="3.5" fill="${fill}">` +
    `<title>${escaped(told)}</title></circle>`
  );
}

/** From the last on, which is told with the line's name: those that have room. */
function labelsSvg(points, { fill, ground, xAxis, yAxis, above }) {
  // A line that crosses a label stays behind it.
  const halo = `stroke="${ground}" stroke-width="4" stroke-linejoin="round" paint-order="stroke"`;
  let next = xAxis.at(points[points.length - 1].x);
  return points
    .slice(0, -1)
    .reverse()
    .flatMap(({ x, y, label }) => {
      const at = xAxis.at(x);
      if (next - at < APART) return [];
      next = at;
      // Lines rise. Above them is room on the left, unless the axis is near. Below them is room on the right.
      const [dx, dy, anchor] = !above
        ? [4, 19, "start"]
        : at - xAxis.at(0) < APART
          ? [0, -9, "start"]
          : [-4, -9, "end"];
      const place = `x="${rounded(at + dx)}" y="${rounded(yAxis.at(y) + dy)}" text-anchor="${anchor}"`;
      return [`<text ${place} fill="${fill}" ${halo}>${escaped(label)}</text>`];
    });
}

/** The heights of the names, each two lines of text: by their last points, and none over another. */
function namesOf(series, yAxis) {
  const wanted = series.map(({ points }, index) => ({ index, y: yAxis.at(points[points.length - 1].y) }));
  const heights = new Map();
  let least = Number.NEGATIVE_INFINITY;
  // One that leaves no room for the next ones moves up.
  const lowest = yAxis.at(0) - LINE;
  for (const [place, { index, y }] of wanted.sort((one, other) => one.y - other.y).entries()) {
    const after = wanted.length - 1 - place;
    const height = Math.max(least, Math.min(y - 2, lowest - after * 2 * LINE));
    heights.set(index, rounded(height));
    least = height + 2 * LINE;
  }
  return series.map((_, index) => heights.get(index));
}
