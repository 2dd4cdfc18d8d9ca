import { chmodSync, mkdirSync, writeFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import { cleanEnvironment, engine, fileUrl } from "../engine/setup";
import { findProgram } from "../servers/programs";

const LANGUAGE_HOST = "pulumi-language-nodejs";

/**
 * The environment of a user who has the Pulumi CLI, with its state below `folder`. Where the CLI was built without its language
 * host, a program that runs programs in the same way has its name.
 */
export async function pulumiEnvironment(folder: string): Promise<NodeJS.ProcessEnv> {
  await engine();
  const state = join(folder, "pulumi-state");
  const bin = join(folder, "pulumi-bin");
  for (const one of [state, bin]) mkdirSync(one, { recursive: true });
  if (findProgram(LANGUAGE_HOST) === undefined) {
    const program = join(bin, LANGUAGE_HOST);
    writeFileSync(program, `#!/bin/sh\nexec "${process.execPath}" "${join(__dirname, "language-host.mjs")}" "$@"\n`);
    chmodSync(program, 0o755);
  }
  return {
    ...cleanEnvironment(folder),
    PATH: [bin, process.env.PATH].join(delimiter),
    PULUMI_HOME: state,
    PULUMI_BACKEND_URL: fileUrl(state),
    PULUMI_CONFIG_PASSPHRASE: "not-a-secret",
    // Where a person types, a test answers yes only where the block says so.
    PULUMI_OPTION_NON_INTERACTIVE: "true",
    PULUMI_OPTION_COLOR: "never",
  };
}
