// Groups of bars as an SVG picture: each bar says its figure, and a line across a group is its limit.
import { numeral } from "../lib/figures.mjs";
import { axisOf } from "./axis.mjs";
import { FONT, NOTHING } from "./line-svg.mjs";
import { escaped, rounded, svgOf } from "./svg.mjs";
import { THEMES } from "./themes.mjs";

const WIDTH = 760;
const MARGIN = 20;
const LABELS = 250;
/** For the figure after the longest bar. */
const FIGURES = 130;
const ROW = 26;
const HEADING = 28;
const FOOT = 44;

/**
 * @typedef {{ name: string, colour: string, value: number, label: string }} Bar `label`: the figure with its unit
 * @typedef {{ heading: string, bars: readonly Bar[], limit: number, limitLabel: string }} Group
 * @param {{ title: string, along: string, groups: readonly Group[] }} picture `along`: what the horizontal axis measures
 * @param {"light" | "dark"} themeName
 * @returns {string}
 */
export function barSvg({ title, along, groups }, themeName) {
  const theme = THEMES[themeName];
  const drawn = groups
    .map((group) => ({ ...group, bars: group.bars.filter(({ value }) => Number.isFinite(value)) }))
    .filter(({ bars }) => bars.length > 0);
  const values = drawn.flatMap(({ bars, limit }) => [...bars.map(({ value }) => value), finite(limit) ?? 0]);
  const from = MARGIN + LABELS;
  const to = WIDTH - MARGIN - FIGURES;
  const axis = axisOf(values, { from, to, ticks: 5 });
  const heights = drawn.map(({ bars }) => HEADING + bars.length * ROW);
  const bottom = MARGIN + heights.reduce((sum, height) => sum + height, 0) + 8;
  const ticks = axis.ticks.map((value) => {
    const x = rounded(axis.at(value));
    return (
      `<path d="M${x} ${MARGIN}V${bottom}" stroke="${theme.border}"/>` +
      `<text x="${x}" y="${bottom + 18}" fill="${theme.dim}" text-anchor="middle">${numeral(value)}</text>`
    );
  });
  let top = MARGIN;
  const parts = drawn.flatMap((group, index) => {
    const drawnGroup = groupSvg(group, top, axis, theme);
    top += heights[index];
    return drawnGroup;
  });
  const told = drawn.map(({ heading, bars, limitLabel }) => {
    const figures = bars.map(({ name, label }) => `${name}: ${label}`);
    return `${heading}: ${[...figures, limitLabel].join(", ")}`;
  });
  const isEmpty = drawn.length === 0;
  return svgOf(
    {
      title,
      description: isEmpty ? NOTHING : `${told.join("; ")}.`,
      width: WIDTH,
      height: isEmpty ? 2 * MARGIN + HEADING : bottom + FOOT,
    },
    theme,
    [
      `<g font-family="${FONT}" font-size="13" fill="${theme.text}">`,
      ...(isEmpty
        ? [`<text x="${MARGIN}" y="${MARGIN + 18}">${NOTHING}</text>`]
        : [
            ...ticks,
            `<text x="${rounded((from + to) / 2)}" y="${bottom + 36}" fill="${theme.dim}" text-anchor="middle">${escaped(along)}</text>`,
            ...parts,
          ]),
      "</g>",
    ],
  );
}

function groupSvg({ heading, bars, limit, limitLabel }, top, axis, theme) {
  const first = top + HEADING;
  const limitAt = finite(limit);
  const x = limitAt === undefined ? undefined : rounded(axis.at(limitAt));
  const limitSvg =
    x === undefined
      ? []
      : [
          `<path d="M${x} ${first - 4}V${first + bars.length * ROW}" stroke="${theme.text}" stroke-width="2" stroke-dasharray="4 3"/>`,
          `<text x="${Math.max(x, MARGIN + LABELS + 40)}" y="${first - 8}" text-anchor="middle">${escaped(limitLabel)}</text>`,
        ];
  return [
    `<text x="${MARGIN}" y="${first - 8}" font-weight="600">${escaped(heading)}</text>`,
    ...bars.map(({ name, colour, value, label }, index) => {
      const y = first + index * ROW;
      const fill = theme.colours[colour] ?? theme.dim;
      const end = Math.max(axis.at(value), x ?? 0);
      return (
        `<text x="${MARGIN + 12}" y="${y + 17}">${escaped(name)}</text>` +
        `<rect x="${rounded(axis.at(0))}" y="${y + 5}" width="${rounded(axis.at(value) - axis.at(0))}" height="16" rx="3" fill="${fill}"/>` +
        `<text x="${rounded(end + 8)}" y="${y + 17}" fill="${fill}">${escaped(label)}</text>`
      );
    }),
    ...limitSvg,
  ];
}

function finite(value) {
  return Number.isFinite(value) ? value : undefined;
}
