import { type Fqdn, parseFqdn } from "../../core/fqdn";
import { type FirstFew, type Span, spanText, split, trimmed } from "../span";
import type { DmarcFault, DmarcTag, ReportUri } from "./record";

/** RFC 7489 section 6.2: receivers send to two addresses at least. */
const SENT_TO = 2;
/** Of more addresses, the first ones are read. */
const URIS_AT_MOST = 50;
/** An address has at most so many octets (RFC 5321 sections 4.5.3.1.1 and 4.5.3.1.2), and each may be three characters. */
const LONGEST_URI = 3 * (64 + 1 + 255) + "mailto:".length;

/** Octets in a unit of `obs-dmarc-report-size` (RFC 7489 section 6.2). */
const UNITS: Readonly<Record<string, number>> = { "": 1, k: 2 ** 10, m: 2 ** 20, g: 2 ** 30, t: 2 ** 40 };

/** Reads the destinations in "rua" or "ruf", separated by commas (RFC 9989 section 4.8). Those with a fault are left out. */
export function readUris(text: string, { name, valueSpan }: DmarcTag, faults: FirstFew<DmarcFault>): ReportUri[] {
  const uris: ReportUri[] = [];
  const parts = split(text, valueSpan, ",");
  for (const part of parts.slice(0, URIS_AT_MOST)) {
    const span = trimmed(text, part);
    const uri = readUri(text, span);
    if (uri === undefined) {
      faults.add({ reason: "uri", level: "error", tag: name, span });
      continue;
    }
    uris.push(uri);
    if (uri.limit !== undefined) faults.add({ reason: "size-limit", level: "note", tag: name, span });
    if (uri.scheme !== "mailto") faults.add({ reason: "uri-scheme", level: "note", tag: name, span });
  }
  if (parts.length > SENT_TO) faults.add({ reason: "uri-many", level: "note", tag: name, span: valueSpan });
  return uris;
}

function readUri(text: string, span: Span): ReportUri | undefined {
  const whole = spanText(text, span);
  if (whole.length > LONGEST_URI || !/^[\x21-\x7e]+$/.test(whole)) return undefined;
  const [address = "", size, more] = whole.split("!", 3);
  const limit = size === undefined ? undefined : octets(size);
  if (more !== undefined || (size !== undefined && limit === undefined)) return undefined;
  const scheme = /^[a-z][a-z0-9+.-]*(?=:)/i.exec(address)?.[0].toLowerCase();
  if (scheme === undefined) return undefined;
  const host = scheme === "mailto" ? mailHost(address) : authorityHost(address);
  if (scheme === "mailto" && host === undefined) return undefined;
  return { text: whole, span, scheme, host, ...(limit === undefined ? {} : { limit }) };
}

function octets(size: string): number | undefined {
  const [, digits, unit = ""] = /^(\d{1,15})([kmgt]?)$/i.exec(size) ?? [];
  const factor = UNITS[unit.toLowerCase()];
  return digits === undefined || factor === undefined
    ? undefined
    : Math.min(Number(digits) * factor, Number.MAX_SAFE_INTEGER);
}

/** `mailto:local@host` (RFC 6068): one address, whose octets may be percent-encoded, and no "//". */
function mailHost(address: string): Fqdn | undefined {
  const plain = decoded(address.slice("mailto:".length).split("?", 1)[0] ?? "");
  const at = plain.lastIndexOf("@");
  if (at < 1 || plain.startsWith("//") || /[\s,<>]/.test(plain.slice(0, at))) return undefined;
  return hostName(plain.slice(at + 1));
}

function authorityHost(address: string): Fqdn | undefined {
  const [, host] = /^[^:]+:\/\/(?:[^/?#@]*@)?([^/?#:@]+)/.exec(address) ?? [];
  return host === undefined ? undefined : hostName(host);
}

function hostName(text: string): Fqdn | undefined {
  const parsed = parseFqdn(text);
  return "name" in parsed && !parsed.name.includes("*") ? parsed.name : undefined;
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    // A "%" that begins no octet, or octets that are no UTF-8: the text as it is.
    return text;
  }
}
