/**
 * TXT values as text. A value is one string of any length; on the wire it is a row of character-strings of at most
 * 255 octets (RFC 1035 section 3.3.14), which mean their concatenation.
 */
const LONGEST_STRING = 255;

/** The value's octets (UTF-8) in pieces of at most 255; an empty value is one empty piece. */
export function splitText(value: string): readonly Buffer[] {
  const octets = Buffer.from(value, "utf8");
  if (octets.length === 0) return [octets];
  const pieces: Buffer[] = [];
  for (let at = 0; at < octets.length; at += LONGEST_STRING) pieces.push(octets.subarray(at, at + LONGEST_STRING));
  return pieces;
}

/** The value that a row of character-strings means. Octets that are not UTF-8 are read as Latin-1, one character each. */
export function joinStrings(strings: readonly Uint8Array[]): string {
  const octets = Buffer.concat(strings);
  const text = octets.toString("utf8");
  return Buffer.from(text, "utf8").equals(octets) ? text : octets.toString("latin1");
}
