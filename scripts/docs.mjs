// Writes docs/problems from the catalogue of findings, and the README's table of what a preview shows from the plan itself;
// with --check, says what differs and exits 1.
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { tsImport } from "tsx/esm/api";

const folder = fileURLToPath(new URL("../docs/problems/", import.meta.url));
const loaded = await tsImport("../provider/diagnosis/pages.ts", import.meta.url);
const pages = (loaded.default ?? loaded).problemPages();

const readmeFile = fileURLToPath(new URL("../README.md", import.meta.url));
const readme = readFileSync(readmeFile, "utf8");
const tables = await tsImport("../test/support/lifecycle/plan-table.ts", import.meta.url);
const withTable = readme.replace(
  /(?<=<!-- plan table: npm run docs -->\n).*?(?=\n<!-- end of the plan table -->)/s,
  () => (tables.default ?? tables).planTable(),
);

mkdirSync(folder, { recursive: true });
const present = new Set(readdirSync(folder).filter((name) => name.endsWith(".md")));
const stale = [...present].filter((name) => !pages.has(name));
const changed = [...pages].filter(
  ([name, text]) => !present.has(name) || readFileSync(join(folder, name), "utf8") !== text,
);

if (process.argv.includes("--check")) {
  for (const name of [...stale, ...changed.map(([name]) => name)])
    console.error(`docs/problems/${name} is out of date`);
  if (withTable !== readme) console.error("The table of README.md is out of date");
  if (stale.length + changed.length > 0 || withTable !== readme) {
    console.error("Run `npm run docs`.");
    process.exitCode = 1;
  }
} else {
  for (const name of stale) rmSync(join(folder, name));
  if (withTable !== readme) writeFileSync(readmeFile, withTable);
  for (const [name, text] of changed) writeFileSync(join(folder, name), text);
  console.log(`docs/problems: ${pages.size} pages, ${changed.length} written, ${stale.length} removed`);
}
