import type { CheckedArgs } from "../arguments/types";
import { asksForSending, type SendingWish } from "../sending/wish";
import type { DomainState, Verification } from "./state";

/** What is worth knowing once: at the creation, and when DKIM is set up. */
export function toldOnce(
  args: CheckedArgs,
  verifications: readonly Verification[],
  wishes: Readonly<Record<string, SendingWish>>,
  prior: DomainState | undefined,
): readonly string[] {
  if (!asksForSending(args)) {
    if (prior !== undefined) return [];
    return [
      `${args.domain} is asked to be verified only. A sender also needs DKIM, a MAIL FROM domain and DMARC: see the arguments dkim, mailFrom and dmarc.`,
    ];
  }
  const before = new Set(prior?.verifications.flatMap(({ name, dkim }) => (dkim === undefined ? [] : [name])));
  // A destroy leaves an identity that is only used.
  const isOwn = (name: string) => verifications.some((one) => one.name === name && !one.adopted);
  const isNew = ([name, { dkim }]: readonly [string, SendingWish]) =>
    typeof dkim === "object" && !before.has(name) && isOwn(name);
  if (!Object.entries(wishes).some(isNew)) return [];
  return [
    `A destroy deletes the DKIM key of ${args.domain}. SES may sign a domain that is made again with a key that is not published. To keep it: \`retainOnDelete\`.`,
  ];
}
