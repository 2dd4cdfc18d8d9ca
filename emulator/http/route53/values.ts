import { isIPv4, isIPv6 } from "node:net";
import { parseTxt } from "../../text";
import { refusedValue } from "../../values/values";
import { parseName } from "./names";

const LONGEST_STRING = 255;
const LONGEST_VALUE = 4000;

/** What is wrong with a value, as Route 53 says it; `undefined` where nothing is. */
export function judgeValue(type: string, value: string): string | undefined {
  const problem = (kind: string, reason: string) =>
    `Invalid Resource Record: FATAL problem: ${kind} (${reason}) encountered with '${value}'`;
  if (value.length > LONGEST_VALUE) return problem("ValueTooLong", "Value is too long");
  switch (type) {
    case "TXT":
    case "SPF":
      return judgeText(value, problem);
    case "A":
      return isIPv4(value) ? undefined : problem("ARRDATAIllegalIPv4Address", "Value is not a valid IPv4 address");
    case "AAAA":
      return isIPv6(value) ? undefined : problem("AAAARRDATAIllegalIPv6Address", "Value is not a valid IPv6 address");
    case "CNAME":
    case "NS":
    case "PTR":
      return judgeName(value);
    default: {
      const reason = refusedValue(type, value);
      return reason === undefined ? undefined : problem(`${type}RRDATAIllegal`, reason);
    }
  }
}

function judgeName(value: string): string | undefined {
  const parsed = parseName(value);
  return "name" in parsed ? undefined : `Invalid Resource Record: ${parsed.problem}`;
}

function judgeText(value: string, problem: (kind: string, reason: string) => string): string | undefined {
  if (!value.startsWith('"') || !value.endsWith('"') || value.length < 2)
    return problem("InvalidCharacterString", "Value should be enclosed in quotation marks");
  const strings = parseTxt(value);
  if (!strings) return problem("InvalidCharacterString", "Value should be enclosed in quotation marks");
  if (/[^\x20-\x7e]/.test(value)) return problem("UnsupportedCharacter", "Value contains unsupported characters");
  if (strings.some((string) => string.length > LONGEST_STRING))
    return problem("CharacterStringTooLong", "Value is too long");
  return undefined;
}
