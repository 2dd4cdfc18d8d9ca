import assert from "node:assert/strict";
import { createRequire } from "node:module";
import { allBlocks, blocksOf, placeOf, readPage } from "../../support/docs/markdown";
import { isShell, isShown } from "../../support/docs/shell";

/** Pulumi's own reader of its files. */
const yaml = createRequire(require.resolve("@pulumi/pulumi/package.json"))("js-yaml") as {
  loadAll(text: string): void;
};

/** What a shell block may need that a test has not. Another need gets a line here, where a reviewer sees it. */
const NEEDS: readonly string[] = [
  "a clone",
  "a domain of yours",
  "a PowerDNS server",
  "a Pulumi project",
  "a Pulumi stack",
  "a start-up file of your shell",
  "an account at the host",
  "an AWS account",
  "an identity of SES",
  "jq",
  "Pulumi Cloud",
  "the AWS CLI",
  "the AWS CDK",
  "the plugin's archive",
  "Terraform",
];

const BLOCKS = allBlocks();
const OF_FINDINGS = /^docs\/problems\//;

/** test/process/docs-types.test.ts compiles the TypeScript, and test/quickstart/pages.test.ts runs the shell blocks. */
describe("the blocks of the pages", () => {
  it("in a shell say what they need where they are not run", () => {
    const named = BLOCKS.filter(isShell).flatMap((block) => {
      const { needs } = block.marks;
      return needs === undefined || NEEDS.includes(needs) ? [] : [`${placeOf(block)}: ${needs}`];
    });
    assert.deepEqual(named, []);
  });

  it("in a shell of a clone name scripts that there are", () => {
    const { scripts } = JSON.parse(readPage("package.json")) as { readonly scripts: Readonly<Record<string, string>> };
    const called = BLOCKS.filter(({ marks }) => marks.needs === "a clone").flatMap(({ text }) =>
      [...text.matchAll(/\bnpm (?:run )?([\w:]+)/g)].map(([, name = ""]) => name),
    );
    assert.ok(called.length > 0);
    assert.deepEqual(
      called.filter((name) => !(name in scripts) && name !== "install"),
      [],
    );
  });

  it("of a problem's page are commands that only look", () => {
    const lines = BLOCKS.filter((block) => OF_FINDINGS.test(block.page) && isShell(block)).flatMap(({ text }) =>
      text.trim().replaceAll("\\\n", " ").split("\n"),
    );
    assert.ok(lines.length > 50);
    assert.deepEqual(
      lines.filter((line) => !/^(dig |aws \S+ (get|list)-\S+ )/.test(line)),
      [],
    );
  });

  const read: readonly (readonly [string, RegExp, (text: string) => unknown])[] = [
    ["JSON", /^json$/, (text) => JSON.parse(text)],
    ["YAML", /^ya?ml$/, (text) => yaml.loadAll(text)],
  ];
  for (const [name, language, parse] of read) {
    it(`in ${name} are ${name}`, () => {
      const faults = BLOCKS.filter((block) => language.test(block.language)).flatMap((block) => {
        try {
          parse(block.text);
          return [];
        } catch (error) {
          return [`${placeOf(block)}: ${error}`];
        }
      });
      assert.deepEqual(faults, []);
    });
  }

  it("have comments above them only that mean something there", () => {
    const odd = BLOCKS.filter(
      (block) =>
        (block.marks.context !== undefined && block.language !== "ts") ||
        (block.marks.needs !== undefined && !isShell(block)) ||
        (block.marks.output !== undefined && block.language !== ""),
    );
    assert.deepEqual(odd.map(placeOf), []);
    // One that is misspelt is above no block that is checked.
    const unknown = BLOCKS.filter(({ language }) => /^(js|javascript|typescript|tsx)$/.test(language));
    assert.deepEqual(unknown.map(placeOf), []);
  });

  it("of the README show what their commands print", () => {
    const shown = BLOCKS.filter(({ page, language }) => page === "README.md" && language === "");
    assert.ok(shown.length > 0);
    assert.deepEqual(
      shown.filter(({ marks }) => marks.output === undefined),
      [],
    );
  });
});

describe("the reader of pages", () => {
  const PAGE = [
    "<!-- needs: jq -->",
    "```sh",
    "a",
    "```",
    "- item",
    "",
    "  <!-- file: x.ts -->",
    "  <!-- context",
    "  import x;",
    "  -->",
    "",
    "  ```ts",
    "  b",
    "    c",
    "  ```",
    "<!-- note -->",
    "```",
    "d",
    "```",
    "",
  ].join("\n");

  it("takes each block with its place and the comments directly above it", () => {
    assert.deepEqual(
      blocksOf("p.md", PAGE).map(({ line, language, text, marks }) => ({ line, language, text, marks })),
      [
        { line: 2, language: "sh", text: "a\n", marks: { needs: "jq" } },
        { line: 12, language: "ts", text: "b\n  c\n", marks: { file: "x.ts", context: "import x;" } },
        { line: 17, language: "", text: "d\n", marks: {} },
      ],
    );
  });

  it("compares what is shown line by line, but for times and what is left out", () => {
    const output = 'before\nOutputs:\n    arn: "x"  \nDuration: 13s\nafter\n';
    assert.deepEqual(
      ['Outputs:\n    arn: "x"', "Outputs:\n    arn: …\nDuration: 2s", 'arn: "x"', "Outputs:\nDuration: 13s"].map(
        (lines) => isShown(lines, output),
      ),
      [true, true, false, false],
    );
  });
});
