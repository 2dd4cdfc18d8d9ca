import { CATALOGUE } from "../provider/diagnosis/catalogue";
import { openCasePool } from "../test/support/doctor/case-pool";
import { jobsOf, programsOf, readCases } from "../test/support/doctor/problem-cases";
import { findProgram } from "../test/support/servers/programs";
import { say } from "./support/measure";

/**
 * Every world in test/zones, on every name server that can serve it: whether the doctor names what is wrong there and
 * nothing else. `wrong`: a problem that was not named, or another that was; `falseAlarms`: anything said of a healthy one.
 */
export async function run(): Promise<object> {
  const counts = { cases: 0, named: 0, wrong: 0, healthy: 0, falseAlarms: 0, skipped: 0 };
  const produced = new Set<string>();
  const all = readCases().flatMap(jobsOf);
  const jobs = all.filter(({ given, ground }) => programsOf(given, ground).every(findProgram));
  counts.skipped = all.length - jobs.length;
  const pool = openCasePool(jobs);
  for (const { name, given, ground } of jobs) {
    const { codes, named, wrong } = await pool.result({ name, ground });
    if (given.expect === null) {
      counts.healthy += 1;
      if (!named) counts.falseAlarms += 1;
    } else {
      counts.cases += 1;
      if (named) {
        counts.named += 1;
        produced.add(given.expect);
      }
      if (!named || wrong.length > 0) counts.wrong += 1;
    }
    say(`${named && wrong.length === 0 ? "right" : "WRONG"} ${name} on ${ground}: ${codes.join(", ") || "nothing"}`);
  }
  const codes = CATALOGUE.map(({ code }) => code);
  return { ...counts, codes: codes.length, notProduced: codes.filter((code) => !produced.has(code)) };
}
