/** The record types that this package writes and looks for. */
export type RecordType = "TXT" | "CNAME" | "MX";

/** A host name as a zone file has it (RFC 1035 section 5.1): whole, so with a final dot. The root is ".". */
export function presentHost(name: string): string {
  return `${name.toLowerCase()}.`;
}

/** An MX record's data as a zone file has it (RFC 1035 section 3.3.9). */
export function presentMx(preference: number, exchange: string): string {
  return `${preference} ${presentHost(exchange)}`;
}
