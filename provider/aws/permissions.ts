/** The resources of this package, as programs name them. */
export const RESOURCE_KINDS = [
  "VerifiedDomain",
  "DomainIdentity",
  "DomainVerification",
  "VerifiedEmailAddress",
] as const;
export type ResourceKind = (typeof RESOURCE_KINDS)[number];

/** An IAM action this package may call, and why. `optional`: without it the package works, with what `without` says. */
export interface IamAction {
  readonly action: string;
  readonly optional: boolean;
  readonly why: string;
  readonly without?: string;
  /** Which resources call it. */
  readonly calledBy: readonly ResourceKind[];
  /** A preview and the doctor call it. */
  readonly reads: boolean;
  /** Only DKIM, MAIL FROM, a configuration set and feedback forwarding need it. */
  readonly sends?: boolean;
  /**
   * What its permission can be limited to (Service Authorization Reference, "Amazon SES", "Amazon Simple Email Service v2",
   * "Amazon Route 53", "AWS Security Token Service"). `any`: nothing, so that a policy has to say `*`.
   */
  readonly on: "any" | "identity" | "zone" | "change" | "role";
}

const ALL = RESOURCE_KINDS;
const DOMAINS = ["VerifiedDomain", "DomainIdentity"] as const;
/** These look at DKIM and MAIL FROM. */
const SENDERS = [...DOMAINS, "DomainVerification"] as const;
/** These make and remove identities. */
const MAKERS = [...DOMAINS, "VerifiedEmailAddress"] as const;
const PUBLISHERS = ["VerifiedDomain"] as const;

/**
 * Every IAM action that the code calls: the source of every policy that is printed or shown (`policy.ts`), and of the tests
 * that nothing else is called. `sts:GetCallerIdentity` needs no permission and is called where the credentials carry no
 * account id. `sts:AssumeRole` is called only where a role is configured.
 */
export const IAM_ACTIONS = [
  {
    action: "ses:VerifyDomainIdentity",
    optional: false,
    why: "asks SES to verify the domain and returns the token",
    calledBy: DOMAINS,
    reads: false,
    on: "any",
  },
  {
    action: "ses:VerifyEmailIdentity",
    optional: true,
    why: "has SES mail a link to an address",
    without: "`VerifiedEmailAddress` cannot be used",
    calledBy: ["VerifiedEmailAddress"],
    reads: false,
    on: "any",
  },
  {
    action: "ses:GetIdentityVerificationAttributes",
    optional: false,
    why: "reads status and token",
    calledBy: ALL,
    reads: true,
    on: "any",
  },
  {
    action: "ses:DeleteIdentity",
    optional: false,
    why: "removes the identity on destroy",
    calledBy: MAKERS,
    reads: false,
    on: "any",
  },
  {
    action: "ses:ListEmailIdentities",
    optional: true,
    why: "reads the status of up to 1,000 identities with one call on preview, and finds addresses that look alike",
    without: "a preview asks SES about one domain after another, one a second; addresses that look alike are not found",
    calledBy: ALL,
    reads: true,
    on: "any",
  },
  {
    action: "ses:GetEmailIdentity",
    optional: true,
    why: "reads where the DKIM records lead, the method and key of DKIM, and what SES itself saw when it last looked for a record",
    without: "`dkim` cannot be used, and findings do without what SES itself saw",
    calledBy: [...DOMAINS, "DomainVerification"],
    reads: true,
    on: "identity",
  },
  {
    action: "ses:TagResource",
    optional: true,
    why: "registers each resource that uses an identity, as a tag on it",
    without:
      "the state alone decides what `destroy` removes: other stacks, and own identities after a crash or a rename, are not seen",
    calledBy: MAKERS,
    reads: false,
    on: "identity",
  },
  {
    action: "ses:UntagResource",
    optional: true,
    why: "takes a resource's own tag from an identity that others still use",
    without: "the tag stays, marked as leaving, which counts as no user",
    calledBy: MAKERS,
    reads: false,
    on: "identity",
  },
  {
    action: "ses:ListTagsForResource",
    optional: true,
    why: "reads which resources use an identity",
    without:
      "the state alone decides what `destroy` removes: other stacks, and own identities after a crash or a rename, are not seen",
    calledBy: MAKERS,
    reads: true,
    on: "identity",
  },
  {
    action: "ses:CreateEmailIdentity",
    optional: true,
    why: "makes an identity with DKIM, its tags in the same call",
    without: "no domain can be made with `dkim`",
    calledBy: DOMAINS,
    reads: false,
    sends: true,
    on: "identity",
  },
  {
    action: "ses:GetIdentityDkimAttributes",
    optional: true,
    why: "reads status and tokens of DKIM, of up to 100 identities with one call",
    without: "`dkim` cannot be used",
    calledBy: SENDERS,
    reads: true,
    sends: true,
    on: "any",
  },
  {
    action: "ses:GetIdentityMailFromDomainAttributes",
    optional: true,
    why: "reads the MAIL FROM domain and its status, of up to 100 identities with one call",
    without: "`mailFrom` cannot be used",
    calledBy: SENDERS,
    reads: true,
    sends: true,
    on: "any",
  },
  {
    action: "ses:VerifyDomainDkim",
    optional: true,
    why: "starts DKIM for an identity that has none, or whose DKIM has failed",
    without: "`dkim` cannot be used for an identity without DKIM, and DKIM that has failed stays so",
    calledBy: DOMAINS,
    reads: false,
    sends: true,
    on: "any",
  },
  {
    action: "ses:PutEmailIdentityDkimAttributes",
    optional: true,
    why: "switches DKIM signing on or off",
    without: "signing stays as it is",
    calledBy: DOMAINS,
    reads: false,
    sends: true,
    on: "identity",
  },
  {
    action: "ses:PutEmailIdentityMailFromAttributes",
    optional: true,
    why: "sets the MAIL FROM domain, and clears it on destroy",
    without: "`mailFrom` cannot be used",
    calledBy: DOMAINS,
    reads: false,
    sends: true,
    on: "identity",
  },
  {
    action: "ses:PutEmailIdentityConfigurationSetAttributes",
    optional: true,
    why: "sets the configuration set of an identity",
    without: "`configurationSet` cannot be used for an identity that is there",
    calledBy: DOMAINS,
    reads: false,
    sends: true,
    on: "identity",
  },
  {
    action: "ses:PutEmailIdentityFeedbackAttributes",
    optional: true,
    why: "switches feedback forwarding on or off",
    without: "`feedbackForwarding` cannot be used",
    calledBy: DOMAINS,
    reads: false,
    sends: true,
    on: "identity",
  },
  {
    action: "ses:GetAccount",
    optional: true,
    why: "reads whether the account is in the sandbox, and whether SES has paused its sending",
    without: "neither is told",
    calledBy: SENDERS,
    reads: true,
    sends: true,
    on: "any",
  },
  {
    action: "route53:ListHostedZonesByName",
    optional: true,
    why: "finds the zone",
    without: "`zoneId` has to be given",
    calledBy: PUBLISHERS,
    reads: true,
    on: "any",
  },
  {
    action: "route53:GetHostedZone",
    optional: false,
    why: "reads the zone's name and name servers",
    calledBy: PUBLISHERS,
    reads: true,
    on: "zone",
  },
  {
    action: "route53:ListResourceRecordSets",
    optional: false,
    why: "reads the record set before it is changed",
    calledBy: PUBLISHERS,
    reads: true,
    on: "zone",
  },
  {
    action: "route53:ChangeResourceRecordSets",
    optional: false,
    why: "writes the record sets",
    calledBy: PUBLISHERS,
    reads: false,
    on: "zone",
  },
  {
    action: "route53:GetChange",
    optional: false,
    why: "waits until every Route 53 server has the change",
    calledBy: PUBLISHERS,
    reads: false,
    on: "change",
  },
  {
    action: "sts:GetCallerIdentity",
    optional: true,
    why: "learns the account id; AWS asks no permission for it",
    without: "nothing: AWS allows it always",
    calledBy: ALL,
    reads: true,
    on: "any",
  },
  {
    action: "sts:AssumeRole",
    optional: true,
    why: "assumes the roles of the configuration",
    without: "roles cannot be assumed",
    calledBy: ALL,
    reads: true,
    on: "role",
  },
  {
    action: "sts:AssumeRoleWithWebIdentity",
    optional: true,
    why: "assumes a role by a web identity token; the role's trust policy allows it, not a policy of the caller",
    without: "such a role cannot be assumed",
    calledBy: ALL,
    reads: true,
    on: "role",
  },
] as const satisfies readonly IamAction[];

export type AwsAction = (typeof IAM_ACTIONS)[number]["action"];
