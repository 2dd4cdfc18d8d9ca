import { type Ask, absenceOf, isDefinite } from "./ask";
import type { DnsLook } from "./look-info";

const PREFIX = "amazonses:";

/**
 * Looks for a domain's token as SES does: a TXT value at `_amazonses.DOMAIN`, or `amazonses:TOKEN` at the domain itself
 * (SES developer guide, "Amazon SES domain verification TXT records").
 */
export async function lookFor(name: string, token: string | undefined, ask: Ask): Promise<DnsLook> {
  const below = await ask(`_amazonses.${name}`, "TXT");
  const soa = async () => below?.soa ?? (await ask(name, "SOA"))?.soa;
  if (token !== undefined && below?.txt.includes(token))
    return { result: "found", errorType: undefined, soa: await soa() };
  const at = await ask(name, "TXT");
  if (token !== undefined && at?.txt.includes(PREFIX + token))
    return { result: "found", errorType: undefined, soa: await soa() };
  if (!isDefinite(below) || !isDefinite(at))
    return { result: "unanswered", errorType: "DNS_SERVER_ERROR", soa: undefined };
  const wrong = below.txt.length > 0 || at.txt.some((value) => value.startsWith(PREFIX));
  return { result: "absent", errorType: wrong ? "INVALID_VALUE" : absenceOf(below), soa: await soa() };
}
