import { formatTxt, parseTxt } from "../../text";

const LONGEST_STRING = 255;
const NAMED = new Set(["CNAME", "NS"]);

/**
 * Record data as the zone store holds it: there, escapes of TXT are octal, and here decimal (RFC 1035 section 5.1).
 * `undefined` for broken quotes, strings of more than 255 octets, and host names without a final dot.
 */
export function toStore(type: string, data: string): string | undefined {
  if (type === "TXT") {
    // One pass: an escaped backslash does not begin the next escape.
    const octal = data.replace(/\\(\d{3}|[\s\S])/g, (whole, code: string) =>
      /^\d{3}$/.test(code) ? `\\${(Number(code) & 0xff).toString(8).padStart(3, "0")}` : whole,
    );
    const strings = parseTxt(octal);
    return strings?.every((string) => string.length <= LONGEST_STRING) ? formatTxt(strings) : undefined;
  }
  const named = NAMED.has(type) || type === "MX";
  return named && !/\S\.$|^\d+\s+\.$/.test(data.trim()) ? undefined : data.trim();
}

/** The other way: every string of a TXT in quotes, host names with a final dot. */
export function fromStore(type: string, value: string): string {
  if (type === "TXT") {
    return value.replace(/\\([0-7]{3}|[\s\S])/g, (whole, code: string) =>
      /^[0-7]{3}$/.test(code) ? `\\${String(Number.parseInt(code, 8) & 0xff).padStart(3, "0")}` : whole,
    );
  }
  return (NAMED.has(type) || type === "MX") && !value.endsWith(".") ? `${value}.` : value;
}
