import type { Fqdn } from "../../core/fqdn";
import type { Span } from "../span";

/** RFC 7208 section 4.6.2: pass, fail, softfail, neutral. */
export type Qualifier = "+" | "-" | "~" | "?";

export type MechanismName = "all" | "include" | "a" | "mx" | "ptr" | "ip4" | "ip6" | "exists";

/** A `domain-spec` (RFC 7208 section 7.1). */
export interface DomainSpec {
  readonly text: string;
  readonly span: Span;
  /** Whether it holds macros: then which name is asked depends on the message. */
  readonly macros: boolean;
  /** The name that is asked. Undefined where it holds macros, or labels that are no host name's. */
  readonly name: Fqdn | undefined;
}

/** A directive. `domain` is left out where the record's own domain is meant. Prefix lengths are in bits. */
export interface Mechanism {
  readonly kind: "mechanism";
  readonly name: MechanismName;
  readonly qualifier: Qualifier;
  readonly domain?: DomainSpec | undefined;
  /** Of `ip4` and `ip6`. */
  readonly address?: string | undefined;
  readonly prefix4?: number | undefined;
  readonly prefix6?: number | undefined;
  readonly span: Span;
}

/** `name=value`; the name in lower case. Only `redirect` and `exp` have a domain; others are ignored (section 6). */
export interface Modifier {
  readonly kind: "modifier";
  readonly name: string;
  readonly value: string;
  readonly domain?: DomainSpec | undefined;
  readonly span: Span;
}

export type Term = Mechanism | Modifier;

export type SpfFaultReason =
  | "version"
  | "too-long"
  | "character"
  | "unknown-mechanism"
  | "run-together"
  | "domain-missing"
  | "domain-malformed"
  | "macro"
  | "address"
  | "prefix"
  | "value-unexpected"
  | "duplicate-modifier";

/** Each of them makes the whole record a "permerror" (RFC 7208 section 4.6). */
export interface SpfFault {
  readonly reason: SpfFaultReason;
  readonly span: Span;
}

/** One record. Terms with a fault are left out of `terms`. */
export interface SpfRecord {
  readonly text: string;
  readonly terms: readonly Term[];
  readonly faults: readonly SpfFault[];
  /** Modifiers that receivers ignore, where another thing was meant: `include=x`, a second `v=spf1`. */
  readonly suspicious: readonly Modifier[];
}

/** A mechanism, a modifier or a fault: what one term, or a part of one, is read as. */
export type Read<T> = { readonly value: T } | { readonly fault: SpfFault };
