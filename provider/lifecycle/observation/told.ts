import { createHash } from "node:crypto";
import { clip, LONGEST_LINE } from "../../core/text";

/*
 * The derived input `verification` says what `up` has to do, so it stays among a resource's inputs, with the fault long
 * mended, until the next `up`. These tell words that were acted upon from words that are still true.
 */

/**
 * The words as they go into the state and the preview: one line, without what acts on a terminal. The same words for the
 * same fault would be no difference, and so no line in the preview. `before`: the input as it was.
 */
export function toldAnew(words: string, healthy: string, before: unknown): string {
  const text = clip(words, LONGEST_LINE);
  return text !== healthy && text === before ? `${text} (As before the last update.)` : text;
}

/** What goes into the outputs once `up` has acted upon the words: enough to know them again. */
export function actedUpon(text: unknown, healthy: string): { readonly __told?: string } {
  return typeof text === "string" && text !== healthy ? { __told: markOf(text) } : {};
}

/** Whether the input says that there is nothing to do, or only what `up` has done already: a refresh asks with such. */
export function isSettled(text: unknown, healthy: string, outputs: Readonly<Record<string, unknown>>): boolean {
  return text === healthy || (typeof text === "string" && outputs.__told === markOf(text));
}

/** The mark survives a refresh. */
export function keptMark({ __told }: Readonly<Record<string, unknown>>): { readonly __told?: string } {
  return typeof __told === "string" ? { __told } : {};
}

function markOf(text: string): string {
  return createHash("sha256").update(text).digest("base64").slice(0, 12);
}
