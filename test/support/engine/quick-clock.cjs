// Preloaded into the provider's process (stack.ts): its pauses of a second and more take a small part of that, and its clock moves on by
// the whole of each. Times that guard real work (DNS and HTTP) are not kept by this clock, and stay as they are.
const { existsSync } = require("node:fs");
const { join } = require("node:path");

/** What is shorter paces requests: it stays as it is. */
const LEAST_MS = 900;
const FACTOR = 8;

// In the repository, or in a project that has the package installed.
const root = join(__dirname, "../../..");
const found = [root, join(root, "node_modules/pulumi-sesdomain")].find((one) => existsSync(join(one, "dist")));

const { systemClock } = require(join(found, "dist/provider/core/clock.js"));
const { sleep } = systemClock;
let aheadMs = 0;
systemClock.now = () => Date.now() + aheadMs;
systemClock.sleep = async (ms, signal) => {
  if (ms < LEAST_MS) return await sleep(ms, signal);
  const untilMs = systemClock.now() + ms;
  await sleep(ms / FACTOR, signal);
  aheadMs = Math.max(aheadMs, untilMs - Date.now());
};
