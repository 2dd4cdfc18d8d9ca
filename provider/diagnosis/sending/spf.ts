import { isDefiniteSighting } from "../../authority/sighting";
import { quoted } from "../../core/text";
import { listed } from "../../core/words";
import { dataText } from "../../dns/requirement";
import type { MailFault } from "../../mail/fault";
import { selectSpf } from "../../mail/spf/select";
import type { Finding, Observations, RecordToPublish, Severity, SpfSeen } from "../finding";
import { finding, labels, valuesOf } from "../make";
import { valueWords } from "./fault-words";
import { findingOf, grouped } from "./mail-faults";

/** What AWS tells to publish at a MAIL FROM name (SES Developer Guide, "Using a custom MAIL FROM domain"). */
const USUAL = "v=spf1 include:amazonses.com ~all";

/** What is wrong with SPF at the MAIL FROM names. Pure. Nothing where it was not looked for, or could not be read. */
export function spfFindings(observed: Observations): Finding[] {
  return (observed.spf ?? []).flatMap((seen) =>
    seen.verdict === undefined || seen.verdict.faults.length === 0
      ? partly(observed, seen)
      : grouped(seen.verdict.faults).map((group) =>
          findingOf(observed, group, worded, {
            severity: severityOf(group, seen),
            region: regionOf(observed, seen),
            // What is at the domain itself concerns all of them.
            identities: group[0].name === seen.name ? [seen.identity] : [],
            record: recordFor(observed, seen),
          }),
        ),
  );
}

function worded(fault: MailFault): string {
  if (fault.code === "spf-missing") return `${fault.name} has no SPF record`;
  if (fault.code === "spf-several")
    return `${fault.name} has the SPF record ${quoted(fault.text ?? "", 120)} among others`;
  if (fault.code === "spf-at-domain-useless")
    return `${fault.name} has ${quoted(fault.text ?? "", 120)}, which includes SES`;
  return valueWords(fault);
}

/** Mail of SES that passes before receivers come to a fault is not kept back by it. */
function severityOf(faults: readonly MailFault[], { verdict }: SpfSeen): Severity | undefined {
  const isMild = ({ code, reason }: MailFault) =>
    reason === "ignored-modifier" ||
    (verdict?.passes === true && (code === "spf-too-many-lookups" || code === "spf-syntax"));
  return faults.every(isMild) ? "warning" : undefined;
}

function regionOf({ identities }: Observations, { identity }: SpfSeen): string | undefined {
  return identities.find(({ name }) => name === identity)?.region;
}

/** The record that the program wants there. */
function recordFor({ expected }: Observations, { identity, name }: SpfSeen): RecordToPublish {
  const own = expected.find(
    ({ owner, record }) =>
      owner.purpose === "mail-from" && owner.identity === identity && record.type === "TXT" && record.name === name,
  );
  return { name, type: "TXT", value: own === undefined ? USUAL : dataText(own) };
}

/** Servers that disagree give no verdict: told is which of them have no record. */
function partly(observed: Observations, seen: SpfSeen): Finding[] {
  const answers = observed.sightings
    .filter(({ name, type }) => name === seen.name && type === "TXT")
    .flatMap(({ servers }) => servers.filter(isDefiniteSighting));
  const without = answers.filter((one) => {
    const { records, near } = selectSpf(valuesOf(one));
    return records.length === 0 && near.length === 0;
  });
  if (without.length === 0 || without.length === answers.length) return [];
  const having = answers.filter((one) => !without.includes(one));
  const who = labels(without, having);
  const others = labels(having, without);
  const record = recordFor(observed, seen);
  const words = `${listed(who)} ${who.length === 1 ? "has" : "have"} no SPF record at ${seen.name}; ${listed(others)} ${others.length === 1 ? "has" : "have"} one.`;
  return [
    finding(observed, "spf-missing", words, {
      facts: { name: seen.name, value: record.value, region: regionOf(observed, seen), server: without[0]?.server },
      records: [record],
      identities: [seen.identity],
    }),
  ];
}
