import { formatTxt, parseTxt } from "../../text";

const LONGEST_STRING = 255;

const pieces = (octets: string) => octets.match(/[\s\S]{1,255}/g) ?? [""];
const latin1 = (text: string) => Buffer.from(text, "utf8").toString("latin1");

/**
 * The character strings (one character an octet) of a TXT record's content: quoted strings with `\"`, `\\` and decimal
 * `\DDD`, or text without quotes, taken as it is. Longer strings are split. `undefined` where the quotes do not pair.
 */
function stringsOf(content: string): string[] | undefined {
  if (!content.startsWith('"')) return pieces(latin1(content));
  const strings: string[] = [];
  let rest = content;
  while (rest !== "") {
    const match = /^"((?:[^"\\]|\\.)*)"(?:\s+|$)/su.exec(rest);
    if (!match) return undefined;
    const octets = latin1(match[1] ?? "").replace(/\\(\d{3}|[\s\S])/g, (_, code: string) =>
      code.length === 3 ? String.fromCharCode(Number(code) & 0xff) : code,
    );
    strings.push(...(octets.length > LONGEST_STRING ? pieces(octets) : [octets]));
    rest = rest.slice(match[0].length);
  }
  return strings;
}

/** A record's content as the zone store holds it; `undefined` where its quotation marks do not pair. */
export function toStore(type: string, content: string, priority: number | undefined): string | undefined {
  if (type === "TXT") {
    const strings = stringsOf(content);
    return strings && formatTxt(strings);
  }
  if (type === "MX") return `${priority ?? 0} ${content}`;
  return content;
}

/** The other way, for records that another API wrote. */
export function fromStore(type: string, value: string): { readonly content: string; readonly priority?: number } {
  if (type === "TXT") {
    const strings = (parseTxt(value) ?? [value]).map((string) =>
      string
        .replace(/[\\"]/g, "\\$&")
        .replace(/[^\x20-\x7e]/g, (octet) => `\\${String(octet.charCodeAt(0)).padStart(3, "0")}`),
    );
    return { content: strings.map((string) => `"${string}"`).join(" ") };
  }
  const bare = value.replace(/\.$/, "");
  const mx = type === "MX" ? /^(\d+)\s+(.+)$/.exec(bare) : undefined;
  return mx ? { content: mx[2] ?? "", priority: Number(mx[1]) } : { content: bare };
}
