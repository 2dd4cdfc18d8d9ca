/** What the octets of a message say, whatever its names hold. */
export interface Structure {
  /** Where the message ends; octets may come after it. */
  readonly end: number;
  /** Where the first question's name ends; `undefined` without a question. */
  readonly nameEnd: number | undefined;
  /** Whether the options of an OPT record fill its data (RFC 6891 section 6.1.2). */
  readonly soundOptions: boolean;
}

const HEADER = 12;
const OPT = 41;
const POINTER = 0xc0;

/** Walks over a message of at least 12 octets (RFC 1035 section 4.1); `undefined` where it runs out of its octets. */
export function structureOf(bytes: Buffer): Structure | undefined {
  const [questions = 0, ...records] = [4, 6, 8, 10].map((at) => bytes.readUInt16BE(at));
  let offset: number | undefined = HEADER;
  let nameEnd: number | undefined;
  let soundOptions = true;
  for (let index = 0; index < questions; index++) {
    const end = nameFrom(bytes, offset);
    if (end === undefined || end + 4 > bytes.length) return undefined;
    nameEnd ??= end;
    offset = end + 4;
  }
  for (let index = records.reduce((sum, count) => sum + count, 0); index > 0; index--) {
    const end = nameFrom(bytes, offset);
    if (end === undefined || end + 10 > bytes.length) return undefined;
    const data = end + 10;
    offset = data + bytes.readUInt16BE(end + 8);
    if (offset > bytes.length) return undefined;
    if (bytes.readUInt16BE(end) === OPT) soundOptions &&= fillsData(bytes.subarray(data, offset));
  }
  return { end: offset, nameEnd, soundOptions };
}

/** Where a name ends that starts here: behind its root label, or behind its first pointer. */
function nameFrom(bytes: Buffer, start: number): number | undefined {
  for (let offset = start; ; ) {
    const length = bytes[offset];
    if (length === undefined) return undefined;
    if (length === 0) return offset + 1;
    if (length >= POINTER) return offset + 2 <= bytes.length ? offset + 2 : undefined;
    if (length > 63) return undefined;
    offset += length + 1;
  }
}

function fillsData(data: Buffer): boolean {
  let offset = 0;
  while (offset + 4 <= data.length) offset += 4 + data.readUInt16BE(offset + 2);
  return offset === data.length;
}
