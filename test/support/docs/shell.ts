import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { lead, type Ran } from "../engine/process";
import { type Block, placeOf } from "./markdown";

export const isShell = ({ language }: Block): boolean => /^(sh|bash|shell|console)$/.test(language);

/** Writes the files that the blocks are the text of, and those that their commands read: `< key.txt`. */
export function writeFiles(blocks: readonly Block[], folder: string): void {
  for (const { text } of blocks.filter(isShell)) {
    for (const [, name = ""] of text.matchAll(/ < ([\w.-]+)/g))
      writeFileSync(join(folder, name), "made for the test\n");
  }
  for (const { marks, text } of blocks) if (marks.file !== undefined) writeFileSync(join(folder, marks.file), text);
}

/** Runs the block as it stands. Throws with what it printed where a command of it fails. */
export async function runBlock(block: Block, cwd: string, env: NodeJS.ProcessEnv): Promise<string> {
  const ran: Ran = await lead("sh", ["-eu", "-c", block.text], { cwd, env }).ended;
  const said = `${ran.stdout}\n${ran.stderr}`;
  if (ran.exitCode !== 0) throw new Error(`${placeOf(block)}: exit ${ran.exitCode}\n${said}`);
  return said;
}

/** Whether the lines stand in the output, one after another. Times count as equal; `…` stands for the rest of a line. */
export function isShown(lines: string, output: string): boolean {
  const normal = (text: string) => text.replace(/\b\d+(\.\d+)?(ms|s|m)\b/g, "TIME").replace(/ +$/gm, "");
  const pattern = normal(lines.trimEnd())
    .split("\n")
    .map((line) => line.replace(/[.*+?^${}()|[\]\\]/g, "\\$&").replaceAll("…", ".*"))
    .join("\n");
  return new RegExp(`^${pattern}$`, "m").test(normal(output));
}
