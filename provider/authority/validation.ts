import type { Fqdn } from "../core/fqdn";
import { exchange, type Terms } from "./exchange";
import type { Endpoint } from "./udp";

/** What one recursive resolver says of a name's DNSSEC. `insecure` also where it does not validate. */
export interface Validation {
  readonly resolver: string;
  readonly state: "secure" | "insecure" | "bogus";
}

/**
 * Asks the recursive resolvers one after another until one says something. `bogus`: it says SERVFAIL, and answers once
 * it is told not to check (RFC 4035 section 3.2.2), and says SERVFAIL again: a passing failure is none. Undefined where
 * nobody answers.
 */
export async function validate(
  name: Fqdn,
  endpoints: readonly Endpoint[],
  terms: Terms,
): Promise<Validation | undefined> {
  for (const at of endpoints) {
    const ask = async (checkingDisabled: boolean) => {
      const question = { name, type: "TXT", recursionDesired: true, authenticData: true, checkingDisabled };
      const result = await exchange(question, at, terms);
      return result.kind === "reply" ? result.message : undefined;
    };
    const resolver = at.address;
    const first = await ask(false);
    if (first === undefined) continue;
    if (first.rcode !== "SERVFAIL") return { resolver, state: first.authenticData ? "secure" : "insecure" };
    const unchecked = await ask(true);
    if (unchecked === undefined || unchecked.rcode === "SERVFAIL") continue;
    const again = await ask(false);
    if (again?.rcode === "SERVFAIL") return { resolver, state: "bogus" };
  }
  return undefined;
}
