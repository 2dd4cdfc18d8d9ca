import { isIP } from "node:net";
import { domainToUnicode } from "node:url";
import { parse } from "tldts";
import { type Fqdn, isWithin, parseFqdn } from "../../core/fqdn";
import { clip } from "../../core/text";
import { coded } from "../../diagnosis/catalogue";
import { MAILBOX_DOMAINS, WEB_MAIL_DOMAINS } from "./mail-domains";

export type CheckedDomain =
  | { readonly domain: Fqdn; readonly warnings: readonly string[] }
  /** A sentence without its subject, which is the property: `is an IP address; …`; in front the problem's code, where it has one. */
  | { readonly fault: string };

/** With `_amazonses.` in front, a name still has to fit 253 characters. */
const LONGEST_DOMAIN = 253 - "_amazonses.".length;

/**
 * Reads a domain that is to be verified. Pure: no DNS. Public suffixes are those of publicsuffix.org as tldts carries
 * them: the ICANN part is refused, the private part warns.
 */
export function checkDomain(text: string): CheckedDomain {
  const written = text.trim();
  const plainFault = kindFault(written);
  if (plainFault !== undefined) return { fault: plainFault };
  const parsed = parseFqdn(written);
  if ("fault" in parsed) return { fault: `"${clip(written)}" ${parsed.fault}` };
  const domain = parsed.name;
  const fault = nameFault(domain) ?? suffixFault(domain) ?? webMailFault(domain);
  return fault === undefined ? { domain, warnings: domainWarnings(domain) } : { fault };
}

/** What was written is something else than a domain name. */
function kindFault(written: string): string | undefined {
  if (written === "" || written === ".") return 'is empty; name the domain that is to send, such as "example.com"';
  const at = written.lastIndexOf("@");
  if (at >= 0 && !written.includes("://")) {
    const rest = written.slice(at + 1).replace(/[>\s]+$/, "");
    const read = parseFqdn(rest);
    const webMail = "name" in read && WEB_MAIL_DOMAINS.has(read.name);
    const domainWay = "name" in read && !webMail ? `; to verify its whole domain, write "${read.name}"` : "";
    return `"${clip(written)}" is an e-mail address; to verify that address, use VerifiedEmailAddress${domainWay}`;
  }
  if (/^[a-z][a-z0-9+.-]*:\/\//i.test(written) || written.includes("/")) {
    const host = written.replace(/^[a-z][a-z0-9+.-]*:\/\//i, "").replace(/[/:?#].*$/s, "");
    return `"${clip(written)}" is a web address, not a domain name; write ${host === "" ? "the name alone" : `"${clip(host)}"`}`;
  }
  if (isIP(written.replace(/^\[(.*)\]$/, "$1")) !== 0) {
    return `"${clip(written)}" is an IP address; SES verifies domain names, such as "example.com"`;
  }
  const port = /^(.*):\d+$/.exec(written);
  if (port) return `"${clip(written)}" has a port; write "${clip(port[1] ?? "")}"`;
  return undefined;
}

/** It is a name, but not one that mail can come from. */
function nameFault(domain: Fqdn): string | undefined {
  const labels = domain.split(".");
  if (labels.includes("*")) {
    const rest = labels.filter((label) => label !== "*").join(".");
    return `"${clip(domain)}" is a wildcard; SES covers every subdomain of a verified domain already: write "${clip(rest)}"`;
  }
  if (domain.includes("*")) return `"${clip(domain)}" holds a "*", which no domain name does`;
  if (labels[0] === "_amazonses") {
    return `"${clip(domain)}" is the name of the record; write the domain alone, "${clip(labels.slice(1).join("."))}": the record's name is made from it`;
  }
  const underscored = labels.find((label) => label.includes("_"));
  if (underscored !== undefined) {
    return `"${clip(domain)}" has an underscore in "${underscored}"; domains of mail addresses have letters, digits and hyphens (RFC 5321 section 4.1.2)`;
  }
  if (domain.length > LONGEST_DOMAIN) {
    return `is ${domain.length} characters long; with "_amazonses." in front at most ${LONGEST_DOMAIN} fit into a DNS name`;
  }
  const last = labels.at(-1) ?? "";
  if (/^\d+$/.test(last)) return `"${clip(domain)}" ends in a number, as IP addresses do; no domain name does`;
  if (labels.some((label) => label.startsWith("xn--") && !isALabel(label))) {
    return `"${clip(domain)}" has a label "xn--…" that is not a valid internationalised name; write it in its own letters`;
  }
  return undefined;
}

/** Whether it stands for letters beyond ASCII. Of a broken one, Node before 24 makes nothing, and later ones the same again. */
export function isALabel(label: string): boolean {
  return /[^\p{ASCII}]/u.test(domainToUnicode(label));
}

function suffixFault(domain: Fqdn): string | undefined {
  const { publicSuffix, isIcann } = parse(domain, { allowPrivateDomains: false, validateHostname: false });
  if (publicSuffix !== domain) return undefined;
  const way = `write a domain of your own below it, such as "example.${domain}"`;
  if (isIcann) {
    return coded(
      "domain-public-suffix",
      `"${domain}" is a public suffix, under which others register their domains; ${way}`,
    );
  }
  return `"${clip(domain)}" is a single label; ${domain === "localhost" ? 'write a public domain, such as "example.com"' : 'write the whole domain, such as "example.com"'}`;
}

function webMailFault(domain: Fqdn): string | undefined {
  if (!WEB_MAIL_DOMAINS.has(domain)) return undefined;
  return coded(
    "domain-web-mail",
    `"${domain}" belongs to a web-mail service, so you cannot publish a record there. Verify a domain of your own, or your one address, with VerifiedEmailAddress`,
  );
}

function domainWarnings(domain: Fqdn): string[] {
  const warnings: string[] = [];
  const { publicSuffix, isPrivate } = parse(domain, { allowPrivateDomains: true, validateHostname: false });
  if (publicSuffix === domain && isPrivate) {
    warnings.push(
      `${domain} is a suffix under which its owner gives names to others (publicsuffix.org, private part). Verify it only if you are that owner; otherwise verify the name below it that is yours.`,
    );
  }
  if (MAILBOX_DOMAINS.has(domain)) {
    warnings.push(
      `${domain} gives mailboxes to the public. If it is not yours, you cannot publish a record there: verify the one address that you send from, with VerifiedEmailAddress.`,
    );
  }
  const above = [...WEB_MAIL_DOMAINS].find((service) => domain !== service && isWithin(domain, service as Fqdn));
  if (above !== undefined) {
    warnings.push(
      `${domain} is below ${above}, which belongs to a web-mail service: only that service can publish a record there.`,
    );
  }
  return warnings;
}
