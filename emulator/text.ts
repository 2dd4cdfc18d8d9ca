import type { Rdata } from "../provider/wire/message";

/**
 * The character strings of one TXT value as Route 53 writes it: `"v=spf1 -all"`, `"one" "two"`, with `\"`, `\\` and
 * octal `\ooo` (Route 53 developer guide, "TXT record type"). One character an octet. Text outside quotes is taken word
 * by word. `undefined` where quotes or escapes are broken.
 */
export function parseTxt(value: string): string[] | undefined {
  const strings: string[] = [];
  let rest = value.trim();
  while (rest !== "") {
    const match = /^"((?:[^"\\]|\\.)*)"(?=\s|$)\s*/su.exec(rest) ?? /^((?:[^"\\\s]|\\\S)+)(?=\s|$)\s*/su.exec(rest);
    if (!match) return undefined;
    // Route 53 wants other than ASCII escaped; plain text means UTF-8.
    const octets = Buffer.from(match[1] ?? "", "utf8").toString("latin1");
    strings.push(
      octets.replace(/\\([0-7]{3}|[\s\S])/g, (_, code: string) =>
        code.length === 3 ? String.fromCharCode(Number.parseInt(code, 8) & 0xff) : code,
      ),
    );
    rest = rest.slice(match[0].length);
  }
  return strings.length > 0 ? strings : undefined;
}

/** The other way: one TXT value from its character strings (one character an octet). */
export function formatTxt(strings: readonly string[]): string {
  const escaped = (string: string) =>
    string
      .replace(/[\\"]/g, "\\$&")
      .replace(/[^\x20-\x7e]/g, (octet) => `\\${(octet.charCodeAt(0) & 0xff).toString(8).padStart(3, "0")}`);
  return strings.map((string) => `"${escaped(string)}"`).join(" ");
}

/** One TXT value of a text of any length: UTF-8, cut into strings of 255 octets. */
export function txt(text: string): string {
  const octets = Buffer.from(text, "utf8").toString("latin1");
  return formatTxt(octets.match(/[\s\S]{1,255}/g) ?? [""]);
}

const nameIn = (text: string | undefined) => (text ?? "").replace(/\.$/, "").toLowerCase();

/** A value as it goes on the wire; `undefined` for types that the emulator's name servers do not speak, and for broken text. */
export function parseValue(type: string, value: string): Rdata | undefined {
  const fields = value.trim().split(/\s+/);
  const [first] = fields;
  switch (type) {
    case "A":
    case "AAAA":
      return { type, address: first ?? "" };
    case "NS":
    case "CNAME":
      return { type, target: nameIn(first) };
    case "MX":
      return { type, preference: Number(first), exchange: nameIn(fields[1]) };
    case "TXT": {
      const strings = parseTxt(value);
      return strings && { type, strings };
    }
    case "SOA": {
      const [serial = 1, refresh = 0, retry = 0, expire = 0, minimum = 0] = fields.slice(2).map(Number);
      return { type, mname: nameIn(first), rname: nameIn(fields[1]), serial, refresh, retry, expire, minimum };
    }
    default:
      return undefined;
  }
}
