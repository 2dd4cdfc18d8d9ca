import type { Fqdn } from "../../core/fqdn";

/** Domains that are worked on ahead at once. */
const AT_ONCE = 48;
/** How far ahead of the domain just asked for: little, until it proves right. */
const NEAREST = 16;
const FARTHEST = 256;
/**
 * Domains that may be worked on and then not asked for. The rest of the account may be other stacks': only where the
 * guess proves right is it worth more.
 */
const IN_VAIN = 64;
const IN_VAIN_A_HIT = 64;

/**
 * Works on one of the domains that may follow. Undefined where that was done before. `later`: what it takes is not known yet; none
 * after it is begun until one more domain is needed.
 */
export type StartNext = (next: Fqdn) => Promise<unknown> | "later" | undefined;

/** Guesses which domains will be asked for next, from an account's list, and has them worked on before. */
export interface Prefetcher {
  /** Keeps the longest list seen. */
  learn(listed: ReadonlyMap<Fqdn, unknown>): void;
  /** These will be asked for, in about this order. From then on lists are not needed. The set only grows. */
  expect(declared: ReadonlySet<Fqdn>): void;
  /** This domain is needed now. */
  asked(domain: Fqdn, start: StartNext): void;
}

/** The order of one list. */
export interface ListOrder {
  /** So many domains of the list, from `before` places before this one on. Empty where it is not in the list. */
  around(domain: Fqdn, before: number, count: number): readonly Fqdn[];
}

export function openListOrder(order: readonly Fqdn[]): ListOrder {
  const position = new Map(order.map((domain, index) => [domain, index]));
  return {
    around(domain, before, count) {
      const at = position.get(domain);
      if (at === undefined) return [];
      // A list that is shorter is taken whole, wherever the domain is in it.
      const from = Math.max(0, Math.min(at - before, order.length - count));
      return order.slice(from, from + count);
    },
  };
}

/**
 * `sparing`: only some of those that will be asked for may need this. So many guesses may be wrong, and so many more for each that
 * was right.
 */
export function openPrefetcher(sparing?: { readonly inVain: number; readonly inVainAHit: number }): Prefetcher {
  let order: readonly Fqdn[] = [];
  let position = new Map<Fqdn, number>();
  const asked = new Set<Fqdn>();
  const guessed = new Set<Fqdn>();
  let hits = 0;
  let running = 0;
  /** The stretch of the list that the guesses are from; those before `next` have been gone through. */
  let stretch = { from: 0, next: 0, end: 0 };
  /** The last who asked before there was a list. */
  let early: (() => void) | undefined;
  /** The order is the program's own: each of these will be asked for. */
  let isCertain = false;

  function mayGuess(): boolean {
    if (sparing !== undefined) return guessed.size - hits < sparing.inVain + sparing.inVainAHit * hits;
    return isCertain || guessed.size - hits < IN_VAIN + IN_VAIN_A_HIT * hits;
  }

  function advance(start: StartNext): void {
    // The order grows: what is not in it yet is not gone past.
    while (running < AT_ONCE && stretch.next < Math.min(stretch.end, order.length) && mayGuess()) {
      const domain = order[stretch.next];
      const isOpen = domain !== undefined && !asked.has(domain) && !guessed.has(domain);
      const work = isOpen ? start(domain) : undefined;
      if (work === "later") return;
      stretch.next += 1;
      if (domain === undefined || work === undefined) continue;
      guessed.add(domain);
      running += 1;
      const done = () => {
        running -= 1;
        advance(start);
      };
      work.then(done, done);
    }
  }

  /** All will be asked for, in an order that leaps forth and back by a hundred places and more: none is left out. */
  function certainly(at: number): typeof stretch {
    const reach = Math.min(FARTHEST, AT_ONCE * 2 ** hits);
    return { ...stretch, end: Math.max(stretch.end, at + 1 + reach) };
  }

  function guessFrom(first: number): typeof stretch {
    const known = stretch.from <= first && first <= stretch.next;
    const reach = Math.min(FARTHEST, NEAREST * 2 ** hits);
    return { from: known ? stretch.from : first, next: known ? stretch.next : first, end: first + reach };
  }

  const ahead: Prefetcher = {
    learn(listed) {
      if (isCertain || listed.size <= order.length) return;
      order = [...listed.keys()];
      position = new Map(order.map((domain, index) => [domain, index]));
      stretch = { from: 0, next: 0, end: 0 };
      early?.();
      early = undefined;
    },
    expect(declared) {
      if (!isCertain) stretch = { from: 0, next: 0, end: 0 };
      isCertain = true;
      order = [...declared];
      position = new Map(order.map((domain, index) => [domain, index]));
      early = undefined;
    },
    asked(domain, start) {
      const at = position.get(domain);
      if (order.length === 0) early = () => ahead.asked(domain, start);
      if (at === undefined || asked.has(domain)) return;
      asked.add(domain);
      if (guessed.has(domain)) hits += 1;
      stretch = isCertain ? certainly(at) : guessFrom(at + 1);
      advance(start);
    },
  };
  return ahead;
}
