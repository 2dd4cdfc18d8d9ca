import { dataText, type Requirement, sameRecord, valuesAt } from "../../dns/requirement";
import type { Part } from "../identity/restarts";
import type { Held, Step } from "../lifecycle";
import { rivalsOf } from "../records/judge-set";
import { dmarcRecord, ownDmarc } from "../sending/dmarc";
import { isUnready, planSending } from "../sending/plan";
import { beforeOf, type Observation, type PriorDomain, type WantedDomain } from "./plan-question";
import type { DomainState } from "./state";

/** Steps after which nothing has to be waited for. */
export function isAtOnce({ step, ...one }: Step): boolean {
  if (step === "publish") return "identity" in one && one.identity === "";
  return step === "register" || step === "own" || step === "configure" || step === "disown";
}

/** Whether the last run ended before a part was ready that the program waits for. */
export function isShort({ args, wishes = {} }: WantedDomain, state: DomainState | undefined): boolean {
  return args.wait === "ready" && state !== undefined && isUnready(state.verifications, wishes);
}

/** What SES is to be told of DKIM and MAIL FROM, and what else is set at SES. */
export function planParts({ args, wishes = {} }: WantedDomain, prior: PriorDomain, seen: Observation, inVain: boolean) {
  const steps: Step[] = [];
  const held: Held[] = [];
  for (const named of seen.identities) {
    const wish = wishes[named.name];
    if (wish === undefined) continue;
    const before = prior.state && beforeOf(named, prior.state);
    const isAdded = prior.state !== undefined && before === undefined;
    // A run that was asked for no part left none ready, whatever an earlier one had set up.
    const askedForNone = prior.state !== undefined && prior.state.ready === undefined;
    const isNew = (part: Part) => askedForNone || prior.newParts?.has(part) === true;
    const { restart } = args;
    const planned = planSending({ ...named, wish, before, isNew, restart, asked: prior.asked, nowMs: seen.nowMs });
    for (const one of planned.steps) {
      if (isAdded) continue;
      if (inVain && one.step === "set" && one.because === "lapsed") {
        held.push({ identity: named.name, part: one.part, status: "Failed", because: "cause-stands" });
      } else steps.push(one);
    }
    held.push(...planned.held);
  }
  const { state } = prior;
  if (state !== undefined && (isConfiguredOtherwise(args, state) || isWatchedSince(wishes, state))) {
    steps.push({ step: "configure" });
  }
  return { steps, held };
}

/** Whether the program has DKIM watched that the state does not tell of. */
function isWatchedSince(
  wishes: NonNullable<WantedDomain["wishes"]>,
  { verifications, ready }: Pick<DomainState, "verifications" | "ready">,
): boolean {
  return verifications.some(
    ({ name, dkim }) => wishes[name]?.dkim === "keep" && (dkim === undefined || ready === undefined),
  );
}

function isConfiguredOtherwise(
  { configurationSet, feedbackForwarding }: WantedDomain["args"],
  { set }: DomainState,
): boolean {
  return (
    (configurationSet !== undefined && configurationSet !== set?.configurationSet) ||
    (feedbackForwarding !== undefined && feedbackForwarding !== set?.feedbackForwarding)
  );
}

/** A record that has to be alone, at a name where the servers have others, which an earlier run did not write. */
export function conflictsIn({ verdicts, expected }: Observation, { state: before, former = [] }: PriorDomain): Step[] {
  const written = before?.requirements ?? former;
  return verdicts.flatMap(({ state, sighting }): Step[] => {
    const { name, type } = sighting;
    const here = expected.filter(({ record }) => record.name === name && record.type === type);
    const [one] = here;
    if (state === "published" || one === undefined) return [];
    const own = new Set(valuesAt([...here, ...written], sighting));
    const isRival = here.some((each) => rivalsOf(sighting, each).some((value) => !own.has(value)));
    return isRival ? [{ step: "conflict", identity: one.owner.identity, name, type }] : [];
  });
}

/** The DMARC record is written where there is none; one that is no longer as it was written is not this resource's. */
export function planDmarc({ args }: WantedDomain, state: DomainState | undefined, seen: Observation) {
  const nothing = { publish: [] as Requirement[], steps: [] as Step[] };
  if (typeof args.dmarc !== "object" || seen.dmarc === undefined) return nothing;
  const wish = dmarcRecord(args.domain, args.dmarc.ifAbsent, args.ttl);
  const own = state && ownDmarc(state.requirements);
  if (seen.dmarc.kind === "absent") return { ...nothing, publish: [wish] };
  const isOurs = own !== undefined && dataText(own) === seen.dmarc.text;
  if (own !== undefined && !isOurs) return { ...nothing, steps: [{ step: "disown", name: own.record.name } as const] };
  return own !== undefined && !sameRecord(own, wish) ? { ...nothing, publish: [wish] } : nothing;
}
