import type { Fqdn } from "../core/fqdn";
import type { RecordKey } from "../dns/record";
import { dataText, type Requirement } from "../dns/requirement";

/** A value that should be in DNS, and for which identity (by its name in the program). */
export interface ExpectedValue {
  readonly identity: string;
  readonly name: Fqdn;
  readonly value: string;
}

/** The verification values among the required records. */
export function expectedValues(requirements: readonly Requirement[]): ExpectedValue[] {
  return requirements.filter(({ owner }) => owner.purpose === "verification").map(expectedBy);
}

/** What should be in one record set, whatever it is for. */
export function expectedIn(requirements: readonly Requirement[], { name, type }: RecordKey): ExpectedValue[] {
  return requirements.filter(({ record }) => record.name === name && record.type === type).map(expectedBy);
}

function expectedBy(one: Requirement): ExpectedValue {
  return { identity: one.owner.identity, name: one.record.name, value: dataText(one) };
}
