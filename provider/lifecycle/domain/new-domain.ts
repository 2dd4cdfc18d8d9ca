import type { Sighting } from "../../authority/authority";
import { isDefiniteSighting } from "../../authority/sighting";
import type { Ctx } from "../../core/ctx";
import type { Fqdn } from "../../core/fqdn";
import type { Code } from "../../diagnosis/catalogue";
import { describeFinding, diagnose } from "../../diagnosis/diagnose";
import type { Finding } from "../../diagnosis/finding";
import type { DnsBackend, Zone } from "../../dns/backend";
import { hostOf } from "../../dns/hosts";
import { required } from "../../dns/requirement";
import { type Reading, readingsOf, zoneAt } from "../observation/observe";
import type { PreviewCache } from "../observation/preview-cache";
import { isUnlearned } from "../observation/words";

/** What keeps a value from being seen, whatever the value: worth a warning before the wait. */
const TOLD: ReadonlySet<string> = new Set<Code>([
  "zone-unknown",
  "zone-not-delegated",
  "zone-private",
  "delegation-mismatch",
  "server-lame",
  "server-unreachable",
  "server-unresolvable",
  "server-fails-name",
  "server-glue-missing",
  "server-name-bogus",
  "server-private-address",
  "port-53-intercepted",
]);

/** Stands for the values that SES has yet to give. No server serves it. */
const ANY_VALUE = "";
const NO_OWNER = { identity: "", arn: undefined, purpose: "verification" } as const;

/**
 * Whether what was seen fits the host's zone: it is delegated to servers of this host, and all of them answer. Then the
 * zone's own servers would show only that the delegation leads to a zone of the same name in another account.
 */
function fits({ delegation, servers }: Sighting, zone: Zone, host: DnsBackend): boolean {
  const { serverNames } = hostOf(host.kind);
  if (delegation === undefined) return true;
  if (delegation.zone !== zone.name || serverNames === undefined || delegation.parentServers.length === 0) return false;
  return delegation.parentServers.every((server) => serverNames.test(server)) && servers.every(isDefiniteSighting);
}

/** The zone of a domain that has yet to be verified, as resolvers reach it. The delegation may still come: so these only warn. */
export async function lookAtNewDomain(
  domain: Fqdn,
  readings: readonly Reading[],
  hosts: readonly DnsBackend[],
  { mayAskServers }: Pick<PreviewCache, "mayAskServers">,
  ctx: Ctx,
): Promise<{ readonly findings: readonly Finding[]; readonly unknown: readonly string[] }> {
  const seen = readingsOf(readings);
  const names = seen.sightings.map(({ name }) => name);
  const written = await Promise.all(
    seen.sightings.flatMap((sighting) =>
      hosts.map((host) => zoneAt(host, sighting.name, ctx, (zone) => !fits(sighting, zone, host) || mayAskServers())),
    ),
  );
  const findings = diagnose({
    domain,
    identities: [],
    expected: names.map((name) => required({ type: "TXT", name, ttl: 0, text: ANY_VALUE }, NO_OWNER)),
    ...seen,
    probes: [],
    written: written.filter((zone) => zone !== undefined),
  });
  return {
    findings: findings.filter(({ code }) => TOLD.has(code)),
    unknown: findings.filter(isUnlearned).map(describeFinding),
  };
}
