import type { Fqdn } from "../../core/fqdn";
import type { MailFault } from "../../mail/fault";
import type { Finding, Observations, RecordToPublish, Severity } from "../finding";
import { type Facts, finding } from "../make";

/** Further faults of the same kind are counted, not told. */
const TOLD = 3;

/** What a finding about faults of one code and name has in addition to what was seen. */
export interface FaultDetails {
  readonly severity?: Severity | undefined;
  readonly found?: Fqdn | undefined;
  readonly region?: string | undefined;
  readonly identities?: readonly string[] | undefined;
  readonly record: RecordToPublish;
}

/** One finding for all faults of one code at one name. `worded` says each; where two say the same, it is told once. */
export function findingOf(
  observed: Observations,
  faults: readonly [MailFault, ...MailFault[]],
  worded: (fault: MailFault) => string,
  { severity, found, region, identities, record }: FaultDetails,
): Finding {
  const [{ code, name }] = faults;
  const words = [...new Set(faults.map(worded))];
  const more = words.length > TOLD ? ` There are ${words.length - TOLD} more.` : "";
  const facts: Facts = { name, found, region, value: record.value };
  return finding(observed, code, `${words.slice(0, TOLD).join(". ")}.${more}`, {
    facts,
    records: [record],
    ...(identities && { identities }),
    ...(severity && { severity }),
  });
}

/** By code and name, in the order in which they come. */
export function grouped(faults: readonly MailFault[]): readonly (readonly [MailFault, ...MailFault[]])[] {
  const groups = new Map<string, [MailFault, ...MailFault[]]>();
  for (const fault of faults) {
    const key = `${fault.code} ${fault.name}`;
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [fault]);
    else group.push(fault);
  }
  return [...groups.values()];
}
