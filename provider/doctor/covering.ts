import type { Ctx } from "../core/ctx";
import { explain, SesDomainError } from "../core/errors";
import type { Fqdn } from "../core/fqdn";
import { verifiedAmong, withParents } from "../lifecycle/observation/covering";
import type { SesPort } from "../ses/port";

/** The verified parent of this domain, in the same region and account; undefined where there is none, or it cannot be learned. */
export async function coveringDomain(domain: Fqdn, ses: SesPort, ctx: Ctx): Promise<Fqdn | undefined> {
  const [, ...parents] = withParents(domain);
  if (parents.length === 0) return undefined;
  try {
    return await verifiedAmong(parents, ses, ctx);
  } catch (error) {
    // It would help to explain; that there is no identity is known without it.
    if (!(error instanceof SesDomainError)) throw error;
    ctx.log.debug(explain(error));
    return undefined;
  }
}
