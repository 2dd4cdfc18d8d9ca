import { type Fqdn, parseFqdn } from "./fqdn";

/** An e-mail address (RFC 5321 section 4.1.2, Mailbox): the local part as written, the domain in lower case and A-labels. */
export type EmailAddress = string & { readonly __emailAddress: unique symbol };

/** RFC 5321 section 4.5.3.1: octets of the local part, and of the path without its angle brackets. */
const LONGEST_LOCAL = 64;
const LONGEST_ADDRESS = 254;

const ATOM = /^[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+$/;

export type ParsedAddress =
  | { readonly address: EmailAddress; readonly local: string; readonly domain: Fqdn }
  | { readonly fault: string };

/**
 * Reads one bare address. The fault is a clause that fits after "it". Quoted local parts, comments and address literals
 * are refused: SES takes none of them. So are letters beyond ASCII in the local part, for which SES has no SMTPUTF8.
 */
export function parseAddress(text: string): ParsedAddress {
  const written = text.trim();
  if (written === "") return { fault: "is empty" };
  if (/[\r\n]/.test(written)) return { fault: "has a line break in it" };
  if (/[,;]/.test(written)) return { fault: "holds more than one address; declare one resource for each" };
  const inBrackets = /<([^<>]*)>\s*$/.exec(written)?.[1];
  if (inBrackets !== undefined)
    return { fault: `has a name or brackets around the address; write "${inBrackets.trim()}"` };
  if (/^mailto:/i.test(written)) return { fault: `is a link; write "${written.slice("mailto:".length)}"` };
  const at = written.lastIndexOf("@");
  if (at < 0) return { fault: 'has no "@"' };
  const local = written.slice(0, at);
  const domain = written.slice(at + 1);
  if (/\s/.test(written)) return { fault: "contains white space" };
  if (local === "") return { fault: 'has nothing before the "@"' };
  if (local.includes("@")) return { fault: 'has more than one "@"' };
  if (domain === "") return { fault: 'has no domain after the "@"' };
  const localFault = faultOfLocal(local);
  if (localFault !== undefined) return { fault: localFault };
  if (domain.startsWith("[")) return { fault: "has an address literal for a domain; SES takes domain names only" };
  const parsed = parseFqdn(domain);
  if ("fault" in parsed) return { fault: `has a domain that ${parsed.fault}` };
  if (domain.endsWith(".")) return { fault: `ends in a dot; write "${written.slice(0, -1)}"` };
  if (!parsed.name.includes(".")) return { fault: `has the domain "${parsed.name}", a single label` };
  const address = `${local}@${parsed.name}`;
  if (address.length > LONGEST_ADDRESS)
    return { fault: `is ${address.length} characters long; an address has at most ${LONGEST_ADDRESS}` };
  return { address: address as EmailAddress, local, domain: parsed.name };
}

function faultOfLocal(local: string): string | undefined {
  if (local.length > LONGEST_LOCAL)
    return `has ${local.length} characters before the "@"; there are at most ${LONGEST_LOCAL}`;
  if (local.startsWith('"')) return "has a quoted local part, which SES does not take";
  if (/[^\p{ASCII}]/u.test(local)) return 'has letters beyond ASCII before the "@", which SES does not take';
  if (local.startsWith(".") || local.endsWith(".")) return 'begins with a dot, or has one right before the "@"';
  if (local.includes("..")) return "has two dots in a row";
  const bad = local.split(".").find((atom) => !ATOM.test(atom));
  return bad === undefined ? undefined : `has "${bad}" before the "@", which holds a character that no address has`;
}

/** The part after the "@". */
export function domainOf(address: EmailAddress): Fqdn {
  return address.slice(address.lastIndexOf("@") + 1) as Fqdn;
}

export function isAddress(name: string): name is EmailAddress {
  return name.includes("@");
}
