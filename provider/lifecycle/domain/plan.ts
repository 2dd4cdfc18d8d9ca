import type { Verdict } from "../../authority/authority";
import type { ExpectedValue, Finding } from "../../diagnosis/finding";
import type { CheckedArgs } from "../arguments/types";
import { type CurrentIdentity, planRequest } from "../identity/request";
import type { RestartsByArn } from "../identity/restarts";
import type { Held, Plan, Step } from "../lifecycle";
import { obsoleteValues } from "../records/obsolete";
import type { Place } from "../records/placement";
import { expectedValues, flatten, recordSets, sameHost, type TxtValue, valuesOf } from "../records/records";
import type { DomainState, Verification } from "./state";

/** An identity that the program names, and what is known of it. */
interface NamedIdentity {
  readonly name: string;
  readonly region: string;
  /** Undefined where the account of its credentials is not known. */
  readonly arn: string | undefined;
  /** What SES said of it; undefined where it was not asked. */
  readonly current?: CurrentIdentity | undefined;
}

/** What was seen of a domain. Whatever was not seen is no reason for a step. */
export interface Observation {
  /** All that the program names. */
  readonly identities: readonly NamedIdentity[];
  /** The values that were looked for: those of the tokens that SES holds. */
  readonly expected: readonly ExpectedValue[];
  /** What the name servers said, one a name that could be read. */
  readonly verdicts: readonly Verdict[];
  /** Values that a DNS host said it does not hold. */
  readonly lacking: readonly Pick<TxtValue, "name" | "value">[];
  readonly findings: readonly Finding[];
  /** What could not be learned, in words. */
  readonly unknown: readonly string[];
  readonly nowMs: number;
}

/** What earlier runs left. */
export interface PriorDomain {
  /** Undefined in a create, and where only the inputs of the last run are at hand. */
  readonly state: DomainState | undefined;
  /** ARNs of the identities that earlier runs had. */
  readonly arns: ReadonlySet<string>;
  readonly asked: RestartsByArn;
  /** Whether the resource is registered on its identities. */
  readonly registered: boolean;
}

/** What the program wants: `places` by identity name, for the hosts that it names. */
export interface WantedDomain {
  readonly args: Pick<CheckedArgs, "domain" | "dns" | "placement" | "ttl" | "wait" | "adopt" | "restart">;
  readonly places: Readonly<Record<string, Place>>;
}

/**
 * Decides what there is to do for a domain. Pure, and the only place where it is decided: preview shows the plan, diff
 * looks whether it has a step, apply carries it out. SES is asked only where it says absent, Failed or NotStarted, or holds
 * no token; a value is published where a host, or every server that answers, lacks it. All else is for warnings.
 *
 * `applying`: the steps are carried out now, so that what can be tidied up on the way is among them, and every value is
 * published: the hosts tell which they hold already.
 */
export function planDomain(wanted: WantedDomain, prior: PriorDomain, seen: Observation, applying = false): Plan {
  const { args } = wanted;
  const { state } = prior;
  if (state !== undefined && state.domain !== args.domain) {
    return { steps: [{ step: "replace", property: "domain" }], held: [], findings: [], unknown: [] };
  }
  const { requests, held } = planRequests(wanted, prior, seen);
  const identities = state === undefined ? NO_CHANGE : planIdentities(args, state, seen);
  const fresh = freshValues(wanted, state, seen);
  const publishAll = applying || identities.added.length > 0;
  const publish = publishAll ? fresh : valuesToPublish(wanted, state, seen, fresh);
  const due: readonly Step[] = [
    ...(prior.registered ? [] : [{ step: "register" } as const]),
    ...identities.added,
    ...requests,
    ...identities.kept,
    ...publish.map(({ identity, name, value }): Step => ({ step: "publish", identity, name, value })),
  ];
  const leaves = state !== undefined && leftHosts(state, args).length > 0;
  const acts = applying || due.length > 0 || identities.released.length > 0 || leaves;
  const withdraw =
    acts && state !== undefined ? planWithdrawals(args, state, identities.released, fresh, applying) : [];
  const waits = args.wait
    ? due.some(({ step }) => step !== "register" && step !== "own") || leaves || state?.verified === false
    : // A value goes once its successor is on every server: the domain is never without one.
      withdraw.length > 0;
  return {
    steps: [...due, ...(waits ? [{ step: "wait" } as const] : []), ...identities.released, ...withdraw],
    held,
    findings: seen.findings,
    unknown: seen.unknown,
  };
}

function planRequests({ args }: WantedDomain, prior: PriorDomain, seen: Observation) {
  const requests: Step[] = [];
  const held: Held[] = [];
  for (const { name: identity, arn, current } of seen.identities) {
    if (current === undefined || arn === undefined) continue;
    const history = { known: prior.arns.has(arn), asked: prior.asked[arn] };
    const request = planRequest(current, history, args.restart, seen.nowMs);
    if (request.kind === "ask") requests.push({ step: "request", identity, because: request.because });
    if (request.kind === "held") {
      const { status, because, untilMs } = request;
      held.push({ identity, status, because, untilMs });
    }
  }
  return { requests, held };
}

interface IdentityChanges {
  readonly added: readonly Step[];
  readonly kept: readonly Step[];
  readonly released: readonly (Step & { readonly step: "release" })[];
}

const NO_CHANGE: IdentityChanges = { added: [], kept: [], released: [] };

/** How the identities that the program names differ from those of the state. */
function planIdentities({ adopt }: WantedDomain["args"], state: DomainState, seen: Observation): IdentityChanges {
  const added: Step[] = [];
  const kept: Step[] = [];
  const left = new Set(state.verifications);
  for (const named of seen.identities) {
    const { name: identity } = named;
    const before = beforeOf(named, state);
    if (before === undefined) {
      added.push({ step: "add", identity });
      continue;
    }
    left.delete(before);
    const token = named.current?.token;
    if (before.name !== identity) kept.push({ step: "rename", identity });
    if (token !== undefined && token !== before.token) kept.push({ step: "renew", identity });
    if (adopt === "own" && before.adopted) kept.push({ step: "own", identity });
  }
  return { added, kept, released: [...left].map(({ name: identity }) => ({ step: "release", identity })) };
}

/** What is one identity to SES is one here, whatever the program calls it. */
function beforeOf({ name, region, arn }: NamedIdentity, { verifications }: DomainState): Verification | undefined {
  return verifications.find((one) =>
    arn === undefined ? one.name === name && one.region === region : one.identityArn === arn,
  );
}

/** The values of the tokens that SES holds, or held when the state was written, where the program wants them now. */
function freshValues({ places }: WantedDomain, state: DomainState | undefined, seen: Observation): ExpectedValue[] {
  const tokens = seen.identities.flatMap((named) => {
    const token = named.current?.token ?? (state && beforeOf(named, state)?.token);
    return token === undefined || token === "" ? [] : [{ name: named.name, token }];
  });
  return expectedValues(tokens, places);
}

function valuesToPublish(
  { args }: WantedDomain,
  state: DomainState | undefined,
  seen: Observation,
  fresh: readonly ExpectedValue[],
): readonly ExpectedValue[] {
  if (state !== undefined) {
    if (args.dns.some((dns) => !state.dns.some((before) => sameHost(before, dns)))) return fresh;
    if (placementChanged(state, args)) {
      const held = flatten(state.records);
      return fresh.filter((value) => !held.some((one) => sameValue(one, value)));
    }
  }
  const gone = seen.verdicts.flatMap(({ state: verdict, sighting, nowhere }) =>
    verdict === "missing" ? nowhere.map((value) => ({ name: sighting.name, value })) : [],
  );
  const known = [...seen.expected, ...fresh];
  const missing = [...gone, ...seen.lacking].map(({ name, value }) => ({
    identity: known.find((one) => one.value === value)?.identity ?? "",
    name,
    value,
  }));
  return missing.filter((one, index) => missing.findIndex((other) => sameValue(one, other)) === index);
}

function sameValue(a: Pick<TxtValue, "name" | "value">, b: Pick<TxtValue, "name" | "value">): boolean {
  return a.name === b.name && a.value === b.value;
}

/** `auto` keeps what it chose: only a placement that the program names, and that is not where the values are, is a change. */
function placementChanged({ domain, records }: DomainState, { placement }: WantedDomain["args"]): boolean {
  const atApex = records.filter(({ name }) => name === domain).flatMap(({ values }) => values).length;
  const under = records.filter(({ name }) => name !== domain).flatMap(({ values }) => values).length;
  switch (placement) {
    case "auto":
      return false;
    case "underscore":
      return atApex > 0;
    case "apex":
      return under > 0;
    case "split":
      return atApex > 1 || under > 1;
  }
}

function leftHosts(state: DomainState, { dns }: WantedDomain["args"]) {
  return state.dns.filter((before) => !dns.some((one) => sameHost(one, before)));
}

/** What was written for an identity that is not this package's to remove stays with it. */
function planWithdrawals(
  args: WantedDomain["args"],
  state: DomainState,
  released: IdentityChanges["released"],
  fresh: readonly ExpectedValue[],
  applying: boolean,
): Step[] {
  const staying = state.verifications.filter(
    ({ name, adopted }) => adopted && released.some(({ identity }) => identity === name),
  );
  const kept = valuesOf(state.records, new Set(staying.map(({ token }) => token)));
  const held = flatten(state.records).filter((value) => !kept.some((one) => one.value === value.value));
  const wanted = flatten(recordSets(fresh, args.ttl));
  const former = applying ? [...state.dns, ...state.leaving] : leftHosts(state, args);
  return obsoleteValues(args.dns, former, { held, heldBefore: held, wanted }).flatMap(({ dns, values }) =>
    values.map(({ name, value }): Step => ({ step: "withdraw", host: dns.kind, name, value })),
  );
}
