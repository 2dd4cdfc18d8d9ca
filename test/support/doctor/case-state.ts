import { fqdn } from "../../../provider/core/fqdn";
import type { DomainState } from "../../../provider/lifecycle/domain/state";
import { txtFor } from "../lifecycle/required";
import type { WorldCase } from "./case-types";

const ACCOUNT = "000000000000";

export function regionsOf({ identities, ask }: WorldCase): readonly string[] {
  const ofStack = identities.some(({ restarts }) => restarts !== undefined);
  return ask?.identity ?? (ofStack ? identities.map(({ region }) => region) : ["us-east-1"]);
}

/** Whether the program put its value at the domain itself. */
export function isAtApex({ domain, zones, expect }: WorldCase): boolean {
  if (expect !== null) return false;
  const sets = zones.flatMap((zone) => zone.sets ?? []).filter(({ name }) => name === domain);
  return sets.some(({ values }) => values.some((value) => value.includes("amazonses:{A}")));
}

/** As an earlier run left it that saw the domain verified, unless SES has yet to look. */
export function stateOf(given: WorldCase, tokenOf: (letter: string) => string, nowMs: number): DomainState {
  const apex = isAtApex(given);
  const name = fqdn(apex ? given.domain : `_amazonses.${given.domain}`);
  const own = (region: string) => given.identities.find((one) => one.region === region);
  const verifications = regionsOf(given).map((region) => ({
    name: region,
    region,
    accountId: ACCOUNT,
    identityArn: `arn:aws:ses:${region}:${ACCOUNT}:identity/${given.domain}`,
    token: tokenOf(own(region)?.token ?? "A"),
    status: "Success" as const,
    adopted: false,
  }));
  const asked = verifications.flatMap(({ region, identityArn }) => {
    const restarts = own(region)?.restarts;
    return restarts === undefined ? [] : [[identityArn, { at: new Date(nowMs - 1_000).toISOString(), restarts }]];
  });
  return {
    domain: fqdn(given.domain),
    identities: verifications.map(({ region }) => ({ name: region, region })),
    dns: [{ kind: "route53" }],
    leaving: [],
    mark: "0123456789abcdef",
    unmarked: [],
    verifications,
    requirements: verifications.map((one) =>
      txtFor(one.name, name, apex ? `amazonses:${one.token}` : one.token, one.identityArn),
    ),
    verified: false,
    verifiedAt: undefined,
    asked: Object.fromEntries(asked),
  };
}
