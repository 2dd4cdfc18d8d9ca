import { type Fqdn, parseFqdn } from "../../core/fqdn";

/**
 * A name as Route 53 writes it: a final dot, and `\ooo` for octets that are no letter, digit, hyphen, underscore or dot
 * (Route 53 Developer Guide, "DNS domain name format"). `undefined` for names that hold other octets than ours may.
 */
export function readName(text: string | undefined): Fqdn | undefined {
  if (text === undefined) return undefined;
  const plain = text.replace(/\\([0-7]{3})/g, (_, octal: string) => String.fromCharCode(Number.parseInt(octal, 8)));
  const parsed = parseFqdn(plain);
  return "name" in parsed ? parsed.name : undefined;
}

/** `Z123` of `/hostedzone/Z123`. */
export function bareId(id: string): string {
  return id.replace(/^\/?(hostedzone|change)\//, "");
}
