import type { Fqdn } from "../../core/fqdn";
import type { RecordKey } from "../../dns/record";
import { underscoreName } from "../records/placement";
import { openPrefetcher, type Prefetcher, type StartNext } from "./prefetch";

/**
 * Not every domain of a program has a MAIL FROM domain, or DKIM: so many names may be read that are not asked for, and so many more
 * for each that was.
 */
const SPARING = { inVain: 16, inVainAHit: 2 };

/** Kinds of names that are followed; a program has few. */
const KINDS_AT_MOST = 32;

/** Which names of the next domains are read ahead: those that were asked for of the domains before them. */
export interface ReadingsAhead {
  /** As `Prefetcher.learn`. */
  learn(listed: ReadonlyMap<Fqdn, unknown>): void;
  /** As `Prefetcher.expect`. */
  expect(declared: ReadonlySet<Fqdn>): void;
  /** This name at or below the domain is needed now. `start`: as `Prefetcher.asked`, with the same name of the next domain. */
  asked(domain: Fqdn, key: RecordKey, start: (key: RecordKey) => Promise<unknown> | undefined): void;
  /** Names that only SES tells are needed now; by the account and region that tells them. */
  askedOf(account: string, domain: Fqdn, start: StartNext): void;
}

export function openReadingsAhead(): ReadingsAhead {
  /** Each kind of name is followed on its own: what came late for the first domain is read ahead for those after it. */
  const kinds = new Map<string, Prefetcher>();
  let listed: ReadonlyMap<Fqdn, unknown> | undefined;
  let declared: ReadonlySet<Fqdn> | undefined;

  function prefetcher(kind: string, isSparing: boolean): Prefetcher | undefined {
    const known = kinds.get(kind);
    if (known !== undefined || kinds.size === KINDS_AT_MOST) return known;
    const opened = openPrefetcher(isSparing ? SPARING : undefined);
    kinds.set(kind, opened);
    if (declared !== undefined) opened.expect(declared);
    else if (listed !== undefined) opened.learn(listed);
    return opened;
  }

  return {
    learn(longest) {
      if (listed === undefined || longest.size > listed.size) listed = longest;
      for (const one of kinds.values()) one.learn(longest);
    },
    expect(all) {
      declared = all;
      for (const one of kinds.values()) one.expect(all);
    },
    asked(domain, { name, type }, start) {
      const prefix = prefixOf(name, domain);
      if (prefix === undefined) return;
      // Where the token's value is, every domain has a name.
      const holdsToken = type === "TXT" && (name === domain || name === underscoreName(domain));
      const next = (other: Fqdn): RecordKey => ({ name: `${prefix}${other}` as Fqdn, type });
      prefetcher(`${prefix} ${type}`, !holdsToken)?.asked(domain, (other) => start(next(other)));
    },
    askedOf(account, domain, start) {
      prefetcher(`at ${account}`, true)?.asked(domain, start);
    },
  };
}

/** Empty or with a final dot. Undefined for a name that is not of this domain, and for one that holds a token of its own. */
function prefixOf(name: Fqdn, domain: Fqdn): string | undefined {
  if (name !== domain && !name.endsWith(`.${domain}`)) return undefined;
  const prefix = name.slice(0, name.length - domain.length);
  return prefix.endsWith("._domainkey.") ? undefined : prefix;
}
