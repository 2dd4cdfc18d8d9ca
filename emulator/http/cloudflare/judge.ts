import { child, type Fqdn, isWithin, parseFqdn } from "../../../provider/core/fqdn";
import type { RecordSet } from "../../records";
import { canonicalValue } from "../../values/values";
import type { Zone } from "../../zones";
import { shownContent, toStore } from "./content";
import { refusal } from "./envelope";

/** What a client asks a record to be. */
export interface RecordInput {
  readonly type: string;
  readonly name: string;
  readonly content: string;
  /** In seconds; 1 is automatic. */
  readonly ttl: number;
  readonly priority?: number | undefined;
  readonly proxied: boolean;
  readonly flattened: boolean;
  readonly comment: string | null;
}

/** A record that may be made. */
export interface JudgedRecord {
  readonly name: Fqdn;
  readonly type: string;
  /** As the API shows it. */
  readonly content: string;
  /** As the zone store has it. */
  readonly value: string;
}

/** Types that may be proxied. */
export const ADDRESSES: readonly string[] = ["A", "AAAA", "CNAME"];
const TYPES = [...ADDRESSES, "MX", "NS", "TXT"];
/** What Cloudflare keeps in addition (API reference, DNS records). */
const UNKEPT = "CAA CERT DNSKEY DS HTTPS LOC NAPTR OPENPGPKEY PTR SMIMEA SRV SSHFP SVCB TLSA URI".split(" ");

/** Codes for content of a type (as users of the API report them). */
const CONTENT_CODES: Readonly<Record<string, number>> = { A: 9005, AAAA: 9006, MX: 9009 };

/** Throws `Refusal`: a type that is Cloudflare's and not the emulator's is the emulator's limit, and says so. */
export function judgeType(type: string): void {
  if (UNKEPT.includes(type)) throw limit(`keeps no ${type} records, only ${TYPES.join(", ")}`);
  if (!TYPES.includes(type)) throw refusal(400, 1004, "DNS Validation Error");
}

/** Judges a record next to the sets at its name, and changes nothing. Throws `Refusal`. */
export function judgeRecord(zone: Zone, input: RecordInput, at: (name: Fqdn) => readonly RecordSet[]): JudgedRecord {
  const { type, ttl, priority } = input;
  judgeType(type);
  const name = nameIn(zone, input.name);
  if (type === "MX" && !isPriority(priority))
    throw refusal(400, 1004, "DNS Validation Error", {
      code: 9008,
      message: "Invalid priority, priority must be set and be between 0 and 65535",
    });
  const value = input.content === "" ? undefined : toStore(type, input.content, priority);
  if (value === undefined) throw refusal(400, CONTENT_CODES[type] ?? 9007, `Content for ${type} record is invalid.`);
  if (ttl !== 1 && !(Number.isInteger(ttl) && ttl >= 60 && ttl <= 86_400))
    throw refusal(400, 9021, "Invalid TTL. Must be between 60 and 86400 seconds, or 1 for Automatic.");
  if (input.proxied && !ADDRESSES.includes(type)) throw refusal(400, 9004, "This record type cannot be proxied.");
  if (input.flattened && type !== "CNAME") throw refusal(400, 1004, "DNS Validation Error");
  if (type === "NS" && name === zone.name)
    throw limit("keeps no NS records at the apex, where its own name servers are");
  const there = at(name);
  refuseConflict(type, there);
  const wanted = canonicalValue(type, value);
  const same = there.filter((set) => set.type === type).flatMap(({ values }) => values);
  if (same.some((one) => canonicalValue(type, one) === wanted))
    throw refusal(400, 81_058, "An identical record already exists.");
  return { name, type, content: shownContent(type, input.content), value };
}

/** What Cloudflare has and the emulator has not: no fault of the client's. */
export const limit = (what: string) => refusal(400, 1004, `The emulator's Cloudflare ${what}.`);

/** A name that does not end in the zone's is taken as relative to it: so a panel, and the API, doubles names. */
function nameIn(zone: Zone, text: string): Fqdn {
  if (text === "@") return zone.name;
  const parsed = parseFqdn(text);
  if (!("name" in parsed)) throw refusal(400, 9000, "DNS name is invalid.");
  return isWithin(parsed.name, zone.name) ? parsed.name : child(parsed.name, zone.name);
}

function isPriority(value: number | undefined): boolean {
  return value !== undefined && Number.isInteger(value) && value >= 0 && value <= 0xffff;
}

/** developers.cloudflare.com/dns/manage-dns-records/troubleshooting/records-with-same-name: TXT at the name of a CNAME is not refused. */
function refuseConflict(type: string, there: readonly RecordSet[]): void {
  const has = (types: readonly string[]) => there.some((set) => types.includes(set.type));
  if (type === "CNAME" && has(ADDRESSES))
    throw refusal(400, 81_053, "An A, AAAA, or CNAME record with that host already exists.");
  if ((type === "A" || type === "AAAA") && has(["CNAME"]))
    throw refusal(400, 81_054, "A CNAME record with that host already exists.");
}
