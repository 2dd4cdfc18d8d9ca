import { partitionOf, SES_REGIONS } from "../aws/region";
import type { Ctx } from "../core/ctx";
import { explain, SesDomainError } from "../core/errors";
import type { Fqdn } from "../core/fqdn";
import type { SesPort, VerificationStatus } from "./port";

export interface SeenElsewhere {
  readonly region: string;
  readonly status: VerificationStatus;
}

/**
 * The domain's identities in all other regions of the partition, with the same credentials. Regions that are not enabled,
 * or do not answer, are skipped: this only helps to explain an absence. `open` gives the port of a region.
 */
export async function findElsewhere(
  domain: Fqdn,
  asked: readonly string[],
  open: (region: string) => SesPort,
  ctx: Ctx,
): Promise<readonly SeenElsewhere[]> {
  const partitions = new Set(asked.map(partitionOf));
  const others = [...SES_REGIONS].filter((region) => partitions.has(partitionOf(region)) && !asked.includes(region));
  const answers = await Promise.all(
    others.map(async (region) => {
      try {
        const found = await open(region).status(domain, ctx);
        return found === undefined ? [] : [{ region, status: found.status }];
      } catch (error) {
        if (!(error instanceof SesDomainError)) throw error;
        ctx.log.debug(explain(error));
        return [];
      }
    }),
  );
  return answers.flat();
}
