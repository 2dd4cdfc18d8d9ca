import type { Fqdn } from "../../../provider/core/fqdn";
import { parseHostName } from "../../names";
import { AwsError } from "../errors";

const LONGEST_LABEL = 63;

/** A name as Route 53 writes it: final dot, other than letters, digits, hyphens, underscores and dots in octal. */
export function writeName(name: Fqdn): string {
  const escaped = name.replace(
    /[^a-z0-9_.-]/g,
    (character) => `\\${character.charCodeAt(0).toString(8).padStart(3, "0")}`,
  );
  return `${escaped}.`;
}

/** What is wrong with a name, as Route 53 says it. */
export type NameProblem = string;

/**
 * Reads a name with its octal escapes (Route 53 developer guide, "DNS domain name format": any printable ASCII). Names
 * with other octets, which Route 53 takes as escapes, are not kept by the emulator.
 */
export function parseName(text: string): { readonly name: Fqdn } | { readonly problem: NameProblem } {
  const problem = (kind: string, reason: string, what: string) => ({
    problem: `FATAL problem: ${kind} (${reason}) encountered with '${what}'`,
  });
  let unsupported = /[^\x21-\x7e]/u.exec(text)?.[0];
  const plain = text.replace(/\\([0-7]{3})/g, (escaped, code: string) => {
    const octet = Number.parseInt(code, 8);
    if (octet <= 0x20 || octet >= 0x7f || octet === 0x2e) unsupported ??= escaped;
    return String.fromCharCode(octet);
  });
  if (unsupported !== undefined)
    return problem("UnsupportedCharacter", "Value contains unsupported characters", unsupported);
  const parsed = parseHostName(plain);
  if ("name" in parsed) return parsed;
  const labels = plain.replace(/\.$/, "").split(".");
  const long = labels.find((label) => label.length > LONGEST_LABEL);
  if (labels.includes("")) return problem("DomainLabelEmpty", "Domain label is empty", text);
  if (long !== undefined) return problem("DomainLabelTooLong", "Domain label is too long", long);
  return problem("DomainTooLong", "Domain name is too long", text);
}

/** Throws `AwsError` with this code: which one differs between the operations. */
export function readName(
  text: string,
  code: "InvalidDomainName" | "InvalidInput" | "InvalidChangeBatch" = "InvalidDomainName",
): Fqdn {
  const parsed = parseName(text);
  if ("name" in parsed) return parsed.name;
  throw new AwsError(code, code === "InvalidChangeBatch" ? `[${parsed.problem}]` : parsed.problem);
}

/** What names are sorted by: the labels from the right, with the final dot (API_ListResourceRecordSets, "Sort order"). */
export function sortKey(name: Fqdn): string {
  return `${name.split(".").reverse().join(".")}.`;
}

export function compare(left: string, right: string): number {
  return left < right ? -1 : left > right ? 1 : 0;
}
