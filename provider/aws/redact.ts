import { clip } from "../core/text";

const PATTERNS: readonly (readonly [RegExp, string])[] = [
  [/\b(?:AKIA|ASIA)[A-Z0-9]{8,}\b/g, "[access key]"],
  [/AWS4-HMAC-SHA256\b.*/g, "[signature]"],
  [/\b(Signature|Credential)=[^\s,&]+/gi, "$1=[redacted]"],
  [
    /\b(x-amz-security-token|x-amz-signature|x-amz-credential|authorization|session_?token|secret_?access_?key|access_?key_?id)(["']?\s*[:=]\s*["']?)[^\s"'&,]+/gi,
    "$1$2[redacted]",
  ],
];

/** Shorter strings than this would blank out ordinary words. */
const SHORTEST_SECRET = 6;
const LONGEST_TEXT = 1_000;
/** Beyond this nothing is read: what is shown of a message ends long before. */
const LONGEST_READ = 100_000;

/**
 * The first line of `text`, as a sentence may hold it (core/text.ts), without access keys, session tokens, signatures,
 * Authorization headers, or any of `secrets`.
 */
export function redact(text: string, secrets: readonly string[] = []): string {
  let clean = text.slice(0, LONGEST_READ).split("\n", 1)[0] ?? "";
  for (const secret of secrets) {
    if (secret.length >= SHORTEST_SECRET) clean = clean.replaceAll(secret, "[redacted]");
  }
  for (const [pattern, replacement] of PATTERNS) clean = clean.replace(pattern, replacement);
  return clip(clean, LONGEST_TEXT);
}
