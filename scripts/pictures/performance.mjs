// Draws the charts of docs/performance.md from the benches' recorded results. Called by scripts/pictures.mjs.
import { grouped, sorted, splitPreview, waitOf } from "../lib/docs/performance-rows.mjs";
import { counted, numeral, seconds, wholeSeconds } from "../lib/figures.mjs";
import { readRecorded } from "../lib/recorded.mjs";
import { barSvg } from "./bar-svg.mjs";
import { lineSvg } from "./line-svg.mjs";

/** @param {ReturnType<typeof readRecorded>} recorded @returns {Map<string, string>} files of docs/pictures, by name */
export function performance(recorded = readRecorded()) {
  const { byDomains, byAccount } = splitPreview(recorded.preview);
  const charts = {
    preview: [
      lineSvg,
      {
        title: "A preview of verified domains, against the same program with resources that do nothing",
        along: "domains",
        panels: previewPanels(byDomains, "domains"),
      },
    ],
    account: [
      lineSvg,
      {
        title: `A preview of ${fewOf(byAccount)}, by the size of the account`,
        along: "identities in the account and region",
        panels: previewPanels(byAccount, "account_identities"),
      },
    ],
    fresh: [
      lineSvg,
      {
        title: "A first preview of new domains at Route 53, against new resources that do nothing",
        along: "new domains",
        panels: freshPanels(recorded.fresh),
      },
    ],
    create: [
      barSvg,
      {
        title: "pulumi up of new domains until SES has verified all, against SES's own limit",
        along: `seconds of pulumi up${sesTakes(recorded.create)}`,
        groups: createGroups(recorded.create),
      },
    ],
  };
  return new Map(
    Object.entries(charts).flatMap(([name, [draw, picture]]) =>
      ["light", "dark"].map((theme) => [`performance-${name}-${theme}.svg`, draw(picture, theme)]),
    ),
  );
}

/** A panel for each delay of DNS. */
function previewPanels(rows, x) {
  return grouped(sorted(rows, "dns_ms"), ({ dns_ms }) => dns_ms).map((group) => {
    const [{ dns_ms }] = group;
    const points = (field) => group.map((row) => ({ x: row[x], y: row[field] / 1_000, label: seconds(row[field]) }));
    return {
      heading: dns_ms === 0 ? "DNS answers at once" : `DNS answers ${numeral(dns_ms)} ms later`,
      unit: "seconds",
      series: [
        { name: "sesdomain", colour: "blue", points: points("ours_ms") },
        { name: "floor", colour: "dim", points: points("floor_ms") },
      ],
    };
  });
}

function fewOf(rows) {
  const sizes = [...new Set(rows.map(({ domains }) => domains))];
  return sizes.length === 1 ? counted(sizes[0], "verified domain") : "a few verified domains";
}

function freshPanels(rows) {
  const points = (field) => rows.map((row) => ({ x: row.domains, y: row[field] / 1_000, label: seconds(row[field]) }));
  const calls = rows.map(({ domains, route53_calls }) => ({
    x: domains,
    y: route53_calls,
    label: counted(route53_calls, "call"),
  }));
  return [
    {
      heading: "a whole preview",
      unit: "seconds",
      series: [
        { name: "sesdomain", colour: "blue", points: points("ours_ms") },
        { name: "floor", colour: "dim", points: points("floor_ms") },
      ],
    },
    { heading: "calls to Route 53", unit: "number", series: [{ name: "sesdomain", colour: "blue", points: calls }] },
  ];
}

function sesTakes(rows) {
  const times = [...new Set(rows.map(({ ses_ms }) => ses_ms))];
  return times.length === 1 ? `; SES looks after ${wholeSeconds(times[0])}` : "";
}

function createGroups(rows) {
  const isSame = new Set(rows.map(({ ses_ms }) => ses_ms)).size < 2;
  const ordered = sorted(rows, "ses_ms", "domains", "regions", "parallel", "pattern");
  return grouped(ordered, ({ ses_ms, domains, regions }) => `${ses_ms} ${domains} ${regions}`).map((group) => {
    const [{ ses_ms, domains, regions, limit_seconds }] = group;
    const what = `${counted(domains, "new domain")}, ${counted(regions, "region")}`;
    return {
      heading: isSame ? what : `${what}, SES after ${wholeSeconds(ses_ms)}`,
      limit: limit_seconds,
      limitLabel: `limit ${numeral(limit_seconds)} s`,
      bars: group.map(({ pattern, parallel, seconds: took, throttled }) => ({
        name: `${waitOf({ pattern })}, --parallel ${numeral(parallel)}`,
        colour: pattern === "one" ? "blue" : "magenta",
        value: took,
        label: `${numeral(took)} s${throttled > 0 ? `, ${numeral(throttled)} refused` : ""}`,
      })),
    };
  });
}
