import { type Fqdn, ROOT } from "../../core/fqdn";
import { joinPath } from "../../core/path";
import { nearest } from "../../core/suggest";
import { clip, quoted } from "../../core/text";
import { wishFaults } from "../../mail/dmarc/wish";
import type { MailFault } from "../../mail/fault";
import { fail, failType, kindOf, known, type Notes, type Read, readObject, readText } from "./read";
import type { CheckedDmarc, MaybeUnknown } from "./types";

const RECORD = "v=DMARC1; p=none";

/** `"check"`, `false`, or an object. `domain`: undefined where it is not known, or refused. */
export function readDmarc(
  notes: Notes,
  path: string,
  value: unknown,
  { domain }: { readonly domain: Fqdn | undefined },
): Read<MaybeUnknown<CheckedDmarc>> {
  if (value === false || value === "check") return value;
  if (value === true) {
    return fail(notes, path, `is true; write "check" to look for a record, or { ifAbsent: "${RECORD}" } to have one`);
  }
  if (value === "true" || value === "false") return failType(notes, path, "is text; write false without quotes");
  if (typeof value === "number" || Array.isArray(value)) {
    return failType(notes, path, `must be "check", false or an object, not ${kindOf(value)}`);
  }
  if (typeof value === "string") {
    const text = readText(notes, path, value);
    return known(text) ? fail(notes, path, textFault(text)) : text;
  }
  const before = notes.failures.length;
  const bag = readObject(notes, path, value, ["ifAbsent"]);
  if (!known(bag)) return bag;
  const at = joinPath(path, "ifAbsent");
  if (bag.ifAbsent === undefined || bag.ifAbsent === null) {
    // Where a property has another name, that is what is missing.
    if (notes.failures.length > before) return undefined;
    return fail(notes, at, `is missing; write the record that is to be there, such as "${RECORD}"`);
  }
  const ifAbsent = readText(notes, at, bag.ifAbsent);
  if (ifAbsent === undefined) return undefined;
  if (known(ifAbsent)) {
    const faults = wishFaults(domain ?? ROOT, ifAbsent);
    for (const fault of faults) fail(notes, at, wordsOf(fault));
    if (faults.length > 0) return undefined;
  }
  return { ifAbsent };
}

/** A text in place of `"check"`. */
function textFault(text: string): string {
  if (/dmarc1|[vp]\s*=/i.test(text)) {
    return `is a record; write { ifAbsent: ${quoted(text, 200)} } to have it written where there is none`;
  }
  const close = nearest(text, ["check"]);
  const hint = close === undefined ? "" : `. Did you mean "${close}"?`;
  return `is ${quoted(text, 40)}; it must be "check", false, or an object with ifAbsent${hint}`;
}

/** What is wrong with the record's text, by the reason of its fault; `at`: the part of the text that it is about, in quotes. */
const WORDS: Readonly<Record<string, (at: string) => string>> = {
  "too-long": () => "is too long for a DMARC record; name fewer addresses for reports",
  "spf-at-dmarc": () => `is an SPF record; a DMARC record begins with "v=DMARC1"`,
  version: () => `is no DMARC record; it has to begin with "v=DMARC1;"`,
  "leading-blank": () => `begins with a blank or an invisible character; "v=DMARC1" has to come first`,
  quoted: () => "has quotes within its text; leave them out, since the DNS host adds its own",
  "not-first": () => `names its version later; "v=DMARC1" has to come first`,
  case: () => `has the version in other letters; write "v=DMARC1" with capitals`,
  unseparated: () => `has something else after its version; write "v=DMARC1;" with a semicolon`,
  "blank-within": () => `has a blank within its version; write "v=DMARC1;"`,
  "other-version": () => `names another version; there is only "v=DMARC1"`,
  "no-version": () => `has no version; it has to begin with "v=DMARC1;"`,
  character: () => "holds a character that no DMARC record may have; it is plain ASCII text",
  "tag-name": (at) => `has ${at}, which is no name of a tag; tags are separated by ";", as in "${RECORD}"`,
  "tag-without-value": (at) => `has ${at} without a value; write tag=value, as in "p=none"`,
  "duplicate-tag": (at) => `has a tag twice: ${at}; keep one of them`,
  policy: (at) => `has the policy ${at}; a policy is "none", "quarantine" or "reject"`,
  value: (at) => `has the value ${at}, which its tag does not have; receivers would ignore it`,
  uri: (at) => `has the address ${at} for reports; write it as "mailto:dmarc@example.com"`,
  "public-suffix": () => 'says by "psd=y" that others register domains below this one; leave that tag out',
};

function wordsOf({ reason, text = "", span }: MailFault): string {
  const at = quoted(span === undefined ? clip(text) : text.slice(span.start, span.end), 60);
  return WORDS[reason]?.(at) ?? `is no DMARC record that receivers accept (${clip(reason, 40)} at ${at})`;
}
