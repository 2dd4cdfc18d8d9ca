import type { HostedZone } from "@aws-sdk/client-route-53";
import { getDomain } from "tldts";
import type { Aws } from "../../aws/aws";
import type { SessionOptions } from "../../aws/session-types";
import type { Ctx } from "../../core/ctx";
import { type Fqdn, isWithin } from "../../core/fqdn";
import { openApi } from "./api";
import { withHostErrors } from "./faults";
import { bareId, readName } from "./names";
import { readPage } from "./pages";
import { readSets } from "./sets";
import { comparableValue } from "./values";
import { readZone } from "./zones";

/** A hosted zone that holds one of the TXT values, whether resolvers see it or not. */
export interface HoldingZone {
  readonly kind: "route53";
  readonly zone: Fqdn;
  readonly servers: readonly string[];
  readonly private: boolean;
}

/** Zones of one domain in one account, twins included; more are not intended. */
const ZONES_AT_MOST = 10;

/**
 * The hosted zones of the account, private ones included, that hold one of the values at the name: a record that resolvers
 * do not see is in one of them. Reads only. Throws `DnsHostError`.
 */
export async function surveyRoute53(
  aws: Aws,
  wish: SessionOptions,
  name: Fqdn,
  values: readonly string[],
  ctx: Ctx,
): Promise<readonly HoldingZone[]> {
  const api = openApi(aws.session(wish));
  const top = (getDomain(name, { allowPrivateDomains: true, validateHostname: false }) ?? name) as Fqdn;
  return withHostErrors(`looking for ${name} in the account's zones`, async () => {
    const { zones } = await readPage(api, top, ctx);
    const above = zones.filter((zone) => holds(zone, name)).slice(0, ZONES_AT_MOST);
    const found = await Promise.all(
      above.map(async (each) => {
        const zone = await readZone(api, bareId(each.Id ?? ""), ctx);
        const own = await readSets(api, zone, { name, type: "TXT" }, ctx);
        const there = own.flatMap(({ ResourceRecords = [] }) =>
          ResourceRecords.map((record) => comparableValue("TXT", record)),
        );
        return values.some((value) => there.includes(value))
          ? [{ kind: "route53" as const, zone: zone.name, servers: zone.servers, private: zone.private }]
          : [];
      }),
    );
    return found.flat();
  });
}

function holds(zone: HostedZone, name: Fqdn): boolean {
  const own = readName(zone.Name);
  return own !== undefined && isWithin(name, own);
}
