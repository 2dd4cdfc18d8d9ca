import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

const ROOT = join(__dirname, "..", "..", "..");
const load = <T>(path: string): Promise<T> => import(pathToFileURL(join(ROOT, "scripts", path)).href);
const read = (path: string) => readFileSync(join(ROOT, path), "utf8");

type Row = Readonly<Record<string, unknown>>;
type Recorded = Readonly<Record<string, readonly Row[]>>;

interface RecordedResults {
  readonly RECORDED: readonly string[];
  readRecorded(folder?: string): Recorded;
}
interface Tables {
  performanceTables(recorded: Recorded): ReadonlyMap<string, string>;
  placeOfTable(name: string): RegExp;
}
interface Charts {
  performance(recorded?: Recorded): ReadonlyMap<string, string>;
}
interface Themes {
  readonly THEMES: Readonly<Record<string, { readonly colours: Row; readonly background: string }>>;
}
interface Axes {
  axisOf(
    values: readonly number[],
    options: { from: number; to: number; ticks: number; whole?: boolean },
  ): { at(value: number): number; readonly ticks: readonly number[] };
}

const preview = (domains: number, dnsMs: number, identities: number, oursMs: number, floorMs: number): Row => ({
  domains,
  dns_ms: dnsMs,
  account_identities: identities,
  ours_ms: oursMs,
  floor_ms: floorMs,
  ratio: 1.23,
  light_floor_ms: 900,
  light_ratio: 1.45,
  ses_calls: 2,
  dns_queries: 5_133,
  rss_mb: null,
  floor_rss_mb: 150,
});
const create = (domains: number, regions: number, parallel: number, pattern: string, took: number): Row => ({
  domains,
  regions,
  ses_ms: 60_000,
  parallel,
  pattern,
  seconds: took,
  limit_seconds: domains + 60,
  throttled: 0,
  calls: { "ses:VerifyDomainIdentity": domains, "ses:TagResource": 2 * domains },
});

const NONE: Recorded = { preview: [], startup: [], fresh: [], create: [], detect: [], doctor: [] };
const MANY: Recorded = {
  preview: [
    preview(10, 0, 11, 1_310, 1_120),
    preview(998, 0, 999, 4_210, 3_430),
    preview(1_001, 0, 1_002, 4_320, 3_440),
    preview(3_000, 0, 3_001, 9_870, 8_760),
    preview(998, 30, 999, 4_560, 3_450),
    preview(3, 0, 4, 1_210, 1_090),
    preview(3, 0, 10_000, 1_260, 1_080),
    { ...preview(1_000, 30, 1_001, 7_650, 6_540), door: "plugin", cpu_ms: 5_430, floor_cpu_ms: 3_210 },
  ],
  startup: [
    { program: "bare server", floor: null, first_rpc_cpu_ms: 76.5, checked_cpu_ms: 78.9, first_rpc_overhead_ms: null },
    { program: "plugin", floor: "bare server", first_rpc_cpu_ms: 87.6, first_rpc_overhead_ms: 11.2 },
  ],
  fresh: [
    { domains: 60, ours_ms: 2_710, floor_ms: 1_320, route53_calls: 13 },
    { domains: 1_000, ours_ms: 9_150, floor_ms: 5_340, route53_calls: 27 },
  ],
  create: [
    create(8, 1, 8, "each", 68.4),
    create(8, 1, 8, "one", 69.1),
    create(32, 4, 8, "each", 265.3),
    create(32, 4, 64, "each", 95.9),
  ],
  detect: [
    { stretch: "0-10 s", p50_ms: 1_650, p95_ms: 2_330, of_goal: 0.47, calls_per_second: 0.575, peers: [] },
    {
      stretch: "1-8 h",
      p50_ms: 5_590,
      p95_ms: 19_190,
      of_goal: 0.04,
      calls_per_second: 0.136,
      peers: [{ name: "a peer", p50_ms: 5_040, p95_ms: 9_700 }],
    },
  ],
  doctor: [{ healthy_s: 0.61, again_s: 1.09, dead_s: 2.77, questions: 72 }],
};
/** A figure of each row that stands in no other. */
const FIGURES: Readonly<Record<string, readonly string[]>> = {
  preview: ["1.31 s", "4.21 s", "4.32 s", "9.87 s", "8.76 s", "4.56 s"],
  account: ["1.21 s", "1.26 s", "1.08 s"],
  fresh: ["2.71 s", "1.32 s", "9.15 s", "5.34 s", "13", "27"],
  create: ["68.4 s", "69.1 s", "265.3 s", "95.9 s", "68 s", "92 s"],
};
const NO_FIGURE = /NaN|undefined|null|Infinity/;

describe("the page on performance", () => {
  let results: RecordedResults;
  let tables: Tables;
  let charts: Charts;
  let themes: Themes;
  let axes: Axes;
  before(async () => {
    results = await load("lib/recorded.mjs");
    tables = await load("lib/docs/performance.mjs");
    charts = await load("pictures/performance.mjs");
    themes = await load("pictures/themes.mjs");
    axes = await load("pictures/axis.mjs");
  });
  const drawn = (recorded: Recorded, name: string, theme = "light") =>
    charts.performance(recorded).get(`performance-${name}-${theme}.svg`) ?? "";

  it("has the tables of what is recorded", () => {
    const page = read("docs/performance.md");
    for (const [name, table] of tables.performanceTables(results.readRecorded())) {
      assert.equal(tables.placeOfTable(name).exec(page)?.[0], table, name);
    }
  });

  it("shows every chart, as it is drawn from what is recorded", () => {
    const page = read("docs/performance.md");
    for (const [name, text] of charts.performance()) {
      assert.ok(page.includes(`pictures/${name}`), name);
      assert.equal(read(`docs/pictures/${name}`), text, `${name}: npm run pictures -- performance`);
    }
  });

  it("tells of each bench that can be recorded", () => {
    const page = read("docs/performance.md");
    assert.deepEqual(
      results.RECORDED.filter((name) => !page.includes(`\`${name}\``) && !page.includes(`bench -- ${name}`)),
      [],
    );
  });

  it("takes a result as a bench prints it, and none where nothing is recorded", () => {
    const folder = mkdtempSync(join(tmpdir(), "sesdomain-recorded-"));
    try {
      assert.deepEqual(results.readRecorded(folder), NONE);
      const { fresh = [], doctor = [] } = MANY;
      writeFileSync(join(folder, "fresh.json"), `${JSON.stringify({ rows: fresh })}\n`);
      writeFileSync(join(folder, "doctor.json"), JSON.stringify(doctor[0], null, 2));
      assert.deepEqual(results.readRecorded(folder), { ...NONE, fresh, doctor });
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  for (const [name, figures] of Object.entries(FIGURES)) {
    it(`has the figures of each row in the table, and in the chart with its description: ${name}`, () => {
      const table = tables.performanceTables(MANY).get(name) ?? "";
      for (const theme of ["light", "dark"]) {
        const svg = drawn(MANY, name, theme);
        const [, description = ""] = /<desc[^>]*>([^<]*)<\/desc>/.exec(svg) ?? [];
        const marks = svg.slice(svg.indexOf("</desc>"));
        for (const figure of figures) {
          for (const text of [table, description, marks]) assert.ok(text.includes(figure), `${figure} in ${text}`);
        }
      }
    });
  }

  it("tells of a domain's number and of an account's size in charts of their own", () => {
    assert.ok(!drawn(MANY, "preview").includes("1.26 s") && !drawn(MANY, "account").includes("9.87 s"));
    assert.match(drawn(MANY, "account"), /<title id="title">[^<]*\b3 verified domains/);
  });

  it("shows domains that are ready to send apart, with the ratio of as many that are verified", () => {
    const sending: Row = {
      ...preview(998, 30, 999, 7_770, 5_550),
      parts: "sending",
      ratio: 2.34,
      ses_calls: 22,
      ses_actions: { "ses:GetIdentityDkimAttributes": 10 },
      dns_per_domain: 36.5,
    };
    const recorded = { ...MANY, preview: [...(MANY.preview ?? []), sending] };
    const all = tables.performanceTables(recorded);
    for (const figure of ["7.77 s", "2.34", "1.23", "36.5", " 0 |"])
      assert.ok(all.get("sending")?.includes(figure), figure);
    for (const name of ["preview", "account"]) assert.equal(all.get(name), tables.performanceTables(MANY).get(name));
    for (const name of ["preview", "account"]) assert.equal(drawn(recorded, name), drawn(MANY, name));
  });

  it("shows the plugin apart, and what its process takes to start", () => {
    const { preview: all = [] } = MANY;
    const shown = tables.performanceTables(MANY);
    for (const figure of ["7.65 s", "6.54 s", "5.43 s", "3.21 s"]) {
      assert.ok(shown.get("plugin")?.includes(figure), figure);
      for (const name of ["preview", "account", "sending"]) assert.ok(!shown.get(name)?.includes(figure), figure);
    }
    for (const figure of ["77 ms", "88 ms", "11 ms"]) assert.ok(shown.get("startup")?.includes(figure), figure);
    const dynamic = { ...MANY, preview: all.filter(({ door }) => door !== "plugin") };
    for (const name of ["preview", "account"]) assert.equal(drawn(MANY, name), drawn(dynamic, name));
  });

  it("has a place for each point and each bar, within the picture", () => {
    const count = (svg: string, mark: RegExp) => svg.match(mark)?.length;
    assert.equal(count(drawn(MANY, "preview"), /<circle /g), 10);
    assert.equal(count(drawn(MANY, "account"), /<circle /g), 4);
    assert.equal(count(drawn(MANY, "fresh"), /<circle /g), 6);
    assert.equal(count(drawn(MANY, "create"), /<rect [^>]*rx="3"/g), 4);
    for (const svg of charts.performance(MANY).values()) {
      const [, width = 0, height = 0] = (/viewBox="0 0 (\d+) (\d+)"/.exec(svg) ?? []).map(Number);
      for (const [, axis, at] of svg.matchAll(/ (c?[xy])="([-\d.]+)"/g)) {
        const most = axis?.endsWith("x") ? width : height;
        assert.ok(Number(at) >= 0 && Number(at) <= most, `${axis} ${at} of ${most}`);
      }
    }
  });

  it("places a point by its figures: twice as many domains are twice as far from the axis", () => {
    const rows = [preview(100, 0, 101, 1_000, 500), preview(200, 0, 201, 2_000, 1_000)];
    const at = (figure: string) => {
      const pattern = new RegExp(`<circle cx="([\\d.]+)" cy="([\\d.]+)"[^>]*><title>[^<]*sesdomain: ${figure} s<`);
      const [, x, y] = pattern.exec(drawn({ ...NONE, preview: rows }, "preview")) ?? [];
      return { x: Number(x), y: Number(y) };
    };
    const [near, far] = [at("1.00"), at("2.00")];
    const origin = { x: 2 * near.x - far.x, y: 2 * near.y - far.y };
    const tick = /<text x="([\d.]+)" y="([\d.]+)"[^>]*text-anchor="(?:middle|end)">0</g;
    const zeros = [...drawn({ ...NONE, preview: rows }, "preview").matchAll(tick)].map(([, x, y]) =>
      [x, y].map(Number),
    );
    assert.ok(zeros.some(([x]) => Math.abs((x ?? 0) - origin.x) < 0.5));
    assert.ok(zeros.some(([, y]) => Math.abs((y ?? 0) - 4 - origin.y) < 0.5));
  });

  it("comes out for nothing, for one row, and for a row that lacks figures", () => {
    const first = Object.fromEntries(Object.entries(MANY).map(([name, rows]) => [name, rows.slice(0, 1)]));
    const bare = Object.fromEntries(Object.keys(MANY).map((name) => [name, [{ domains: 5, regions: 1 }]]));
    const zero = { ...NONE, preview: [preview(0, 0, 0, 0, 0)], create: [create(0, 1, 8, "one", 0)] };
    for (const recorded of [NONE, first, bare, zero]) {
      for (const [name, text] of [...charts.performance(recorded), ...tables.performanceTables(recorded)]) {
        assert.doesNotMatch(text, NO_FIGURE, name);
        assert.ok(text.length > 0);
      }
    }
  });

  it("escapes what is markup, in charts and tables", () => {
    const odd = { ...create(8, 1, 8, "<b>|&\u0000", 68.4) };
    const peers = [{ name: "a|b", p50_ms: 1, p95_ms: 2 }];
    const recorded = { ...NONE, create: [odd], detect: [{ stretch: "s", peers }] };
    const svg = drawn(recorded, "create");
    assert.ok(svg.includes("&#60;b&#62;|&#38;") && !svg.includes("<b>") && !svg.includes("\u0000"));
    const rows = (tables.performanceTables(recorded).get("detect") ?? "").split("\n");
    assert.deepEqual(
      rows.map((row) => row.match(/(?<!\\)\|/g)?.length),
      [6, 6, 6],
    );
  });

  it("has the colours of the themes alone, and differs in them alone", () => {
    for (const [name, { colours, ...plain }] of Object.entries(themes.THEMES)) {
      const known: readonly unknown[] = [...Object.values(plain), ...Object.values(colours)];
      for (const chart of Object.keys(FIGURES)) {
        const used = drawn(MANY, chart, name).match(/#[0-9a-f]{6}\b/g) ?? [];
        assert.ok(used.length > 0);
        assert.deepEqual(
          used.filter((colour) => !known.includes(colour)),
          [],
        );
        const bare = (theme: string) => drawn(MANY, chart, theme).replace(/#[0-9a-f]{6}\b/g, "");
        assert.equal(bare("light"), bare("dark"));
      }
    }
  });

  it("labels its axes in round steps from 0 to at least the largest figure", () => {
    const CASES: readonly (readonly [readonly number[], number, boolean, readonly number[]])[] = [
      [[], 5, false, [0, 1]],
      [[0], 5, false, [0, 1]],
      [[3], 5, false, [0, 1, 2, 3]],
      [[3], 5, true, [0, 1, 2, 3]],
      [[0.6], 5, false, [0, 0.2, 0.4, 0.6]],
      [[0.6], 5, true, [0, 1]],
      [[998, 3_000], 3, true, [0, 1_000, 2_000, 3_000]],
      [[272.8], 5, false, [0, 100, 200, 300]],
    ];
    for (const [values, ticks, whole, expected] of CASES) {
      const axis = axes.axisOf(values, { from: 10, to: 110, ticks, whole });
      assert.deepEqual(axis.ticks, expected);
      assert.deepEqual([axis.at(0), axis.at(axis.ticks.at(-1) ?? 0)], [10, 110]);
    }
  });
});
