import type { Sighting, Verdict } from "../../authority/authority";
import { judge } from "../../authority/judge";
import { keyText } from "../../dns/record";
import { dataText, type Requirement, valuesAt } from "../../dns/requirement";

/**
 * Compares what the servers of a name say with the records that are required there, as these share the name: a record that
 * has to be alone is not right where others are. Pure.
 */
export function judgeSet(sighting: Sighting, expected: readonly Requirement[]): Verdict {
  const here = expected.filter(({ record }) => keyText(record) === keyText(sighting));
  const alone = here.some(({ sharing }) => sharing === "alone" || sharing === "own-name");
  const verdict = judge(sighting, valuesAt(here, sighting), alone ? "alone" : "with-others");
  // Whether a record is alone is judged already, with an MX record's preference left out.
  const isOneOfMany = (one: Requirement) => typeof one.sharing === "object" && rivalsOf(sighting, one).length > 0;
  return verdict.state === "published" && here.some(isOneOfMany) ? { ...verdict, state: "with-others" } : verdict;
}

/** Values that some server has and that have to go before ours can be right: of a kind of which there may be one. */
export function rivalsOf({ servers }: Sighting, one: Requirement): readonly string[] {
  const { sharing } = one;
  const prefix = typeof sharing === "object" ? sharing.oneWithPrefix.toLowerCase() : undefined;
  // A CNAME at a name of our own is set right.
  if (prefix === undefined && sharing !== "alone") return [];
  const own = dataText(one);
  const there = new Set(servers.flatMap((server) => (server.kind === "values" ? server.values : [])));
  return [...there].filter(
    (value) => value !== own && (prefix === undefined || value.toLowerCase().startsWith(prefix)),
  );
}
