import type { ServerSighting, Sighting } from "../../authority/authority";
import { dkimKeyIn } from "../../authority/dkim-keys";
import type { Instead } from "../../authority/reply";
import { type DefiniteSighting, isDefiniteSighting } from "../../authority/sighting";
import type { Fqdn } from "../../core/fqdn";
import { dataText, type Requirement } from "../../dns/requirement";
import type { HeldSet, Observations } from "../finding";
import { valuesOf } from "../make";
import { misplacedRecord, wildcardSeen } from "../misplaced";
import { failsBehindAlias } from "../server-kinds";

/** What is wrong with one DKIM record at these servers. */
export type TokenFault = {
  readonly at: readonly ServerSighting[];
} /** No CNAME is there, and nothing explains it. `elsewhere`: a name that has it. */ & (
  | { readonly kind: "missing"; readonly nxdomain: boolean; readonly elsewhere?: Fqdn | undefined }
  /** A wildcard answers, so that the record is missing. */
  | { readonly kind: "wildcard"; readonly probe: Fqdn; readonly answer: string }
  | { readonly kind: "wrong" | "target-doubled"; readonly target: string }
  | { readonly kind: "name-doubled" | "no-underscores"; readonly found: Fqdn }
  /** `type` and `value` of the record there; the value may be unknown. */
  | { readonly kind: "taken"; readonly type: string; readonly value: string | undefined }
  /** What the host answers in its place: addresses, the key that it found at the target, or nothing. */
  | { readonly kind: "flattened"; readonly answer: "addresses" | "key" | "nothing"; readonly values: readonly string[] }
  | { readonly kind: "txt-servfail" }
);

/** One of an identity's DKIM records, as all servers answer. */
export interface TokenSeen {
  readonly requirement: Requirement;
  /** The servers that have exactly this CNAME. */
  readonly right: readonly ServerSighting[];
  /** Empty where all that answer are right, and where none gives a definite answer. */
  readonly faults: readonly TokenFault[];
}

/** Holds one record against what was seen at its name. Pure; what no server says with authority is no fault. */
export function seeToken(observed: Observations, requirement: Requirement): TokenSeen {
  const { record } = requirement;
  const sighting = observed.sightings.find((one) => one.name === record.name && one.type === record.type);
  if (sighting === undefined) return { requirement, right: [], faults: [] };
  const wanted = dataText(requirement);
  const answers = sighting.servers.filter(isDefiniteSighting);
  const isRight = (one: DefiniteSighting) =>
    valuesOf(one).length > 0 && valuesOf(one).every((value) => value === wanted);
  const failing = sighting.servers.filter(failsBehindAlias);
  const wrong = answers.filter((one) => !isRight(one)).map((one) => faultAt(observed, requirement, one));
  return {
    requirement,
    right: answers.filter(isRight),
    faults: [...together(wrong), ...(failing.length > 0 ? [{ kind: "txt-servfail" as const, at: failing }] : [])],
  };
}

/** Servers with the same fault, as one. */
function together(faults: readonly TokenFault[]): TokenFault[] {
  const byFault = new Map<string, TokenFault>();
  for (const fault of faults) {
    const { at, ...what } = fault;
    const key = JSON.stringify(what);
    byFault.set(key, { ...fault, at: [...(byFault.get(key)?.at ?? []), ...at] });
  }
  return [...byFault.values()];
}

function faultAt(observed: Observations, requirement: Requirement, seen: DefiniteSighting): TokenFault {
  const at = [seen];
  const wild = wildcardSeen(observed, requirement.record);
  const fromWildcard = wild && wildcardAnswer(seen, wild);
  if (wild !== undefined && fromWildcard !== undefined) {
    return { kind: "wildcard", at, probe: wild.name, answer: fromWildcard };
  }
  if (seen.kind === "values") return wrongTarget(requirement, seen.values, at);
  const held = (observed.held ?? []).filter(({ name }) => name === requirement.record.name);
  const other = held.find(({ type }) => type !== "CNAME");
  if (other !== undefined) return { kind: "taken", at, type: other.type, value: other.values[0] };
  if (seen.instead !== undefined) return insteadOf(seen.instead, at);
  if (isReplaced(seen, held)) return { kind: "flattened", at, answer: "nothing", values: [] };
  return missing(observed, requirement, seen, at);
}

/** What a name that does not exist answers too; undefined where this answer is the name's own. */
function wildcardAnswer(seen: DefiniteSighting, { servers }: Sighting): string | undefined {
  const wild = servers.filter(isDefiniteSighting);
  if (seen.kind === "values") {
    const values = new Set(wild.flatMap(valuesOf));
    return seen.values.every((value) => values.has(value)) ? seen.values[0] : undefined;
  }
  const { texts = [], addresses = [] } = seen.instead ?? {};
  const there = wild.flatMap((one) => (one.kind === "absent" && one.instead ? [one.instead] : []));
  const wildTexts = new Set(there.flatMap((one) => one.texts));
  if (texts.length > 0) return texts.every((text) => wildTexts.has(text)) ? texts[0] : undefined;
  // A host may answer with another choice of its own addresses each time.
  return there.some((one) => one.addresses.length > 0) ? addresses[0] : undefined;
}

function wrongTarget(requirement: Requirement, values: readonly string[], at: readonly ServerSighting[]): TokenFault {
  const wanted = dataText(requirement);
  const target = values.find((value) => value !== wanted) ?? "";
  return { kind: target.startsWith(wanted) ? "target-doubled" : "wrong", at, target };
}

function insteadOf({ texts, addresses }: Instead, at: readonly ServerSighting[]): TokenFault {
  if (texts.some((text) => dkimKeyIn(text) === "key")) return { kind: "flattened", at, answer: "key", values: [] };
  if (texts.length > 0) return { kind: "taken", at, type: "TXT", value: texts[0] };
  // The name holds a token of SES: an address is there only because of that record.
  return { kind: "flattened", at, answer: "addresses", values: addresses };
}

/** The host holds a CNAME there, and its servers do not show it, though the name exists or the host says so itself. */
function isReplaced(seen: DefiniteSighting, held: readonly HeldSet[]): boolean {
  const exists = seen.kind === "absent" && !seen.nxdomain;
  return held.some(({ replaced }) => replaced === true || exists);
}

function missing(
  observed: Observations,
  requirement: Requirement,
  seen: DefiniteSighting,
  at: readonly ServerSighting[],
): TokenFault {
  const misplaced = misplacedRecord(observed, requirement.record, dataText(requirement));
  if (misplaced?.how === "doubled") return { kind: "name-doubled", at, found: misplaced.found };
  if (misplaced?.how === "underscore") return { kind: "no-underscores", at, found: misplaced.found };
  return { kind: "missing", at, nxdomain: seen.kind === "absent" && seen.nxdomain, elsewhere: misplaced?.found };
}
