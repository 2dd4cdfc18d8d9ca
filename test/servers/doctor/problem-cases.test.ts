import assert from "node:assert/strict";
import { type CasePool, openCasePool } from "../../support/doctor/case-pool";
import { jobsOf, programsOf, readCases } from "../../support/doctor/problem-cases";
import { differencesOf, OTHER_WORLDS } from "../../support/doctor/view-differences";
import { findProgram, requireProgram } from "../../support/servers/programs";

/** Every world in test/zones, on every server that can serve it: what is wrong is named, its cause first, and nothing else is. */
describe("the doctor in every world of test/zones", () => {
  // On its first ground, a preview and a wait look at each world, too.
  const jobs = readCases().flatMap((one) => jobsOf(one).map((job, index) => ({ ...job, withViews: index === 0 })));
  let pool: CasePool;
  before(() => {
    pool = openCasePool(jobs.filter((job) => programsOf(job.given, job.ground).every(findProgram)));
  });
  after(() => pool.close());

  for (const { name, given, ground } of jobs.filter(({ withViews }) => withViews)) {
    if (name in OTHER_WORLDS || !("zones" in given) || given.address !== undefined) continue;
    it(`and a preview and a wait name the same cause of ${name}`, async function () {
      for (const program of programsOf(given, ground)) requireProgram(this, program);
      const { codes, views } = await pool.result({ name, ground });
      assert.ok(views !== undefined);
      const words = JSON.stringify({ codes, ...views });
      assert.deepEqual(differencesOf({ codes, views }), [], words);
    });
  }

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
