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
    ["verification only", { verificationOnly: true }, /Dkim|MailFrom|Put|Create|GetAccount/, "ses:GetEmailIdentity"],
    [
      "reading of DKIM and MAIL FROM",
      { readOnly: true },
      /Put|Create|VerifyDomain/,
      "ses:GetIdentityMailFromDomainAttributes",
    ],
    [
      "a DomainVerification's DKIM",
      { resources: ["DomainVerification"] },
      /Put|Create|VerifyDomain/,
      "ses:GetIdentityDkimAttributes",
    ],
    ["an address's DKIM", { resources: ["VerifiedEmailAddress"] }, /Dkim|MailFrom|Put|Create/, "ses:DeleteIdentity"],
    [
      "what is required",
      { requiredOnly: true },
      /List(Email|Hosted)|Tag|GetEmailIdentity|Dkim|MailFrom|Put|Create/,
      "ses:DeleteIdentity",
    ],
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
    const limited = policy({ ...given, verificationOnly: true });
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

  it("lets DKIM, MAIL FROM and DMARC be written at their names, and for the identities that are named", () => {
    const given = { domains: ["ses-example.com", "other-example.com"], regions: ["us-east-1"] };
    const arns = given.domains.map((name) => `arn:aws:ses:us-east-1:*:identity/${name}`);
    for (const action of ["CreateEmailIdentity", "PutEmailIdentityMailFromAttributes"])
      assert.deepEqual(resourcesOf(policy(given), `ses:${action}`), arns);
    for (const action of ["GetIdentityDkimAttributes", "VerifyDomainDkim", "GetAccount"])
      assert.deepEqual(resourcesOf(policy(given), `ses:${action}`), ["*"]);
    const types = { "route53:ChangeResourceRecordSetsRecordTypes": ["TXT", "CNAME", "MX"] };
    const names = (raw: object) => statementOf(policy(raw), "route53:ChangeResourceRecordSets")?.Condition;
    assert.deepEqual(names({}), { "ForAllValues:StringEquals": types });
    const below = (label: string) => given.domains.map((name) => `${label}.${name}`);
    const [ours, other] = [0, 1].map((at) =>
      ["*._domainkey", "bounce", "bounce-*", "_dmarc"].map((label) => below(label)[at]),
    );
    assert.deepEqual(names(given), {
      "ForAllValues:StringEquals": types,
      "ForAllValues:StringLike": {
        "route53:ChangeResourceRecordSetsNormalizedRecordNames": [
          ...below("_amazonses"),
          ...(ours ?? []),
          ...(other ?? []),
        ],
      },
    });
    const named = names({
      domains: ["ses-example.com"],
      mailFromDomains: ["Return.SES-example.com.", "b.example.org"],
    });
    assert.deepEqual(named?.["ForAllValues:StringLike"], {
      "route53:ChangeResourceRecordSetsNormalizedRecordNames": [
        "_amazonses.ses-example.com",
        "*._domainkey.ses-example.com",
        "_dmarc.ses-example.com",
        "return.ses-example.com",
        "b.example.org",
      ],
    });
  });

  it("writes TXT alone, at the exact names, with only what is required", () => {
    const { Condition } =
      statementOf(policy({ domains: ["ses-example.com"], requiredOnly: true }), "route53:ChangeResourceRecordSets") ??
      {};
    assert.deepEqual(Condition, {
      "ForAllValues:StringEquals": {
        "route53:ChangeResourceRecordSetsRecordTypes": ["TXT"],
        "route53:ChangeResourceRecordSetsNormalizedRecordNames": ["_amazonses.ses-example.com"],
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
    ["mailFromDomains", { mailFromDomains: ["bounce.ses-example.com"] }],
    ["mailFromDomains[0]", { domains: ["ses-example.com"], mailFromDomains: ["*.ses-example.com"] }],
    ["mailFromDomains[0]", { domains: ["ses-example.com"], mailFromDomains: ["a b"] }],
    [
      "mailFromDomains",
      { domains: ["ses-example.com"], mailFromDomains: ["b.ses-example.com"], verificationOnly: true },
    ],
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
