// Part of `npm run lint`: the words and the length of sentences (CONTRIBUTING, "Words"). Words in comments, in strings
// and in Markdown; length in strings and in Markdown. cspell checks spelling. `--root FOLDER` for another tree.
import { readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { root as ownRoot } from "./lib/paths.mjs";
import { commentsOf } from "./lib/prose/comments.mjs";
import { proseOfMarkdown, proseOfYaml, unreleased } from "./lib/prose/markdown.mjs";
import { legible, linesBefore, MOST_WORDS, sentencesOf, wordsIn } from "./lib/prose/sentences.mjs";
import { ALLOWED, WORDS } from "./lib/prose/words.mjs";

const COMMENTED = ["provider", "emulator", "scripts", "test", "bench", "demo", "examples"];
const TEXTS = ["provider", "emulator", "scripts", "demo", "examples"];
/** The list of words names them. */
const LIST = "scripts/lib/prose/words.mjs";
const PASSED = /(?:^|\/)(?:node_modules|dist|coverage|\.git|\.tmp)(?:\/|$)/;

const { values } = parseArgs({ options: { root: { type: "string" } } });
const root = resolve(values.root ?? ownRoot);
const used = new Set();
let found = 0;

for (const path of filesIn("")) {
  const [folder] = path.split("/");
  const read = () => readFileSync(join(root, path), "utf8");
  if (path.endsWith(".md")) {
    const page = path.endsWith("CHANGELOG.md") ? unreleased(read()) : read();
    for (const piece of proseOfMarkdown(page)) check(path, piece);
  } else if (folder === ".github" && /\.ya?ml$/.test(path)) {
    for (const piece of proseOfYaml(read())) check(path, piece);
  } else if (/\.[mc]?[tj]s$/.test(path) && COMMENTED.includes(folder) && path !== LIST) {
    const text = read();
    for (const piece of commentsOf(text)) checkWords(path, piece, true);
    if (!TEXTS.includes(folder)) continue;
    // Not before a source is met: it loads the compiler.
    const { stringsOf } = await import("./lib/prose/strings.mjs");
    for (const piece of stringsOf(path, text)) check(path, piece);
  }
}
if (root === ownRoot) {
  for (const allowed of ALLOWED.filter((entry) => !used.has(entry))) {
    report(allowed.file, 1, `${allowed.word ?? allowed.long} is allowed in ${LIST}, but matches nothing here`);
  }
}
if (found > 0) process.exitCode = 1;

function filesIn(folder) {
  return readdirSync(join(root, folder), { withFileTypes: true })
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .flatMap((entry) => {
      const path = folder === "" ? entry.name : `${folder}/${entry.name}`;
      if (PASSED.test(path)) return [];
      return entry.isDirectory() ? filesIn(path) : [path];
    });
}

function check(path, piece) {
  checkWords(path, piece, false);
  for (const { words, offset } of sentencesOf(piece.text)) {
    if (words <= MOST_WORDS) continue;
    if (isAllowed((entry) => entry.file === path && entry.long?.test(piece.text.slice(offset)))) continue;
    const quoted = legible(piece.text.slice(offset, offset + 60));
    report(path, lineOf(piece, offset), `a sentence of ${words} words, ${MOST_WORDS} are the most: "${quoted}"`);
  }
}

function checkWords(path, piece, comment) {
  for (const word of WORDS) {
    if (comment && word.textsOnly) continue;
    for (const { words, offset } of wordsIn(piece.text, word.pattern)) {
      if (isAllowed((entry) => entry.file === path && entry.word?.test(words))) continue;
      report(path, lineOf(piece, offset), `"${words}"; rather: ${word.rather}`);
    }
  }
}

function isAllowed(fits) {
  const entry = ALLOWED.find(fits);
  if (entry !== undefined) used.add(entry);
  return entry !== undefined;
}

function lineOf({ line, text }, offset) {
  return line + linesBefore(text, offset);
}

function report(path, line, text) {
  found += 1;
  console.log(`${path}:${line}: ${text}`);
}
