import { TxtRecord } from "./aws-resources";
import { DomainIdentity, DomainVerification } from "./resources";
import { DOMAIN, OTHER_TEAM } from "./world";

export const REGIONS = ["us-east-1", "eu-west-1"];

/** The building blocks of one domain, with its record by another provider. */
export function blocks(zoneId: string, timeout = "2m") {
  const identity = new DomainIdentity("mail", { domain: DOMAIN, identities: REGIONS.map((region) => ({ region })) });
  const set = identity.records.apply(([first]) => first);
  const record = new TxtRecord("mail", {
    zoneId,
    name: set.apply((one) => one?.name ?? ""),
    ttl: 1800,
    values: set.apply((one) => [OTHER_TEAM, ...(one?.values ?? [])]),
  });
  const verification = new DomainVerification("mail", { of: identity, timeout }, { dependsOn: record });
  return { arns: verification.identityArns, verified: verification.verified };
}
