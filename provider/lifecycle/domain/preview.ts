import type { Sighting } from "../../authority/authority";
import type { Ctx } from "../../core/ctx";
import { DnsHostError, explain } from "../../core/errors";
import type { Requirement } from "../../dns/requirement";
import type { CheckedArgs } from "../arguments/types";
import { type Located, openAccounts, openNotes } from "../identity/accounts";
import { checkAccounts, openIdentity } from "../identity/open";
import { askedAgain, PARTS, partKey, type Restarts, type RestartsByArn } from "../identity/restarts";
import { type Outlook, PART_READY, type Plan, type Ports, type Prior } from "../lifecycle";
import { authorityFor } from "../observation/clients";
import { completenessOf } from "../observation/completeness";
import { type Look, lookAtDomain } from "../observation/look";
import { describeGoingOn, describeOnce, describeOwning, healthyWord } from "../observation/words";
import { placeAt } from "../records/place";
import { missingAt, sameAccess } from "../records/records";
import { wishesOf } from "../sending/wish";
import { lookAtNewDomain } from "./new-domain";
import {
  describeDisowned,
  describePlan,
  describeRemembered,
  describeRenewals,
  ofVerification,
  publisherOf,
  shortfallOf,
  unknownOf,
} from "./outlook";
import { planDomain } from "./plan";
import type { Observation, PriorDomain } from "./plan-question";
import {
  conflictsOf,
  describeParts,
  dmarcFindings,
  mailFromRecordsOf,
  partOf,
  refusedOf,
  seeDmarc,
  zoneKey,
  zonesOf,
} from "./preview-sending";
import type { DomainState } from "./state";
import { seeByState } from "./unanswered";
import type { Past, View } from "./view";

type Seen = Pick<Observation, "expected" | "verdicts" | "lacking" | "findings" | "unknown"> & Pick<Look, "identities">;

const NOTHING_SEEN: Seen = { identities: [], expected: [], verdicts: [], lacking: [], findings: [], unknown: [] };

/** What `up` will do for a domain, and why: looks at SES and DNS, as far as `previewCheck` allows, and plans. Reads only. */
export async function previewDomain(
  args: CheckedArgs,
  prior: Prior<DomainState>,
  /** Those of the last run, where the state is not at hand. */
  formerArgs: CheckedArgs | undefined,
  ports: Ports,
  ctx: Ctx,
): Promise<Outlook> {
  const before = { ...priorOf(prior, args), former: formerArgs && mailFromRecordsOf(formerArgs) };
  const opened = args.identities.map((identity) => openIdentity(identity, ports.clients));
  if (before.state?.domain === args.domain) await checkAccounts(opened, before.state.verifications, ctx);
  const hosts = args.dns.map((dns) => ports.clients.backend(dns));
  const names = opened.map(({ spec }) => spec.name);
  const wishes = wishesOf({ ...args, identities: opened.map(({ spec }) => spec) });
  const view: View = { args, hosts, wishes, places: placeAt(args.domain, names, args.placement, hosts), ports };
  const accounts = openNotes();
  const located = await openAccounts(opened, args.domain, {}, accounts, ctx);
  // Without a state, Check tells.
  const unreached =
    before.state === undefined ? [] : accounts.unknown.concat(accounts.failures.map(({ reason }) => reason));
  const existing = located.filter(({ arn }) => before.arns.has(arn));
  const [seen, dmarc, lacking] = await Promise.all([
    see(view, existing, before, ctx),
    seeDmarc(view, ctx),
    before.state === undefined ? [] : valuesElsewhere(before.state, args, ports, ctx),
  ]);
  const byState = before.state && (await seeByState(before.state, seen, { ...view, opened }, ctx));
  const isNew = before.state === undefined && before.arns.size === 0;
  const observation: Observation = {
    ...seen,
    ...(byState && { expected: byState.expected, verdicts: byState.verdicts }),
    identities: opened.map(({ spec: { name, region } }) => {
      const found = seen.identities.find((one) => one.name === name);
      return {
        name,
        region,
        arn: located.find(({ spec }) => spec.name === name)?.arn,
        current: found && { status: found.status, token: found.token, tokenKnown: found.tokenless !== undefined },
        dkim: found?.dkim,
        mailFrom: found?.mailFrom,
      };
    }),
    findings: [...seen.findings, ...dmarcFindings(args, dmarc, isNew)],
    dmarc: dmarc?.standing,
    lacking: [...seen.lacking, ...lacking],
    nowMs: ctx.clock.now(),
  };
  const planned = planDomain({ args, places: view.places, wishes }, before, observation);
  const refused = await refusedOf(view, planned, before, observation, ctx);
  const plan = { ...planned, steps: [...planned.steps, ...refused] };
  const conflicts = await conflictsOf(view, plan, before, observation, ctx);
  const parts = describeParts(args, wishes, plan);
  const { wait, identities, dnsCheck } = args;
  const wanted = { waits: wait !== false, identities: identities.length, reads: dnsCheck.mode !== "off" };
  const tokens = new Set(Object.values(view.places).map(({ name }) => name));
  const isToken = ({ name, type }: Sighting) => type === "TXT" && tokens.has(name);
  const ofTokens = seen.verdicts.filter(({ sighting }) => isToken(sighting));
  const complete = completenessOf({ identities: seen.identities, verdicts: ofTokens }, wanted);
  const own = ofVerification(plan, partOf(args, wishes));
  return {
    plan: { ...plan, unknown: [...plan.unknown, ...conflicts.unknown, ...unreached] },
    ...describePlan(plan, healthyWord(args), publisherOf(hosts), partOf(args, wishes)),
    parts,
    incomplete: complete === "no" ? `incomplete: ${shortfallOf(own)}` : undefined,
    failures: conflicts.failures,
    stateWarnings: [
      ...describeRenewals(plan, args.domain, hosts),
      ...describeDisowned(plan),
      ...describeOnce(byState?.findings ?? []),
      ...describeRemembered(byState?.remembered ?? []),
      ...(before.state?.verified === true
        ? describeGoingOn(plan, args.domain, before.state.readyToSend !== false, "ready to send")
        : describeGoingOn(plan, args.domain, before.state === undefined)),
      ...describeOwning(plan, args.domain),
    ],
    asked: askedAfter(plan, before.asked, observation),
    isNew,
    waits: wait !== false,
    identities: observation.identities.flatMap(({ arn, current, dkim, mailFrom }) =>
      arn === undefined ? [] : [{ arn, status: current?.status ?? ("unknown" as const), dkim, mailFrom }],
    ),
    seen: complete === "yes" && isAllReady(parts) ? seenOf(observation) : undefined,
  };
}

function isAllReady(parts: Outlook["parts"]): boolean {
  return Object.values(parts ?? {}).every((told) => told === PART_READY);
}

function seenOf({ identities }: Observation): Record<string, string> {
  return Object.fromEntries(
    identities.flatMap(({ arn, current, dkim }) =>
      arn === undefined || current === undefined
        ? []
        : [[arn, current.token ?? current.status], ...(dkim?.zone === undefined ? [] : [[zoneKey(arn), dkim.zone]])],
    ),
  );
}

/** What earlier runs left: by the state, or by what the inputs of the last run tell. */
function priorOf(prior: Prior<DomainState>, args: CheckedArgs): PriorDomain & Past {
  const { domain } = args;
  if (prior.state !== undefined) {
    const { state, remembered } = prior;
    return {
      state,
      arns: new Set(state.verifications.map(({ identityArn }) => identityArn)),
      asked: state.asked,
      registered: state.mark !== undefined,
      tokens: Object.fromEntries(state.verifications.map(({ identityArn, token }) => [identityArn, token])),
      verified: state.verified,
      awaited: state.verified,
      sameSending: remembered?.sending?.isSame !== false,
      asksHosts: remembered !== undefined,
    };
  }
  const { subject, arns, asked, registered, waited, verified, tokens, sending } = prior.remembered;
  const known = subject === domain ? Object.values(arns) : [];
  return {
    state: undefined,
    arns: new Set(known),
    asked: subject === domain ? asked : {},
    registered: registered || known.length === 0,
    tokens: subject === domain ? tokens : {},
    verified,
    // It may have timed out.
    awaited: waited,
    sameSending: sending?.isSame === true,
    asksHosts: true,
    newParts: new Set(sending?.added),
  };
}

async function see(view: View, existing: readonly Located[], before: PriorDomain & Past, ctx: Ctx): Promise<Seen> {
  const { args, ports } = view;
  if (args.previewCheck === "off") return NOTHING_SEEN;
  if (existing.length === 0) return seeNew(view, ctx);
  const places = Object.fromEntries(
    existing.flatMap(({ spec: { name } }) => (view.places[name] ? [[name, view.places[name]]] : [])),
  );
  // Diff follows Check at once, and sees what it has seen.
  const zones = zonesOf(existing, before);
  const what = JSON.stringify([
    args.domain,
    existing.map(({ arn }) => arn),
    places,
    args.dns,
    args.dnsCheck,
    view.wishes,
    zones,
  ]);
  const look = await ports.cache.once(
    what,
    () =>
      lookAtDomain(
        {
          domain: args.domain,
          identities: existing.map((one) => ({
            ...one,
            accountId: one.account.id,
            asked: before.asked[one.arn],
            lastToken: before.tokens[one.arn],
          })),
          verifiedBefore: before.verified,
          awaitedBefore: before.awaited,
          places,
          wishes: view.wishes,
          zones,
          hosts: view.hosts,
          ttl: args.ttl,
          authority: authorityFor(args.dnsCheck, ports.clients),
        },
        ports.cache,
        ctx,
      ),
    ctx,
  );
  return { ...look, unknown: unknownOf(look) };
}

/** Where nothing was made yet: the zone alone. */
async function seeNew({ args, places, hosts, ports }: View, ctx: Ctx): Promise<Seen> {
  const authority = authorityFor(args.dnsCheck, ports.clients);
  const names = [...new Set(Object.values(places).map(({ name }) => name))];
  const readings =
    authority === undefined
      ? []
      : await Promise.all(names.map((name) => ports.cache.reading(authority, args.domain, name, ctx)));
  return { ...NOTHING_SEEN, ...(await lookAtNewDomain(args.domain, readings, hosts, ports.cache, ctx)) };
}

/** Other credentials for a host may be a profile renamed, or lead to another account's zone, which lacks our values. */
async function valuesElsewhere(
  state: DomainState,
  args: CheckedArgs,
  { clients }: Ports,
  ctx: Ctx,
): Promise<readonly Requirement[]> {
  const changed = args.dns.filter((dns) => !state.dns.some((before) => sameAccess(before, dns)));
  const lacking = await Promise.all(
    changed.map(async (dns) => {
      try {
        return await missingAt(clients.backend(dns), state.requirements, ctx);
      } catch (error) {
        // What is not known changes nothing.
        if (!(error instanceof DnsHostError)) throw error;
        ctx.log.debug(explain(error));
        return [];
      }
    }),
  );
  return lacking.flat();
}

/** What SES will have been asked for again and has not verified since, once the plan was carried out. */
function askedAfter(plan: Plan, before: RestartsByArn, { identities, nowMs }: Observation): RestartsByArn {
  // An identity that only lacks a token has neither failed nor been revoked.
  const requested = plan.steps.flatMap((one) =>
    one.step === "request" && one.because !== "no-token" ? [one.identity] : [],
  );
  const parts = identities.flatMap(({ name, arn, dkim, mailFrom }): [string, Restarts][] =>
    PARTS.flatMap((part): [string, Restarts][] => {
      if (arn === undefined) return [];
      const key = partKey(arn, part);
      const isAsked = plan.steps.some(
        (one) => one.step === "set" && one.identity === name && one.part === part && one.because === "lapsed",
      );
      if (isAsked) return [[key, askedAgain(before[key], nowMs)]];
      const seen = part === "dkim" ? dkim : mailFrom;
      const kept = seen === undefined || seen.status === "Success" ? undefined : before[key];
      return kept === undefined ? [] : [[key, kept]];
    }),
  );
  const own = Object.fromEntries(
    identities.flatMap(({ name, arn, current }): [string, Restarts][] => {
      if (arn === undefined) return [];
      if (requested.includes(name)) return [[arn, askedAgain(before[arn], nowMs)]];
      const kept = current === undefined || current.status === "Success" ? undefined : before[arn];
      return kept === undefined ? [] : [[arn, kept]];
    }),
  );
  return { ...own, ...Object.fromEntries(parts) };
}
