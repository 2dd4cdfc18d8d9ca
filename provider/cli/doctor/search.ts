import type { Aws } from "../../aws/aws";
import type { Ctx } from "../../core/ctx";
import { explain, SesDomainError } from "../../core/errors";
import type { Fqdn } from "../../core/fqdn";
import type { ExpectedValue, WrittenZone } from "../../diagnosis/finding";
import { surveyRoute53 } from "../../dns/route53/survey";
import type { Clients } from "../../lifecycle/observation/clients";
import { valuesAt } from "../../lifecycle/records/records";
import { findElsewhere } from "../../ses/other-regions";
import type { SubjectIdentity } from "./subject";

/** Zones of these identities' accounts that hold what resolvers do not see. */
export async function survey(
  identities: readonly SubjectIdentity[],
  lost: readonly ExpectedValue[],
  aws: Aws,
  ctx: Ctx,
): Promise<readonly WrittenZone[]> {
  const distinct = new Map(
    identities.map(({ spec: { profile, roleArn, externalId, credentials } }) => {
      const options = { profile, roleArn, externalId, credentials };
      return [JSON.stringify(options), options];
    }),
  );
  const names = [...new Set(lost.map(({ name }) => name))];
  const found = await Promise.all(
    [...distinct.values()].flatMap((options) =>
      names.map(async (name) => {
        try {
          return await surveyRoute53(aws, options, name, valuesAt(lost, name), ctx);
        } catch (error) {
          if (!(error instanceof SesDomainError)) throw error;
          ctx.log.debug(explain(error));
          return [];
        }
      }),
    ),
  );
  return found.flat();
}

/** The domain in the regions that were not asked, with the credentials of `identity`, which is away. */
export async function searchRegions(
  domain: Fqdn,
  asked: readonly string[],
  { spec }: SubjectIdentity,
  clients: Clients,
  ctx: Ctx,
) {
  return findElsewhere(domain, asked, (region) => clients.ses({ ...spec, name: region, region }), ctx);
}
