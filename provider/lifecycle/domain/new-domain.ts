import type { Ctx } from "../../core/ctx";
import type { Fqdn } from "../../core/fqdn";
import type { Code } from "../../diagnosis/catalogue";
import { describeFinding, diagnose } from "../../diagnosis/diagnose";
import type { Finding } from "../../diagnosis/finding";
import type { DnsBackend } from "../../dns/backend";
import { required } from "../../dns/requirement";
import { type Reading, readingsOf, zoneAt } from "../observation/observe";
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

/** The zone of a domain that has yet to be verified, as resolvers reach it. The delegation may still come: so these only warn. */
export async function lookAtNewDomain(
  domain: Fqdn,
  readings: readonly Reading[],
  hosts: readonly DnsBackend[],
  ctx: Ctx,
): Promise<{ readonly findings: readonly Finding[]; readonly unknown: readonly string[] }> {
  const seen = readingsOf(readings);
  const names = seen.sightings.map(({ name }) => name);
  const written = await Promise.all(names.flatMap((name) => hosts.map((host) => zoneAt(host, name, ctx))));
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
