import { DnsHostError } from "../../core/errors";
import { type Fqdn, parseFqdn } from "../../core/fqdn";
import { segmentFault } from "../../core/http";

/**
 * A name as Route 53 writes it: a final dot, and `\ooo` for octets that are no letter, digit, hyphen, underscore or dot
 * (Route 53 Developer Guide, "DNS domain name format"). `undefined` for names that hold other octets than ours may.
 */
export function readName(text: string | undefined): Fqdn | undefined {
  if (text === undefined) return undefined;
  const parsed = parseFqdn(plainName(text));
  return "name" in parsed ? parsed.name : undefined;
}

/** Without the escapes of printable characters, such as `\052` for an asterisk; others stay. */
export function plainName(text: string): string {
  return text.replace(/\\([0-7]{3})/g, (whole, octal: string) => {
    const character = String.fromCharCode(Number.parseInt(octal, 8));
    return /[!-~]/.test(character) ? character : whole;
  });
}

/** `Z123` of `/hostedzone/Z123`. */
export function bareId(id: string): string {
  return id.replace(/^\/?(hostedzone|change)\//, "");
}

/** Throws `DnsHostError` for what would lead to another path of the API; `what` is a clause such as `the zone's id`. */
export function checkedId(id: string, what: string): string {
  const fault = segmentFault(id);
  if (fault === undefined) return id;
  throw new DnsHostError("host-refused", `Route 53: ${what} ${fault}.`, {
    hint: "An id is letters and digits, such as Z0123456789ABCDEFGHIJ.",
  });
}
