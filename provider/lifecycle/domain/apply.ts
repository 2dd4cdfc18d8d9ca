import type { Ctx } from "../../core/ctx";
import { expectStep } from "../../core/status-line";
import { counted } from "../../core/words";
import type { DnsBackend } from "../../dns/backend";
import type { Requirement } from "../../dns/requirement";
import type { CheckedArgs } from "../arguments/types";
import { joinIdentity, markFor, openJoined, type Registrant, readCurrent } from "../identity/join";
import { leave } from "../identity/leave";
import { type OpenIdentity, openIdentity, reopenIdentity } from "../identity/open";
import { describePartings } from "../identity/parting-words";
import type { Caller } from "../lifecycle";
import { authorityFor, type Clients } from "../observation/clients";
import { watchedAs } from "../observation/observe";
import { awaitVerified } from "../observation/wait/wait";
import { byWriter, notServedEverywhere } from "../records/by-hand";
import { withoutForeign } from "../records/foreign";
import { placeAt } from "../records/place";
import type { Place } from "../records/placement";
import { publish } from "../records/records";
import { requirementsOf } from "../records/requirements";
import { holderOf } from "../sending/holder";
import { clearMailFrom } from "../sending/mail-from";
import { wishesOf } from "../sending/wish";
import { askSes } from "./ask-ses";
import { awaitedOf } from "./awaited";
import { publishDmarc } from "./dmarc";
import { type Draft, openDraft } from "./draft";
import { planDomain } from "./plan";
import type { Observation, PriorDomain } from "./plan-question";
import { openSendingSteps } from "./sending-steps";
import type { DomainState, Verification } from "./state";
import { toldOnce } from "./told-once";
import { letCachesGo, makeRoom, withdrawObsolete } from "./withdraw-obsolete";

/**
 * Carries out what the program says, from nothing or from what an earlier run left: SES is asked, the values are
 * written, the servers and SES are waited for, and only then what is no longer wanted goes. Running it again goes on
 * where it stopped. Throws `PartialFailure` with the state so far once there is anything to lose.
 */
export async function applyDomain(
  args: CheckedArgs,
  prior: DomainState | undefined,
  caller: Caller,
  clients: Clients,
  ctx: Ctx,
): Promise<DomainState> {
  const registrant = { ...caller, mark: markFor(prior, caller) };
  const draft = openDraft(args, prior, registrant.mark);
  const joined = openJoined(registrant);
  const wishes = wishesOf(args);
  try {
    const identities = args.identities.map((identity) => openIdentity(identity, clients));
    const hosts = args.dns.map((dns) => clients.backend(dns));
    const { written, byHand } = byWriter(hosts);
    const authority = authorityFor(args.dnsCheck, clients);
    // Where another provider publishes, what is there already is read too.
    const reader = authority ?? (hosts.length === 0 ? clients.authority({ mode: "authoritative" }) : undefined);
    const names = identities.map(({ spec }) => spec.name);
    const places = placeAt(args.domain, names, args.placement, hosts);
    expectStep(`finding the zone at ${kindsOf(hosts)}`, ctx);
    await findZones(hosts, Object.values(places), ctx);

    const state = prior === undefined ? "creating" : "settled";
    expectStep(`asking SES for ${counted(identities.length, "identity", "identities")}`, ctx);
    const ensured = await askSes(identities, args, wishes, state, registrant, draft, joined, ctx);
    const isFresh = ensured.every(({ asked }) => asked) && prior === undefined;
    // A token that SES gave a moment ago is nowhere yet.
    const toPublish = async (wanted: readonly Requirement[]) =>
      isFresh ? wanted : notServedEverywhere(wanted, authority, ctx);
    const publishAll = async (verifications: readonly Verification[]) => {
      const plan = planDomain(
        { args, places, wishes },
        priorOf(prior),
        observationOf(verifications, ctx.clock.now()),
        true,
      );
      const holders = verifications.map((one) => holderOf(one, wishes[one.name]));
      const requirements = await withoutForeign(
        requirementsOf(args.domain, holders, places, args.ttl),
        written,
        reader,
        ctx,
      );
      draft.expect(requirements);
      await makeRoom(draft.obsolete(), prior?.verifications ?? [], requirements, (dns) => clients.backend(dns), ctx);
      await publish(written, requirements, ctx);
      if (byHand.length > 0) await publish(byHand, await toPublish(requirements), ctx);
      return { plan, requirements };
    };
    const sending = openSendingSteps({
      args,
      wishes,
      identities,
      draft,
      wasReady: prior?.readyToSend ?? false,
      setBefore: prior?.set?.configurationSet,
    });
    const dkimStopped = await sending.ensureDkim(ctx);
    expectStep(`writing DNS at ${kindsOf(hosts)}, until it is in effect there`, ctx);
    let { plan, requirements } = await publishAll(draft.all());
    // What can be done is done: a value that is there again keeps SES from revoking in the other regions.
    for (const { stopped } of ensured) if (stopped !== undefined) throw stopped;
    if (dkimStopped !== undefined) throw dkimStopped;

    for (const text of toldOnce(args, draft.all(), wishes, prior)) ctx.log.info(text);
    const waits = plan.steps.some(({ step }) => step === "wait");
    if (waits) {
      const goal = {
        domain: args.domain,
        identities: identities.map((open) => {
          const own = ensured.find(({ verification }) => verification.name === open.spec.name);
          const verifiedBefore = prior?.verified ?? false;
          const asked = own && prior?.asked[own.verification.identityArn];
          return {
            ...watchedAs(open, own?.verification.accountId, {
              verifiedBefore,
              requested: own?.asked ?? false,
              asked,
            }),
            ...sending.awaitedFirst(open.spec.name),
          };
        }),
        requirements: awaitedOf(requirements, args, prior),
        earlierTokens: (prior?.verifications ?? []).map(({ token }) => token),
        renew: async (tokens: ReadonlyMap<string, string>) => {
          ({ plan, requirements } = await publishAll(draft.renewed(tokens)));
          await registerAgain(draft, identities, [...tokens.keys()], args, registrant, ctx);
          return awaitedOf(requirements, args, prior);
        },
        ses: args.wait !== false,
        hosts,
        authority,
        timeoutMs: args.timeoutMs,
      };
      draft.saw(await awaitVerified(goal, ctx));
    }
    await sending.ensureMailFrom(ctx);
    if (waits && args.wait === "ready") await sending.awaitMailFrom(authority !== undefined, ctx);
    await sending.settle(ctx);
    requirements = await publishDmarc({ args, prior, written, byHand, authority: reader, requirements, draft }, ctx);

    const obsolete = draft.obsolete();
    if (authority === undefined && obsolete.length > 0) await letCachesGo(args.ttl, args.timeoutMs, ctx);
    expectStep("removing what is no longer wanted", ctx);
    await releaseRemoved(draft, args, registrant, clients, ctx);
    const successor = { hosts, wanted: requirements, authority };
    const leaving = await withdrawObsolete(draft.obsolete(), successor, (dns) => clients.backend(dns), ctx);
    // One server may have two names, which cannot be told from outside: a value that was removed with it is written again.
    if (obsolete.length > 0) await publish(written, successor.wanted, ctx);
    await joined.settle(ctx);
    return draft.finish(leaving, ctx.clock.now());
  } catch (error) {
    await joined.settleIfPossible(ctx);
    throw draft.unfinished(error);
  }
}

function kindsOf(hosts: readonly DnsBackend[]): string {
  return [...new Set(hosts.map(({ kind }) => kind))].join(", ");
}

function priorOf(state: DomainState | undefined): PriorDomain {
  const arns = new Set(state?.verifications.map(({ identityArn }) => identityArn));
  return { state, arns, asked: state?.asked ?? {}, registered: true };
}

/** What SES said, and was asked for, in this run. The hosts tell what they hold when the values are written. */
function observationOf(verifications: readonly Verification[], nowMs: number): Observation {
  const identities = verifications.map(({ name, region, identityArn: arn, status, token }) => ({
    name,
    region,
    arn,
    current: { status, token, tokenKnown: true },
  }));
  return { identities, expected: [], verdicts: [], lacking: [], findings: [], unknown: [], nowMs };
}

/** Before SES is asked: an identity without a place for its value would only fail. */
async function findZones(hosts: readonly DnsBackend[], places: readonly Place[], ctx: Ctx): Promise<void> {
  const names = [...new Set(places.map(({ name }) => name))];
  await Promise.all(hosts.flatMap((host) => names.map((name) => host.findZone(name, ctx))));
}

/** SES gives another token where an identity was deleted and made again: then this resource's mark is not on it. */
async function registerAgain(
  draft: Draft,
  identities: readonly OpenIdentity[],
  names: readonly string[],
  { domain, adopt }: CheckedArgs,
  registrant: Registrant,
  ctx: Ctx,
): Promise<void> {
  const renewed = identities.filter(({ spec }) => names.includes(spec.name));
  await Promise.all(
    renewed.map(async (open) => {
      const prior = draft.current(open.spec.name);
      if (prior === undefined) return;
      const registered = draft.isMarked(prior);
      const wanted = { identity: domain, adopt, registrant, prior, registered, state: "settled" } as const;
      const standing = await readCurrent(open, wanted, ctx);
      if (standing === "absent") return;
      const joined = await joinIdentity(open.ses, domain, standing, registrant, ctx);
      draft.keep({ ...prior, adopted: standing.adopted }, joined === "marked", open.spec);
    }),
  );
}

/** Identities that the program no longer names: SES first, then the value, so that none is left without its value. */
async function releaseRemoved(
  draft: Draft,
  args: CheckedArgs,
  registrant: Registrant,
  clients: Clients,
  ctx: Ctx,
): Promise<void> {
  for (const { verification, identity, registered } of draft.removed()) {
    const open = await reopenIdentity(identity, verification.accountId, clients, ctx);
    const beforeRemoval = clearMailFrom(args.domain, verification.mailFrom);
    const departure = { identity: args.domain, verification, registrant, registered, beforeRemoval };
    const parting = await leave(open, departure, ctx);
    ctx.log.info(describePartings(args.domain, [{ verification, parting }], { withValue: args.dns.length > 0 }));
    draft.released(verification, parting.goes);
  }
}
