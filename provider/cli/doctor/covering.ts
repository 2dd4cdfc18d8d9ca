import { getDomain } from "tldts";
import type { Ctx } from "../../core/ctx";
import { explain, SesDomainError } from "../../core/errors";
import { type Fqdn, parentOf } from "../../core/fqdn";
import type { SesPort } from "../../ses/port";

/** The verified domain above this one, in the same region and account; undefined where there is none, or it cannot be learned. */
export async function coveringDomain(domain: Fqdn, ses: SesPort, ctx: Ctx): Promise<Fqdn | undefined> {
  const names = namesAbove(domain);
  if (names.length === 0) return undefined;
  try {
    const listed = await ses.listing(ctx);
    if (listed !== undefined) return names.find((name) => listed.get(name) === "Success");
    const statuses = await Promise.all(names.map((name) => ses.status(name, ctx)));
    return names.find((_, index) => statuses[index]?.status === "Success");
  } catch (error) {
    // It would help to explain; that there is no identity is known without it.
    if (!(error instanceof SesDomainError)) throw error;
    ctx.log.debug(explain(error));
    return undefined;
  }
}

/** Those above it, down to the one that is registered. */
function namesAbove(domain: Fqdn): Fqdn[] {
  const registrable = getDomain(domain) ?? domain;
  const names: Fqdn[] = [];
  for (let name = domain; name !== registrable && name.includes("."); ) {
    name = parentOf(name);
    names.push(name);
  }
  return names;
}
