import { domainToUnicode } from "node:url";
import { parseFqdn } from "../core/fqdn";
import { oneLine } from "../core/text";

/** How many characters of a long text messages show (core/text.ts `clip`), without the mark that something was cut off. */
const CLIPPED = [39, 40, 79, 80] as const;

/** A text in each spelling that a message may give it, itself first: as a name, as an address, with its escapes. Pure. */
export function spellingsOf(text: string): readonly string[] {
  const plain = text.trim();
  const bare = withoutFinalDot(plain);
  return [...new Set([plain, oneLine(plain), bare, ...asName(bare), ...asAddress(plain)])];
}

/** The beginnings that are left of a long text where it is cut short. Pure. */
export function beginningsOf(text: string): readonly string[] {
  return CLIPPED.flatMap((length) => (text.length > length ? [text.slice(0, length)] : []));
}

function asName(text: string): readonly string[] {
  const parsed = parseFqdn(text);
  return "fault" in parsed ? [] : [parsed.name, domainToUnicode(parsed.name)];
}

/** Of a URL, or of a host with a port (`ns1.example.net:53`, `[2001:db8::1]:53`): the whole, its beginnings, its host. */
function asAddress(text: string): readonly string[] {
  const address = /^[a-z][a-z0-9+.-]*:\/\//i.test(text) ? text : `http://${text}`;
  if (/\s/.test(text) || !URL.canParse(address)) return [];
  const { href, origin, protocol, host, hostname, pathname } = new URL(address);
  const base = origin === "null" ? `${protocol}//${host}` : origin;
  const path = pathname.replace(/\/+$/, "");
  const name = withoutFinalDot(hostname.replace(/^\[|\]$/g, ""));
  const wholes = [href, `${base}${path}`, `${base}${path.replace(/\/api\/v1$/, "")}`, base];
  return [...wholes, `${host}${path}`, host, hostname, name, domainToUnicode(name)];
}

function withoutFinalDot(text: string): string {
  return text.replace(/\.$/, "");
}
