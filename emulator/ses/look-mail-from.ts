import { type Ask, isDefinite } from "./ask";
import type { DnsLook } from "./look-info";

/**
 * Looks for the MX record of a MAIL FROM domain as SES does: exactly one, whose host is the region's. Several make the set-up
 * fail (SES developer guide, "Using a custom MAIL FROM domain"). SES does not look at SPF.
 */
export async function lookForMailFrom(domain: string, host: string, ask: Ask): Promise<DnsLook> {
  const answer = await ask(domain, "MX");
  if (!isDefinite(answer)) return { result: "unanswered", errorType: "DNS_SERVER_ERROR", soa: undefined };
  const [first, ...more] = answer.mx;
  const found = first?.exchange === host && more.length === 0;
  return { result: found ? "found" : "absent", errorType: undefined, soa: undefined };
}
