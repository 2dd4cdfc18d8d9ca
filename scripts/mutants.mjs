// `npm run mutants -- [--only ID ...] [--shard I/N]`: are the tests sharp? Applies the changes of test/mutants/ one at a time, each
// of which breaks something, to a copy of the tree, and runs the spec files that have to notice. Fails where they pass, and
// where they fail without the change. `--root FOLDER` for another tree.
import { cpSync, mkdtempSync, readFileSync, realpathSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, relative, resolve } from "node:path";
import { parseArgs } from "node:util";
import { applyMutant, faultsOf, readMutants } from "./lib/mutants.mjs";
import { root as ownRoot } from "./lib/paths.mjs";
import { run } from "./lib/run.mjs";

/** One mutant's tests, before they are taken to hang: a change may well make a loop endless. */
const LONGEST_MS = 300_000;
const TEST_TIMEOUT_MS = 60_000;
/** What no test needs, or what stands in the copy as a link. */
const LEFT_OUT = new Set(["node_modules", "dist", "coverage", ".git", ".tmp"]);

const text = { type: "string" };
const { values } = parseArgs({ options: { only: { ...text, multiple: true }, shard: text, root: text } });
const root = realpathSync(resolve(values.root ?? ownRoot));
const shard = /^([1-9]\d*)\/([1-9]\d*)$/.exec(values.shard ?? "1/1");
if (shard === null || Number(shard[1]) > Number(shard[2])) {
  console.error("npm run mutants -- [--only ID] [--shard I/N]: a shard is one of N, such as 2/3");
  process.exit(2);
}

const all = await readMutants(root);
const [, part, parts] = shard.map(Number);
const wanted = new Set(values.only);
for (const { id } of all) wanted.delete(id);
if (wanted.size > 0) {
  console.error(`there is no mutant ${[...wanted].join(", ")}`);
  process.exit(1);
}
const chosen = all.filter(({ id }, index) => values.only?.includes(id) ?? index % parts === part - 1);
const faults = chosen.flatMap((mutant) => faultsOf(root, mutant, all));
for (const fault of faults) console.error(fault);
if (faults.length > 0) process.exit(1);

const copy = realpathSync(mkdtempSync(join(tmpdir(), "sesdomain-mutants-")));
process.on("exit", () => rmSync(copy, { recursive: true, force: true }));
const tree = join(copy, "tree");
cpSync(root, tree, { recursive: true, filter: (path) => !LEFT_OUT.has(relative(root, path)) });
symlinkSync(join(root, "node_modules"), join(tree, "node_modules"), "junction");

/** By spec file: whether it passes as the tree is. */
const baselines = new Map();
const tally = { killed: 0, survived: 0, unusable: 0 };
for (const mutant of chosen) {
  const { verdict, words } = await judge(mutant);
  tally[verdict] += 1;
  console.log(`${verdict.padEnd(8)}  ${mutant.id}  ${words}`);
}
if (tally.unusable > 0) console.log(`${tally.unusable} unusable`);
console.log(`${tally.killed} killed, ${tally.survived} survived`);
process.exitCode = tally.survived + tally.unusable > 0 ? 1 : 0;

async function judge(mutant) {
  for (const spec of mutant.tests) {
    const known = baselines.get(spec) ?? (await runTests([spec]));
    baselines.set(spec, known);
    if (known.kind !== "passed") return { verdict: "unusable", words: `${spec} fails without it: ${known.words}` };
  }
  const undo = applyMutant(tree, mutant);
  try {
    const { kind, words } = await runTests(mutant.tests);
    if (kind === "passed") return { verdict: "survived", words: `${mutant.file}: ${mutant.why}` };
    return { verdict: kind === "failed" ? "killed" : "unusable", words };
  } finally {
    undo();
  }
}

/** `kind`: `passed`, `failed`, or `broken` where no test could be run. */
async function runTests(specs) {
  const report = join(copy, "report.json");
  writeFileSync(report, "");
  const args = [
    join(tree, "node_modules", "mocha", "bin", "mocha.js"),
    ...["--bail", "--timeout", String(TEST_TIMEOUT_MS)],
    ...["--reporter", "json", "--reporter-option", `output=${report}`],
    ...specs.flatMap((spec) => ["--spec", spec]),
  ];
  const { code, output } = await run(process.execPath, args, { cwd: tree, timeoutMs: LONGEST_MS });
  const told = readFileSync(report, "utf8");
  if (told === "") {
    if (code === -1) return { kind: "failed", words: `by time: ${LONGEST_MS / 1_000} s` };
    return { kind: "broken", words: output.trim().split("\n").slice(-12).join("\n") };
  }
  const { stats, failures } = JSON.parse(told);
  const [first] = failures;
  if (first !== undefined) return { kind: "failed", words: `by "${first.fullTitle}"` };
  if (stats.passes === 0 || code !== 0) return { kind: "broken", words: "no test was run" };
  return { kind: "passed", words: "" };
}
