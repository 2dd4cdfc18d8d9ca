/** An IAM action this package may call, and why. `optional`: without it the package works, with what `without` says. */
export interface IamAction {
  readonly action: string;
  readonly optional: boolean;
  readonly why: string;
  readonly without?: string;
}

/**
 * Every IAM action that the code calls: the source of the least policy in the README, and of the tests that nothing
 * else is called. `sts:GetCallerIdentity` needs no permission and is called where the credentials carry no account id.
 * `sts:AssumeRole` is called only where a role is configured.
 */
export const IAM_ACTIONS = [
  { action: "ses:VerifyDomainIdentity", optional: false, why: "asks SES to verify the domain and returns the token" },
  {
    action: "ses:VerifyEmailIdentity",
    optional: true,
    why: "has SES mail a link to an address",
    without: "VerifiedEmailAddress cannot be used",
  },
  { action: "ses:GetIdentityVerificationAttributes", optional: false, why: "reads status and token" },
  { action: "ses:DeleteIdentity", optional: false, why: "removes the identity on destroy" },
  {
    action: "ses:ListEmailIdentities",
    optional: true,
    why: "reads the status of all domains at once on preview",
    without: "preview reads the status of each domain, up to 100 a call",
  },
  {
    action: "ses:GetEmailIdentity",
    optional: true,
    why: "reads what SES itself saw when it last looked for the record",
    without: "findings are made without SES's own last error",
  },
  {
    action: "ses:TagResource",
    optional: true,
    why: "registers each resource that uses an identity, as a tag on it",
    without: "state alone decides whether an identity is removed on destroy",
  },
  {
    action: "ses:UntagResource",
    optional: true,
    why: "takes a resource's own tag from an identity that others still use",
    without: "the tag stays, marked as leaving, which counts as no user",
  },
  {
    action: "ses:ListTagsForResource",
    optional: true,
    why: "reads which resources use an identity",
    without: "state alone decides whether an identity is removed on destroy",
  },
  {
    action: "route53:ListHostedZonesByName",
    optional: true,
    why: "finds the zone",
    without: "`zoneId` has to be given",
  },
  { action: "route53:GetHostedZone", optional: false, why: "reads the zone's name and name servers" },
  { action: "route53:ListResourceRecordSets", optional: false, why: "reads the record set before it is changed" },
  { action: "route53:ChangeResourceRecordSets", optional: false, why: "writes the TXT record set" },
  { action: "route53:GetChange", optional: false, why: "waits until every Route 53 server has the change" },
  {
    action: "sts:GetCallerIdentity",
    optional: true,
    why: "learns the account id; AWS asks no permission for it",
    without: "nothing: AWS allows it always",
  },
  {
    action: "sts:AssumeRole",
    optional: true,
    why: "assumes the roles of the configuration",
    without: "roles cannot be assumed",
  },
  {
    action: "sts:AssumeRoleWithWebIdentity",
    optional: true,
    why: "assumes a role by a web identity token",
    without: "such a role cannot be assumed",
  },
] as const satisfies readonly IamAction[];

export type AwsAction = (typeof IAM_ACTIONS)[number]["action"];
