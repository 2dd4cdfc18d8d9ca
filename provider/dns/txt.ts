import { joinStrings, splitText } from "../wire/txt";

/** How an octet that is not printable is written: `\DDD` in decimal (RFC 1035 section 5.1) or in octal (Route 53). */
export type EscapeBase = "decimal" | "octal";

/** The value as record data: every string in quotes, one blank between them. */
export function quoteText(value: string, base: EscapeBase): string {
  return splitText(value)
    .map((piece) => `"${Array.from(piece, (octet) => escapeOctet(octet, base)).join("")}"`)
    .join(" ");
}

function escapeOctet(octet: number, base: EscapeBase): string {
  const character = String.fromCharCode(octet);
  if (character === '"' || character === "\\") return `\\${character}`;
  if (octet >= 0x20 && octet <= 0x7e) return character;
  return `\\${octet.toString(base === "octal" ? 8 : 10).padStart(3, "0")}`;
}

/**
 * Reads record data: quoted strings, and bare words as some hosts return them. The strings of a value are joined.
 * An escape that stands for no octet is taken as the character after the backslash.
 */
export function unquoteText(data: string, base: EscapeBase): string {
  const strings: Buffer[] = [];
  let at = 0;
  while (at < data.length) {
    if (/\s/.test(data.charAt(at))) {
      at += 1;
      continue;
    }
    const quoted = data.charAt(at) === '"';
    const read = readString(data, quoted ? at + 1 : at, quoted, base);
    strings.push(read.octets);
    at = read.next;
  }
  return joinStrings(strings);
}

function readString(data: string, from: number, quoted: boolean, base: EscapeBase): { octets: Buffer; next: number } {
  const parts: Buffer[] = [];
  let at = from;
  while (at < data.length) {
    const code = data.codePointAt(at) ?? 0;
    const character = String.fromCodePoint(code);
    if (quoted ? character === '"' : /\s/.test(character)) return { octets: Buffer.concat(parts), next: at + 1 };
    if (character === "\\") {
      const read = readEscape(data, at, base);
      parts.push(read.octets);
      at = read.next;
    } else {
      parts.push(Buffer.from(character, "utf8"));
      at += character.length;
    }
  }
  return { octets: Buffer.concat(parts), next: at };
}

function readEscape(data: string, at: number, base: EscapeBase): { octets: Buffer; next: number } {
  const digits = data.slice(at + 1, at + 4);
  const octet = /^\d{3}$/.test(digits) ? toOctet(digits, base) : undefined;
  if (octet !== undefined) return { octets: Buffer.from([octet]), next: at + 4 };
  const character = String.fromCodePoint(data.codePointAt(at + 1) ?? 0x5c);
  return { octets: Buffer.from(character, "utf8"), next: at + 1 + character.length };
}

function toOctet(digits: string, base: EscapeBase): number | undefined {
  if (base === "octal" && /[89]/.test(digits)) return undefined;
  const octet = Number.parseInt(digits, base === "octal" ? 8 : 10);
  return octet <= 255 ? octet : undefined;
}
