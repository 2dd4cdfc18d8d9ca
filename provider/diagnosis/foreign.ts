import { quoted } from "../core/text";
import { listed } from "../core/words";
import { isTokenShaped } from "./damage";

/** What a TXT value is that another service needs, by the form that its standard or its maker gives it. */
const FORMS: readonly (readonly [RegExp, string])[] = [
  [/^v=spf[12]\b|^spf2\.0\//i, "an SPF policy"],
  [/^v=dkim1\b|^(?:[a-z]=[^;]*;\s*)*p=[A-Za-z0-9+/]{16,}/i, "a DKIM key"],
  [/^v=dmarc1\b/i, "a DMARC policy"],
  [/^v=(?:sts|tlsrpt|bimi|adsp)/i, "another mail policy"],
  [
    /^(?:ms=|[a-z0-9]+(?:[._-][a-z0-9]+)*[._-](?:verification|verify|validation|challenge|domain|site|code|key|token|id)[a-z0-9._-]*[=:\s])/i,
    "another service's proof",
  ],
];

/** "an SPF policy"; undefined for what has no such form. */
function formOf(value: string): string | undefined {
  return FORMS.find(([form]) => form.test(value))?.[1];
}

/** Other values in words, where a record should be: `an SPF policy and "hello"`. */
export function othersInWords(values: readonly string[]): string {
  const named = values.map((value) => formOf(value) ?? (isTokenShaped(value) ? "a token of SES" : quoted(value, 60)));
  return listed([...new Set(named)], 3);
}
