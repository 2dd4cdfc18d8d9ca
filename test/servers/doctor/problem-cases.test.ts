import assert from "node:assert/strict";
import { type CasePool, openCasePool } from "../../support/doctor/case-pool";
import { jobsOf, programsOf, readCases } from "../../support/doctor/problem-cases";
import { findProgram, requireProgram } from "../../support/servers/programs";

/** Every world in test/zones, on every server that can serve it: what is wrong is named, its cause first, and nothing else is. */
describe("the doctor in every world of test/zones", () => {
  const jobs = readCases().flatMap(jobsOf);
  let pool: CasePool;
  before(() => {
    pool = openCasePool(jobs.filter((job) => programsOf(job.given, job.ground).every(findProgram)));
  });
  after(() => pool.close());

  for (const { name, given, ground } of jobs) {
    it(`${given.expect === null ? "is silent about" : "names"} ${name} on ${ground}`, async function () {
      for (const program of programsOf(given, ground)) requireProgram(this, program);
      const { codes, named, wrong, firstIsRoot, contradictions, exitCode } = await pool.result({ name, ground });
      const words = `exit ${exitCode}: ${codes.join(", ") || "nothing"}`;
      assert.deepEqual(wrong, [], words);
      assert.ok(named, words);
      assert.ok(given.expect === null || firstIsRoot, words);
      assert.deepEqual(contradictions, [], words);
    });
  }
});
