import type { ServerAnswer, ServerSighting, Sighting, Verdict } from "./authority";

type ServerState = Verdict["servers"][number]["state"];

/** Whether others may be in the set. A CNAME is alone, and SES wants its MX to be (SES Developer Guide, "Using a custom MAIL FROM domain"). */
export type SetSharing = "with-others" | "alone";

interface Wanted {
  readonly values: readonly string[];
  readonly sharing: SetSharing;
  readonly type: Sighting["type"];
}

/** Compares a sighting with the values that should be there, in the form that a sighting has. Whole values, character by character. Pure. */
export function judge(sighting: Sighting, values: readonly string[], sharing: SetSharing = "with-others"): Verdict {
  const wanted: Wanted = { values: [...new Set(values)], sharing, type: sighting.type };
  const answers = sighting.servers.map((seen) => answerOf(seen, wanted));
  const states = new Map<string, ServerState>();
  for (const { name } of sighting.delegation?.servers ?? []) states.set(name, "unreachable");
  for (const answer of answers.filter(isUnasked)) states.set(answer.server, "unasked");
  for (const answer of answers.filter((one) => !isUnasked(one))) {
    states.set(answer.server, heavier(states.get(answer.server), stateOf(answer)));
  }

  const definite = answers.filter(isDefinite);
  const matched = answers.some(({ kind }) => kind === "match") ? wanted.values : [];
  const seen = new Set([...matched, ...sighting.servers.flatMap((one) => (one.kind === "values" ? one.values : []))]);
  return {
    sighting,
    answers,
    servers: [...states].map(([server, state]) => ({ server, state })),
    state: stateOfAll(definite, answers),
    lackingChildOnly: [
      ...new Set(
        (sighting.childOnly ?? [])
          .map((one) => answerOf(one, wanted))
          .filter((answer) => ["lacks", "with-others"].includes(stateOf(answer)))
          .map(({ server }) => server),
      ),
    ],
    nowhere: definite.length === 0 ? [] : wanted.values.filter((value) => !seen.has(value)),
  };
}

function stateOfAll(definite: readonly ServerAnswer[], answers: readonly ServerAnswer[]): Verdict["state"] {
  if (definite.some((answer) => stateOf(answer) === "lacks")) return "missing";
  if (definite.some((answer) => stateOf(answer) === "with-others")) return "with-others";
  // A server that was not asked for lack of questions may lack a value.
  const isPartial = answers.some((one) => one.kind === "unreachable" && one.unasked === "limit");
  return definite.length === 0 || isPartial ? "unknown" : "published";
}

function answerOf(seen: ServerSighting, wanted: Wanted): ServerAnswer {
  const { server, address } = seen;
  if (seen.kind === "absent")
    return wanted.values.length === 0 ? { server, address, kind: "match" } : { server, address, kind: "absent" };
  if (seen.kind !== "values") return seen;
  const values = [...new Set(seen.values)];
  if (isSameMx(values, wanted)) return { server, address, kind: "match" };
  const missing = wanted.values.filter((value) => !values.includes(value));
  const others = wanted.sharing === "alone" ? values.filter((value) => !wanted.values.includes(value)) : [];
  if (missing.length + others.length === 0) return { server, address, kind: "match" };
  return { server, address, kind: "other", values, missing, ...(others.length > 0 && { others }) };
}

/** The preference only orders several MX records (RFC 5321 section 5.1): one that is alone means the same with any. */
function isSameMx(values: readonly string[], { values: [wanted, ...more], sharing, type }: Wanted): boolean {
  const [value, ...others] = values;
  if (type !== "MX" || sharing !== "alone" || more.length + others.length > 0) return false;
  return value !== undefined && wanted !== undefined && exchangeOf(value) === exchangeOf(wanted);
}

function exchangeOf(mx: string): string {
  return mx.slice(mx.indexOf(" ") + 1);
}

function stateOf(answer: ServerAnswer): ServerState {
  if (answer.kind === "match") return "serves";
  if (answer.kind === "other" && answer.missing.length === 0) return "with-others";
  if (answer.kind === "absent" || answer.kind === "other") return "lacks";
  return answer.servesZone ? "fails" : answer.kind;
}

function isDefinite(answer: ServerAnswer): boolean {
  return answer.kind === "match" || answer.kind === "absent" || answer.kind === "other";
}

function isUnasked(answer: ServerAnswer): boolean {
  return answer.kind === "unreachable" && answer.unasked !== undefined;
}

/**
 * Of a server's addresses the one that lacks a value counts most, then one that has others; then one that serves, since
 * resolvers can reach it there.
 */
const WEIGHT: readonly ServerState[] = ["unasked", "unreachable", "lame", "fails", "serves", "with-others", "lacks"];

function heavier(known: ServerState | undefined, other: ServerState): ServerState {
  return known === undefined || WEIGHT.indexOf(other) > WEIGHT.indexOf(known) ? other : known;
}
