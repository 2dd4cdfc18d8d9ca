import { explain } from "../core/errors";
import { printable } from "../core/text";

/**
 * What is thrown to Pulumi, which shows an error's message and nothing of its hint. The cause stays here: what a library
 * threw is foreign text.
 */
export function readable(error: unknown): Error {
  return new Error(printable(explain(error)));
}
