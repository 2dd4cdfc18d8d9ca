import type { Code } from "../catalogue";
import type { Finding, IdentitySeen, Observations, RecordToPublish, Severity } from "../finding";
import type { Facts } from "../make";
import { finding } from "../make";

/** "SES in us-east-1 (account 111122223333)". */
export function whereOf({ region, accountId }: Pick<IdentitySeen, "region" | "accountId">): string {
  return `SES in ${region}${accountId === undefined ? "" : ` (account ${accountId})`}`;
}

/** Says a finding of one identity. */
export type Say = (
  code: Code,
  seen: string,
  more?: { readonly severity?: Severity; readonly facts?: Facts; readonly records?: readonly RecordToPublish[] },
) => Finding;

export function sayingOf(observed: Observations, { name, region }: IdentitySeen): Say {
  return (code, seen, { severity, facts, records } = {}) =>
    finding(observed, code, seen, {
      facts: { region, ...facts },
      identities: [name],
      ...(severity && { severity }),
      ...(records && { records }),
    });
}
