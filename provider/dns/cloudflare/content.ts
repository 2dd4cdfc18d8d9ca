import { quoteText, unquoteText } from "../txt";

/**
 * The value that a TXT record's `content` means. Cloudflare keeps what it was given: quoted character-strings, or, from
 * clients that leave the quotes out, the bare text (developers.cloudflare.com/dns/manage-dns-records/reference/dns-record-types/#txt).
 */
export function readContent(content: string): string {
  const trimmed = content.trim();
  return trimmed.length > 1 && trimmed.startsWith('"') && trimmed.endsWith('"')
    ? unquoteText(trimmed, "decimal")
    : content;
}

/** The value as Cloudflare asks for it: quoted strings of at most 255 octets (RFC 1035 section 5.1). */
export function writeContent(value: string): string {
  return quoteText(value, "decimal");
}
