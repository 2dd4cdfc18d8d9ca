import type { Ctx } from "../../core/ctx";
import { AuthorityError } from "../../core/errors";
import type { Fqdn } from "../../core/fqdn";
import type { DnsBackend } from "../../dns/backend";
import type { Requirement } from "../../dns/requirement";
import { DEFAULT_TTL_SECONDS } from "../arguments/domain-args";
import { PLACEMENTS, type Placement } from "../arguments/types";
import type { Ports } from "../lifecycle";
import type { Reading } from "../observation/observe";
import { isByHand } from "../records/by-hand";
import { heldAt, heldByAny, heldInDns } from "../records/held";
import { type Place, planPlacement, underscoreName } from "../records/placement";
import { requirementsOf, type TokenHolder, tokenRecord } from "../records/requirements";
import { feedbackHost } from "../sending/feedback-host";
import { EASY_DKIM } from "../sending/state";
import type { ReadIdentity } from "./adopt-choices";
import { type FoundHosts, findHosts } from "./adopt-hosts";
import type { AdoptedDns } from "./adopt-state";

/** The hosts of an imported domain, and which of the records that SES's answers call for are there. */
export async function readDns(
  domain: Fqdn,
  identities: readonly ReadIdentity[],
  withHost: boolean,
  { clients, defaults, cache }: Ports,
  ctx: Ctx,
): Promise<AdoptedDns> {
  const authority = clients.authority({ mode: "authoritative" });
  const name = underscoreName(domain);
  const read = (key: { readonly name: Fqdn; readonly type: Requirement["record"]["type"] }): Promise<Reading> =>
    cache.reading(authority, domain, key.name, ctx, key.type);
  const under: Place = { name, prefix: "" };
  const apex: Place = { name: domain, prefix: "amazonses:" };
  const holders = identities.map(holderOf);
  const tokensAt = (place: Place) =>
    holders.filter(({ token }) => token !== "").map((holder) => tokenRecord(place, holder, DEFAULT_TTL_SECONDS));
  const tokens = [...tokensAt(under), ...tokensAt(apex)];
  const wanted = [...tokens, ...requirementsOf(domain, holders, {}, DEFAULT_TTL_SECONDS)];
  const reading = await read({ name, type: "TXT" });
  const { hosts, written }: FoundHosts = withHost
    ? await findHosts({ domain, name, expected: tokens }, reading, { clients, defaults }, ctx)
    : { hosts: [], written: [] };
  const readable = hosts.filter((host) => !isByHand(host));
  const held =
    readable.length > 0
      ? heldByAny(await Promise.all(readable.map((host) => heldAt(host, wanted, ctx))))
      : await heldInDns(wanted, read);
  const isUnread = tokens.some((one) => held.isUnread(one));
  if (isUnread && withHost) {
    throw new AuthorityError("servers-unreachable", `The name servers of ${domain} did not tell what is at ${name}.`, {
      hint: `See what they say: npx sesdomain doctor ${domain}.`,
      retryable: true,
    });
  }
  if (isUnread) ctx.log.warn(`What DNS has of ${domain} could not be read: placement and ttl are the defaults.`);
  const isThere = (holder: TokenHolder, place: Place | undefined) =>
    place !== undefined && held.ttlOf(tokenRecord(place, holder, DEFAULT_TTL_SECONDS)) !== undefined;
  const best = placementOf(domain, identities, hosts, isThere);
  const order = best.order.flatMap((one) => identities.find(({ spec }) => spec.name === one) ?? []);
  const ttls = tokens.flatMap((one) => held.ttlOf(one) ?? []);
  const [ttl = DEFAULT_TTL_SECONDS] = ttls;
  return {
    identities: order,
    written,
    placement: best.placement,
    ttl: ttl === DEFAULT_TTL_SECONDS || ttls.some((one) => one !== ttl) ? undefined : ttl,
    held,
  };
}

/** The placement, and for it the order of the identities, that fits most of the values that are there. */
function placementOf(
  domain: Fqdn,
  identities: readonly ReadIdentity[],
  hosts: readonly DnsBackend[],
  isThere: (holder: TokenHolder, place: Place | undefined) => boolean,
): { readonly placement: Placement; readonly order: readonly string[] } {
  const names = identities.map(({ spec }) => spec.name);
  const orders = names.length === 2 ? [names, [...names].reverse()] : [names];
  const can = hosts.map((host) => host.can);
  const tried = orders.flatMap((order) =>
    PLACEMENTS.flatMap((placement) => {
      const plan = planPlacement({ domain, identities: order, placement, can });
      if ("fault" in plan) return [];
      const fits = identities.filter((one) => isThere(holderOf(one), plan.places[one.spec.name])).length;
      return [{ placement, order, fits }];
    }),
  );
  const most = Math.max(0, ...tried.map(({ fits }) => fits));
  return tried.find(({ fits }) => fits === most) ?? { placement: "auto", order: names };
}

/** All that may be in DNS for the identity, as SES tells it. */
function holderOf({ spec, arn, token = "", details: { dkim, mailFrom } }: ReadIdentity): TokenHolder {
  const { origin = EASY_DKIM, tokens, zone } = dkim;
  return {
    name: spec.name,
    identityArn: arn,
    token,
    dkim: origin === EASY_DKIM ? { tokens, zone } : undefined,
    mailFrom: mailFrom.domain && { domain: mailFrom.domain, exchange: feedbackHost(spec.region) },
  };
}
