import { parseFqdn } from "../../../provider/core/fqdn";
import { formatTxt, parseTxt } from "../../text";
import { refusedValue } from "../../values/values";

const LONGEST_STRING = 255;
/** Types whose content ends in a host name. */
const NAMED = new Set(["CNAME", "MX", "NS"]);

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

/**
 * The zone store's value for what a client sends as a record's content (`priority`: of MX). `undefined` where no record of
 * the type can have it.
 */
export function toStore(type: string, content: string, priority: number | undefined): string | undefined {
  if (type === "TXT") {
    const strings = stringsOf(content);
    return strings && formatTxt(strings);
  }
  const name = NAMED.has(type) ? readTarget(content, type === "MX") : content;
  if (name === undefined) return undefined;
  const value = type === "MX" ? `${priority} ${name || "."}` : name;
  return refusedValue(type, value) === undefined ? value : undefined;
}

/** What a client sent as content, as the API shows it: host names without their final dot, all else as it was sent. */
export function shownContent(type: string, content: string): string {
  return NAMED.has(type) && content !== "." ? content.replace(/\.$/, "") : content;
}

/** A host name, with or without its final dot. The root says in an MX record that there is no mail (RFC 7505). */
function readTarget(content: string, mayBeRoot: boolean): string | undefined {
  if (mayBeRoot && content === ".") return "";
  const parsed = parseFqdn(content);
  return "name" in parsed ? parsed.name : undefined;
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
  if (!NAMED.has(type)) return { content: value };
  const [, priority, name = ""] = /^(?:(\d+)\s+)?(.+)$/.exec(value.trim()) ?? [];
  const content = name === "." ? name : name.replace(/\.$/, "");
  return type === "MX" ? { content, priority: Number(priority) } : { content };
}
