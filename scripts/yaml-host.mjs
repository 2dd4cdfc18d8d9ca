// Finds or builds Pulumi's language host for YAML: `node scripts/yaml-host.mjs` prints the path of a `pulumi-language-yaml`
// as its last word on standard output. The CLI's own archive has one, an engine that was built from source has none.

import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { pathToFileURL } from "node:url";
import { presentEngine } from "./engine.mjs";
import { goTool } from "./lib/go-build.mjs";
import { root } from "./lib/paths.mjs";
import { say } from "./lib/progress.mjs";
import { findProgram } from "./lib/run.mjs";

const module = "github.com/pulumi/pulumi-yaml";
const name = "pulumi-language-yaml";

/** The host of the engine that is there, else one in the user's cache folder. @returns {Promise<string>} its path */
export async function yamlHost() {
  const engine = await presentEngine();
  const theirs = engine && findProgram(name, [dirname(engine.command)]);
  if (theirs) return theirs;
  const version = new RegExp(`${module} (v\\d+\\.\\d+\\.\\d+)`).exec(
    readFileSync(join(root, "scripts", "yaml-host", "go.mod"), "utf8"),
  )?.[1];
  if (version === undefined) throw new Error(`scripts/yaml-host/go.mod does not require ${module}`);
  return await goTool({
    folder: "yaml-host",
    name,
    source: `${module}/cmd/${name}`,
    what: `Pulumi's language host for YAML ${version}`,
    variables: { [`${module}/pkg/version.Version`]: version },
  });
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) {
  try {
    console.log(await yamlHost());
  } catch (error) {
    say(error.message);
    process.exitCode = 1;
  }
}
