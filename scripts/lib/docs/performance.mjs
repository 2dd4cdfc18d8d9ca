// The tables of docs/performance.md, from the benches' recorded results. Pictures of the same rows: scripts/pictures/performance.mjs.
import { numeral, seconds, wholeSeconds } from "../figures.mjs";
import { sorted, splitPreview, sumOf, waitOf } from "./performance-rows.mjs";

const NOTHING = "Nothing is recorded yet.";

/**
 * @param {ReturnType<typeof import("../recorded.mjs").readRecorded>} recorded
 * @returns {ReadonlyMap<string, string>} the page's tables by name
 */
export function performanceTables(recorded) {
  const { byDomains, byAccount, sending, plugin } = splitPreview(recorded.preview);
  return new Map([
    ["preview", previewTable(byDomains)],
    ["account", previewTable(byAccount)],
    ["sending", table(SENDING, sorted(withPlain(sending, byDomains), "domains", "dns_ms"))],
    ["plugin", table(PLUGIN, sorted(plugin, "parts", "domains", "dns_ms"))],
    ["startup", table(STARTUP, recorded.startup)],
    ["fresh", table(FRESH, sorted(recorded.fresh, "domains"))],
    ["create", table(CREATE, sorted(recorded.create, "domains", "regions", "ses_ms", "parallel", "pattern"))],
    ["detect", table(detectColumns(recorded.detect), recorded.detect)],
    ["doctor", table(DOCTOR, recorded.doctor)],
  ]);
}

/** Where a table is on the page. @returns {RegExp} */
export function placeOfTable(name) {
  return new RegExp(`(?<=<!-- table of ${name}: npm run docs -->\n).*?(?=\n<!-- end of the table of ${name} -->)`, "s");
}

/** @typedef {readonly (readonly [heading: string, cell: (row: import("../recorded.mjs").Row) => string])[]} Columns */

/** @type {Columns} */
const PREVIEW = [
  ["domains", ({ domains }) => numeral(domains)],
  ["identities in the account", ({ account_identities }) => numeral(account_identities)],
  ["more for each DNS answer", ({ dns_ms }) => `${numeral(dns_ms)} ms`],
  ["ours", ({ ours_ms }) => seconds(ours_ms)],
  ["floor", ({ floor_ms }) => seconds(floor_ms)],
  ["ratio", ({ ratio }) => numeral(ratio)],
  ["of the light floor", ({ light_ratio }) => numeral(light_ratio)],
  ["calls to SES", ({ ses_calls }) => numeral(ses_calls)],
  ["DNS questions", ({ dns_queries }) => numeral(dns_queries)],
  ["memory, ours and floor", ({ rss_mb, floor_rss_mb }) => `${numeral(rss_mb)} and ${numeral(floor_rss_mb)} MB`],
];

/** @type {Columns} */
const SENDING = [
  ["domains", ({ domains }) => numeral(domains)],
  ["more for each DNS answer", ({ dns_ms }) => `${numeral(dns_ms)} ms`],
  ["ours", ({ ours_ms }) => seconds(ours_ms)],
  ["floor", ({ floor_ms }) => seconds(floor_ms)],
  ["ratio", ({ ratio }) => numeral(ratio)],
  ["ratio of the verification alone", ({ plain_ratio }) => numeral(plain_ratio)],
  ["calls to SES", ({ ses_calls }) => numeral(ses_calls)],
  ["of these for one identity", ({ ses_actions }) => numeral(ses_actions?.["ses:GetEmailIdentity"] ?? 0)],
  ["DNS questions", ({ dns_queries }) => numeral(dns_queries)],
  ["a domain", ({ dns_per_domain }) => numeral(dns_per_domain)],
  ["memory, ours and floor", ({ rss_mb, floor_rss_mb }) => `${numeral(rss_mb)} and ${numeral(floor_rss_mb)} MB`],
];

/** @type {Columns} */
const PLUGIN = [
  ["domains", ({ domains }) => numeral(domains)],
  ["ask for", ({ parts }) => (parts === "sending" ? "DKIM and MAIL FROM too" : "the verification")],
  ["more for each DNS answer", ({ dns_ms }) => `${numeral(dns_ms)} ms`],
  ["ours", ({ ours_ms }) => seconds(ours_ms)],
  ["floor", ({ floor_ms }) => seconds(floor_ms)],
  ["ratio", ({ ratio }) => numeral(ratio)],
  ["calls to SES", ({ ses_calls }) => numeral(ses_calls)],
  ["DNS questions", ({ dns_queries }) => numeral(dns_queries)],
  ["processor time, ours and floor", ({ cpu_ms, floor_cpu_ms }) => `${seconds(cpu_ms)} and ${seconds(floor_cpu_ms)}`],
  ["memory, ours and floor", ({ rss_mb, floor_rss_mb }) => `${numeral(rss_mb)} and ${numeral(floor_rss_mb)} MB`],
];

/** @type {Columns} */
const STARTUP = [
  ["process", ({ program }) => program ?? "–"],
  ["until the first answer", ({ first_rpc_cpu_ms }) => milliseconds(first_rpc_cpu_ms)],
  ["more than the floor", ({ first_rpc_overhead_ms }) => milliseconds(first_rpc_overhead_ms)],
  ["until it is configured", ({ configured_cpu_ms }) => milliseconds(configured_cpu_ms)],
  ["until the first resource is checked", ({ checked_cpu_ms }) => milliseconds(checked_cpu_ms)],
  ["more than the floor", ({ checked_overhead_ms }) => milliseconds(checked_overhead_ms)],
];

function milliseconds(ms) {
  return ms === null || ms === undefined ? "–" : `${numeral(Math.round(ms))} ms`;
}

/** @type {Columns} */
const FRESH = [
  ["new domains", ({ domains }) => numeral(domains)],
  ["ours", ({ ours_ms }) => seconds(ours_ms)],
  ["floor", ({ floor_ms }) => seconds(floor_ms)],
  ["more than the floor", ({ ours_ms, floor_ms }) => seconds(ours_ms - floor_ms)],
  ["calls to Route 53", ({ route53_calls }) => numeral(route53_calls)],
];

/** @type {Columns} */
const CREATE = [
  ["new domains", ({ domains }) => numeral(domains)],
  ["regions", ({ regions }) => numeral(regions)],
  ["SES looks after", ({ ses_ms }) => wholeSeconds(ses_ms)],
  ["`--parallel`", ({ parallel }) => numeral(parallel)],
  ["who waits", waitOf],
  ["`pulumi up`", ({ seconds: took }) => `${numeral(took)} s`],
  ["limit", ({ limit_seconds }) => `${numeral(limit_seconds)} s`],
  ["of the limit", ({ seconds: took, limit_seconds }) => numeral(Number((took / limit_seconds).toFixed(2)))],
  ["requests", ({ calls }) => numeral(sumOf(calls))],
  ["refused", ({ throttled }) => numeral(throttled)],
];

/** @type {Columns} */
const DOCTOR = [
  ["a healthy domain", ({ healthy_s }) => `${numeral(healthy_s)} s`],
  ["again at once", ({ again_s }) => `${numeral(again_s)} s`],
  ["one dead server of four", ({ dead_s }) => `${numeral(dead_s)} s`],
  ["DNS questions, healthy", ({ questions }) => numeral(questions)],
];

/** A column for each peer that was measured. @returns {Columns} */
function detectColumns(rows) {
  const peers = [...new Set(rows.flatMap((row) => (row.peers ?? []).map(({ name }) => name)))];
  const both = ({ p50_ms, p95_ms } = {}) => `${seconds(p50_ms)}, ${seconds(p95_ms)}`;
  return [
    ["verified after", ({ stretch }) => stretch ?? "–"],
    ["ours", both],
    ["of the aim", ({ of_goal }) => numeral(of_goal)],
    ["SES calls a second", ({ calls_per_second }) => numeral(calls_per_second)],
    ...peers.map((peer) => [peer, (row) => both(row.peers?.find(({ name }) => name === peer))]),
  ];
}

/** Each with the ratio of as many domains, at the same DNS, that only have to be verified. */
function withPlain(rows, plain) {
  const same = (row) => plain.find(({ domains, dns_ms }) => domains === row.domains && dns_ms === row.dns_ms);
  return rows.map((row) => ({ ...row, plain_ratio: same(row)?.ratio }));
}

function previewTable(rows) {
  return table(PREVIEW, sorted(rows, "domains", "account_identities", "dns_ms"));
}

function table(columns, rows) {
  if (rows.length === 0) return NOTHING;
  const line = (cells) => `| ${cells.map((cell) => String(cell).replaceAll("|", "\\|")).join(" | ")} |`;
  return [
    line(columns.map(([heading]) => heading)),
    line(columns.map(() => "---")),
    ...rows.map((row) => line(columns.map(([, cell]) => cell(row)))),
  ].join("\n");
}
