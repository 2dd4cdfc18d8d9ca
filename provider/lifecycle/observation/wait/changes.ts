import { listed } from "../../../core/words";
import { LAPSES } from "../../../diagnosis/catalogue/entry";
import { describeFinding, diagnose } from "../../../diagnosis/diagnose";
import { keyText } from "../../../dns/record";
import { readingsOf } from "../observe";
import { PART_WORDS } from "./progress";
import type { Goal, WaitRound } from "./round";

/** Of one wait. A server that flaps, or findings that come and go, fill no log. */
const MOST = 20;

/** What a value that is on its way looks like. */
const ON_ITS_WAY: ReadonlySet<string> = new Set([
  ...LAPSES,
  "txt-missing",
  "txt-partial",
  "server-behind",
  "servers-disagree",
  "absence-cached",
  "verification-not-started",
]);

/** What is new from one round of a wait to the next. */
export interface Changes {
  /** A clause for each change; none for the first round. */
  since(goal: Goal, round: WaitRound): readonly string[];
}

export function openChanges(): Changes {
  const states = new Map<string, string>();
  const statuses = new Map<string, string>();
  const told = new Set<string>();
  let standing: ReadonlySet<string> | undefined;
  let left = MOST;

  function servers({ verdicts }: WaitRound): readonly string[] {
    const gained = new Set<string>();
    const lost = new Set<string>();
    for (const { sighting, servers } of verdicts) {
      for (const { server, state } of servers) {
        // What could not be learned is no change.
        if (state !== "serves" && state !== "lacks") continue;
        const key = `${keyText(sighting)} ${server}`;
        const before = states.get(key);
        states.set(key, state);
        if (standing === undefined || before === state) continue;
        if (state === "serves") gained.add(server);
        else if (before === "serves") lost.add(server);
      }
    }
    const verb = (count: number) => (count === 1 ? "serves" : "serve");
    return [
      ...(gained.size > 0 ? [`${listed([...gained])} now ${verb(gained.size)} the value`] : []),
      ...(lost.size > 0 ? [`${listed([...lost])} no longer ${verb(lost.size)} the value`] : []),
    ];
  }

  function ses({ identities }: WaitRound): readonly string[] {
    const said = identities.flatMap(({ watched: { parts = [] }, seen }) => [
      { name: seen.name, status: String(seen.status) },
      ...parts.map((part) => ({
        name: `${PART_WORDS[part]} of ${seen.name}`,
        status: seen[part]?.status ?? "unknown",
      })),
    ]);
    return said.flatMap(({ name, status }) => {
      if (status === "unknown") return [];
      const before = statuses.get(name);
      statuses.set(name, status);
      return standing === undefined || before === status || before === undefined
        ? []
        : [`SES says ${status} for ${name}, after ${before}`];
    });
  }

  /** Those that stand in two rounds running: one look may be unlucky. */
  function findings({ domain, requirements: expected }: Goal, { identities, readings }: WaitRound): readonly string[] {
    const seen = identities.map((one) => one.seen);
    const found = diagnose({ domain, identities: seen, expected, ...readingsOf(readings), probes: [], written: [] });
    // Warnings are told once the domain is verified.
    const serious = found.filter(({ severity, code }) => severity === "error" && !ON_ITS_WAY.has(code));
    const before = standing;
    standing = new Set(serious.map(({ code }) => code));
    const fresh = serious.filter(({ code }) => before?.has(code) === true && !told.has(code));
    for (const { code } of fresh) told.add(code);
    return [...new Set(fresh.map(describeFinding))];
  }

  return {
    since(goal, round) {
      // One look at DNS is one look, however often SES was asked since.
      const looked = round.isRead || goal.authority === undefined;
      const all = [
        ...(looked ? servers(round) : []),
        ...(goal.ses ? ses(round) : []),
        ...(looked ? findings(goal, round) : []),
      ];
      const some = all.slice(0, left);
      left -= some.length;
      return some;
    },
  };
}
