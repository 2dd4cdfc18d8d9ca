import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { keptIn, lastLines } from "./kept-program.mjs";
import { cacheFolder, root } from "./paths.mjs";
import { during } from "./progress.mjs";
import { findProgram, run } from "./run.mjs";

const limitMs = 40 * 60_000;

/** The `go` program, undefined where there is none. */
export function findGo() {
  return findProgram("go", ["/usr/local/go/bin"]);
}

/** The environment of a build that depends on nothing but its go.mod and go.sum. */
export function goEnvironment(env = process.env) {
  return { ...env, CGO_ENABLED: "0", GO111MODULE: "on", GOWORK: "off" };
}

/**
 * Builds a program from the Go modules that the go.mod of `recipe` names. Throws with the end of what Go says.
 *
 * @param {{ recipe: string, source: string, target: string, what: string, variables?: Readonly<Record<string, string>> }} build
 *   `source` is a package's path, `what` the program's name for the person who waits, `variables` are strings that the linker sets
 */
export async function buildGo({ recipe, source, target, what, variables = {} }) {
  const go = findGo();
  if (!go) throw new Error("there is no `go` on PATH");
  const env = goEnvironment();
  // In the recipe's folder, so that a Go too old for it says so here (or fetches its newer self, where that is allowed).
  const version = await run(go, ["env", "GOVERSION"], { cwd: recipe, env });
  if (version.code !== 0) throw new Error(lastLines(version.output, 3));
  const flags = ["-s", "-w", ...Object.entries(variables).map(([name, value]) => `-X ${name}=${value}`)].join(" ");
  await during(`building ${what} with ${version.stdout.trim()} (takes some minutes, once)`, async () => {
    const args = ["build", "-mod=readonly", "-buildvcs=false", "-trimpath", "-ldflags", flags, "-o", target, source];
    const result = await run(go, args, { cwd: recipe, env, timeoutMs: limitMs });
    if (result.code !== 0) throw new Error(lastLines(result.output, 10));
  });
}

/** A program's file in a folder. */
export function programIn(folder, name) {
  return join(folder, "bin", process.platform === "win32" ? `${name}.exe` : name);
}

/**
 * A program that is built from a folder of `scripts/`, and kept in the user's cache folder until one of its files changes.
 *
 * @param {{ folder: string, name: string, source: string, what: string, variables?: Readonly<Record<string, string>> }} tool
 * @returns {Promise<string>} its path
 */
export async function goTool({ folder, name, source, what, variables }) {
  const recipe = join(root, "scripts", folder);
  const hash = createHash("sha256").update(JSON.stringify([source, variables]));
  for (const file of readdirSync(recipe).sort()) hash.update(file).update(readFileSync(join(recipe, file)));
  const mark = hash.digest("hex").slice(0, 16);
  const place = join(cacheFolder(), folder, `${mark}-${process.platform}-${process.arch}`);
  const target = programIn(place, name);
  const present = () => (existsSync(target) ? target : undefined);
  return (
    present() ??
    (await keptIn(place, {
      present,
      what,
      ways: [
        [
          "a build from source",
          (draft) => buildGo({ recipe, source, target: programIn(draft, name), what, variables }),
        ],
      ],
      failed: (troubles) => `There is no ${name}, and it could not be built.
${troubles.join("\n")}
Install Go (https://go.dev/dl/, the version that scripts/${folder}/go.mod names) and run this again.`,
    }))
  );
}
