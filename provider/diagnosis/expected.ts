import type { Fqdn } from "../core/fqdn";
import { dataText, type Requirement } from "../dns/requirement";

/** A verification value that should be in DNS, and for which identity (by its name in the program). */
export interface ExpectedValue {
  readonly identity: string;
  readonly name: Fqdn;
  readonly value: string;
}

/** The verification values among the required records. */
export function expectedValues(requirements: readonly Requirement[]): ExpectedValue[] {
  return requirements.flatMap((one) =>
    one.owner.purpose === "verification"
      ? [{ identity: one.owner.identity, name: one.record.name, value: dataText(one) }]
      : [],
  );
}
