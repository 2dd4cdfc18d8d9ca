import { inspect } from "node:util";
import type { CaseJob, CaseWord } from "./case-pool";
import { diagnoseCase, readCases } from "./problem-cases";

/** A process of its own that runs one case after the other; see `case-pool.ts`. */
const cases = new Map(readCases().map(({ name, given }) => [name, given]));

process.env.AWS_EC2_METADATA_DISABLED = "true";
process.on("message", async (job: CaseJob) => {
  process.send?.(await wordOf(job));
});

async function wordOf({ name, ground, withViews }: CaseJob): Promise<CaseWord> {
  try {
    const given = cases.get(name);
    if (given === undefined) throw new RangeError(`there is no case "${name}"`);
    return { told: await diagnoseCase(name, given, ground, withViews) };
  } catch (error) {
    return { failed: inspect(error) };
  }
}
