// A mocha reporter: shows what the reporter named by the option `show` shows, and writes the counts to the file `file`.
const { relative, sep } = require("node:path");
const { writeFileSync } = require("node:fs");
const { reporters } = require("mocha");

module.exports = function tally(runner, options) {
  const { show, file } = options.reporterOptions;
  const counts = { passed: 0, failed: 0, skipped: [], failures: [], files: {} };
  /** Time of tests and hooks, by file. */
  const took = ({ file, duration }) => {
    if (file === undefined || !duration) return;
    const name = relative(process.cwd(), file).split(sep).join("/");
    counts.files[name] = (counts.files[name] ?? 0) + duration;
  };
  runner.on("test end", took);
  runner.on("hook end", took);
  runner.on("pass", () => {
    counts.passed += 1;
  });
  runner.on("fail", (test, error) => {
    counts.failed += 1;
    counts.failures.push({ title: test.fullTitle(), file: test.file, reason: String(error?.stack ?? error) });
  });
  runner.on("pending", (test) => {
    counts.skipped.push(test.fullTitle());
  });
  runner.once("end", () => writeFileSync(file, JSON.stringify(counts)));
  return new reporters[show](runner, options);
};
