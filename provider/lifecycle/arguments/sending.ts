import type { Fqdn } from "../../core/fqdn";
import { joinPath } from "../../core/path";
import { nearest } from "../../core/suggest";
import { quoted } from "../../core/text";
import { KEY_LENGTHS, type KeyLength } from "../../ses/port";
import { readDmarc } from "./dmarc";
import { readMailFrom } from "./mail-from";
import {
  compact,
  fail,
  failType,
  kindOf,
  known,
  type Notes,
  type Read,
  readBoolean,
  readChoice,
  readObject,
  readText,
  readWhole,
} from "./read";
import { type CheckedDkim, isUnknown, type MaybeUnknown, WAITS, type Wait } from "./types";

/** The arguments of a `VerifiedDomain` that make the domain ready to send. */
export const SENDING_ARGUMENTS = {
  dkim: {
    fallback: false,
    read: readDkim,
  },
  mailFrom: {
    fallback: false,
    read: readMailFrom,
  },
  dmarc: {
    fallback: "check",
    read: (notes: Notes, path: string, value: unknown, context: { readonly domain: Fqdn | undefined }) =>
      readDmarc(notes, path, value, context),
  },
  configurationSet: {
    read: readConfigurationSet,
  },
  feedbackForwarding: {
    read: readBoolean,
  },
} as const;

/** `true`, `false`, `"keep"`, or an object. */
export function readDkim(notes: Notes, path: string, value: unknown): Read<MaybeUnknown<CheckedDkim>> {
  if (value === false || value === "keep") return value;
  if (value === true) return { signing: true };
  if (value === "true" || value === "false") {
    return failType(notes, path, "must be true or false, not text; leave out the quotes");
  }
  if (typeof value === "number" || Array.isArray(value) || (typeof value === "string" && !isUnknown(value))) {
    const bits = KEY_LENGTHS.find((one) => String(one) === String(value));
    if (bits !== undefined) return fail(notes, path, `is a key's length; write { keyLength: ${bits} }`);
    const close = typeof value === "string" ? nearest(value, ["keep"]) : undefined;
    const hint = close === undefined ? "" : `. Did you mean "${close}"?`;
    const written = typeof value === "string" ? quoted(value, 40) : kindOf(value);
    return fail(
      notes,
      path,
      `is ${written}; it must be true, false, "keep" or an object with keyLength or signing${hint}`,
    );
  }
  const bag = readObject(notes, path, withoutOwnKey(notes, path, value), ["keyLength", "signing"]);
  if (!known(bag)) return bag;
  const keyLength = readKeyLength(notes, joinPath(path, "keyLength"), bag.keyLength);
  const signing = readBoolean(notes, joinPath(path, "signing"), bag.signing) ?? true;
  return compact({ keyLength, signing });
}

const OF_OWN_KEY = /selector|private_?key/i;

/** What would set up a key of the owner's own (BYODKIM) has a reason of its own, and is left out of the rest. */
function withoutOwnKey(notes: Notes, path: string, value: unknown): unknown {
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value);
  for (const [key] of entries.filter(([name]) => OF_OWN_KEY.test(name))) {
    const reason = `is of a key of your own, which is not set up here; write "keep" to have one that is there watched`;
    failType(notes, joinPath(path, key), reason);
  }
  return Object.fromEntries(entries.filter(([name]) => !OF_OWN_KEY.test(name)));
}

function readKeyLength(notes: Notes, path: string, value: unknown): Read<KeyLength> {
  const bits = typeof value === "number" ? value : readWhole(notes, path, value, 0, Number.MAX_SAFE_INTEGER);
  if (!known(bits)) return bits;
  const length = KEY_LENGTHS.find((one) => one === bits);
  if (length === undefined) return fail(notes, path, `is ${bits}; SES makes keys of ${KEY_LENGTHS.join(" or ")} bits`);
  if (length === 1024) {
    notes.warnings.push(`${path} is 1024: a short key. RFC 8301 asks for 2048 bits, which is SES's default.`);
  }
  return length;
}

/** SESv2 API reference, CreateConfigurationSet: letters, digits, "-" and "_", up to 64 characters. */
function readConfigurationSet(notes: Notes, path: string, value: unknown): Read<string> {
  const name = readText(notes, path, value);
  if (!known(name) || /^[A-Za-z0-9_-]{1,64}$/.test(name)) return name;
  const [, last] = /^arn:.*\/([A-Za-z0-9_-]{1,64})$/.exec(name) ?? [];
  if (last !== undefined) return fail(notes, path, `is an ARN; write the name alone, "${last}"`);
  if (name.length > 64) return fail(notes, path, `is ${name.length} characters long; a name has at most 64`);
  return fail(notes, path, `${quoted(name, 64)} must hold only letters, digits, hyphens and underscores`);
}

/** `true` stands for `ready`. */
export function readWait(notes: Notes, path: string, value: unknown): Read<Wait> {
  const quotedFlag = value === "true" || value === "false";
  if (typeof value === "string" && !quotedFlag && !isUnknown(value)) return readChoice(notes, path, value, WAITS);
  if (typeof value === "number" || (typeof value === "object" && value !== null)) {
    return failType(notes, path, `must be true, false, "ready" or "verified", not ${kindOf(value)}`);
  }
  const flag = readBoolean(notes, path, value);
  return flag === true ? "ready" : flag;
}
