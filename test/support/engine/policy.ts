import assert from "node:assert/strict";
import { iamPolicy } from "../../../provider/aws/policy";
import { checkPolicyArgs } from "../../../provider/lifecycle/arguments/policy-args";
import { ACCOUNT, DOMAIN } from "./world";

export const REGIONS = ["us-east-1", "eu-west-1"];

/** What `sesdomain iam-policy` prints. */
export function policy(raw: object) {
  const checked = checkPolicyArgs({ domains: [DOMAIN], regions: REGIONS, accountId: ACCOUNT, ...raw });
  assert.ok(checked.kind === "checked", JSON.stringify(checked));
  return iamPolicy(checked.request);
}
