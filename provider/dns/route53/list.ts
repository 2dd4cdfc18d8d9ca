import type { ListResourceRecordSetsCommandOutput, ResourceRecordSet } from "@aws-sdk/client-route-53";
import { sdk } from "../../aws/sdk";
import type { Ctx } from "../../core/ctx";
import { DnsHostError } from "../../core/errors";
import type { Fqdn } from "../../core/fqdn";
import type { Zone } from "../backend";
import type { Route53Api } from "./api";
import { readName } from "./names";
import { byLabels, isBefore, ORDERS } from "./order";

/** More than any name has: a page has 300 sets. */
const PAGES_AT_MOST = 1_000;

type Start = Pick<ListResourceRecordSetsCommandOutput, "NextRecordName" | "NextRecordType" | "NextRecordIdentifier">;

/** The sets from a name on, up to the page that ends behind it. */
interface Stretch {
  readonly sets: ReadonlyMap<Fqdn, readonly ResourceRecordSet[]>;
  /** Where the next page begins; "the end" where there is none, undefined for a name that is not read here. */
  readonly next: Fqdn | "the end" | undefined;
}

/**
 * All sets at each of the names. Names that stand together in Route 53's order, as those below one domain mostly do, come
 * with one request. Throws `AwsFaultError`, `DnsHostError`.
 */
export async function readNames(
  api: Route53Api,
  zone: Zone,
  names: readonly Fqdn[],
  ctx: Ctx,
): Promise<ReadonlyMap<Fqdn, readonly ResourceRecordSet[]>> {
  const found = new Map<Fqdn, readonly ResourceRecordSet[]>();
  const sorted = [...new Set(names)].sort(byLabels);
  for (const start of sorted) {
    if (found.has(start)) continue;
    const stretch = await readFrom(api, zone, start, ctx);
    for (const name of sorted) {
      if (name === start || holds(stretch, start, name)) found.set(name, stretch.sets.get(name) ?? []);
    }
  }
  return found;
}

/** Whether all sets of the name are in the stretch, whichever of the orders it has. */
function holds({ next }: Stretch, start: Fqdn, name: Fqdn): boolean {
  if (next === undefined || !ORDERS.every((compare) => compare(start, name) <= 0)) return false;
  return next === "the end" || isBefore(name, next);
}

async function readFrom(api: Route53Api, zone: Zone, name: Fqdn, ctx: Ctx): Promise<Stretch> {
  const { ListResourceRecordSetsCommand } = sdk.route53();
  const client = await api.client();
  const sets = new Map<Fqdn, ResourceRecordSet[]>();
  const begun = new Set<string>();
  let start: Start = { NextRecordName: `${name}.` };
  for (;;) {
    const at = [start.NextRecordName, start.NextRecordType, start.NextRecordIdentifier].join(" ");
    if (begun.has(at) || begun.size === PAGES_AT_MOST) throw endless(zone, name);
    begun.add(at);
    const command = new ListResourceRecordSetsCommand({
      HostedZoneId: zone.id,
      StartRecordName: start.NextRecordName,
      StartRecordType: start.NextRecordType,
      StartRecordIdentifier: start.NextRecordIdentifier,
    });
    const page = await api.call("route53:ListResourceRecordSets", (options) => client.send(command, options), ctx);
    for (const set of page.ResourceRecordSets ?? []) {
      const of = readName(set.Name);
      if (of === undefined) continue;
      const known = sets.get(of);
      if (known === undefined) sets.set(of, [set]);
      else known.push(set);
    }
    if (page.IsTruncated !== true) return { sets, next: "the end" };
    const next = readName(page.NextRecordName);
    if (next !== name) return { sets, next };
    start = page;
  }
}

function endless(zone: Zone, name: Fqdn): DnsHostError {
  return new DnsHostError(
    "host-unavailable",
    `Route 53: the list of ${name} in zone ${zone.name} (${zone.id}) does not end.`,
    { hint: "Run again.", retryable: true },
  );
}
