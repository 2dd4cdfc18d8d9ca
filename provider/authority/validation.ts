import type { Message } from "../wire/message";
import type { Query } from "./query";

/** What one recursive resolver says of a name's DNSSEC. `insecure` also where it does not validate. */
export interface Validation {
  readonly resolver: string;
  readonly state: "secure" | "insecure" | "bogus";
}

export type NameAndType = Pick<Query, "name" | "type">;

/** A recursive resolver and the way to it; `ask` gives undefined where no answer comes. */
export interface Validator {
  readonly resolver: string;
  ask(query: Query): Promise<Message | undefined>;
}

/**
 * Asks the recursive resolvers one after another until one says something. `bogus`: it says SERVFAIL, and answers once
 * it is told not to check (RFC 4035 section 3.2.2), and says SERVFAIL again: a temporary failure does not count. Undefined where
 * none answers.
 */
export async function validate(asked: NameAndType, validators: readonly Validator[]): Promise<Validation | undefined> {
  for (const { resolver, ask } of validators) {
    const answer = (checkingDisabled: boolean) =>
      ask({ ...asked, recursionDesired: true, authenticData: true, checkingDisabled });
    const first = await answer(false);
    if (first === undefined) continue;
    if (first.rcode !== "SERVFAIL") return { resolver, state: first.authenticData ? "secure" : "insecure" };
    const unchecked = await answer(true);
    if (unchecked === undefined || unchecked.rcode === "SERVFAIL") continue;
    const again = await answer(false);
    if (again?.rcode === "SERVFAIL") return { resolver, state: "bogus" };
  }
  return undefined;
}
