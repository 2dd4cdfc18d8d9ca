// `npm run demo`: gets everything that is needed, then runs demo/main.ts with the engine on PATH.
import { spawn } from "node:child_process";
import { bootstrap } from "./bootstrap.mjs";
import { engine } from "./engine.mjs";
import { root } from "./lib/paths.mjs";
import { say } from "./lib/progress.mjs";
import { withPath } from "./lib/run.mjs";

try {
  await bootstrap();
  const { folder } = await engine();
  const child = spawn(process.execPath, ["--import", "tsx", "demo/main.ts", ...process.argv.slice(2)], {
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
