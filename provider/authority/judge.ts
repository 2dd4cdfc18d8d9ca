import type { ServerAnswer, ServerSighting, Sighting, Verdict } from "./authority";

type ServerState = Verdict["servers"][number]["state"];

/** Compares a sighting with the values that should be there, in the form that a sighting has. Whole values, character by character. Pure. */
export function judge(sighting: Sighting, values: readonly string[]): Verdict {
  const wanted = [...new Set(values)];
  const answers = sighting.servers.map((seen) => answerOf(seen, wanted));
  const states = new Map<string, ServerState>();
  for (const { name } of sighting.delegation?.servers ?? []) states.set(name, "unreachable");
  for (const answer of answers.filter(isUnasked)) states.set(answer.server, "unasked");
  for (const answer of answers.filter((one) => !isUnasked(one))) {
    states.set(answer.server, heavier(states.get(answer.server), stateOf(answer)));
  }

  const definite = answers.filter(isDefinite);
  const seen = new Set(sighting.servers.flatMap((one) => (one.kind === "values" ? one.values : [])));
  return {
    sighting,
    answers,
    servers: [...states].map(([server, state]) => ({ server, state })),
    state: stateOfAll(definite, answers),
    lackingChildOnly: [
      ...new Set(
        (sighting.childOnly ?? [])
          .map((one) => answerOf(one, wanted))
          .filter((answer) => stateOf(answer) === "lacks")
          .map(({ server }) => server),
      ),
    ],
    nowhere: definite.length === 0 ? [] : wanted.filter((value) => !seen.has(value)),
  };
}

function stateOfAll(definite: readonly ServerAnswer[], answers: readonly ServerAnswer[]): Verdict["state"] {
  if (definite.some(({ kind }) => kind !== "match")) return "missing";
  // A server that was not asked for lack of questions may lack a value.
  const isPartial = answers.some((one) => one.kind === "unreachable" && one.unasked === "limit");
  return definite.length === 0 || isPartial ? "unknown" : "published";
}

function answerOf(seen: ServerSighting, wanted: readonly string[]): ServerAnswer {
  const { server, address } = seen;
  if (seen.kind === "absent")
    return wanted.length === 0 ? { server, address, kind: "match" } : { server, address, kind: "absent" };
  if (seen.kind !== "values") return seen;
  const missing = wanted.filter((value) => !seen.values.includes(value));
  if (missing.length === 0) return { server, address, kind: "match" };
  return { server, address, kind: "other", values: [...new Set(seen.values)], missing };
}

function stateOf(answer: ServerAnswer): ServerState {
  if (answer.kind === "match") return "serves";
  if (answer.kind === "absent" || answer.kind === "other") return "lacks";
  return answer.servesZone ? "fails" : answer.kind;
}

function isDefinite(answer: ServerAnswer): boolean {
  return answer.kind === "match" || stateOf(answer) === "lacks";
}

function isUnasked(answer: ServerAnswer): boolean {
  return answer.kind === "unreachable" && answer.unasked !== undefined;
}

/** Of a server's addresses the one that lacks a value counts most; then one that serves, since resolvers can reach it there. */
const WEIGHT: readonly ServerState[] = ["unasked", "unreachable", "lame", "fails", "serves", "lacks"];

function heavier(known: ServerState | undefined, other: ServerState): ServerState {
  return known === undefined || WEIGHT.indexOf(other) > WEIGHT.indexOf(known) ? other : known;
}
