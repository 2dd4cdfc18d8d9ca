import type { Ctx } from "../../core/ctx";
import { explain, SesDomainError } from "../../core/errors";
import { listed } from "../../core/words";
import type { Failure, PreviewCheck } from "../arguments/types";
import { describePlan, shortfallOf, unknownOf } from "../domain/outlook";
import { planDomain } from "../domain/plan";
import type { Outlook, Plan, Ports, Prior, Step } from "../lifecycle";
import { authorityFor } from "../observation/clients";
import { type Completeness, completenessOf } from "../observation/completeness";
import { lookAtDomain } from "../observation/look";
import { describeGoingOn, notLearned, oncePerOutage, strictBy } from "../observation/words";
import type { Place } from "../records/placement";
import { placeOf } from "../records/requirements";
import { type Awaited, type AwaitedArgs, requirementsIn, tokensOf, wishesIn } from "./arguments";
import { openAwaited } from "./open";
import type { VerificationState } from "./state";

/** A provider looks at what it made only where a refresh has it do so: without one, up would wait for nothing to happen. */
export const OTHERS_HEAL =
  "This resource writes no DNS: where the record is gone, `pulumi up --refresh` has the record's provider write it again.";

/** Domains that a reason has room for. */
const REASONS_AT_MOST = 3;

const WAIT: Step = { step: "wait" };

/** What has become of one awaited domain. `fault`: why it cannot be looked at with these arguments. */
interface SeenDomain {
  readonly plan: Plan;
  readonly complete: Completeness;
  readonly fault?: string;
}

/**
 * Whether there is something to wait for: a domain that is verified no longer, or whose record is gone. Neither asking SES nor
 * writing DNS is this resource's part. Reads only.
 */
export async function previewVerification(
  { awaited }: AwaitedArgs,
  prior: Prior<VerificationState>,
  ports: Ports,
  ctx: Ctx,
): Promise<Outlook> {
  const { state } = prior;
  const before = prior.state === undefined ? prior.remembered.verified : prior.state.verified;
  const looks = prior.state !== undefined || prior.remembered.planned;
  const watched = looks ? awaited.filter(({ args }) => args.previewCheck !== "off") : [];
  const seen = await Promise.all(
    watched.map(async (one) => ({
      one,
      ...(await ports.cache.once(keyOf(one), () => see(one, before, ports, ctx), ctx)),
    })),
  );
  const lapsed = seen.filter(({ plan }) => plan.steps.length > 0);
  const waits =
    lapsed.length > 0 || (state !== undefined && (!state.verified || !same(state.tokens, awaited.flatMap(tokensOf))));
  const plan: Plan = {
    steps: waits ? [WAIT] : [],
    held: [],
    findings: seen.flatMap((one) => one.plan.findings),
    unknown: seen.flatMap((one) => one.plan.unknown),
  };
  const incomplete = seen.filter(({ complete }) => complete === "no");
  return {
    plan,
    text: lapsed.length > 0 ? `wait: ${shortfallsOf(lapsed)} \`pulumi up\` will wait. ${OTHERS_HEAL}` : "verified",
    incomplete: incomplete.length > 0 ? `incomplete: ${shortfallsOf(incomplete)}` : undefined,
    warnings: [
      ...seen.flatMap(({ plan }) => describePlan(plan, "verified").warnings),
      ...(lapsed.length > 0 ? [OTHERS_HEAL] : []),
    ],
    stateWarnings: describeGoingOn(plan, listed(state?.domains ?? []), state?.verified ?? true),
    failures: seen.flatMap(({ one, plan, fault }) => failuresOf(one, plan, fault, ports.previewCheck)),
    isNew: !looks,
    seen:
      seen.length === awaited.length && seen.every(({ complete }) => complete === "yes") ? seenOf(awaited) : undefined,
  };
}

function shortfallsOf(seen: readonly Pick<SeenDomain, "plan">[]): string {
  const words = seen.slice(0, REASONS_AT_MOST).map(({ plan }) => shortfallOf(plan));
  return `${words.join(" ")}${seen.length > words.length ? ` … and ${seen.length - words.length} more domains` : ""}`;
}

/** By domain and identity name: a `DomainVerification` knows its identities by these. */
function seenOf(awaited: readonly Awaited[]): Record<string, string> {
  return Object.fromEntries(
    awaited.flatMap(({ args, verifications }) =>
      verifications.map(({ name, token }): [string, string] => [`${args.domain} ${name}`, token]),
    ),
  );
}

function failuresOf(
  { index, args }: Awaited,
  { unknown }: Plan,
  fault: string | undefined,
  config: PreviewCheck | undefined,
): Failure[] {
  const property = `of[${index}].identities`;
  const strict = args.previewCheck === "strict" ? oncePerOutage(unknown) : [];
  return [
    ...(fault === undefined ? [] : [{ property, reason: fault }]),
    ...strict.map((reason) => notLearned(strictBy(config), args.domain, reason)),
  ];
}

/** A domain that cannot be looked at now is not known; one whose credentials are wrong is a fault of the arguments. */
async function see(one: Awaited, verifiedBefore: boolean, ports: Ports, ctx: Ctx): Promise<SeenDomain> {
  try {
    return await planAwaited(one, verifiedBefore, ports, ctx);
  } catch (error) {
    if (!(error instanceof SesDomainError)) throw error;
    const reason = explain(error);
    const nothing = { steps: [], held: [], findings: [] };
    return error.retryable
      ? { plan: { ...nothing, unknown: [reason] }, complete: "unknown" }
      : { plan: { ...nothing, unknown: [] }, complete: "unknown", fault: reason };
  }
}

/** What would have to be done if the domain were ours. */
async function planAwaited(one: Awaited, verifiedBefore: boolean, ports: Ports, ctx: Ctx): Promise<SeenDomain> {
  const { args, verifications } = one;
  const requirements = requirementsIn(one);
  const places: Record<string, Place> = {};
  for (const { name } of verifications) {
    const place = placeOf(requirements, name);
    if (place !== undefined) places[name] = place;
  }
  const identities = await openAwaited(one, ports.clients, ctx);
  const wishes = wishesIn(one);
  const look = await lookAtDomain(
    {
      domain: args.domain,
      identities,
      verifiedBefore,
      awaitedBefore: true,
      places,
      hosts: [],
      ttl: args.ttl,
      authority: authorityFor(args.dnsCheck, ports.clients),
      tokens: new Map(verifications.map(({ name, token }) => [name, token])),
      wishes,
      zones: Object.fromEntries(
        verifications.flatMap(({ name, dkim }) => (dkim?.zone === undefined ? [] : [[name, dkim.zone]])),
      ),
    },
    ports.cache,
    ctx,
  );
  const named = look.identities.map(({ name, region, status, token, dkim, mailFrom }) => ({
    dkim,
    mailFrom,
    name,
    region,
    arn: name,
    current: { status, token, tokenKnown: false },
  }));
  const plan = planDomain(
    { args, places, wishes },
    { state: undefined, arns: new Set(named.map(({ arn }) => arn)), asked: {}, registered: true },
    { ...look, identities: named, unknown: unknownOf(look), nowMs: ctx.clock.now() },
  );
  const wanted = { waits: true, identities: identities.length, reads: args.dnsCheck.mode !== "off" };
  return { plan, complete: completenessOf(look, wanted) };
}

function keyOf({ args, verifications, records }: Awaited): string {
  return JSON.stringify(["awaited", args.domain, args.identities, args.dnsCheck, verifications, records]);
}

function same(a: readonly string[], b: readonly string[]): boolean {
  return JSON.stringify([...a].sort()) === JSON.stringify([...b].sort());
}
