import { clip, quoted } from "../../core/text";
import { listed } from "../../core/words";
import type { MailFault } from "../../mail/fault";

/** What a reason means, as the end of `it has "…", where …`. The reasons are those of `provider/mail`. */
const SYNTAX: Readonly<Record<string, string>> = {
  // Values that were meant as a record (`NearReason`).
  "leading-blank": "there is a blank in front of the version",
  quoted: "quotes are part of the value",
  "not-first": "the version is not the first tag",
  case: "the version is not in capitals",
  unseparated: "the version is followed by something that is no separator",
  "blank-within": "there is a blank in the version",
  "other-version": "another version is named",
  "no-version": "the version is missing at the beginning",
  version: "the version is missing at the beginning",
  "too-long": "it is too long to be a record",
  character: "a character is not allowed",
  // SPF (RFC 7208 section 12).
  "unknown-mechanism": "a mechanism is not known",
  "run-together": "two terms stand without a blank between them",
  "domain-missing": "a domain name is missing",
  "domain-malformed": "a domain name is malformed",
  macro: "a macro is malformed",
  address: "an IP address is malformed",
  prefix: "the length of a network prefix is not valid",
  "value-unexpected": "a term has a value that takes none",
  "duplicate-modifier": "a modifier is there twice",
  "ignored-modifier": "receivers ignore a part that was probably meant as something else",
  "include-none": "the record includes a name that has no SPF record",
  "redirect-none": "the record redirects to a name that has no SPF record",
  "included-several": "the record includes a name that has several SPF records",
  "included-syntax": "the record includes a name whose SPF record is faulty",
  // DMARC (RFC 9989 section 4.8).
  "duplicate-tag": "a tag is there twice",
  "tag-without-value": "a tag has no value",
  "tag-name": "the name of a tag is malformed",
  "policy-missing": "it names no policy (p)",
  "policy-not-second": "p is not the second tag, as RFC 7489 asks",
  policy: "a policy is none of none, quarantine and reject",
  value: "the value of a tag is not valid",
  uri: "a report address is malformed",
};

const OTHERS: Readonly<Record<string, string>> = {
  absent: "nothing in it lets SES send",
  "not-passing": "the include of SES has a qualifier that is no pass",
  "after-all": 'the include of SES is behind "all", where receivers stop',
  "no-all": "other servers are neither allowed nor forbidden",
  "too-many-lookups": "it takes more than 10 look-ups",
  "too-many-voids": "more than 2 look-ups find nothing",
  "too-many-mx": "a name of an mx term has more than 10 MX records",
  loop: "a record includes itself",
  "obsolete-tag": "a tag was removed by RFC 9989",
  "size-limit": "a report address has a size limit",
};

/** The longest part of a value that is shown. */
const SHOWN = 120;

/** What was seen of a fault whose value is the evidence: `bounce.example.com has "v=spf1 …", where …: "foo"`. */
export function valueWords({ name, text, reason, span, names = [] }: MailFault): string {
  const what = SYNTAX[reason] ?? OTHERS[reason] ?? `there is a fault (${clip(reason, 40)})`;
  const part = span === undefined || text === undefined ? "" : text.slice(span.start, span.end).trim();
  // What is the whole value is not shown twice.
  const shown = part === "" || part === text?.trim() ? "" : `: ${quoted(part, 60)}`;
  const chain = names.length < 2 ? "" : ` (${listed(names, 5)})`;
  return `${clip(name, 255)} has ${quoted(text ?? "", SHOWN)}, where ${what}${shown}${chain}`;
}
