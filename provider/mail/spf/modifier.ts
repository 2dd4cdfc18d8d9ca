import { type Span, spanText } from "../span";
import { macroFault, readDomainSpec } from "./domain-spec";
import type { Modifier, Read } from "./record";

/** Reads `name=value` (RFC 7208 section 6); undefined where the term is no modifier. */
export function readModifier(text: string, span: Span): Read<Modifier> | undefined {
  const equals = endOfName(text, span);
  if (equals === undefined) return undefined;
  const name = text.slice(span.start, equals).toLowerCase();
  const valueSpan = { start: equals + 1, end: span.end };
  const value = spanText(text, valueSpan);
  if (name === "redirect" || name === "exp") {
    const domain = readDomainSpec(text, valueSpan);
    if ("fault" in domain) return domain;
    return { value: { kind: "modifier", name, value, domain: domain.value, span } };
  }
  const fault = macroFault(text, valueSpan);
  return fault === undefined ? { value: { kind: "modifier", name, value, span } } : { fault };
}

/** Where the "=" after `ALPHA *( ALPHA / DIGIT / "-" / "_" / "." )` is. */
function endOfName(text: string, { start, end }: Span): number | undefined {
  if (!/[a-z]/i.test(text.charAt(start))) return undefined;
  let at = start + 1;
  while (at < end && /[a-z0-9\-_.]/i.test(text.charAt(at))) at += 1;
  return at < end && text[at] === "=" ? at : undefined;
}
