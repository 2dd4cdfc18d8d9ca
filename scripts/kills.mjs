// `npm run kills -- [--count 30] [--seed N] [--only K] [--jobs J]`: ends engine and provider in the midst of their work, so
// many times, and checks what must hold afterwards (test/kills/). Without a seed a new one is taken each time, and told.
import { spawn } from "node:child_process";
import { availableParallelism } from "node:os";
import { parseArgs } from "node:util";
import { bootstrap } from "./bootstrap.mjs";
import { engine } from "./engine.mjs";
import { root } from "./lib/paths.mjs";
import { say } from "./lib/progress.mjs";
import { withPath } from "./lib/run.mjs";

const text = { type: "string" };
const { values } = parseArgs({ options: { count: text, seed: text, only: text, jobs: text } });
const count = Number(values.count ?? 30);
const seed = Number(values.seed ?? Date.now() % 2 ** 32);
const jobs = Number(values.jobs ?? availableParallelism());
const only = values.only === undefined ? [] : [Number(values.only)];
if (![count, jobs, ...only].every((number) => Number.isInteger(number) && number > 0) || !Number.isInteger(seed)) {
  console.error("npm run kills -- [--count 30] [--seed N] [--only K] [--jobs J]: whole numbers");
  process.exit(2);
}

try {
  await bootstrap();
  const { folder } = await engine();
  console.log(`seed ${seed}, ${jobs} at once`);
  const args = ["--import", "tsx", "test/kills/main.ts", count, seed, jobs, ...only];
  const child = spawn(process.execPath, args.map(String), {
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
