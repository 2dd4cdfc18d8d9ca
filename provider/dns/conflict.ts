import { DnsHostError } from "../core/errors";
import { clip } from "../core/text";
import type { RecordType } from "./record";

/** What stands at a name where a record may not: a CNAME by its target, or records of these other types; "" where not even that is known. */
export type ConflictingRecords = { readonly cname: string } | { readonly types: string };

/**
 * A CNAME stands alone at its name (RFC 1034 section 3.6.2): the error of one that would not. `where` names host, name and
 * zone: `Route 53: a.example in zone example (Z1)`.
 */
export function recordConflict(where: string, wanted: RecordType, standing: ConflictingRecords): DnsHostError {
  if ("cname" in standing) {
    const target = clip(standing.cname).replace(/\.$/, "");
    return wanted === "CNAME"
      ? new DnsHostError("record-conflict", `${where} is a CNAME to ${target}, and a name has one CNAME; it stays.`, {
          hint: "Remove that CNAME, if it is no longer needed.",
        })
      : new DnsHostError(
          "record-conflict",
          `${where} is a CNAME to ${target}; no ${wanted} record can have the same name.`,
          {
            hint: "Remove the CNAME, or publish the values where it points.",
          },
        );
  }
  const types = standing.types === "" ? "records of another type" : `records of type ${clip(standing.types)}`;
  return new DnsHostError("record-conflict", `${where} has ${types}; no CNAME can have the same name.`, {
    hint: "Remove those records, if they are no longer needed.",
  });
}
