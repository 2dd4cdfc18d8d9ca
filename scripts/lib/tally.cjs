// A mocha reporter: shows what the reporter named by the option `show` shows, and writes the counts to the file `file`.
const { writeFileSync } = require("node:fs");
const { reporters } = require("mocha");

module.exports = function tally(runner, options) {
  const { show, file } = options.reporterOptions;
  const counts = { passed: 0, failed: 0, skipped: [], failures: [] };
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
