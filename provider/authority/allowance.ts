import type { Clock } from "../core/clock";
import type { Ctx } from "../core/ctx";
import { AuthorityError } from "../core/errors";
import { type Fqdn, parentOf } from "../core/fqdn";
import { openCache } from "./cache";

/** What a query goes to: a recursive resolver of the user's, or an authoritative server. */
export type QueryTarget = "resolver" | "server";

/**
 * What one domain may make this process ask, retries included: `questions` in all, of which `resolver` to recursive
 * resolvers. `atOnce` in a burst, then `perSecond`. A healthy domain with 13 servers at two addresses each takes
 * 109, and 509 when every diagnostic question about one name is asked too; hostile delegations would take thousands.
 */
export const ALLOWED = {
  questions: { atOnce: 512, perSecond: 1 },
  resolver: { atOnce: 256, perSecond: 0.5 },
} as const;
/** Questions that an authority answered are given back this fast, so that watching a healthy domain never ends. */
const RETURNED_A_SECOND = 32;
/** Long enough for a used-up allowance to be full again. */
const KEPT_MS = 3_600_000;
const DOMAINS_AT_MOST = 16_384;

/** What is left for one domain, shared by all that this process does for it: an `up` with its wait, a preview, a doctor's run or watch. */
export interface Allowance {
  readonly domain: Fqdn;
  /** Uses one question up; false where none is left. */
  take(asked: QueryTarget): boolean;
  /** Whether none is left. */
  isUsedUp(asked: QueryTarget): boolean;
  /** An authority for the name has answered a question: it is given back, at a limited rate. */
  giveBack(): void;
}

/** The allowances of one process, by domain: no domain uses up that of another. */
export interface Allowances {
  of(domain: Fqdn): Allowance;
}

export function openAllowances(clock: Clock): Allowances {
  const known = openCache<Allowance>(clock, DOMAINS_AT_MOST);
  return {
    of(domain) {
      const allowance = known.get(domain) ?? openAllowance(domain, clock);
      known.put(domain, allowance, KEPT_MS);
      return allowance;
    },
  };
}

function openAllowance(domain: Fqdn, clock: Clock): Allowance {
  let questions: number = ALLOWED.questions.atOnce;
  let resolver: number = ALLOWED.resolver.atOnce;
  let owed = 0;
  let atMs = clock.now();

  const catchUp = () => {
    const seconds = Math.max(0, clock.now() - atMs) / 1_000;
    if (seconds === 0) return;
    atMs = clock.now();
    const returned = Math.min(owed, seconds * RETURNED_A_SECOND);
    owed -= returned;
    const more = returned + seconds * ALLOWED.questions.perSecond;
    questions = Math.min(ALLOWED.questions.atOnce, questions + more);
    resolver = Math.min(ALLOWED.resolver.atOnce, resolver + seconds * ALLOWED.resolver.perSecond);
  };
  const isUsedUp = (asked: QueryTarget) => {
    catchUp();
    return questions < 1 || (asked === "resolver" && resolver < 1);
  };

  return {
    domain,
    isUsedUp,
    take(asked) {
      if (isUsedUp(asked)) return false;
      questions -= 1;
      if (asked === "resolver") resolver -= 1;
      return true;
    },
    giveBack() {
      owed += 1;
    },
  };
}

/** The domain whose allowance pays for questions about `name`. */
export function domainCharged(name: Fqdn, { domain }: Ctx): Fqdn {
  if (domain !== undefined) return domain;
  let owner = name;
  while (owner.startsWith("_")) owner = parentOf(owner);
  return owner;
}

const LIMIT_CODE = "dns-limit";
const LIMIT_CODES: ReadonlySet<string> = new Set([LIMIT_CODE, "look-too-long"]);

/** The codes of `AuthorityError` for questions that our own limits cut short: they say nothing about the name. */
export function isLimitCode(code: string): boolean {
  return LIMIT_CODES.has(code);
}

export function limitReached(domain: Fqdn): AuthorityError {
  return new AuthorityError(
    LIMIT_CODE,
    `${domain} leads to more questions to name servers and resolvers than are asked for one domain (${ALLOWED.questions.atOnce} at once, ${ALLOWED.resolver.atOnce} of them to resolvers).`,
    { hint: "Look at the delegation: NS records that lead to more and more name servers cause this.", retryable: true },
  );
}

export function isLimit(error: unknown): error is AuthorityError {
  return error instanceof AuthorityError && error.code === LIMIT_CODE;
}
