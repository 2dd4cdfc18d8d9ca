import type { SesModel } from "../ses/model";
import { AwsError } from "./errors";
import { type Parameters, type QueryAction, queryOperation } from "./query";
import type { AwsService, Call } from "./service";
import { isAddress, isDomain, readMark, scopeOf, writeMark } from "./ses-names";
import { identitiesAsked, invalid, sendingActions } from "./ses-v1-sending";

const NAMESPACE = "http://ses.amazonaws.com/doc/2010-12-01/";
const VERSION = "2010-12-01";
const MOST_IDENTITIES = 1000;

/** Amazon SES's query API (version 2010-12-01), as far as identities, their DKIM and MAIL FROM go. */
export function openSesV1(model: SesModel, settled: () => Promise<void>): AwsService {
  const listIdentities = (parameters: Parameters, call: Call) => {
    const type = parameters.get("IdentityType");
    if (type !== undefined && type !== "Domain" && type !== "EmailAddress")
      throw new AwsError(
        "ValidationError",
        `1 validation error detected: Value '${type}' at 'identityType' failed to satisfy constraint: Member must satisfy enum value set: [EmailAddress, Domain]`,
      );
    const asked = parameters.get("MaxItems") ?? String(MOST_IDENTITIES);
    if (!/^\d+$/.test(asked) || Number(asked) < 1)
      throw new AwsError(
        "ValidationError",
        `1 validation error detected: Value '${asked}' at 'maxItems' failed to satisfy constraint: Member must have value greater than or equal to 1`,
      );
    const most = Math.min(Number(asked), MOST_IDENTITIES);
    const mark = parameters.get("NextToken");
    const after = mark === undefined ? 0 : readMark(mark);
    if (after === undefined) throw invalid("Invalid NextToken.");
    const rest = model
      .identities(call.caller.accountId, call.region)
      .filter((one) => one.sequence > after)
      .filter((one) => type === undefined || (one.kind === "domain") === (type === "Domain"));
    const page = rest.slice(0, most);
    const last = page.at(-1);
    return {
      Identities: { member: page.map(({ name }) => name) },
      NextToken: last && rest.length > most ? writeMark(last.sequence) : undefined,
    };
  };

  const attributes = (parameters: Parameters, call: Call) => {
    const entry = identitiesAsked(model, parameters, call).map(({ key, identity }) => ({
      key,
      value: { VerificationStatus: identity.status, VerificationToken: identity.token },
    }));
    return { VerificationAttributes: { entry } };
  };

  const actions: Readonly<Record<string, QueryAction>> = {
    VerifyDomainIdentity: {
      permission: "ses:VerifyDomainIdentity",
      run(parameters, call) {
        const domain = parameters.need("Domain");
        if (!isDomain(domain)) throw invalid(`Invalid domain name ${domain}.`);
        return { VerificationToken: model.verifyDomain(scopeOf(call), domain) };
      },
    },
    GetIdentityVerificationAttributes: { permission: "ses:GetIdentityVerificationAttributes", run: attributes },
    ListIdentities: { permission: "ses:ListIdentities", run: listIdentities },
    DeleteIdentity: {
      permission: "ses:DeleteIdentity",
      run(parameters, call) {
        const scope = scopeOf(call);
        const name = parameters.need("Identity");
        const known = model.identity(scope.accountId, scope.region, name) !== undefined;
        const replicas = known ? model.replicasOf(scope, name) : [];
        if (replicas.length > 0) throw invalid(`${name} has replicas in ${replicas.join(", ")}: delete these first.`);
        model.remove(scope, name);
        return {};
      },
    },
    VerifyEmailIdentity: {
      permission: "ses:VerifyEmailIdentity",
      run(parameters, call) {
        const address = parameters.need("EmailAddress");
        if (!isAddress(address)) throw invalid(`Invalid email address<${address}>.`);
        model.verifyAddress(scopeOf(call), address);
        return {};
      },
    },
    ...sendingActions(model, settled),
  };

  return {
    name: "ses",
    dialect: { kind: "xml", namespace: NAMESPACE },
    accepts: ({ path }, signedFor) => (signedFor ?? "ses") === "ses" && path === "/",
    limit: ({ caller, region }, { action }) => ({
      key: `${caller.accountId}/${region}/${action}`,
      rate: { perSecond: 1, burst: 1 },
    }),
    operation: (call) => queryOperation(actions, NAMESPACE, VERSION, call),
  };
}
