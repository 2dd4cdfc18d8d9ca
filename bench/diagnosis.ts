import { CATALOGUE } from "../provider/diagnosis/catalogue";
import { diagnoseCase, readCases } from "../test/support/problem-cases";
import { say } from "./support/measure";

/**
 * Every world in test/zones, on every name server that can serve it: whether the doctor names what is wrong there and
 * nothing else. `wrong`: a problem that was not named, or another that was; `falseAlarms`: anything said of a healthy one.
 */
export async function run(): Promise<object> {
  process.env.AWS_EC2_METADATA_DISABLED = "true";
  const counts = { cases: 0, named: 0, wrong: 0, healthy: 0, falseAlarms: 0, skipped: 0 };
  const produced = new Set<string>();
  for (const { name, given } of readCases()) {
    for (const ground of given.on ?? ["emulator"]) {
      const { codes, named, wrong } = await diagnoseCase(name, given, ground);
      if (codes === undefined) {
        counts.skipped += 1;
        say(`${name} on ${ground}: skipped, a program is missing`);
        continue;
      }
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
      const words = codes.join(", ") || "nothing";
      say(`${named && wrong.length === 0 ? "right" : "WRONG"} ${name} on ${ground}: ${words}`);
    }
  }
  const codes = CATALOGUE.map(({ code }) => code);
  return { ...counts, codes: codes.length, notProduced: codes.filter((code) => !produced.has(code)) };
}
