import { domainToASCII } from "node:url";

/**
 * A fully qualified domain name: lower case, A-labels, no final dot; the root is the empty string. In names that are only
 * read in DNS a dot within a label is escaped by a backslash (`checkName` in `wire/names.ts`).
 */
export type Fqdn = string & { readonly __fqdn: unique symbol };

export const ROOT = "" as Fqdn;

/** The length of a name as text that still fits 255 octets on the wire (RFC 1035 section 2.3.4). */
const LONGEST_NAME = 253;
const LONGEST_LABEL = 63;

export type ParsedName = { readonly name: Fqdn } | { readonly fault: string };

/**
 * Reads a domain name as a person writes it: any case, U-labels or A-labels, one final dot allowed.
 * Underscores are letters here (RFC 8552). The fault is a clause that fits after "it".
 */
export function parseFqdn(text: string): ParsedName {
  const trimmed = text.endsWith(".") ? text.slice(0, -1) : text;
  if (trimmed === "") return { fault: "is empty" };
  if (/\s/.test(trimmed)) return { fault: "contains white space" };
  const plain = /^[\x21-\x7e]+$/.test(trimmed);
  const ascii = plain ? trimmed.toLowerCase() : domainToASCII(trimmed);
  if (ascii === "") return { fault: "is not a valid internationalised domain name" };
  if (ascii.length > LONGEST_NAME)
    return { fault: `is ${ascii.length} characters long; a name has at most ${LONGEST_NAME}` };
  for (const label of ascii.split(".")) {
    if (label === "") return { fault: "has an empty label (two dots in a row, or a dot in front)" };
    if (label.length > LONGEST_LABEL)
      return { fault: `has a label of ${label.length} characters; a label has at most ${LONGEST_LABEL}` };
    if (!/^[a-z0-9_*-]+$/.test(label))
      return { fault: `has the label "${label}", which is not letters, digits, hyphens and underscores` };
    if (label.startsWith("-") || label.endsWith("-"))
      return { fault: `has the label "${label}", which begins or ends with a hyphen` };
  }
  return { name: ascii as Fqdn };
}

/** For names that are known to be good: literals, and names a server sent. Throws a RangeError otherwise. */
export function fqdn(text: string): Fqdn {
  if (text === "" || text === ".") return ROOT;
  const parsed = parseFqdn(text);
  if ("fault" in parsed) throw new RangeError(`"${text}" ${parsed.fault}`);
  return parsed.name;
}

/** The name one label up; the root's parent is the root. */
export function parentOf(name: Fqdn): Fqdn {
  let dot = name.indexOf(".");
  while (dot > 0 && isEscaped(name, dot)) dot = name.indexOf(".", dot + 1);
  return (dot < 0 ? "" : name.slice(dot + 1)) as Fqdn;
}

/** Whether an odd number of backslashes stands in front of the character. */
function isEscaped(name: string, index: number): boolean {
  let from = index;
  while (name[from - 1] === "\\") from -= 1;
  return (index - from) % 2 === 1;
}

/** Whether `name` is `zone` or lies below it. */
export function isWithin(name: Fqdn, zone: Fqdn): boolean {
  if (zone === ROOT || name === zone) return true;
  return name.endsWith(`.${zone}`) && !isEscaped(name, name.length - zone.length - 1);
}

export function child(label: string, parent: Fqdn): Fqdn {
  return (parent === ROOT ? label : `${label}.${parent}`) as Fqdn;
}
