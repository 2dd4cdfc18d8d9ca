import { judge } from "../../authority/judge";
import type { Ctx } from "../../core/ctx";
import { explain, SesDomainError } from "../../core/errors";
import type { DnsBackend } from "../../dns/backend";
import { dataText } from "../../dns/requirement";
import type { CheckedArgs } from "../arguments/types";
import type { Located } from "../identity/accounts";
import type { MetRecord, MetSight } from "../identity/meeting";
import { planRequest } from "../identity/request";
import type { Ports } from "../lifecycle";
import { authorityFor } from "../observation/clients";
import type { Place } from "../records/placement";
import { tokenRecord } from "../records/requirements";
import { publisherOf } from "./outlook";

interface Wish {
  readonly args: CheckedArgs;
  readonly hosts: readonly DnsBackend[];
  readonly place: Place | undefined;
}

/**
 * What SES and DNS say of a domain's identity that is there already: by the questions that the plan asks in any case, and one to
 * SES for its token. What cannot be learned is unknown.
 */
export async function sightOf(identity: Located, wish: Wish, ports: Ports, ctx: Ctx): Promise<MetSight> {
  const { domain, restart } = wish.args;
  const current = await ports.cache.token(identity.ses, domain, ctx).catch(unknown(ctx));
  const record = await recordOf(identity, current?.token, wish, ports, ctx);
  if (current === undefined) return { status: "unknown", request: undefined, record };
  const request = planRequest(
    { ...current, tokenKnown: true },
    { known: false, asked: undefined },
    restart,
    ctx.clock.now(),
  );
  return { status: current.status, request: request.kind === "ask" ? request.because : undefined, record };
}

async function recordOf(
  { spec, arn }: Located,
  token: string | undefined,
  { args, hosts, place }: Wish,
  { cache, clients }: Ports,
  ctx: Ctx,
): Promise<MetRecord | undefined> {
  if (place === undefined || hosts.length === 0) return undefined;
  const record = { name: place.name, writer: publisherOf(hosts) };
  const authority = args.previewCheck === "off" ? undefined : authorityFor(args.dnsCheck, clients);
  if (authority === undefined || token === undefined) return { ...record, state: "unknown" };
  const reading = await cache.reading(authority, args.domain, place.name, ctx).catch(unknown(ctx));
  if (reading === undefined || !("sighting" in reading)) return { ...record, state: "unknown" };
  const value = dataText(tokenRecord(place, { name: spec.name, identityArn: arn, token }, args.ttl));
  const { state, nowhere } = judge(reading.sighting, [value]);
  if (state === "published") return { ...record, state: "there" };
  return { ...record, state: nowhere.includes(value) ? "missing" : "unknown" };
}

function unknown(ctx: Ctx) {
  return (error: unknown): undefined => {
    if (!(error instanceof SesDomainError)) throw error;
    ctx.log.debug(explain(error));
  };
}
