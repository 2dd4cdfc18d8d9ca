import { comparable, type DnsRecord, keyText, type RecordKey, type Sharing, type WantedRecord } from "./record";

/** What a record is for. Only `verification` is written today. */
export const PURPOSES = ["verification", "dkim", "mail-from", "dmarc"] as const;
type Purpose = (typeof PURPOSES)[number];

/** Whose a record is. */
export interface Owner {
  /** The identity's name in the program, which may change. */
  readonly identity: string;
  /** What the identity is to SES; undefined where that is not known. */
  readonly arn: string | undefined;
  readonly purpose: Purpose;
}

/** A record that must be in DNS, its owner and its purpose. */
export interface Requirement {
  readonly record: DnsRecord;
  readonly owner: Owner;
  readonly sharing: Sharing;
}

/** The rule of each purpose and type (SES Developer Guide, "Custom MAIL FROM domain"; RFC 7208 section 4.5, RFC 7489 section 6.6.3). */
function sharingOf(purpose: Purpose, { type }: Pick<DnsRecord, "type">): Sharing {
  switch (purpose) {
    case "verification":
      return "with-others";
    case "dkim":
      // The CNAME's name is a token that SES gave to this identity; the name of an own key's TXT record a person chose.
      return type === "CNAME" ? "own-name" : "alone";
    case "mail-from":
      return type === "TXT" ? { oneWithPrefix: "v=spf1" } : "alone";
    case "dmarc":
      return { oneWithPrefix: "v=DMARC1" };
  }
}

export function required(record: DnsRecord, owner: Owner): Requirement {
  return { record, owner, sharing: sharingOf(owner.purpose, record) };
}

/** The record as a host is asked to make it present. */
export function wantedOf({ record, sharing }: Pick<Requirement, "record" | "sharing">): WantedRecord {
  return { ...record, sharing };
}

/** The record's data as text that can be compared, and shown. */
export function dataText({ record }: Pick<Requirement, "record">): string {
  return comparable(record);
}

/** Whether both want the same data at the same name, whichever identity owns it. */
export function sameRecord(a: Pick<Requirement, "record">, b: Pick<Requirement, "record">): boolean {
  return keyText(a.record) === keyText(b.record) && dataText(a) === dataText(b);
}

/** The values wanted at one name and type, each once. */
export function valuesAt(requirements: readonly Requirement[], key: RecordKey): string[] {
  return [...new Set(requirements.filter(({ record }) => keyText(record) === keyText(key)).map(dataText))];
}

/** The names and types, each once, in order. */
export function keysOf(requirements: readonly Requirement[]): readonly RecordKey[] {
  const keys = new Map(requirements.map(({ record: { name, type } }) => [keyText({ name, type }), { name, type }]));
  return [...keys.values()];
}
