/**
 * The character strings of one TXT value as Route 53 writes it: `"v=spf1 -all"`, `"one" "two"`, with `\"`, `\\` and
 * octal `\ooo` (Route 53 developer guide, "TXT record type"). One character an octet. Text outside quotes is taken word
 * by word. `undefined` where quotes or escapes are broken.
 */
export function parseTxt(value: string): string[] | undefined {
  const strings: string[] = [];
  let rest = value.trim();
  while (rest !== "") {
    const token = takeToken(rest);
    if (!token) return undefined;
    strings.push(octetsOf(token.text));
    rest = token.rest;
  }
  return strings.length > 0 ? strings : undefined;
}

/** A word or a quoted string in front of a text, as written but without its quotation marks, and what comes after it. */
export interface Token {
  readonly text: string;
  readonly quoted: boolean;
  readonly rest: string;
}

/** `undefined` where quotes or escapes are broken. */
export function takeToken(text: string): Token | undefined {
  const string = /^"((?:[^"\\]|\\.)*)"(?=\s|$)\s*/su.exec(text);
  const match = string ?? /^((?:[^"\\\s]|\\\S)+)(?=\s|$)\s*/su.exec(text);
  return match ? { text: match[1] ?? "", quoted: string !== null, rest: text.slice(match[0].length) } : undefined;
}

/** A text with its escapes undone, one character an octet. Route 53 wants other than ASCII escaped; plain text is UTF-8. */
export function octetsOf(text: string): string {
  const octets = Buffer.from(text, "utf8").toString("latin1");
  return octets.replace(/\\([0-7]{3}|[\s\S])/g, (_, code: string) =>
    code.length === 3 ? String.fromCharCode(Number.parseInt(code, 8) & 0xff) : code,
  );
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
