import { IAM_ACTIONS, type IamAction, type ResourceKind } from "./permissions";

/** An IAM policy, as `aws iam create-policy --policy-document` takes it. */
export interface PolicyDocument {
  readonly Version: "2012-10-17";
  readonly Statement: readonly PolicyStatement[];
}

interface PolicyStatement {
  readonly Sid: string;
  readonly Effect: "Allow";
  readonly Action: readonly string[];
  readonly Resource: string | readonly string[];
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>>;
}

/** What a program uses. What is left out is not limited. */
export interface PolicyRequest {
  readonly resources: readonly ResourceKind[];
  /** Whether Route 53 is the DNS host. */
  readonly route53: boolean;
  /** Only what a preview and the doctor call. */
  readonly readOnly: boolean;
  /** Without the actions that the package can do without. */
  readonly requiredOnly: boolean;
  /** Without what only DKIM, MAIL FROM and DMARC need. */
  readonly verificationOnly: boolean;
  /** `aws`, `aws-cn`, … */
  readonly partition: string;
  readonly regions: readonly string[];
  readonly accountId: string | undefined;
  /** Domains and addresses. */
  readonly identities: readonly string[];
  /** The names of the record sets that may be written for the verification. */
  readonly recordNames: readonly string[];
  /** The same for DKIM, MAIL FROM and DMARC, as patterns of IAM: the names of DKIM come from SES. */
  readonly sendingNames: readonly string[];
  readonly zoneIds: readonly string[];
  /** Roles that a program's identities and hosts assume. */
  readonly roleArns: readonly string[];
}

/** The least policy for what a program uses. Pure; the only place where one is made. */
export function iamPolicy(request: PolicyRequest): PolicyDocument {
  const { partition } = request;
  const allowed = allowedActions(request);
  const called = (service: string, ...on: IamAction["on"][]) =>
    allowed.filter((one) => one.action.startsWith(`${service}:`) && on.includes(one.on));
  const named = identityArns(request);
  const inRegions: Pick<PolicyStatement, "Condition"> =
    request.regions.length === 0 ? {} : { Condition: { StringEquals: { "aws:RequestedRegion": request.regions } } };
  const zones = request.zoneIds.length === 0 ? ["*"] : request.zoneIds;
  const zoneArns = zones.map((id) => `arn:${partition}:route53:::hostedzone/${id}`);
  const onZones = called("route53", "zone");
  const statements = [
    ...(named === undefined
      ? [statement("SesAccount", called("ses", "any", "identity"), "*", inRegions)]
      : [
          statement("SesAccount", called("ses", "any"), "*", inRegions),
          statement("SesIdentities", called("ses", "identity"), named),
        ]),
    statement("Route53Zones", called("route53", "any"), "*"),
    statement(
      "Route53Read",
      onZones.filter(({ reads }) => reads),
      zoneArns,
    ),
    statement(
      "Route53Write",
      onZones.filter(({ reads }) => !reads),
      zoneArns,
      { Condition: writableSets(request) },
    ),
    statement("Route53Changes", called("route53", "change"), `arn:${partition}:route53:::change/*`),
    statement("AssumeRoles", request.roleArns.length === 0 ? [] : called("sts", "role"), request.roleArns),
  ];
  return { Version: "2012-10-17", Statement: statements.flat() };
}

/** Characters of a managed policy without white space (IAM User Guide, "IAM and AWS STS quotas"). */
const MOST_CHARACTERS = 6_144;

/** The policy as a file of JSON, and what is to be said of it. Pure. */
export function policyText(policy: PolicyDocument): { readonly json: string; readonly warnings: readonly string[] } {
  const { length } = JSON.stringify(policy);
  const long = `this policy has ${length} characters, and IAM takes ${MOST_CHARACTERS} in one. Leave out the domains, or make several policies.`;
  return { json: JSON.stringify(policy, undefined, 2), warnings: length > MOST_CHARACTERS ? [long] : [] };
}

/** The actions that a policy has to allow: not `sts:GetCallerIdentity`, which AWS always allows, nor what a trust policy allows. */
export function allowedActions({
  resources,
  route53,
  readOnly,
  requiredOnly,
  verificationOnly,
}: Pick<
  PolicyRequest,
  "resources" | "route53" | "readOnly" | "requiredOnly" | "verificationOnly"
>): readonly IamAction[] {
  const actions: readonly IamAction[] = IAM_ACTIONS;
  return actions.filter((one) => {
    if (one.action === "sts:AssumeRole") return true;
    if (one.action.startsWith("sts:")) return false;
    if (one.action.startsWith("route53:") && !route53) return false;
    if (readOnly && !one.reads) return false;
    if (verificationOnly && one.sends === true) return false;
    return one.calledBy.some((kind) => resources.includes(kind)) && !(requiredOnly && isOptional(one, resources));
  });
}

/** Asking for an address is optional only where other resources are in use. */
function isOptional({ optional, calledBy }: IamAction, resources: readonly ResourceKind[]): boolean {
  const only = calledBy.length === 1 ? calledBy[0] : undefined;
  return optional && !(only === "VerifiedEmailAddress" && resources.includes(only));
}

/** Undefined where nothing limits them. */
function identityArns({ partition, regions, accountId, identities }: PolicyRequest): readonly string[] | undefined {
  if (regions.length === 0 && accountId === undefined && identities.length === 0) return undefined;
  const names = identities.length === 0 ? ["*"] : identities.map(literal);
  return names.flatMap((name) =>
    (regions.length === 0 ? ["*"] : regions).map(
      (region) => `arn:${partition}:ses:${region}:${accountId ?? "*"}:identity/${name}`,
    ),
  );
}

/** Addresses may hold characters that a policy reads as wildcards (IAM User Guide, "Policy variables"). */
function literal(name: string): string {
  return name.replace(/[*?$]/g, (character) => `\${${character}}`);
}

/** Route 53 developer guide, "Using IAM policy conditions for fine-grained access control". */
function writableSets(request: PolicyRequest): NonNullable<PolicyStatement["Condition"]> {
  const { recordNames, sendingNames, requiredOnly, verificationOnly } = request;
  const types = "route53:ChangeResourceRecordSetsRecordTypes";
  const names = "route53:ChangeResourceRecordSetsNormalizedRecordNames";
  if (requiredOnly || verificationOnly)
    return {
      "ForAllValues:StringEquals": { [types]: ["TXT"], ...(recordNames.length > 0 && { [names]: recordNames }) },
    };
  return {
    "ForAllValues:StringEquals": { [types]: ["TXT", "CNAME", "MX"] },
    ...(recordNames.length > 0 && { "ForAllValues:StringLike": { [names]: [...recordNames, ...sendingNames] } }),
  };
}

/** None where no action needs it. */
function statement(
  Sid: string,
  actions: readonly IamAction[],
  resource: string | readonly string[],
  more: Pick<PolicyStatement, "Condition"> = {},
): readonly PolicyStatement[] {
  if (actions.length === 0) return [];
  const [only] = resource;
  const Resource = typeof resource !== "string" && resource.length === 1 && only !== undefined ? only : resource;
  return [{ Sid, Effect: "Allow", Action: actions.map(({ action }) => action), Resource, ...more }];
}
