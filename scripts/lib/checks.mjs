import { writeFileSync } from "node:fs";
import { add, nothing, words } from "./mocha.mjs";

/** A list of checks that goes on after one that fails, and tells at the end. */
export function openChecks() {
  let tally = nothing;
  return {
    /** @param {string} name @param {() => unknown} work throws where the check does not hold */
    async check(name, work) {
      try {
        const note = await work();
        tally = add(tally, { ...nothing, passed: 1 });
        console.log(`ok      ${name}${typeof note === "string" ? ` (${note})` : ""}`);
      } catch (error) {
        tally = add(tally, { ...nothing, failed: 1, failures: [{ title: name, reason: error.message }] });
        console.log(`FAILED  ${name}\n${indent(error.message)}`);
      }
    },
    /** Takes over what another run counted. @param {Partial<import("./mocha.mjs").Tally>} other */
    add(other) {
      tally = add(tally, { ...nothing, ...other });
    },
    /** Prints what failed, then `N passed, N failed` as the last line, and sets the exit code. */
    finish() {
      if (process.env.SESDOMAIN_TALLY) writeFileSync(process.env.SESDOMAIN_TALLY, JSON.stringify(tally));
      for (const { title, reason } of tally.unsteady) {
        console.log(`UNSTEADY  ${title}: failed, and passed when it was run again, alone\n${indent(reason)}`);
      }
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
