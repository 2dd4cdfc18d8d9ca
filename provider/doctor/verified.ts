import type { IdentitySeen } from "../diagnosis/finding";

/** Whether mail can be sent, and is going to be: by a record that SES looks for, or by that of a parent domain. */
export function isVerified({ status, tokenless, coveredBy }: IdentitySeen): boolean {
  return (status === "Success" && tokenless !== true) || coveredBy !== undefined;
}
