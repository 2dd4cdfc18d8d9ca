import { type Span, spanText } from "../span";
import { isIp4Network, isIp6Network, prefixLength, splitPrefixes } from "./address";
import { readDomainSpec } from "./domain-spec";
import type { Mechanism, MechanismName, Qualifier, Read, SpfFaultReason } from "./record";

const BITS4 = 32;
const BITS6 = 128;

/** What a mechanism begins with; `rest` is what follows its name, with the ":" or the "/". */
interface Head {
  readonly qualifier: Qualifier;
  readonly rest: Span;
  readonly span: Span;
}

/** Reads a directive: an optional qualifier, and a mechanism (RFC 7208 section 5). */
export function readMechanism(text: string, span: Span): Read<Mechanism> {
  const first = text.charAt(span.start);
  const qualifier = first === "+" || first === "-" || first === "~" || first === "?" ? first : undefined;
  const nameStart = qualifier === undefined ? span.start : span.start + 1;
  let nameEnd = nameStart;
  while (nameEnd < span.end && text[nameEnd] !== ":" && text[nameEnd] !== "/") nameEnd += 1;
  const head: Head = { qualifier: qualifier ?? "+", rest: { start: nameEnd, end: span.end }, span };
  const name = text.slice(nameStart, nameEnd).toLowerCase();
  switch (name) {
    case "all":
      return head.rest.start < head.rest.end ? refused("value-unexpected", head.rest) : mechanism(name, head);
    case "include":
    case "exists":
      return withDomain(text, name, head, true);
    case "ptr":
      return withDomain(text, name, head, false);
    case "a":
    case "mx":
      return withPrefixes(text, name, head);
    case "ip4":
    case "ip6":
      return withAddress(text, name, head);
    default:
      return refused("unknown-mechanism", span);
  }
}

function mechanism(name: MechanismName, head: Head, more: Partial<Mechanism> = {}): Read<Mechanism> {
  return { value: { kind: "mechanism", name, qualifier: head.qualifier, span: head.span, ...more } };
}

function refused(reason: SpfFaultReason, span: Span): Read<Mechanism> {
  return { fault: { reason, span } };
}

/** `include:domain`, `exists:domain`, `ptr` and `ptr:domain`. */
function withDomain(text: string, name: MechanismName, head: Head, needed: boolean): Read<Mechanism> {
  const { start, end } = head.rest;
  if (start === end) return needed ? refused("domain-missing", head.span) : mechanism(name, head);
  if (text[start] !== ":") return refused("value-unexpected", head.rest);
  const domain = readDomainSpec(text, { start: start + 1, end });
  return "fault" in domain ? domain : mechanism(name, head, { domain: domain.value });
}

/** `a`, `a:domain`, `a/24`, `a:domain/24//64` and the same of `mx`. */
function withPrefixes(text: string, name: MechanismName, head: Head): Read<Mechanism> {
  const { start, end } = head.rest;
  const { rest, digits4, digits6 } = splitPrefixes(spanText(text, head.rest));
  const lengths = readPrefixes(digits4, digits6);
  if (lengths === undefined) return refused("prefix", { start: start + rest.length, end });
  if (rest === "") return mechanism(name, head, lengths);
  if (!rest.startsWith(":")) return refused("prefix", head.rest);
  const domain = readDomainSpec(text, { start: start + 1, end: start + rest.length });
  return "fault" in domain ? domain : mechanism(name, head, { domain: domain.value, ...lengths });
}

function readPrefixes(
  digits4: string | undefined,
  digits6: string | undefined,
): Pick<Mechanism, "prefix4" | "prefix6"> | undefined {
  const prefix4 = digits4 === undefined ? undefined : prefixLength(digits4, BITS4);
  const prefix6 = digits6 === undefined ? undefined : prefixLength(digits6, BITS6);
  if (digits4 !== undefined && prefix4 === undefined) return undefined;
  if (digits6 !== undefined && prefix6 === undefined) return undefined;
  return {
    ...(prefix4 === undefined ? {} : { prefix4 }),
    ...(prefix6 === undefined ? {} : { prefix6 }),
  };
}

/** `ip4:192.0.2.0/24` and `ip6:2001:db8::/32`. */
function withAddress(text: string, name: "ip4" | "ip6", head: Head): Read<Mechanism> {
  const { start, end } = head.rest;
  if (start === end || text[start] !== ":") return refused("address", head.span);
  const slash = text.indexOf("/", start);
  const addressEnd = slash < 0 || slash > end ? end : slash;
  const address = text.slice(start + 1, addressEnd);
  const valid = name === "ip4" ? isIp4Network(address) : isIp6Network(address);
  if (!valid) return refused("address", { start: start + 1, end: addressEnd });
  if (addressEnd === end) return mechanism(name, head, { address });
  const bits = prefixLength(text.slice(addressEnd + 1, end), name === "ip4" ? BITS4 : BITS6);
  if (bits === undefined) return refused("prefix", { start: addressEnd, end });
  return mechanism(name, head, { address, ...(name === "ip4" ? { prefix4: bits } : { prefix6: bits }) });
}
