// `npm run fuzz -- [--seconds 60] [--seed N]`: reads hostile packets (test/support/hostile/packet-check.ts) for so long, and says which
// one was read wrongly. Without a seed a new one is taken each time, and told.
import { parseArgs } from "node:util";
import { loadSource } from "./lib/load-source.mjs";

const { values } = parseArgs({ options: { seconds: { type: "string" }, seed: { type: "string" } } });
const seconds = Number(values.seconds ?? 60);
const seed = Number(values.seed ?? Date.now() % 2 ** 32);
if (!(seconds > 0) || !Number.isInteger(seed)) {
  console.error("npm run fuzz -- [--seconds 60] [--seed N]: a number of seconds and a whole number");
  process.exit(2);
}

const { checkPackets } = await loadSource("test/support/hostile/packet-check.ts");
const endMs = performance.now() + seconds * 1_000;
console.log(`seed ${seed}, ${seconds} s`);
try {
  const seen = checkPackets(seed, () => performance.now() < endMs);
  const total = [...seen.values()].reduce((sum, count) => sum + count, 0);
  const kinds = [...seen].map(([kind, count]) => `${count} ${kind}`);
  console.log(`${total} packets read as ${kinds.sort().join(", ")}`);
} catch (error) {
  console.error(error.message);
  process.exitCode = 1;
}
