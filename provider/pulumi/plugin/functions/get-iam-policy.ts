import { RESOURCE_KINDS } from "../../../aws/permissions";
import { iamPolicy, policyText } from "../../../aws/policy";
import { PARTITIONS } from "../../../aws/region";
import { checkPolicyArgs, POLICY_HOSTS, type POLICY_KEYS } from "../../../lifecycle/arguments/policy-args";
import { PLACEMENTS } from "../../../lifecycle/arguments/types";
import type { PluginFunction, Property } from "./declaration";

const texts = { list: "text" } as const;

const INPUTS: Readonly<Record<(typeof POLICY_KEYS)[number], Property>> = {
  resources: {
    type: texts,
    choices: RESOURCE_KINDS,
    comment:
      "What the program declares. Default: `VerifiedDomain`; with `emailAddresses`, also `VerifiedEmailAddress`.",
  },
  host: {
    type: "text",
    choices: POLICY_HOSTS,
    fallback: "route53",
    comment: "The DNS host; `other`: one that is not listed.",
  },
  domains: { type: texts, comment: "Domains. They limit what can be limited, to their identities and records." },
  emailAddresses: { type: texts, comment: "Addresses of `VerifiedEmailAddress`." },
  placement: {
    type: "text",
    choices: PLACEMENTS,
    fallback: "auto",
    comment: "As in the program: under which name the values go. It goes with `domains`.",
  },
  mailFromDomains: {
    type: texts,
    comment: "MAIL FROM domains, whole. Default: `bounce` and `bounce-*` below each domain.",
  },
  zoneIds: { type: texts, comment: "Hosted zones of Route 53. Default: all of the account." },
  regions: { type: texts, comment: "Regions of SES. Default: all." },
  accountId: { type: "text", comment: "The account, twelve digits. Default: any." },
  roleArns: { type: texts, comment: "Roles that an identity or a host assumes." },
  partition: { type: "text", choices: PARTITIONS, comment: "The partition of AWS. Default: by the regions and roles." },
  readOnly: { type: "boolean", fallback: false, comment: "Only what a preview and the doctor need." },
  requiredOnly: {
    type: "boolean",
    fallback: false,
    comment: "Without the actions that can be missing. What is lost is in [the IAM policy](../iam-policy.md).",
  },
  verificationOnly: {
    type: "boolean",
    fallback: false,
    comment: "Without what only DKIM, MAIL FROM and DMARC need.",
  },
};

/** `sesdomain iam-policy` as a function of the plugin. */
export const getIamPolicy: PluginFunction = {
  declaration: {
    token: "sesdomain:index:getIamPolicy",
    comment:
      "Returns the least IAM policy for what a program uses, as `sesdomain iam-policy` prints it. It asks nothing and needs no credentials.",
    inputs: INPUTS,
    outputs: {
      json: {
        type: "text",
        required: true,
        comment: "The policy as JSON text, which `aws.iam.Policy` and `aws iam create-policy` accept.",
      },
      warnings: {
        type: texts,
        required: true,
        comment: "What is unusual about the arguments, or that IAM does not accept a policy of this length.",
      },
    },
  },
  async run(args) {
    const checked = checkPolicyArgs(args);
    if (checked.kind === "refused") return { failures: checked.failures };
    const { json, warnings } = policyText(iamPolicy(checked.request));
    return { result: { json, warnings: [...checked.warnings, ...warnings] } };
  },
};
