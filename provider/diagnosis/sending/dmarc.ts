import type { Fqdn } from "../../core/fqdn";
import { parseFqdn } from "../../core/fqdn";
import { clip, quoted } from "../../core/text";
import { listed } from "../../core/words";
import { policyName } from "../../mail/dmarc/names";
import type { MailFault } from "../../mail/fault";
import type { Finding, Observations, RecordToPublish, Severity } from "../finding";
import { finding } from "../make";
import { valueWords } from "./fault-words";
import { findingOf, grouped } from "./mail-faults";

/** The least that mailbox providers ask for. */
const LEAST = "v=DMARC1; p=none";

/** What is wrong with the DMARC policy for mail from the domain. Pure. Nothing where it was not looked for. */
export function dmarcFindings(observed: Observations): Finding[] {
  const { dmarc, dmarcWeaker } = observed;
  const faults = (dmarc?.faults ?? []).filter((one) => isTold(observed, one));
  const isMissing = faults.some(({ code }) => code === "dmarc-missing");
  return [
    ...split(faults)
      .flatMap(grouped)
      .map((group) => {
        const [fault] = group;
        const named = namesIn(fault);
        const isMisplaced = fault.code === "dmarc-misplaced";
        return findingOf(observed, isMisplaced ? at(group, named.at(0)) : group, worded, {
          severity: severityOf(fault, isMissing),
          found: isMisplaced ? fault.name : named.at(0),
          record: recordFor(observed, fault),
        });
      }),
    ...(dmarcWeaker === undefined
      ? []
      : [
          finding(
            observed,
            "dmarc-weakened",
            `${clip(dmarcWeaker.name, 255)} has ${quoted(dmarcWeaker.text, 120)}; the program would write ${quoted(dmarcWeaker.wish, 120)} for ${observed.domain}.`,
            { facts: { name: dmarcWeaker.name } },
          ),
        ]),
  ];
}

/** Without an identifier it is judged what SES does by itself: only where it was seen to sign nothing. */
function isTold({ identities }: Observations, { code, names = [] }: MailFault): boolean {
  if (code !== "not-aligned" || names.length > 0) return true;
  const isUnsigned = identities.map(({ dkim }) => {
    if (dkim === undefined || dkim.status === "unknown" || dkim.status === "absent") return false;
    return dkim.status !== "Success" || dkim.signing === false;
  });
  return isUnsigned.length > 0 && isUnsigned.every(Boolean);
}

/** Each severity by itself: what only RFC 7489 forbids is not told as an error of the record. */
function split(faults: readonly MailFault[]): readonly (readonly MailFault[])[] {
  const isWhole = ({ code, reason, level }: MailFault) =>
    level !== "older" && !(code === "dmarc-misplaced" && reason === SPF_AT_POLICY_NAME);
  return [faults.filter(isWhole), faults.filter((one) => !isWhole(one))];
}

const SPF_AT_POLICY_NAME = "spf-at-dmarc";

function severityOf({ code, level }: MailFault, isMissing: boolean): Severity | undefined {
  if (level === "older") return "warning";
  // A policy that is found still works.
  return code === "dmarc-misplaced" && !isMissing ? "warning" : undefined;
}

/** The same faults, with the name to publish at as theirs. */
function at(group: readonly [MailFault, ...MailFault[]], name: Fqdn | undefined): readonly [MailFault, ...MailFault[]] {
  const [first, ...others] = group;
  const right = name ?? first.name;
  const moved = (one: MailFault): MailFault => ({ ...one, name: right, names: [one.name] });
  return [moved(first), ...others.map(moved)];
}

function namesIn({ names = [] }: MailFault): readonly Fqdn[] {
  return names.flatMap((text) => {
    const parsed = parseFqdn(text);
    return "name" in parsed ? [parsed.name] : [];
  });
}

function recordFor({ domain }: Observations, { code, name, text }: MailFault): RecordToPublish {
  const value = code === "dmarc-misplaced" && text !== undefined ? text : LEAST;
  return { name: code === "dmarc-missing" ? name : (policyName(domain) ?? name), type: "TXT", value };
}

function worded(fault: MailFault): string {
  const { code, name, text = "", reason, names = [] } = fault;
  const has = `${name} has ${quoted(text, 120)}`;
  switch (code) {
    case "dmarc-missing":
      return `There is no DMARC record at ${name}, nor at a parent domain`;
    case "dmarc-several":
      return `${has} among other DMARC records`;
    case "dmarc-misplaced":
      return reason === SPF_AT_POLICY_NAME
        ? `${listed(names)} has ${quoted(text, 120)}, which is an SPF record`
        : `${listed(names)} has the DMARC record ${quoted(text, 120)}, which belongs to ${name}`;
    case "dmarc-none":
      return NONE[reason] === undefined ? has : `${has}, ${NONE[reason]}`;
    case "dmarc-inherited":
      return `${name} has no record, and ${listed(names)} has ${quoted(text, 120)}${reason === "public-suffix" ? ", for all domains below" : ""}`;
    case "dmarc-walk-differs":
      return `For ${name}, ${DIFFERS[reason] ?? "the result"} differs: RFC 9989 leads to ${names[0] || "no record"}, RFC 7489 to ${names[1] || "no record"}`;
    case "dmarc-report-unauthorised":
      return `${has}. ${reportWords(fault)}`;
    case "dmarc-strict-spf":
      return `${has}, with aspf=s`;
    case "dmarc-strict-dkim":
      return `${has}, with adkim=s`;
    case "not-aligned":
      return alignmentWords(fault);
    default:
      return valueWords(fault);
  }
}

const NONE: Readonly<Record<string, string>> = {
  testing: "whose t=y takes the policy one step back",
  default: "which names no policy that counts",
  ignored: "which names no policy that counts",
};

const DIFFERS: Readonly<Record<string, string>> = {
  record: "the record",
  policy: "the policy",
  "subdomain-policy": "the policy of its subdomains",
  alignment: "what is aligned",
};

function reportWords({ reason, names = [] }: MailFault): string {
  const by = reason.endsWith("-by-list") ? " by RFC 7489" : reason.endsWith("-by-walk") ? " by RFC 9989" : "";
  const outside = `Its report address is outside the domain${by}`;
  if (reason.startsWith("redirected-elsewhere")) return `${outside}, and ${listed(names)} names an address elsewhere`;
  if (reason.startsWith("too-long")) return `${outside}, and the name that would allow it is too long`;
  return `${outside}, and ${listed(names)} does not allow it`;
}

function alignmentWords({ name, reason, names = [] }: MailFault): string {
  const by = reason === "by-list" ? " by RFC 7489" : reason === "by-walk" ? " by RFC 9989" : "";
  if (names.length === 0) return `Nothing is aligned with ${name}${by}: SES signs with its own domain only`;
  return `${listed(names)} ${names.length === 1 ? "is" : "are"} not aligned with ${name}${by}`;
}
