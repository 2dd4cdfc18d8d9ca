import { CATALOGUE } from "../provider/diagnosis/catalogue";
import { openCasePool } from "../test/support/doctor/case-pool";
import { jobsOf, programsOf, readCases } from "../test/support/doctor/problem-cases";
import { findProgram } from "../test/support/servers/programs";
import { median, say } from "./support/measure";

/**
 * Every world in test/zones, on every name server that can serve it: whether the doctor names what is wrong there and
 * nothing else. `wrong`: a problem that was not named, or another that was; `falseAlarms`: anything said of a healthy one;
 * `first_is_root`: the first finding is the root cause, as it should be in all `cases`; `contradictions`: pairs of findings
 * that exclude each other. `questions` and `seconds`: the median of a case.
 */
export async function run(): Promise<object> {
  const counts = {
    cases: 0,
    named: 0,
    wrong: 0,
    first_is_root: 0,
    contradictions: 0,
    healthy: 0,
    falseAlarms: 0,
    skipped: 0,
  };
  const questionsOf: number[] = [];
  const secondsOf: number[] = [];
  const produced = new Set<string>();
  const all = readCases().flatMap(jobsOf);
  const jobs = all.filter(({ given, ground }) => programsOf(given, ground).every(findProgram));
  counts.skipped = all.length - jobs.length;
  const pool = openCasePool(jobs);
  for (const { name, given, ground } of jobs) {
    const { codes, named, wrong, firstIsRoot, contradictions, questions, seconds } = await pool.result({
      name,
      ground,
    });
    questionsOf.push(questions);
    secondsOf.push(seconds);
    counts.contradictions += contradictions.length;
    if (given.expect === null) {
      counts.healthy += 1;
      if (!named) counts.falseAlarms += 1;
    } else {
      counts.cases += 1;
      if (firstIsRoot) counts.first_is_root += 1;
      if (named) {
        counts.named += 1;
        produced.add(given.expect);
      }
      if (!named || wrong.length > 0) counts.wrong += 1;
    }
    const right = named && wrong.length === 0;
    const order = given.expect === null || firstIsRoot ? "" : " (the root cause is not first)";
    const pairs = contradictions.length === 0 ? "" : ` (contradictions: ${contradictions.join("; ")})`;
    say(`${right ? "right" : "WRONG"} ${name} on ${ground}: ${codes.join(", ") || "nothing"}${order}${pairs}`);
  }
  const codes = CATALOGUE.map(({ code }) => code);
  const typical = { questions: median(questionsOf), seconds: Math.round(median(secondsOf) * 1_000) / 1_000 };
  return { ...counts, ...typical, codes: codes.length, notProduced: codes.filter((code) => !produced.has(code)) };
}
