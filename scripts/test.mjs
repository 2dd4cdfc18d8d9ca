// `npm test`: gets everything that is needed and runs every test that this machine can run.
// With SESDOMAIN_REQUIRE_ALL=1 a test that was left out for want of a program is a failure. With SESDOMAIN_TWICE=1 what
// fails is run once more, alone, and named.
import { readdirSync, writeFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import { dirname, join } from "node:path";
import { bootstrap } from "./bootstrap.mjs";
import { engine } from "./engine.mjs";
import { engineFiles, pluginSample } from "./lib/engine-tests.mjs";
import { findGo } from "./lib/go-build.mjs";
import { add, hasTests, nothing, runMocha, runMochaTwice, words } from "./lib/mocha.mjs";
import { root } from "./lib/paths.mjs";
import { say } from "./lib/progress.mjs";
import { findProgram, withPath } from "./lib/run.mjs";
import { pythonWithSdk, sdks } from "./sdk.mjs";
import { yamlHost } from "./yaml-host.mjs";

const requireAll = process.env.SESDOMAIN_REQUIRE_ALL === "1";
const runTests = process.env.SESDOMAIN_TWICE === "1" ? runMochaTwice : runMocha;
const systemFolders = ["/usr/sbin", "/usr/local/sbin", "/sbin"];
/** The programs that tests ask for (test/support/servers/programs.ts), and Debian's packages of them. */
const servers = {
  named: "bind9",
  nsupdate: "bind9-dnsutils",
  dig: "bind9-dnsutils",
  knotd: "knot",
  nsd: "nsd",
  pdns_server: "pdns-server pdns-backend-sqlite3",
  pdnsutil: "pdns-server",
  sqlite3: "sqlite3",
  unbound: "unbound",
  python3: "python3 python3-venv",
  go: "golang-go",
};

try {
  await bootstrap({ tolerant: true });
  const { folder } = await engine();
  const env = withPath(process.env, folder);
  const host = findProgram("pulumi-language-nodejs", [folder]);
  let total = nothing;
  const left = new Set(readdirSync(join(root, "test")).filter((name) => hasTests(`test/${name}`)));

  const suite = async (name, options) => {
    if (!left.delete(name)) return;
    console.log(`\n== test/${name}`);
    total = add(total, await runTests(`test/${name}/**/*.test.ts`, { env, ...options }));
  };
  await suite("unit", { jobs: Math.max(2, availableParallelism()) });
  // Whole operations on the emulator wait a good deal: for DNS servers that are silent, and for limits of real time.
  for (const name of ["lifecycle", "hosts", "doctor", "process", "hostile"]) {
    await suite(name, { timeoutMs: 120_000, jobs: availableParallelism() + 1 });
  }
  tellMissing();
  await suite("servers", { show: "spec", timeoutMs: 120_000, jobs: 2 });
  await prepareLanguages();
  // Engines mostly wait for each other's processes to start: there is room for two more than there are cores.
  const onEngine = { env, show: "spec", timeoutMs: 180_000, jobs: availableParallelism() + 2 };
  await suite("engine", onEngine);
  const again = process.env.SESDOMAIN_WHOLE === "1" ? engineFiles() : pluginSample();
  console.log(`\n== test/engine with the plugin: ${again.length} files`);
  total = add(total, await runTests(again, { ...onEngine, env: { ...env, SESDOMAIN_DOOR: "plugin" } }));
  // Where the engine has no language host, the tests bring one that runs programs in the same way.
  await suite("quickstart", { show: "spec", timeoutMs: 180_000, env: host ? withPath(env, dirname(host)) : env });

  if (left.size > 0) throw new Error(`not run: ${[...left].map((name) => `test/${name}`).join(", ")}`);
  finish(total);
} catch (error) {
  say(error.message);
  process.exitCode = 1;
}

/** What the tests of other languages need is made here, where that is told. What fails here they leave out, or report. */
async function prepareLanguages() {
  if (!findGo()) return;
  for (const make of [yamlHost, async () => pythonWithSdk(await sdks())]) {
    try {
      await make();
    } catch (error) {
      say(error.message);
    }
  }
}

function tellMissing() {
  const missing = Object.keys(servers).filter((name) => !findProgram(name, systemFolders));
  if (missing.length === 0) return;
  const packages = [...new Set(missing.flatMap((name) => servers[name].split(" ")))].join(" ");
  say(`\nThe tests that need ${missing.join(", ")} are left out. On Debian: apt-get install ${packages}`);
}

function finish(total) {
  if (total.skipped.length > 0) {
    console.log(`\nleft out:\n${total.skipped.map((title) => `  ${title}`).join("\n")}`);
  }
  if (total.failures.length > 0) {
    console.log(`\nfailed:\n${total.failures.map(({ title }) => `  ${title}`).join("\n")}`);
  }
  if (total.unsteady.length > 0) {
    const lines = total.unsteady.map(({ title }) => `  UNSTEADY  ${title}`);
    console.log(`\nfailed, and passed when run again, alone:\n${lines.join("\n")}`);
  }
  const short = requireAll && total.skipped.length > 0;
  const word =
    total.failed > 0 ? "Some tests failed." : short ? "Not every test could run." : "All tests that ran passed.";
  console.log(`\n${word}\n${words(total)}`);
  if (process.env.SESDOMAIN_TALLY) writeFileSync(process.env.SESDOMAIN_TALLY, JSON.stringify(total));
  if (total.failed > 0 || short || total.passed === 0) process.exitCode = 1;
}
