import type { DkimSeen } from "../../diagnosis/finding";
import { comparable, keyText } from "../../dns/record";
import { dataText, type Requirement } from "../../dns/requirement";
import { isInVain, planRequest } from "../identity/request";
import type { Held, Plan, Step } from "../lifecycle";
import { isSpf } from "../records/foreign";
import { obsoleteRecords, without } from "../records/obsolete";
import { sameHost } from "../records/records";
import { eachOnce, requirementsOf } from "../records/requirements";
import { ownDmarc } from "../sending/dmarc";
import { holderOf, isLeft } from "../sending/holder";
import { EASY_DKIM } from "../sending/state";
import { conflictsIn, isAtOnce, isShort, planDmarc, planParts } from "./plan-parts";
import { beforeOf, type Observation, type PriorDomain, type WantedDomain } from "./plan-question";
import type { DomainState, Verification } from "./state";

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
  const identities = state === undefined ? NO_CHANGE : planIdentities(args, state, seen);
  const fresh = wantedRecords(wanted, state, seen);
  const all = applying || identities.added.length > 0;
  const publish = all ? fresh : recordsToPublish(wanted, state, seen, fresh);
  const inVain = publish.length === 0 && isInVain(seen.findings);
  const { requests, held } = planRequests(wanted, prior, seen, inVain);
  const sending = planParts(wanted, prior, seen, inVain);
  const dmarc = planDmarc(wanted, state, seen);
  const due: readonly Step[] = [
    ...(prior.registered ? [] : [{ step: "register" } as const]),
    ...identities.added,
    ...requests,
    ...identities.kept,
    ...sending.steps,
    ...conflictsIn(seen, prior),
    ...[...publish, ...dmarc.publish].map(
      ({ record, owner }): Step => ({
        step: "publish",
        identity: owner.identity,
        name: record.name,
        type: record.type,
        value: comparable(record),
      }),
    ),
    ...dmarc.steps,
  ];
  const leaves = state !== undefined && leftHosts(state, args).length > 0;
  const isUnwished =
    state !== undefined && ownDmarc(state.requirements) !== undefined && typeof args.dmarc !== "object";
  const acts = applying || due.length > 0 || identities.released.length > 0 || leaves || isUnwished;
  const withdraw =
    acts && state !== undefined ? planWithdrawals(wanted, state, identities.released, fresh, applying) : [];
  const waits = args.wait
    ? due.some((one) => !isAtOnce(one)) || leaves || state?.verified === false || isShort(wanted, state)
    : // A value goes once its successor is on every server: the domain is never without one.
      withdraw.length > 0;
  return {
    steps: [...due, ...(waits ? [{ step: "wait" } as const] : []), ...identities.released, ...withdraw],
    held: [...held, ...sending.held],
    findings: seen.findings,
    unknown: seen.unknown,
  };
}

/** `inVain`: asking again is of no use as long as what was found stands. */
function planRequests({ args }: WantedDomain, prior: PriorDomain, seen: Observation, inVain: boolean) {
  const requests: Step[] = [];
  const held: Held[] = [];
  for (const { name: identity, arn, current } of seen.identities) {
    if (current === undefined || arn === undefined) continue;
    const history = { known: prior.arns.has(arn), asked: prior.asked[arn] };
    const request = planRequest(current, history, args.restart, seen.nowMs);
    if (request.kind === "ask" && request.because === "lapsed" && inVain) {
      held.push({ identity, status: current.status, because: "cause-stands" });
    } else if (request.kind === "ask") requests.push({ step: "request", identity, because: request.because });
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

/** The records of the tokens that SES holds, or held when the state was written, where the program wants them now. */
function wantedRecords(
  { args, places, wishes = {} }: WantedDomain,
  state: DomainState | undefined,
  seen: Observation,
): Requirement[] {
  const holders = seen.identities.flatMap((named) => {
    const before = state && beforeOf(named, state);
    const token = named.current?.token ?? before?.token;
    const identityArn = named.arn ?? before?.identityArn;
    if (token === undefined) return [];
    const dkim = dkimOf(named.dkim, before);
    return [holderOf({ name: named.name, identityArn, token, dkim }, wishes[named.name])];
  });
  return requirementsOf(args.domain, holders, places, args.ttl);
}

/** DKIM's tokens as SES has them, where it told all of them; else as the state has them. */
function dkimOf(seen: DkimSeen | undefined, before: Verification | undefined) {
  const { origin: method = before?.dkim?.method ?? EASY_DKIM, tokens = [], zone } = seen ?? {};
  return zone === undefined || tokens.length === 0 ? before?.dkim : { method, tokens, zone };
}

function recordsToPublish(
  { args, wishes = {} }: WantedDomain,
  state: DomainState | undefined,
  seen: Observation,
  fresh: readonly Requirement[],
): readonly Requirement[] {
  if (state !== undefined) {
    if (args.dns.some((dns) => !state.dns.some((before) => sameHost(before, dns)))) return fresh;
    if (placementChanged(state, args)) return without(fresh, state.requirements);
  }
  const isOurs = ({ owner }: Requirement) => owner.purpose !== "dkim" || wishes[owner.identity]?.dkim !== "keep";
  const gone = seen.verdicts.flatMap(({ state: verdict, sighting, nowhere }) =>
    verdict !== "missing"
      ? []
      : seen.expected.filter((one) => keyText(one.record) === keyText(sighting) && nowhere.includes(dataText(one))),
  );
  // What the program asks for since the last run, and was not looked for.
  const isSending = ({ owner }: Requirement) => owner.purpose !== "verification";
  const isRead = ({ record }: Requirement) =>
    seen.verdicts.some(({ sighting }) => keyText(sighting) === keyText(record));
  // Where MX was written without it, an SPF record of others takes its place.
  const isWithout = (one: Requirement) =>
    isSpf(one) &&
    state?.requirements.some(({ record }) => record.type === "MX" && record.name === one.record.name) === true;
  const unseen = fresh.filter((one) => isSending(one) && !isRead(one) && !isWithout(one));
  const added = state === undefined ? [] : without(unseen, [...state.requirements, ...seen.expected]);
  return eachOnce([...gone, ...seen.lacking, ...added]).filter(isOurs);
}

/** `auto` keeps what it chose: only a placement that the program names, and that is not where the values are, is a change. */
function placementChanged({ domain, requirements }: DomainState, { placement }: WantedDomain["args"]): boolean {
  const tokens = requirements.filter(({ owner }) => owner.purpose === "verification");
  const atApex = tokens.filter(({ record }) => record.name === domain).length;
  const under = tokens.length - atApex;
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

function asOwn(verification: Verification): Verification {
  return { ...verification, adopted: false };
}

/** What was written for an identity that is not this package's to remove stays with it. */
function planWithdrawals(
  { args, wishes = {} }: WantedDomain,
  state: DomainState,
  released: IdentityChanges["released"],
  fresh: readonly Requirement[],
  applying: boolean,
): Step[] {
  const staying = new Set(
    state.verifications
      .filter(({ name, adopted }) => adopted && released.some(({ identity }) => identity === name))
      .map(({ identityArn }) => identityArn),
  );
  /** Bounces on the way still find the MAIL FROM domain that another one replaces: it goes with a later update. */
  const isReplaced = ({ owner, record }: Requirement) => {
    const before = state.verifications.find(({ identityArn }) => identityArn === owner.arn);
    const mailFrom = before && wishes[before.name]?.mailFrom;
    return owner.purpose === "mail-from" && !!mailFrom && before?.mailFrom?.domain === record.name;
  };
  // A DMARC record that is wanted otherwise is replaced, and one that others changed is theirs.
  const isWished = ({ owner }: Requirement) => owner.purpose === "dmarc" && typeof args.dmarc === "object";
  const held = state.requirements.filter(
    (one) => !staying.has(one.owner.arn ?? "") && !isReplaced(one) && !isWished(one),
  );
  const verifications = args.adopt === "own" ? state.verifications.map(asOwn) : state.verifications;
  const former = applying ? [...state.dns, ...state.leaving] : leftHosts(state, args);
  const ours = held.filter((one) => !isLeft(one, verifications, wishes));
  return obsoleteRecords(args.dns, former, { held: ours, heldBefore: held, wanted: fresh }).flatMap(
    ({ dns, requirements }) =>
      requirements.map(({ record }): Step => {
        const { name, type } = record;
        return { step: "withdraw", host: dns.kind, name, type, value: comparable(record) };
      }),
  );
}
