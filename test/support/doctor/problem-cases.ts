import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { CATALOGUE, codeOf } from "../../../provider/diagnosis/catalogue";
import { contradictions } from "../../../provider/diagnosis/reconcile";
import { checkArgs } from "../../../provider/lifecycle/arguments";
import type { ArgumentsCase, Diagnosed, Ground, ProblemCase, Told } from "./case-types";
import { diagnoseWorld } from "./case-world";

const FOLDER = join(__dirname, "..", "..", "zones");
export function readCases(): readonly { readonly name: string; readonly given: ProblemCase }[] {
  return readdirSync(FOLDER)
    .filter((file) => file.endsWith(".json"))
    .sort()
    .map((file) => ({ name: file.slice(0, -5), given: JSON.parse(readFileSync(join(FOLDER, file), "utf8")) }));
}

/** A case on each of its grounds. */
export function jobsOf({ name, given }: { readonly name: string; readonly given: ProblemCase }) {
  const grounds: readonly Ground[] = "arguments" in given ? ["emulator"] : (given.on ?? ["emulator"]);
  return grounds.map((ground) => ({ name, given, ground }));
}

const POWERDNS = ["pdns_server", "pdnsutil", "sqlite3"];

const PROGRAMS: Readonly<Record<Ground, readonly string[]>> = {
  emulator: [],
  bind: ["named"],
  knot: ["knotd"],
  nsd: ["nsd"],
  powerdns: POWERDNS,
  unbound: ["unbound"],
  "knot+bind": ["knotd", "named"],
  "nsd+powerdns": ["nsd", ...POWERDNS],
  "knot+unbound": ["knotd", "unbound"],
};

/** What has to be installed for it. */
export function programsOf(given: ProblemCase, ground: Ground): readonly string[] {
  return [...PROGRAMS[ground], ...("validator" in given ? ["unbound"] : []), ...("signed" in given ? ["dig"] : [])];
}

/** Has the case's world diagnosed, and holds what is named against what the case expects. */
export async function diagnoseCase(
  name: string,
  given: ProblemCase,
  ground: Ground,
  withViews = false,
): Promise<Diagnosed> {
  const { subjects, exitCode, questions, seconds, views } =
    "arguments" in given ? diagnoseArguments(given) : await diagnoseWorld(name, given, ground, withViews);
  const codes = [...new Set(subjects.flat().map(({ code }) => code))];
  const allowed = new Set([given.expect, ...(given.also ?? [])]);
  return {
    name,
    ground,
    expect: given.expect,
    codes,
    named: given.expect === null ? codes.length === 0 && exitCode === 0 : codes.includes(given.expect),
    wrong: codes.filter((code) => !allowed.has(code)),
    firstIsRoot: codes[0] === (given.root ?? given.expect ?? undefined),
    contradictions: subjects.flatMap((told) =>
      contradictions(told, CATALOGUE).map(({ code, excludes }) => `${code}, ${excludes}`),
    ),
    exitCode,
    questions,
    seconds,
    views,
  };
}

/** A refusal that has a code begins with it, as a preview prints it. */
function diagnoseArguments(given: ArgumentsCase): Told {
  const checked = checkArgs(given.arguments);
  const failures = checked.kind === "refused" ? checked.failures : [];
  const told = failures.map(({ reason }) => ({ code: codeOf(reason) ?? reason, identities: [] }));
  return { subjects: [told], exitCode: failures.length > 0 ? 2 : 0, questions: 0, seconds: 0 };
}
