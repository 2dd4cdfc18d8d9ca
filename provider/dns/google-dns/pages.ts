import { DnsHostError } from "../../core/errors";
import type { Page } from "./answer";

/** Far more than the sets of one name, or the zones of one, take. */
const PAGES_AT_MOST = 100;

/** The pages of a list to its end. Throws `DnsHostError` where a token repeats, so that the list would not end. */
export async function eachPage<T>(
  ask: (token: string | undefined) => Promise<Page<T>>,
  doing: string,
): Promise<readonly T[]> {
  const items: T[] = [];
  const asked = new Set<string | undefined>();
  for (let token: string | undefined; ; ) {
    if (asked.has(token) || asked.size === PAGES_AT_MOST) {
      throw new DnsHostError("host-unavailable", `Google Cloud DNS: ${doing} failed: the list does not end.`, {
        hint: "Run again.",
        retryable: true,
      });
    }
    asked.add(token);
    const page = await ask(token);
    items.push(...page.items);
    if (page.next === undefined) return items;
    token = page.next;
  }
}
