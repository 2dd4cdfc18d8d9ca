import { partitionOf } from "../aws/region";
import type { Ctx } from "../core/ctx";
import { explain, SesDomainError } from "../core/errors";
import type { Fqdn } from "../core/fqdn";
import type { SesPort, VerificationStatus } from "./port";

/** Where SES has an endpoint (AWS General Reference, "Amazon Simple Email Service endpoints and quotas"; 2026). */
export const SES_REGIONS: ReadonlySet<string> = new Set([
  "af-south-1",
  "ap-east-2",
  "ap-northeast-1",
  "ap-northeast-2",
  "ap-northeast-3",
  "ap-south-1",
  "ap-south-2",
  "ap-southeast-1",
  "ap-southeast-2",
  "ap-southeast-3",
  "ap-southeast-4",
  "ap-southeast-5",
  "ap-southeast-6",
  "ap-southeast-7",
  "ca-central-1",
  "ca-west-1",
  "eu-central-1",
  "eu-central-2",
  "eu-north-1",
  "eu-south-1",
  "eu-south-2",
  "eu-west-1",
  "eu-west-2",
  "eu-west-3",
  "eusc-de-east-1",
  "il-central-1",
  "me-central-1",
  "me-south-1",
  "mx-central-1",
  "sa-east-1",
  "us-east-1",
  "us-east-2",
  "us-gov-east-1",
  "us-gov-west-1",
  "us-west-1",
  "us-west-2",
]);

export interface SeenElsewhere {
  readonly region: string;
  readonly status: VerificationStatus;
}

/**
 * The domain's identities in all other regions of the partition, with the same credentials. Regions that are not enabled,
 * or do not answer, are passed over: this only helps to explain an absence. `open` gives the port of a region.
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
