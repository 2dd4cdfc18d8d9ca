import assert from "node:assert/strict";
import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

const ROOT = join(__dirname, "..", "..");
const PICTURES = join(ROOT, "docs", "pictures");

interface Span {
  readonly text: string;
  readonly colour: string | undefined;
  readonly bold: boolean;
  readonly dim: boolean;
}
interface Theme {
  readonly background: string;
  readonly text: string;
  readonly dim: string;
  readonly colours: Readonly<Record<string, string>>;
}
interface Ansi {
  parseAnsi(text: string): readonly (readonly Span[])[];
}
interface Themes {
  readonly THEMES: Readonly<Record<"light" | "dark", Theme>>;
}
interface TerminalSvg {
  terminalSvg(
    picture: { title: string; description: string; text: string; columns: number },
    theme: "light" | "dark",
  ): string;
}
interface TimelineSvg {
  timelineSvg(
    picture: { title: string; rows: readonly { label: string; seconds: number; ends?: boolean }[] },
    theme: "light" | "dark",
  ): string;
}

const script = (name: string) => pathToFileURL(join(ROOT, "scripts", "pictures", `${name}.mjs`)).href;
const ESC = "\u001b";

describe("pictures of a terminal", () => {
  let ansi: Ansi;
  let svg: TerminalSvg;
  let themes: Themes;
  before(async () => {
    ansi = (await import(script("ansi"))) as Ansi;
    svg = (await import(script("terminal-svg"))) as TerminalSvg;
    themes = (await import(script("themes"))) as Themes;
  });
  const draw = (text: string, theme: "light" | "dark" = "light") =>
    svg.terminalSvg({ title: "a & b", description: "<c>", text, columns: 80 }, theme);
  const spans = (text: string) => ansi.parseAnsi(text).flat();

  it("reads colours, bold and dim, and leaves other sequences out", () => {
    const CASES: readonly (readonly [string, Partial<Span>])[] = [
      [`${ESC}[31mx${ESC}[0m`, { colour: "red", bold: false }],
      [`${ESC}[1;32mx`, { colour: "green", bold: true }],
      [`${ESC}[2mx`, { colour: undefined, dim: true }],
      [`${ESC}[1m${ESC}[22mx`, { bold: false, dim: false }],
      [`${ESC}[31m${ESC}[39mx`, { colour: undefined }],
      [`${ESC}[31m${ESC}[mx`, { colour: undefined }],
      [`${ESC}[94mx`, { colour: "bright blue" }],
      [`${ESC}[38;5;3mx`, { colour: "yellow" }],
      [`${ESC}[38;5;13;1mx`, { colour: "bright magenta", bold: true }],
      [`${ESC}[38;5;200mx`, { colour: undefined }],
      [`${ESC}[38;2;1;2;31mx`, { colour: undefined, bold: false, dim: false }],
      [`${ESC}[48;5;1mx`, { colour: undefined, bold: false }],
      [`${ESC}[2K${ESC}[10Ax`, { dim: false }],
      [`${ESC}]8;;https://example.com/${ESC}\\x${ESC}]8;;${ESC}\\`, { colour: undefined }],
      [`${ESC}]0;title\u0007x`, {}],
    ];
    for (const [text, expected] of CASES) {
      const [span, ...more] = spans(text);
      assert.equal(span?.text, "x", JSON.stringify(text));
      assert.deepEqual(more, []);
      assert.deepEqual({ ...span, ...expected }, span, JSON.stringify(text));
    }
  });

  it("keeps lines and columns", () => {
    assert.deepEqual(
      ansi.parseAnsi("a\r\n\nb").map((line) => line.map(({ text }) => text)),
      [["a"], [], ["b"]],
    );
    const drawn = draw(`ab  ${ESC}[31mcd${ESC}[0m\n    ef`);
    const at = (text: string) => new RegExp(`x="([\\d.]+)"[^>]*>${text}<`).exec(drawn)?.[1];
    assert.equal(at("cd"), at("ef"));
    assert.notEqual(at("ab"), at("cd"));
    assert.match(drawn, /textLength="16\.8"[^>]*>cd</);
  });

  it("goes on in the next row where a line is longer than the window", () => {
    const drawn = draw(`${"a".repeat(78)}${ESC}[31mbcdef${ESC}[0m\nlast`);
    assert.deepEqual(
      [...drawn.matchAll(/y="(\d+)"[^>]*>([^<]+)<\/text>/g)].map(([, y, text]) => [y, text?.slice(-4)]),
      [
        ["30", "aaaa"],
        ["30", "bc"],
        ["50", "def"],
        ["70", "last"],
      ],
    );
  });

  it("escapes what is markup, and leaves out what no document may hold", () => {
    const drawn = draw("<script>&\"'</script>\u0000\ufffe");
    assert.ok(!drawn.includes("<script"));
    assert.ok(drawn.includes("&#60;script&#62;&#38;&#34;&#39;"));
    assert.ok(!drawn.includes("\u0000") && !drawn.includes("\ufffe"));
    assert.ok(drawn.includes('<title id="title">a &#38; b</title>') && drawn.includes(">&#60;c&#62;</desc>"));
  });

  it("has contrast enough in each colour of both themes", () => {
    for (const { background, text, dim, colours } of Object.values(themes.THEMES)) {
      for (const colour of [text, dim, ...Object.values(colours)]) {
        assert.ok(contrast(colour, background) >= 4.5, `${colour} on ${background}`);
      }
    }
  });

  it("differs between the themes in colours alone", () => {
    const bare = (theme: "light" | "dark") => draw(`${ESC}[31ma${ESC}[2mb\nc`, theme).replace(/#[0-9a-f]{6}/g, "");
    assert.equal(bare("light"), bare("dark"));
    assert.notEqual(draw(`${ESC}[31ma`), draw(`${ESC}[31ma`, "dark"));
  });

  it("are small, name nothing elsewhere, run nothing, and say what they show", () => {
    const files = readdirSync(PICTURES).filter((name) => name.endsWith(".svg"));
    for (const name of ["doctor", "preview"]) {
      for (const theme of ["light", "dark"]) assert.ok(files.includes(`${name}-${theme}.svg`));
    }
    for (const name of files) {
      const text = readFileSync(join(PICTURES, name), "utf8");
      assert.ok(statSync(join(PICTURES, name)).size < 20_000, name);
      assert.doesNotMatch(text, /<script|<foreignObject|<image|href=|@import|url\(|\bon[a-z]+=/i, name);
      assert.match(text, /<title[^>]*>[^<]+<\/title>/, name);
      assert.match(text, /<desc[^>]*>[^<]+<\/desc>/, name);
      assert.doesNotMatch(text, /127\.77\.|dig -p|\/home\//, name);
    }
  });
});

describe("the picture of a timeline", () => {
  let svg: TimelineSvg;
  let themes: Themes;
  before(async () => {
    svg = (await import(script("timeline-svg"))) as TimelineSvg;
    themes = (await import(script("themes"))) as Themes;
  });
  const draw = (label: string, theme: "light" | "dark" = "light") =>
    svg.timelineSvg(
      {
        title: "a & b",
        rows: [
          { label, seconds: 0 },
          { label: "end", seconds: 42, ends: true },
        ],
      },
      theme,
    );

  it("escapes what is markup, and leaves out what no document may hold", () => {
    const drawn = draw("<script>'\u0000\ufffe");
    assert.ok(drawn.includes("&#60;script&#62;&#39;"));
    assert.ok(!drawn.includes("\u0000") && !drawn.includes("\ufffe"));
  });

  it("has the colours of the themes, whose contrast is counted, and no others", () => {
    for (const theme of ["light", "dark"] as const) {
      const { colours, ...plain } = themes.THEMES[theme];
      const known: readonly string[] = [...Object.values(plain), ...Object.values(colours)];
      const used = draw("a", theme).match(/#[0-9a-f]{6}\b/g) ?? [];
      assert.ok(used.length > 0);
      assert.deepEqual(
        used.filter((colour) => !known.includes(colour)),
        [],
      );
    }
  });

  it("draws a bar from its second on", () => {
    const bars = [...draw("a").matchAll(/<rect x="([\d.]+)" y="\d+" width="([\d.]+)"/g)].map(([, x, width]) => [
      x,
      width,
    ]);
    assert.deepEqual(bars, [
      ["270", "430"],
      ["631.2", "68.8"],
    ]);
  });
});

/** WCAG 2.2, "contrast ratio". */
function contrast(one: string, other: string): number {
  const [a, b] = [luminance(one), luminance(other)];
  return (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
}

function luminance(colour: string): number {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5]
    .map((at) => Number.parseInt(colour.slice(at, at + 2), 16) / 255)
    .map((part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4));
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}
