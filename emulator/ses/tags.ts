/** One tag of a request (SESv2 API reference, Tag). */
export interface Tag {
  readonly key: string;
  readonly value: string;
}

export type Tags = ReadonlyMap<string, string>;

const LONGEST_KEY = 128;
const LONGEST_VALUE = 256;
const MOST_TAGS = 50;
const CHARACTERS = /^[\p{L}\p{N}\p{Z}_.:/=+-]*$/u;

const lengthOf = (text: string) => [...text].length;
const isReserved = (text: string) => /^aws:/i.test(text);

/**
 * Why SES refuses these tags for a resource that has `present`; `undefined` where it takes them (SESv2 API reference,
 * Tag: keys of 1 to 128 characters, values of up to 256, letters, digits, white space and `_ . : / = + -`, no `aws:` in
 * front, each key once, 50 tags a resource).
 */
export function refuseTags(present: Tags, tags: readonly Tag[]): string | undefined {
  const keys = new Set<string>();
  for (const [index, { key, value }] of tags.entries()) {
    const refusal = refuseKey(key) ?? refuseValue(value);
    if (refusal !== undefined) return `${refusal} (Tags.${index + 1})`;
    if (keys.has(key)) return `The request contains duplicate tag keys: ${key}`;
    keys.add(key);
  }
  const all = new Set([...present.keys(), ...keys].filter((key) => !isReserved(key)));
  return all.size > MOST_TAGS ? `A resource can have at most ${MOST_TAGS} tags; it would have ${all.size}.` : undefined;
}

/** Why SES refuses to remove tags of these keys; a key that is not there is no reason. */
export function refuseKeys(keys: readonly string[]): string | undefined {
  for (const key of keys) {
    const refusal = refuseKey(key);
    if (refusal !== undefined) return refusal;
  }
  return undefined;
}

function refuseKey(key: string): string | undefined {
  const length = lengthOf(key);
  if (length < 1 || length > LONGEST_KEY)
    return `A tag key has 1 to ${LONGEST_KEY} characters, this one has ${length}.`;
  if (!CHARACTERS.test(key)) return `The tag key '${key}' has characters that are not allowed.`;
  return isReserved(key) ? `The tag key '${key}' starts with aws:, which is reserved.` : undefined;
}

function refuseValue(value: string): string | undefined {
  const length = lengthOf(value);
  if (length > LONGEST_VALUE) return `A tag value has at most ${LONGEST_VALUE} characters, this one has ${length}.`;
  if (!CHARACTERS.test(value)) return `The tag value '${value}' has characters that are not allowed.`;
  return isReserved(value) ? `The tag value '${value}' starts with aws:, which is reserved.` : undefined;
}

/** What the tags of each identity were, by its key. */
export interface TagHistory {
  /** At a moment of the emulator's clock, whichever identity had the key then. */
  at(key: string, moment: number): Tags;
  note(key: string, tags: Tags): void;
}

const NONE: Tags = new Map();
/** Older entries of one identity are dropped. */
const LONGEST_HISTORY = 200;

export function openTagHistory(now: () => number): TagHistory {
  const histories = new Map<string, { readonly at: number; readonly tags: Tags }[]>();
  return {
    at: (key, moment) => histories.get(key)?.findLast((entry) => entry.at <= moment)?.tags ?? NONE,
    note(key, tags) {
      const history = histories.get(key) ?? [];
      if (history.length === 0 && tags.size === 0) return;
      history.push({ at: now(), tags });
      if (history.length > LONGEST_HISTORY) history.shift();
      histories.set(key, history);
    },
  };
}
