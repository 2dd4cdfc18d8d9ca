import { execFile } from "node:child_process";
import { cpSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { requireSdks } from "../../../support/engine/languages/sdk";
import { describeLanguage } from "../../../support/engine/languages/story";
import { root } from "../../../support/engine/setup";
import { requireProgram } from "../../../support/servers/programs";

const INLINE = join(root, "test", "support", "engine", "languages", "go");

describeLanguage("Go", async (context) => {
  const go = requireProgram(context, "go");
  const sdks = await requireSdks(context);
  const environment = { ...process.env, CGO_ENABLED: "0", GOWORK: "off" };
  return {
    example: "go",
    command: ["./operate"],
    async prepare(folder) {
      // Its go.mod needs more than the example's: Pulumi's Automation API.
      cpSync(INLINE, folder, { recursive: true });
      const run = (...args: readonly string[]) => promisify(execFile)(go, args, { cwd: folder, env: environment });
      await run("mod", "edit", "-replace", `${sdks.goModule}=${sdks.go}`);
      await run("build", "-trimpath", "-buildvcs=false", "-o", "operate", ".");
    },
  };
});
