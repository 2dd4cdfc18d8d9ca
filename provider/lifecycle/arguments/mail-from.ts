import { isIP } from "node:net";
import { type Fqdn, parseFqdn } from "../../core/fqdn";
import { joinPath } from "../../core/path";
import { quoted } from "../../core/text";
import { isALabel } from "./domain-name";
import {
  compact,
  fail,
  failType,
  kindOf,
  known,
  type Notes,
  type Read,
  readChoice,
  readObject,
  readText,
} from "./read";
import type { CheckedMailFrom, MaybeUnknown } from "./types";

const KEYS = ["label", "domain", "onMxFailure", "mx"] as const;
export const ON_MX_FAILURES = ["default", "reject"] as const;

/** Letters, digits and hyphens, as the domains of mail addresses have them (RFC 5321 section 4.1.2). */
const LDH_LABEL = /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/;

/** `false`, a label, or an object. */
export function readMailFrom(notes: Notes, path: string, value: unknown): Read<MaybeUnknown<CheckedMailFrom>> {
  if (value === false) return false;
  if (value === true) return fail(notes, path, 'is true; write the label of the MAIL FROM domain, such as "bounce"');
  if (value === "true" || value === "false") {
    return fail(notes, path, `is text; write false without quotes, or a label such as "bounce"`);
  }
  if (typeof value === "string") {
    const label = readLabel(notes, path, value);
    return known(label) ? { label, onMxFailure: "default" } : label;
  }
  if (typeof value === "number" || Array.isArray(value)) {
    return failType(notes, path, `must be false, a label such as "bounce", or an object, not ${kindOf(value)}`);
  }
  const bag = readObject(notes, path, value, KEYS);
  if (!known(bag)) return bag;
  const label = readLabel(notes, joinPath(path, "label"), bag.label);
  const domain = readHostName(notes, joinPath(path, "domain"), bag.domain, "a MAIL FROM domain");
  if (label !== undefined && domain !== undefined) {
    fail(notes, joinPath(path, "domain"), "is the whole name, and label is a part of one; leave one of the two out");
  }
  const onMxFailure = readChoice(notes, joinPath(path, "onMxFailure"), bag.onMxFailure, ON_MX_FAILURES) ?? "default";
  return compact({ label, domain, onMxFailure, mx: readExchange(notes, joinPath(path, "mx"), bag.mx) });
}

/** Why a label cannot be part of a MAIL FROM domain; undefined where it can. A clause that fits after its path. */
export function labelFault(label: string): string | undefined {
  if (LDH_LABEL.test(label)) return label.startsWith("xn--") && !isALabel(label) ? A_LABEL : undefined;
  if (label.includes("_")) return `${quoted(label)} has an underscore; ${MAIL_NAMES}`;
  if (label.length > 63) return `is ${label.length} characters long; a label has at most 63`;
  return `${quoted(label)} is no label; it holds letters, digits and hyphens, and neither begins nor ends with a hyphen`;
}

const MAIL_NAMES = "domains of mail addresses have letters, digits and hyphens (RFC 5321 section 4.1.2)";
const A_LABEL = 'has a label "xn--…" that is not a valid internationalised name; write it in its own letters';

function readLabel(notes: Notes, path: string, value: unknown): Read<string> {
  const text = readText(notes, path, value);
  if (!known(text)) return text;
  if (text.includes("@"))
    return fail(notes, path, `${quoted(text)} is an e-mail address; write a label such as "bounce"`);
  const parsed = parseFqdn(text);
  if (text.includes(".") || ("name" in parsed && parsed.name.includes("."))) {
    return fail(
      notes,
      path,
      `${quoted(text)} has a dot, and a label is one part of a name; for a whole name, write { domain: ${quoted(text)} }`,
    );
  }
  if ("fault" in parsed) return fail(notes, path, `${quoted(text)} ${parsed.fault}`);
  const fault = labelFault(parsed.name);
  return fault === undefined ? parsed.name : fail(notes, path, fault);
}

function readExchange(notes: Notes, path: string, value: unknown): Read<Fqdn> {
  const [, host] = typeof value === "string" ? (/^\s*\d{1,5}\s+(\S+)\s*$/.exec(value) ?? []) : [];
  if (host !== undefined) {
    return fail(notes, path, `is a whole MX record; write its host alone, ${quoted(host)}: the preference is set here`);
  }
  return readHostName(notes, path, value, "the host that takes the bounces");
}

/** `what`: what the name is of, for messages. */
function readHostName(notes: Notes, path: string, value: unknown, what: string): Read<Fqdn> {
  const text = readText(notes, path, value);
  if (!known(text)) return text;
  const refuse = (reason: string) => fail(notes, path, reason);
  if (text.includes("@")) return refuse(`${quoted(text)} is an e-mail address; write the name of ${what}`);
  if (text.includes("/")) return refuse(`${quoted(text)} is a web address; write the name of ${what}`);
  if (isIP(text.replace(/^\[(.*)\]$/, "$1")) !== 0) {
    return refuse(`${quoted(text)} is an IP address; write the name of ${what}`);
  }
  const parsed = parseFqdn(text);
  if ("fault" in parsed) return refuse(`${quoted(text)} ${parsed.fault}`);
  const labels = parsed.name.split(".");
  if (labels.length === 1) return refuse(`${quoted(text)} is a single label; write the whole name of ${what}`);
  if (/^\d+$/.test(labels.at(-1) ?? "")) return refuse(`${quoted(text)} ends in a number, as no name of a host does`);
  const fault = labels.map(labelFault).find((one) => one !== undefined);
  return fault === undefined ? parsed.name : refuse(fault);
}
