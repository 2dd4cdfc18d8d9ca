import { clip } from "../core/text";

const ROLE = /^arn:aws[a-z-]*:iam::(\d{12}):role\/[\w+=,.@/-]+$/;

/** What keeps a text from being a role's ARN, as a clause that fits after the argument's path. */
export function roleFault(text: string): string | undefined {
  if (ROLE.test(text)) return undefined;
  return `"${clip(text)}" is not the ARN of a role, such as "arn:aws:iam::123456789012:role/ses-verify"`;
}

/** The account of a role's ARN. */
export function accountOfRole(text: string): string | undefined {
  return ROLE.exec(text)?.[1];
}

/** Of an external id without a role. */
export const EXTERNAL_ID_ALONE = "goes with a role; add roleArn, or leave it out";
