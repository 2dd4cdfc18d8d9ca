/** Octets that a name may take (RFC 1035 section 2.3.4), as text without the final dot. */
const LONGEST_NAME = 253;
const LONGEST_LABEL = 63;
/** A name of 255 octets has at most so many labels; a sound one has no more pointers than that. */
const POINTERS_AT_MOST = 127;

const DOT = 0x2e;
const BACKSLASH = 0x5c;

/** A message that may not be put on the wire: the caller's mistake. */
export class WireError extends RangeError {
  override readonly name = "WireError";
}

/**
 * Throws `WireError` unless the name fits the wire: printable ASCII, labels of 1 to 63 octets, 253 in all. A dot within a
 * label is written `\\.`; a backslash stands for itself, and is doubled in front of a dot or another backslash.
 */
export function checkName(name: string): void {
  if (name === "") return;
  if (!name.includes("\\") && name.length > LONGEST_NAME)
    throw new WireError(`a name of ${name.length} characters does not fit a message`);
  if (!/^[\x21-\x7e]+$/.test(name)) throw new WireError(`the name ${JSON.stringify(name)} is not printable ASCII`);
  if (name.includes("\\")) {
    encodeLabels(labelsOf(name), name);
    return;
  }
  for (let from = 0; from <= name.length; ) {
    const dot = name.indexOf(".", from);
    const to = dot < 0 ? name.length : dot;
    if (to === from || to - from > LONGEST_LABEL)
      throw new WireError(`the name "${name}" has a label of ${to - from} octets`);
    from = to + 1;
  }
}

/** Whether a message can hold the name, as `checkName` reads it. */
export function fitsMessage(name: string): boolean {
  try {
    checkName(name);
    return true;
  } catch (error) {
    if (!(error instanceof WireError)) throw error;
    return false;
  }
}

/** How many octets of labels and pointers may still be read for the names of one message. */
export interface Steps {
  left: number;
}

/**
 * Names that point at one another make a message that costs far more than its length: thousands of names, each with
 * thousands of pointers or 253 octets. In a sound one a record takes 14 octets at least, and its names some dozens.
 */
export function stepsFor(message: Buffer): Steps {
  return { left: 4_096 + 8 * message.length };
}

/**
 * A name in a message, as sent, and the offset behind it. Pointers lead strictly backwards, so it always ends. Throws
 * where it runs out of the message, points forward or too often, is too long, or holds octets that its text could not
 * tell apart (a dot within a label) or that are no printable ASCII. `escaped`: such octets are written as in a zone file
 * (RFC 1035 section 5.1), for names that are only shown, since a mailbox may have a dot. "dots": only as
 * `checkName` says.
 */
export function readName(
  message: Buffer,
  start: number,
  steps: Steps = stepsFor(message),
  escaped: boolean | "dots" = false,
): { readonly name: string; readonly end: number } {
  let name = "";
  let octets = 0;
  let end = -1;
  let offset = start;
  let before = start;
  let pointers = 0;
  for (;;) {
    const length = message[offset];
    if (length === undefined) throw new WireError("a name runs out of the message");
    offset += 1;
    if (length === 0) return { name, end: end < 0 ? offset : end };
    steps.left -= length > LONGEST_LABEL ? 2 : length + 1;
    if (steps.left < 0) throw new WireError("names whose pointers take too many steps to follow");
    if (length > LONGEST_LABEL) {
      const target = message.readUInt16BE(offset - 1) - 0xc000;
      pointers += 1;
      if (target < 0 || target >= before || pointers > POINTERS_AT_MOST) throw new WireError("a bad label or pointer");
      if (end < 0) end = offset + 1;
      before = target;
      offset = target;
      continue;
    }
    octets += length + 1;
    if (offset + length > message.length) throw new WireError("a name runs out of the message");
    if (octets > LONGEST_NAME + 1) throw new WireError("a name is too long");
    if (name !== "") name += ".";
    for (let index = offset; index < offset + length; index++) {
      const octet = message[index] ?? 0;
      const special = octet === DOT || (octet === BACKSLASH && isEscape(message, index, offset + length, escaped));
      if (octet > 0x20 && octet < 0x7f && !special) name += String.fromCharCode(octet);
      else if (escaped === true || (escaped && special))
        name += special ? `\\${String.fromCharCode(octet)}` : `\\${`${octet}`.padStart(3, "0")}`;
      else throw new WireError("a name that is not printable ASCII");
    }
    offset += length;
  }
}

/** Whether a backslash has to be escaped, so that the text can be read again. */
function isEscape(message: Buffer, index: number, end: number, escaped: boolean | "dots"): boolean {
  if (escaped !== "dots") return escaped;
  const next = message[index + 1];
  return index + 1 === end || next === DOT || next === BACKSLASH;
}

/** The labels of a name as `checkName` takes it, in octets. */
export function labelsOf(name: string): readonly (readonly number[])[] {
  const labels: number[][] = [[]];
  for (const [part, literal] of name.matchAll(/\\([.\\])|[\s\S]/g)) {
    if (part === ".") labels.push([]);
    else labels.at(-1)?.push((literal ?? part).charCodeAt(0));
  }
  return labels;
}

/** A name as `checkName` takes it, on the wire and not compressed. */
export function encodeName(name: string): Buffer {
  return encodeLabels(name === "" ? [] : labelsOf(name), name);
}

/** The same name, as it is read from the wire. */
export function canonicalName(name: string): string {
  return readName(encodeName(name), 0, undefined, "dots").name;
}

function encodeLabels(labels: readonly (readonly number[])[], name: string): Buffer {
  const bytes = Buffer.from([...labels.flatMap((one) => [one.length & 0xff, ...one]), 0]);
  if (labels.some((one) => one.length === 0 || one.length > LONGEST_LABEL) || bytes.length > LONGEST_NAME + 2)
    throw new WireError(`the name ${JSON.stringify(name)} does not fit a message`);
  return bytes;
}

/**
 * A name as `readName` gives it with `escaped`, on the wire and not compressed. Throws `WireError` where it does not fit:
 * labels of 1 to 63 octets, 255 in all.
 */
export function encodeEscaped(name: string): Buffer {
  const labels: number[][] = [];
  let label: number[] = [];
  for (const [part, number, literal] of name.matchAll(/\\(?:(\d{3})|([\s\S]))|[\s\S]/g)) {
    if (part === ".") {
      labels.push(label);
      label = [];
      continue;
    }
    const octet = number === undefined ? (literal ?? part).charCodeAt(0) : Number(number);
    if (octet > 0xff) throw new WireError(`the name ${JSON.stringify(name)} holds a character that is no octet`);
    label.push(octet);
  }
  if (name !== "") labels.push(label);
  return encodeLabels(labels, name);
}
