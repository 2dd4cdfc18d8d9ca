// Part of `npm run lint`: phrases that comments do not use (CONTRIBUTING, "Words"); cspell knows single words only.
// `--root FOLDER` for another tree.
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { root as ownRoot } from "./lib/paths.mjs";

const INSTEAD = [
  [/\bthe world\b/i, "resolvers, the internet, the cloud"],
  [/\b(?:zone above|above zone)\b/i, "the parent zone"],
  [/\ball the same\b/i, "still, in any case"],
  [/\bputs out\b/i, "outputs"],
  [/\bof before\b/i, "previous"],
  [/\b(?:SES|server|program|user|state)'s word\b/i, "status, answer, name"],
  [/\bdoors?\b/i, "provider, caller"],
];
const COMMENT = /^\s*(?:\/\*\*?|\*|\/\/)(?<whole>.*)$|\s\/\/\s(?<end>.*)$/;

const { values } = parseArgs({ options: { root: { type: "string" } } });
const root = resolve(values.root ?? ownRoot);
let found = 0;
for (const folder of ["provider", "emulator", "scripts", "test", "bench", "demo"]) {
  if (!existsSync(join(root, folder))) continue;
  for (const name of readdirSync(join(root, folder), { recursive: true }).map(String).sort()) {
    const path = `${folder}/${name.replaceAll("\\", "/")}`;
    if (/\.(?:ts|mjs|cjs)$/.test(path)) check(path);
  }
}
if (found > 0) process.exitCode = 1;

function check(path) {
  const lines = readFileSync(join(root, path), "utf8").split("\n");
  for (const [index, line] of lines.entries()) {
    const { whole, end } = COMMENT.exec(line)?.groups ?? {};
    for (const [phrase, instead] of INSTEAD) {
      const [words] = phrase.exec(whole ?? end ?? "") ?? [];
      if (words === undefined) continue;
      found += 1;
      console.log(`${path}:${index + 1}: "${words}"; rather: ${instead}`);
    }
  }
}
