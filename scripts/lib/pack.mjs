import { readFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "./paths.mjs";
import { npmCommand, run } from "./run.mjs";

/** @typedef {{ file: string, bytes: number, paths: readonly string[] }} Packed */

/** Packs what would be published; `dist/` must be fresh. @param {string} folder to put it in @returns {Promise<Packed>} */
export async function pack(folder) {
  const result = await npm(["pack", "--json", "--ignore-scripts", "--pack-destination", folder], { cwd: root });
  const parsed = JSON.parse(result.stdout);
  const [packed] = Array.isArray(parsed) ? parsed : Object.values(parsed);
  return { file: join(folder, packed.filename), bytes: packed.size, paths: packed.files.map(({ path }) => path) };
}

/** Runs npm; throws with what it printed where it fails. */
export async function npm(args, options) {
  const { command, args: first } = npmCommand();
  return await succeed(command, [...first, "--loglevel=error", ...args], options);
}

/** Runs a program; throws with what it printed where it fails. */
export async function succeed(command, args, options) {
  const result = await run(command, args, options);
  if (result.code !== 0) throw new Error(result.output.trim() || `${command} ended with ${result.code}`);
  return result;
}

export const manifest = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));

/** The lower end of the range of `@pulumi/pulumi` that the package allows. */
export const oldestSdk = /\d+\.\d+\.\d+/.exec(manifest.peerDependencies["@pulumi/pulumi"])?.[0];
