import { getDomain } from "tldts";
import type { Ctx } from "../../core/ctx";
import { type Fqdn, parentOf } from "../../core/fqdn";
import type { SesPort } from "../../ses/port";
import { standingOf } from "./standing";

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

/** The same by the account's list, as far as that has to be read, or by a question for the names that it does not hold yet. */
export async function verifiedAmong(names: readonly Fqdn[], ses: SesPort, ctx: Ctx): Promise<Fqdn | undefined> {
  const ask = async (name: Fqdn, inner: Ctx) => (await ses.status(name, inner))?.status;
  const standings = await Promise.all(names.map((name) => standingOf(name, ses, (inner) => ask(name, inner), ctx)));
  return names.find((_, index) => standings[index] === "Success");
}
