import { type Fqdn, ROOT } from "../provider/core/fqdn";
import { canonicalName, labelsOf } from "../provider/wire/names";

const LONGEST_NAME = 253;
const LONGEST_LABEL = 63;

/**
 * Reads a name that a DNS host may hold, which is more than what users may declare: labels of any printable ASCII
 * (RFC 2181 section 11), in lower case. The fault is a clause that fits after "it".
 */
export function parseHostName(text: string): { readonly name: Fqdn } | { readonly fault: string } {
  const name = (text.endsWith(".") ? text.slice(0, -1) : text).toLowerCase();
  if (name === "") return { fault: "is empty" };
  if (!/^[\x21-\x7e]+$/.test(name)) return { fault: "has characters that are not printable ASCII" };
  const labels = labelsOf(name);
  const octets = labels.reduce((sum, label) => sum + 1 + label.length, -1);
  if (octets > LONGEST_NAME) return { fault: `is longer than ${LONGEST_NAME} characters` };
  const bad = labels.find((label) => label.length === 0 || label.length > LONGEST_LABEL);
  if (bad !== undefined) return { fault: `has a label of ${bad.length} characters; a label has 1 to ${LONGEST_LABEL}` };
  return { name: (name.includes("\\") ? canonicalName(name) : name) as Fqdn };
}

/** The root is "" or ".". Throws a RangeError for what no host can hold. */
export function hostName(text: string): Fqdn {
  if (text === "" || text === ".") return ROOT;
  const parsed = parseHostName(text);
  if ("fault" in parsed) throw new RangeError(`"${text}" ${parsed.fault}`);
  return parsed.name;
}
