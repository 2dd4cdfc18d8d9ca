// `npm run bench -- NAME [--json] [--record]`: runs bench/NAME.ts by bench/support/main.ts with the engine on PATH. Standard output is the bench's own.
import { spawn } from "node:child_process";
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { bootstrap } from "./bootstrap.mjs";
import { engine } from "./engine.mjs";
import { root } from "./lib/paths.mjs";
import { say } from "./lib/progress.mjs";
import { RECORDED } from "./lib/recorded.mjs";
import { withPath } from "./lib/run.mjs";

const [name, ...flags] = process.argv.slice(2);
const names = readdirSync(join(root, "bench"))
  .filter((file) => file.endsWith(".ts"))
  .map((file) => file.slice(0, -3));

try {
  if (name === undefined || !existsSync(join(root, "bench", `${name}.ts`))) {
    throw new Error(`npm run bench -- NAME [--json] [--record], where NAME is one of: ${names.join(", ")}`);
  }
  // Before the bench runs: some take an hour.
  const unknown = flags.find((flag) => flag !== "--json" && flag !== "--record");
  if (unknown !== undefined) throw new Error(`${unknown} is no option of a bench: --json, --record`);
  if (flags.includes("--record") && !RECORDED.includes(name)) {
    throw new Error(`docs/performance.md shows nothing of ${name}. --record is for: ${RECORDED.join(", ")}`);
  }
  await bootstrap();
  const { folder } = await engine();
  const child = spawn(process.execPath, ["--import", "tsx", "bench/support/main.ts", name, ...flags], {
    cwd: root,
    env: withPath(process.env, folder),
    stdio: "inherit",
  });
  child.on("close", (code) => {
    process.exitCode = code ?? 1;
  });
} catch (error) {
  say(error.message);
  process.exitCode = 1;
}
