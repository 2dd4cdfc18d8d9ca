import type { Requirement } from "../../dns/requirement";
import type { CheckedArgs } from "../arguments/types";
import type { DomainState } from "./state";

/**
 * What the servers have to serve. Where the verification alone is awaited, also the records of a MAIL FROM domain that takes the
 * place of another: SES is told of it once they are there.
 */
export function awaitedOf(
  requirements: readonly Requirement[],
  { wait }: CheckedArgs,
  prior: DomainState | undefined,
): readonly Requirement[] {
  if (wait !== "verified") return requirements;
  const hasOther = ({ owner, record }: Requirement) =>
    owner.purpose === "mail-from" &&
    prior?.verifications.some(
      (one) => one.identityArn === owner.arn && one.mailFrom !== undefined && one.mailFrom.domain !== record.name,
    ) === true;
  return requirements.filter((one) => one.owner.purpose === "verification" || hasOther(one));
}
