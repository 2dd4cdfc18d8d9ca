// `npm run test:engine -- [--door dynamic|plugin] [--jobs N] [--sample] [FILE...]`: the programs of test/engine/ on the real engine, with
// dynamic resources (the default) or with the plugin. `--sample`: what CI runs with the plugin for each change.
// `--list`: the tests that the plugin does not run, with the reasons.
import { parseArgs } from "node:util";
import { bootstrap } from "./bootstrap.mjs";
import { engine } from "./engine.mjs";
import { dynamicOnly, engineFiles, PROVIDERS, pluginSample } from "./lib/engine-tests.mjs";
import { loadSource } from "./lib/load-source.mjs";
import { runMocha, words } from "./lib/mocha.mjs";
import { say } from "./lib/progress.mjs";
import { withPath } from "./lib/run.mjs";

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    door: { type: "string", default: "dynamic" },
    jobs: { type: "string" },
    sample: { type: "boolean" },
    list: { type: "boolean" },
  },
});
if (!PROVIDERS.includes(values.door)) {
  say(`\`--door ${values.door}\`: it takes ${PROVIDERS.join(" and ")}.`);
  process.exit(2);
}
if (values.list) {
  const { DYNAMIC_ONLY } = await loadSource("test/support/engine/dynamic-only.ts");
  for (const [reason, files] of Object.entries(dynamicOnly())) {
    console.log(`${reason}: ${DYNAMIC_ONLY[reason]}\n${files.map((file) => `  ${file}`).join("\n")}`);
  }
  process.exit();
}
try {
  await bootstrap({ tolerant: true });
  const { folder } = await engine();
  const files = positionals.length > 0 ? positionals : values.sample ? pluginSample() : engineFiles();
  const env = { ...withPath(process.env, folder), SESDOMAIN_DOOR: values.door };
  const jobs = values.jobs === undefined ? {} : { jobs: Number(values.jobs) };
  const tally = await runMocha(files, { env, show: "spec", timeoutMs: 180_000, ...jobs });
  console.log(words(tally));
  if (tally.failed > 0) process.exitCode = 1;
} catch (error) {
  say(error.message);
  process.exitCode = 1;
}
