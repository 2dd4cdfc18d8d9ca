import { iamPolicy, policyText } from "../../aws/policy";
import { oneOf } from "../../core/suggest";
import { visible } from "../../core/text";
import { checkPolicyArgs } from "../../lifecycle/arguments/policy-args";
import { USAGE_EXIT_CODE } from "../help";

/** As commander names the command's options. */
export interface PolicyOptions {
  readonly resource?: readonly string[];
  readonly host?: string;
  readonly domain?: readonly string[];
  /** `true`: some addresses, which are not named. */
  readonly emailAddress?: readonly string[] | true;
  readonly placement?: string;
  readonly mailFrom?: readonly string[];
  readonly zoneId?: readonly string[];
  readonly region?: readonly string[];
  readonly account?: string;
  readonly roleArn?: readonly string[];
  readonly partition?: string;
  readonly readOnly?: boolean;
  readonly doctor?: boolean;
  readonly required?: boolean;
  readonly verificationOnly?: boolean;
}

/** The options by the names of what they set. */
const OPTIONS: Readonly<Record<string, string>> = {
  resources: "--resource",
  host: "--host",
  domains: "--domain",
  emailAddresses: "--email-address",
  placement: "--placement",
  mailFromDomains: "--mail-from",
  zoneIds: "--zone-id",
  regions: "--region",
  accountId: "--account",
  roleArns: "--role-arn",
  partition: "--partition",
};

/** Returns the exit code. */
export function printPolicy(options: PolicyOptions, print: (text: string) => void): number {
  const { emailAddress } = options;
  const resources = options.resource ?? ["VerifiedDomain"];
  const checked = checkPolicyArgs({
    resources: emailAddress === undefined ? resources : [...resources, "VerifiedEmailAddress"],
    host: options.host,
    domains: options.domain,
    emailAddresses: emailAddress === true ? undefined : emailAddress,
    placement: options.placement,
    mailFromDomains: options.mailFrom,
    zoneIds: options.zoneId,
    regions: options.region,
    accountId: options.account,
    roleArns: options.roleArn,
    partition: options.partition,
    readOnly: options.readOnly === true || options.doctor === true,
    requiredOnly: options.required === true,
    verificationOnly: options.verificationOnly === true,
  });
  if (checked.kind === "refused") {
    for (const { property, reason } of checked.failures)
      console.error(visible(`error: ${optionOf(property)} ${reason}`));
    return USAGE_EXIT_CODE;
  }
  const { json, warnings } = policyText(iamPolicy(checked.request));
  for (const warning of [...checked.warnings, ...warnings]) console.error(visible(`warning: ${warning}`));
  print(json);
  return 0;
}

/** `domains[1]` was given as `--domain`. */
function optionOf(property: string): string {
  const name = property.replace(/\[.*$/, "");
  return OPTIONS[name] ?? `one of ${oneOf(Object.values(OPTIONS))}`;
}
