import { type Ask, absenceOf, isDefinite, type ResolverAnswer } from "./ask";
import type { DnsLook } from "./look-info";

type Seen = "found" | "unanswered" | NonNullable<DnsLook["errorType"]>;

/** Which records are to be there: three CNAMEs, or one TXT with a public key. */
export type WantedDkim =
  | { readonly kind: "aliases"; readonly tokens: readonly string[]; readonly zone: string }
  | { readonly kind: "key"; readonly selector: string; readonly publicKey: string };

/**
 * Looks for DKIM's records as SES does: it asks for TXT, and each of the three answers has to come through a CNAME to exactly
 * that token's target. Behind two of them there is no key, which is no fault. What ends in SERVFAIL is not seen, even where
 * the CNAME itself is served (SES developer guide, "Troubleshooting DKIM problems").
 */
export async function lookForDkim(domain: string, wanted: WantedDkim, ask: Ask): Promise<DnsLook> {
  const names = wanted.kind === "aliases" ? wanted.tokens : [wanted.selector];
  let unanswered = false;
  for (const name of names) {
    const owner = `${name}._domainkey.${domain}`;
    const answer = await ask(owner, "TXT");
    const seen = see(answer, owner, name, wanted);
    // The SOA at the end of a CNAME is that of another zone.
    const soa = answer?.aliases.length === 0 ? answer.soa : undefined;
    if (seen === "unanswered") unanswered = true;
    else if (seen !== "found") return { result: "absent", errorType: seen, soa };
  }
  if (unanswered) return { result: "unanswered", errorType: "DNS_SERVER_ERROR", soa: undefined };
  return { result: "found", errorType: undefined, soa: (await ask(domain, "SOA"))?.soa };
}

function see(answer: ResolverAnswer | undefined, owner: string, name: string, wanted: WantedDkim): Seen {
  if (!isDefinite(answer)) return "unanswered";
  return wanted.kind === "key" ? seeKey(answer, wanted.publicKey) : seeAlias(answer, owner, `${name}.${wanted.zone}`);
}

function seeAlias(answer: ResolverAnswer, owner: string, target: string): Seen {
  const alias = answer.aliases.find(({ name }) => name === owner);
  if (alias === undefined) return answer.txt.length > 0 ? "INVALID_VALUE" : absenceOf(answer);
  return alias.target === target ? "found" : "INVALID_VALUE";
}

/** Several keys at one selector are no key (RFC 6376 section 3.6.2.2: the results are undefined). */
function seeKey(answer: ResolverAnswer, publicKey: string): Seen {
  if (answer.txt.length === 0) return absenceOf(answer);
  const keys = answer.txt.map(keyIn).filter((key) => key !== undefined);
  return keys.length === 1 && keys[0] === publicKey ? "found" : "INVALID_VALUE";
}

/** The `p=` of a DKIM record, without white space (RFC 6376 section 3.6.1). */
function keyIn(record: string): string | undefined {
  const tag = record.split(";").find((part) => /^\s*p\s*=/.test(part));
  return tag?.slice(tag.indexOf("=") + 1).replace(/\s/g, "");
}
