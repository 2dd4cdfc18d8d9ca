import { type Fqdn, fqdn, parseFqdn } from "../../../provider/core/fqdn";
import { AwsError } from "../errors";

/** A name as Route 53 writes it: final dot, other than letters, digits, hyphens, underscores and dots in octal. */
export function writeName(name: Fqdn): string {
  const escaped = name.replace(
    /[^a-z0-9_.-]/g,
    (character) => `\\${character.charCodeAt(0).toString(8).padStart(3, "0")}`,
  );
  return `${escaped}.`;
}

/** Throws `AwsError` InvalidDomainName. */
export function readName(text: string): Fqdn {
  const plain = text.replace(/\\([0-7]{3})/g, (_, code: string) => String.fromCharCode(Number.parseInt(code, 8)));
  const parsed = parseFqdn(plain);
  if ("fault" in parsed)
    throw new AwsError("InvalidDomainName", `DNS name ${text} is invalid: it ${parsed.fault}.`, 400);
  return fqdn(plain);
}

/** What names are sorted by: the labels from the right, with the final dot (API_ListResourceRecordSets, "Sort order"). */
export function sortKey(name: Fqdn): string {
  return `${name.split(".").reverse().join(".")}.`;
}

export function compare(left: string, right: string): number {
  return left < right ? -1 : left > right ? 1 : 0;
}
