import { SesError } from "../../core/errors";
import type { Fqdn } from "../../core/fqdn";
import type { ListOrder } from "./prefetch";

/** Domains a request (GetIdentityVerificationAttributes and its siblings). */
const AT_ONCE = 100;
/** So many domains before the end of what was asked for, the next request is sent: SES takes one a second. */
const ASK_BEFORE = 50;
/** The engine asks for domains that a program declares side by side in an order that differs from the list's by so many places. */
const OUT_OF_ORDER = 32;

/** One question to SES that a preview has about each of its domains. */
export interface AskedAhead<V> {
  /** `key`: of `AskAbout`. */
  has(key: string): boolean;
  /** The answer on a domain that was asked about. */
  known(key: string): Promise<V | undefined> | undefined;
  /**
   * The answer on a domain; asks for the next domains in the same request. Each is asked for once, but after a failure. That
   * SES denies the permission is an answer. `isEager`: the next request is made before its answers are needed.
   */
  answer(domain: Fqdn, about: AskAbout<V>, isEager: boolean): Promise<V | undefined>;
}

/** How a question is asked in one account and region. */
export interface AskAbout<V> {
  /** Tells the domains of all accounts and regions apart. */
  readonly key: (name: Fqdn) => string;
  /** Those that will be asked for together. */
  readonly order: ListOrder;
  /** Calls made together travel together. */
  readonly ask: (name: Fqdn) => Promise<V | undefined>;
}

export function openAskedAhead<V>(): AskedAhead<V> {
  const answers = new Map<string, Promise<V | undefined>>();
  return {
    has: (key) => answers.has(key),
    known: (key) => answers.get(key),
    async answer(domain, { key, order, ask }, isEager) {
      const isNew = (name: Fqdn) => !answers.has(key(name));
      const askAll = (names: readonly Fqdn[]) => {
        for (const name of names) {
          const answer = ask(name);
          answers.set(key(name), answer);
          answer.catch((error: unknown) => {
            if (!isDenial(error) && answers.get(key(name)) === answer) answers.delete(key(name));
          });
        }
      };
      if (isNew(domain)) {
        const others = order.around(domain, OUT_OF_ORDER, AT_ONCE).filter((name) => name !== domain && isNew(name));
        askAll([domain, ...others.slice(0, AT_ONCE - 1)]);
      } else if (isEager && order.around(domain, 0, ASK_BEFORE).some(isNew)) {
        askAll(
          order
            .around(domain, 0, ASK_BEFORE + AT_ONCE)
            .filter(isNew)
            .slice(0, AT_ONCE),
        );
      }
      return answers.get(key(domain));
    },
  };
}

/** Of one domain or a thousand: each would ask for a hundred once more. */
function isDenial(error: unknown): boolean {
  return error instanceof SesError && error.code === "permission-missing";
}
