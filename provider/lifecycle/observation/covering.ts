import { getDomain } from "tldts";
import type { Ctx } from "../../core/ctx";
import { type Fqdn, parentOf } from "../../core/fqdn";
import type { SesPort } from "../../ses/port";

/** The domain, and its parents down to the one that is registered: SES takes mail from subdomains of a verified domain. */
export function withParents(domain: Fqdn): readonly Fqdn[] {
  const registrable = getDomain(domain) ?? domain;
  const names = [domain];
  for (let name = domain; name !== registrable && name.includes("."); ) {
    name = parentOf(name);
    names.push(name);
  }
  return names;
}

/** The first of the names that SES has verified, by one request for all. */
export async function verifiedNow(names: readonly Fqdn[], ses: SesPort, ctx: Ctx): Promise<Fqdn | undefined> {
  const statuses = await Promise.all(names.map((name) => ses.status(name, ctx)));
  return names.find((_, index) => statuses[index]?.status === "Success");
}

/** The same by the account's list, where that may be read. */
export async function verifiedAmong(names: readonly Fqdn[], ses: SesPort, ctx: Ctx): Promise<Fqdn | undefined> {
  const listed = await ses.listing(ctx);
  if (listed === undefined) return verifiedNow(names, ses, ctx);
  return names.find((name) => listed.get(name) === "Success");
}
