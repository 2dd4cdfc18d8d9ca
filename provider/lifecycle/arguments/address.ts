import { getDomain } from "tldts";
import { type EmailAddress, parseAddress } from "../../core/address";
import { editDistance } from "../../core/edit-distance";
import type { Fqdn } from "../../core/fqdn";
import { clip } from "../../core/text";
import { MAILBOX_DOMAINS, WEB_MAIL_DOMAINS } from "./mail-domains";

export type CheckedAddress =
  | { readonly address: EmailAddress; readonly domain: Fqdn }
  /** A sentence without its subject, which is the property. */
  | { readonly fault: string };

/** Reads an address that is to be verified. Pure: no DNS. */
export function checkAddress(text: string): CheckedAddress {
  const parsed = parseAddress(text);
  if (!("fault" in parsed)) return { address: parsed.address, domain: parsed.domain };
  if (text.trim() === "") return { fault: 'is empty; name the address that is to send, such as "user@example.com"' };
  const way = text.includes("@") ? "" : "; to verify a whole domain, use VerifiedDomain";
  return { fault: `"${clip(text.trim())}" ${parsed.fault}${way}` };
}

/** Among shorter names a single letter is no slip. */
const SHORTEST_MISSPELT = 7;

/** The mail service that was probably meant; undefined where the domain is one of them, or like none. */
export function meantDomain(domain: Fqdn): Fqdn | undefined {
  const services = [...WEB_MAIL_DOMAINS, ...MAILBOX_DOMAINS];
  if (domain.length < SHORTEST_MISSPELT || services.includes(domain) || getDomain(domain) !== domain) return undefined;
  const near = services.find(
    (service) => service.length >= SHORTEST_MISSPELT && editDistance(domain, service, 1) === 1,
  );
  return near === undefined || isSister(domain, near) ? undefined : (near as Fqdn);
}

/** Endings that come of a slip over ".com", though they are countries' too. */
const SLIPS_OF_COM = new Set(["co", "cm", "om", "con"]);

/** The same service in another country, as far as can be told: hotmail.be is not hotmail.de misspelt. */
function isSister(domain: Fqdn, service: string): boolean {
  const [label, ...ending] = domain.split(".");
  return label === service.split(".")[0] && !SLIPS_OF_COM.has(ending.join("."));
}

/** Whether one is the other with its case changed, or a slip of a letter or two before or after the "@". */
export function looksAlike(a: EmailAddress, b: EmailAddress): boolean {
  if (a === b) return false;
  const [localA = "", domainA = ""] = a.toLowerCase().split("@");
  const [localB = "", domainB = ""] = b.toLowerCase().split("@");
  if (domainA === domainB)
    return localA === localB || (localA.length > 3 && editDistance(localA, localB, slips(localA)) !== undefined);
  return localA === localB && editDistance(domainA, domainB, slips(domainA)) !== undefined;
}

/** Of a short text, one letter more makes another. */
function slips(text: string): number {
  return text.length < 8 ? 1 : 2;
}
