import { isIP } from "node:net";
import { parseFqdn } from "./fqdn";
import { holdsCredentials } from "./text";

/** Of an address in a program that may hold a secret: a clause that fits after it. */
export const HOLDS_CREDENTIALS =
  'holds an "@" or a query. A user name, a password or a token in it would be kept in the state; write the address alone';

/** What keeps a text from being `host`, `host:port`, an IP address or `[v6]:port`. */
export function hostPortFault(text: string): string | undefined {
  if (holdsCredentials(text)) return HOLDS_CREDENTIALS;
  if (text.includes("://")) return "is a web address; write the host alone, with :PORT where it is not 53";
  if (isIP(text) !== 0) return undefined;
  const parts = /^(?:\[([^\]]+)\]|([^:]+))(?::(\d+))?$/.exec(text);
  if (!parts) return "is not a host, host:port or [IPv6 address]:port";
  const [, v6, host = "", port] = parts;
  if (port !== undefined && (Number(port) < 1 || Number(port) > 65_535))
    return `has the port ${port}; ports go from 1 to 65535`;
  if (v6 !== undefined) return isIP(v6) === 6 ? undefined : "has brackets around what is not an IPv6 address";
  if (isIP(host) !== 0) return undefined;
  const name = parseFqdn(host);
  return "fault" in name ? name.fault : undefined;
}

/** Whether a text is a port's number in decimal digits. */
export function isPort(text: string): boolean {
  return /^\d{1,5}$/.test(text) && Number(text) >= 1 && Number(text) <= 65_535;
}
