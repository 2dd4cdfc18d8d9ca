import type { DnsLook, Identity } from "./identity";

/** One answer of a recursive resolver; `undefined` where none came. TXT values are the joined strings. */
interface ResolverAnswer {
  readonly rcode: string;
  readonly txt: readonly string[];
  readonly soa: { readonly primaryNameServer: string; readonly serial: number } | undefined;
}

export type Ask = (name: string, type: "TXT" | "SOA") => Promise<ResolverAnswer | undefined>;

const PREFIX = "amazonses:";

/**
 * Looks for a domain's token as SES does: a TXT value at `_amazonses.DOMAIN`, or `amazonses:TOKEN` at the domain itself
 * (SES developer guide, "Amazon SES domain verification TXT records").
 */
export async function lookFor(identity: Identity, ask: Ask): Promise<DnsLook> {
  const { name, token } = identity;
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
  const errorType = wrong ? "INVALID_VALUE" : below.rcode === "NXDOMAIN" ? "HOST_NOT_FOUND" : "TYPE_NOT_FOUND";
  return { result: "absent", errorType, soa: await soa() };
}

function isDefinite(answer: ResolverAnswer | undefined): answer is ResolverAnswer {
  return answer?.rcode === "NOERROR" || answer?.rcode === "NXDOMAIN";
}
