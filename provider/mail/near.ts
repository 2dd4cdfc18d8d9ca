/**
 * A value that a person meant as a record, and that no receiver reads as one. `leading-blank`: there is a blank in front. `quoted`: quotes are
 * part of the value. `not-first`: the version is not at the beginning. `case`: the version is in other letters.
 * `unseparated`: what follows the version is no separator. `blank-within`: there is a blank in the version.
 * `other-version`: another version is named.
 * `sender-id`: a record of Sender ID (RFC 4406). `no-version`: it has tags of a record, and no version.
 */
export type NearReason =
  | "leading-blank"
  | "quoted"
  | "not-first"
  | "case"
  | "unseparated"
  | "blank-within"
  | "other-version"
  | "sender-id"
  | "no-version";

export interface NearMiss {
  readonly text: string;
  readonly reason: NearReason;
}

/** What a value begins with decides; no more of it is looked at. */
const LOOKED_AT = 512;

export const beginning = (text: string): string => text.slice(0, LOOKED_AT);

/** Quotes that a person typed, straight or curled, or a backslash in front of one. */
const QUOTES = /^[\\"'“”„‘’`]+/;
/** Everything that shows as a blank or as nothing, such as a byte order mark. */
const BLANKS = /^[\s\p{Cc}\p{Cf}]+/u;

/** What is in front of the text that was meant, where something is. */
export function inFront(
  text: string,
): { readonly reason: "leading-blank" | "quoted"; readonly rest: string } | undefined {
  const head = beginning(text);
  const unquoted = head.replace(BLANKS, "").replace(QUOTES, "").replace(BLANKS, "");
  if (unquoted === head) return undefined;
  return { reason: QUOTES.test(head.replace(BLANKS, "")) ? "quoted" : "leading-blank", rest: unquoted };
}
