import type { Ctx } from "../../core/ctx";
import type { Requirement } from "../../dns/requirement";
import type { CheckedArgs, Placement } from "../arguments/types";
import { markStateOf } from "../identity/find";
import type { Ports, Props } from "../lifecycle";
import { withoutForeign } from "../records/foreign";
import type { Held } from "../records/held";
import { placeAt } from "../records/place";
import { requirementsOf } from "../records/requirements";
import { dkimStateOf } from "../sending/dkim";
import { holderOf } from "../sending/holder";
import { isReady } from "../sending/ready";
import { asksForSending, wishesOf } from "../sending/wish";
import type { ReadIdentity } from "./adopt-choices";
import { configuredBy } from "./draft";
import type { DomainState, Verification } from "./state";

/** What was read of an imported domain. */
export interface AdoptedDns {
  /** In the order in which the program names them. */
  readonly identities: readonly ReadIdentity[];
  /** The hosts, as a program writes them; none where it names none. */
  readonly written: readonly Props[];
  readonly placement: Placement;
  /** Undefined: the default. */
  readonly ttl: number | undefined;
  readonly held: Held;
}

/** `lacking`: what the program calls for, and no host has in these words. */
export interface AdoptedState {
  readonly state: DomainState;
  readonly lacking: readonly Requirement[];
}

/** The state that an `up` of the program would have left, with the records that are there. */
export async function stateOf(
  args: CheckedArgs,
  { identities, held }: AdoptedDns,
  { clients }: Ports,
  ctx: Ctx,
): Promise<AdoptedState> {
  const wishes = wishesOf(args);
  const hosts = args.dns.map((dns) => clients.backend(dns));
  const names = identities.map(({ spec }) => spec.name);
  const verifications = identities.map(({ spec, account, arn, status, token = "", adopted, details }): Verification => {
    const wish = wishes[spec.name];
    const { domain, onMxFailure, status: mailFromStatus } = details.mailFrom;
    const asksFor = { dkim: wish !== undefined && wish.dkim !== false, mailFrom: !!wish?.mailFrom };
    return {
      name: spec.name,
      region: spec.region,
      accountId: account.id,
      identityArn: arn,
      token,
      status,
      adopted,
      ...(asksFor.dkim && { dkim: dkimStateOf(details.dkim) }),
      ...(asksFor.mailFrom && domain && { mailFrom: { domain, onMxFailure, status: mailFromStatus } }),
    };
  });
  const holders = verifications.map((one) => holderOf(one, wishes[one.name]));
  const all = requirementsOf(args.domain, holders, placeAt(args.domain, names, args.placement, hosts), args.ttl);
  const verified = verifications.every(({ status }) => status === "Success");
  const ready = asksForSending(args)
    ? verifications.filter((one) => isReady(one, wishes[one.name])).map(({ name }) => name)
    : undefined;
  const readyToSend = ready && ready.length === verifications.length;
  const now = new Date(ctx.clock.now()).toISOString();
  const bySuccess = (one: Requirement) => {
    const holder = verifications.find(({ identityArn }) => identityArn === one.owner.arn);
    const status = one.owner.purpose === "dkim" ? holder?.dkim?.status : holder?.mailFrom?.status;
    return held.isUnread(one) && status === "Success";
  };
  const isThere = (one: Requirement) => held.ttlOf(one) !== undefined || bySuccess(one);
  const state: DomainState = {
    ...markStateOf(identities),
    domain: args.domain,
    identities: args.identities,
    dns: args.dns,
    leaving: [],
    verifications,
    requirements:
      hosts.length === 0
        ? // Another resource publishes them: all that it is to publish.
          await withoutForeign(all, [], clients.authority({ mode: "authoritative" }), ctx)
        : all.filter(isThere),
    verified,
    verifiedAt: verified ? now : undefined,
    asked: {},
    readyToSend,
    readyAt: readyToSend ? now : undefined,
    ready,
    set: configuredBy(args),
  };
  return { state, lacking: hosts.length === 0 ? [] : all.filter((one) => !isThere(one)) };
}
