import assert from "node:assert/strict";
import { IAM_ACTIONS, RESOURCE_KINDS } from "../../provider/aws/permissions";
import { iamPolicy, type PolicyDocument } from "../../provider/aws/policy";
import { checkPolicyArgs } from "../../provider/lifecycle/arguments/policy-args";

function policy(raw: object = {}): PolicyDocument {
  const checked = checkPolicyArgs(raw);
  assert.ok(checked.kind === "checked", JSON.stringify(checked));
  return iamPolicy(checked.request);
}
const refused = (raw: unknown) => {
  const checked = checkPolicyArgs(raw);
  return checked.kind === "refused" ? checked.failures.map(({ property }) => property) : [];
};
const actionsOf = ({ Statement }: PolicyDocument) => Statement.flatMap(({ Action }) => Action).sort();
const resourcesOf = (document: PolicyDocument, action: string) =>
  document.Statement.filter(({ Action }) => Action.includes(action)).flatMap(({ Resource }) => Resource);
const statementOf = (document: PolicyDocument, action: string) =>
  document.Statement.find(({ Action }) => Action.includes(action));

describe("the least policy", () => {
  it("holds, for all resources and with a role, every action that the code calls and that needs a permission", () => {
    const all = policy({ resources: RESOURCE_KINDS, roleArns: ["arn:aws:iam::111111111111:role/r"] });
    const silent: readonly string[] = ["sts:GetCallerIdentity", "sts:AssumeRoleWithWebIdentity"];
    const called = IAM_ACTIONS.map(({ action }) => action).filter((action) => !silent.includes(action));
    assert.deepEqual(actionsOf(all), [...called].sort());
  });

  it("names an action once", () => {
    for (const raw of [{}, { domains: ["ses-example.com"] }, { regions: ["us-east-1"], readOnly: true }]) {
      const actions = actionsOf(policy(raw));
      assert.deepEqual(actions, [...new Set(actions)]);
    }
  });

  for (const [what, raw, lacks, has] of [
    ["DNS at another host", { host: "cloudflare" }, /^route53:/, "ses:DeleteIdentity"],
    ["DNS at a host that is not known here", { host: "other" }, /^route53:/, "ses:DeleteIdentity"],
    ["a DomainIdentity", { resources: ["DomainIdentity"] }, /^route53:/, "ses:TagResource"],
    [
      "a DomainVerification",
      { resources: ["DomainVerification"] },
      /^route53:|Verify|Delete|Tag/,
      "ses:GetIdentityVerificationAttributes",
    ],
    ["an address", { resources: ["VerifiedEmailAddress"] }, /^route53:|VerifyDomain/, "ses:VerifyEmailIdentity"],
    ["a domain", {}, /VerifyEmail|sts:/, "ses:VerifyDomainIdentity"],
    ["reading", { readOnly: true }, /Verify(Domain|Email)|Delete|:TagResource|Untag|Change/, "route53:GetHostedZone"],
    ["what is required", { requiredOnly: true }, /List(Email|Hosted)|Tag|GetEmailIdentity/, "ses:DeleteIdentity"],
    [
      "what an address requires",
      { requiredOnly: true, resources: ["VerifiedEmailAddress"] },
      /List|Tag/,
      "ses:VerifyEmailIdentity",
    ],
  ] as const) {
    it(`allows for ${what} what it calls, and nothing else`, () => {
      const actions = actionsOf(policy(raw));
      assert.deepEqual(
        actions.filter((action) => lacks.test(action)),
        [],
      );
      assert.ok(actions.includes(has), actions.join());
    });
  }

  it("limits what AWS lets be limited to the zones, identities, records and regions", () => {
    const given = {
      domains: ["SES-Example.com.", "bücher-example.com"],
      regions: ["us-east-1", "eu-west-1"],
      accountId: "1111-1111-1111",
      zoneIds: ["/hostedzone/Z1", "Z2"],
      placement: "split",
    };
    const limited = policy(given);
    const [first, second] = ["ses-example.com", "xn--bcher-example-wob.com"];
    const arns = [first, second].flatMap((name) =>
      given.regions.map((region) => `arn:aws:ses:${region}:111111111111:identity/${name}`),
    );
    assert.deepEqual(resourcesOf(limited, "ses:TagResource"), arns);
    assert.deepEqual(resourcesOf(limited, "ses:VerifyDomainIdentity"), ["*"]);
    const zones = ["arn:aws:route53:::hostedzone/Z1", "arn:aws:route53:::hostedzone/Z2"];
    assert.deepEqual(resourcesOf(limited, "route53:ListResourceRecordSets"), zones);
    assert.deepEqual(resourcesOf(limited, "route53:ChangeResourceRecordSets"), zones);
    assert.deepEqual(resourcesOf(limited, "route53:ListHostedZonesByName"), ["*"]);
    assert.deepEqual(statementOf(limited, "ses:DeleteIdentity")?.Condition, {
      StringEquals: { "aws:RequestedRegion": given.regions },
    });
    assert.deepEqual(statementOf(limited, "route53:ChangeResourceRecordSets")?.Condition, {
      "ForAllValues:StringEquals": {
        "route53:ChangeResourceRecordSetsRecordTypes": ["TXT"],
        "route53:ChangeResourceRecordSetsNormalizedRecordNames": [
          `_amazonses.${first}`,
          first,
          `_amazonses.${second}`,
          second,
        ],
      },
    });
  });

  it("does not limit addresses to the domains that are named", () => {
    const both = policy({ resources: ["VerifiedDomain", "VerifiedEmailAddress"], domains: ["ses-example.com"] });
    assert.deepEqual(resourcesOf(both, "ses:TagResource"), ["*"]);
  });

  it("takes wildcards in an address as characters", () => {
    const one = policy({ resources: ["VerifiedEmailAddress"], emailAddresses: ["a*b?c@ses-example.com"] });
    assert.deepEqual(resourcesOf(one, "ses:TagResource"), [`arn:aws:ses:*:*:identity/a\${*}b\${?}c@ses-example.com`]);
  });

  for (const [partition, raw] of [
    ["aws", {}],
    ["aws-cn", { regions: ["cn-north-1"] }],
    ["aws-us-gov", { regions: ["us-gov-west-1"] }],
    ["aws-us-gov", { partition: "aws-us-gov" }],
    ["aws-cn", { roleArns: ["arn:aws-cn:iam::111111111111:role/r"] }],
  ] as const) {
    it(`is of partition ${partition} with ${JSON.stringify(raw)}`, () => {
      const made = policy(raw);
      assert.deepEqual(resourcesOf(made, "route53:GetHostedZone"), [`arn:${partition}:route53:::hostedzone/*`]);
    });
  }

  for (const [property, raw] of [
    ["domains[0]", { domains: ["not a domain"] }],
    ["domains[0]", { domains: [""] }],
    ["domains[1]", { domains: ["ses-example.com", "com"] }],
    ["emailAddresses[0]", { emailAddresses: ["no-address"] }],
    ["regions[0]", { regions: ["us-east-1a"] }],
    ["regions", { regions: ["us-east-1", "cn-north-1"] }],
    ["partition", { regions: ["us-east-1"], partition: "aws-cn" }],
    ["partition", { partition: "azure" }],
    ["accountId", { accountId: "123" }],
    ["zoneIds[0]", { zoneIds: ["ses-example.com"] }],
    ["zoneIds", { zoneIds: ["Z1"], host: "cloudflare" }],
    ["zoneIds", { zoneIds: ["Z1"], resources: ["DomainIdentity"] }],
    ["domains", { domains: ["ses-example.com"], resources: ["VerifiedEmailAddress"] }],
    ["roleArns[0]", { roleArns: ["role/r"] }],
    ["roleArns", { regions: ["us-east-1"], roleArns: ["arn:aws-cn:iam::111111111111:role/r"] }],
    ["host", { host: "bind" }],
    ["placement", { placement: "apex" }],
    ["placement", { placement: "top", domains: ["ses-example.com"] }],
    ["resources[0]", { resources: ["Domain"] }],
    ["readonly", { readonly: true }],
  ] as const) {
    it(`refuses ${JSON.stringify(raw)}`, () => assert.deepEqual(refused(raw), [property]));
  }

  it("throws nothing, whatever it is given", () => {
    for (const raw of [undefined, null, 1, "text", [], { domains: 1 }, { domains: [null] }, { readOnly: "yes" }]) {
      assert.doesNotThrow(() => checkPolicyArgs(raw));
    }
  });
});
