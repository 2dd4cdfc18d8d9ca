import type { RecordResponse } from "cloudflare/resources/dns/records" with { "resolution-mode": "import" };
import type { AnswerMode } from "../present";
import { mxData, parsePresentation, presentation, type RecordData, type RecordType } from "../record";
import { unquoteText } from "../txt";

/** The members of a record that say what it says. MX: `content` is the exchange alone. */
export interface RecordFields {
  readonly content: string;
  readonly priority?: number | undefined;
}

/** What a record of the type says; undefined where it says nothing that fits the type. */
export function readFields(type: RecordType, { content, priority }: RecordFields): RecordData | undefined {
  if (type === "MX") return mxData(priority ?? Number.NaN, content);
  return type === "TXT" ? { type, text: readContent(content) } : parsePresentation(type, content);
}

/** Text as Cloudflare asks for it: quoted strings of at most 255 octets (RFC 1035 section 5.1). Names without a final dot. */
export function writeFields(data: RecordData) {
  switch (data.type) {
    case "TXT":
      return { type: data.type, content: presentation(data) };
    case "CNAME":
      return writeCname(data.target);
    case "MX":
      return { type: data.type, content: data.exchange === "" ? "." : data.exchange, priority: data.preference };
  }
}

/** What Cloudflare proxies is answered with its own addresses, not with the CNAME. */
export function writeCname(target: string) {
  return { type: "CNAME", content: target, proxied: false } as const;
}

/** Whether the record is answered with what it says (developers.cloudflare.com/dns/cname-flattening, proxy-status). */
export function modeOf(record: RecordResponse): AnswerMode {
  if ("proxied" in record && record.proxied === true) return "proxied";
  return record.type === "CNAME" && record.settings?.flatten_cname === true ? "flattened" : "plain";
}

/**
 * The value that a TXT record's `content` means. Cloudflare keeps what it was given: quoted character-strings, or, from
 * clients that leave the quotes out, the bare text (developers.cloudflare.com/dns/manage-dns-records/reference/dns-record-types/#txt).
 */
function readContent(content: string): string {
  const trimmed = content.trim();
  return trimmed.length > 1 && trimmed.startsWith('"') && trimmed.endsWith('"')
    ? unquoteText(trimmed, "decimal")
    : content;
}
