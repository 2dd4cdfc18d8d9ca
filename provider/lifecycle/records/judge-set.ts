import type { Sighting, Verdict } from "../../authority/authority";
import { judge } from "../../authority/judge";
import { keyText } from "../../dns/record";
import { type Requirement, valuesAt } from "../../dns/requirement";

/**
 * Compares what the servers of a name say with the records that are required there, as these share the name: a record that
 * has to be alone is not right where others are. Pure.
 */
export function judgeSet(sighting: Sighting, expected: readonly Requirement[]): Verdict {
  const here = expected.filter(({ record }) => keyText(record) === keyText(sighting));
  const alone = here.some(({ sharing }) => sharing === "alone" || sharing === "own-name");
  const verdict = judge(sighting, valuesAt(here, sighting), alone ? "alone" : "with-others");
  return verdict.state === "published" && here.some((one) => hasRival(sighting, one))
    ? { ...verdict, state: "with-others" }
    : verdict;
}

/** Whether some server has another value of a kind of which there may be one: a second SPF or DMARC record. */
function hasRival({ servers }: Sighting, { record, sharing }: Requirement): boolean {
  if (typeof sharing !== "object" || record.type !== "TXT") return false;
  const prefix = sharing.oneWithPrefix.toLowerCase();
  return servers.some(
    (one) =>
      one.kind === "values" &&
      one.values.some((value) => value !== record.text && value.toLowerCase().startsWith(prefix)),
  );
}
