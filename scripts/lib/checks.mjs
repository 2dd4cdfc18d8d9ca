import { writeFileSync } from "node:fs";
import { words } from "./mocha.mjs";

/** A list of checks that goes on after one that fails, and tells at the end. */
export function openChecks() {
  const tally = { passed: 0, failed: 0, skipped: [], failures: [] };
  return {
    /** @param {string} name @param {() => unknown} work throws where the check does not hold */
    async check(name, work) {
      try {
        const note = await work();
        tally.passed += 1;
        console.log(`ok      ${name}${typeof note === "string" ? ` (${note})` : ""}`);
      } catch (error) {
        tally.failed += 1;
        tally.failures.push({ title: name, reason: error.message });
        console.log(`FAILED  ${name}\n${indent(error.message)}`);
      }
    },
    /** Takes over what another run counted. */
    add(other) {
      tally.passed += other.passed;
      tally.failed += other.failed;
      tally.skipped.push(...other.skipped);
      tally.failures.push(...other.failures);
    },
    /** Prints what failed, then `N passed, N failed` as the last line, and sets the exit code. */
    finish() {
      if (process.env.SESDOMAIN_TALLY) writeFileSync(process.env.SESDOMAIN_TALLY, JSON.stringify(tally));
      for (const { title, reason } of tally.failures) console.log(`FAILED  ${title}\n${indent(reason)}`);
      console.log(words(tally));
      if (tally.failed > 0 || tally.passed === 0) process.exitCode = 1;
    },
  };
}

function indent(text) {
  return text
    .trim()
    .split("\n")
    .slice(-40)
    .map((line) => `        ${line}`)
    .join("\n");
}
