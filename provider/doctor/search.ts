import type { Aws } from "../aws/aws";
import type { Ctx } from "../core/ctx";
import { explain, SesDomainError } from "../core/errors";
import type { Fqdn } from "../core/fqdn";
import type { WrittenZone } from "../diagnosis/finding";
import { type Requirement, valuesAt } from "../dns/requirement";
import { surveyRoute53 } from "../dns/route53/survey";
import type { Clients } from "../lifecycle/observation/clients";
import { findElsewhere } from "../ses/other-regions";
import type { SubjectIdentity } from "./subject";

/** Zones of these identities' accounts that hold what resolvers do not see. */
export async function survey(
  identities: readonly SubjectIdentity[],
  lost: readonly Requirement[],
  aws: Aws,
  ctx: Ctx,
): Promise<readonly WrittenZone[]> {
  const distinct = new Map(
    identities.map(({ spec: { profile, roleArn, externalId, credentials } }) => {
      const options = { profile, roleArn, externalId, credentials };
      return [JSON.stringify(options), options];
    }),
  );
  const names = [...new Set(lost.map(({ record }) => record.name))];
  const found = await Promise.all(
    [...distinct.values()].flatMap((options) =>
      names.map(async (name) => {
        try {
          return await surveyRoute53(aws, options, name, valuesAt(lost, { name, type: "TXT" }), ctx);
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
