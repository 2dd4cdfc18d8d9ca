import { createHmac, timingSafeEqual } from "node:crypto";
import { readName } from "../../wire/codec";

/** The algorithms of RFC 8945 section 6 that are not weak; the HMAC is never truncated. */
export const TSIG_ALGORITHMS = ["hmac-sha256", "hmac-sha384", "hmac-sha512"] as const;
export type TsigAlgorithm = (typeof TSIG_ALGORITHMS)[number];

/** `name` in lower case, without a final dot. */
export interface TsigKey {
  readonly name: string;
  readonly algorithm: TsigAlgorithm;
  readonly secret: Buffer;
}

/** How far two clocks may differ, in seconds (RFC 8945 section 10 recommends 300). */
const FUDGE_SECONDS = 300;

const TYPE_TSIG = 250;
const CLASS_ANY = 255;
const ERRORS: Readonly<Record<number, string>> = { 16: "BADSIG", 17: "BADKEY", 18: "BADTIME", 22: "BADTRUNC" };

export interface SignedMessage {
  readonly bytes: Buffer;
  readonly mac: Buffer;
}

/** The message with its signature, ready to send; `mac` goes into the check of the reply. */
export function signMessage(message: Buffer, key: TsigKey, nowSeconds: number): SignedMessage {
  const record: TsigRecord = {
    name: key.name,
    algorithm: key.algorithm,
    timeSeconds: nowSeconds,
    fudge: FUDGE_SECONDS,
    mac: Buffer.alloc(0),
    originalId: message.readUInt16BE(0),
    error: 0,
    other: Buffer.alloc(0),
  };
  const mac = digest(key, [message, variables(record)]);
  return { bytes: appendTsig(message, { ...record, mac }), mac };
}

/** The fields of a TSIG record (RFC 8945 section 4.2). Names in lower case, without a final dot. */
export interface TsigRecord {
  readonly name: string;
  readonly algorithm: string;
  readonly timeSeconds: number;
  readonly fudge: number;
  readonly mac: Buffer;
  readonly originalId: number;
  readonly error: number;
  readonly other: Buffer;
}

/**
 * What a reply's TSIG says. `genuine`: `message` is the reply without it. `refused`: the server turned the request's
 * signature down; `proven` where that answer is itself signed. `forged`: it does not hold; `reason` is a clause.
 */
export type ReplyTrust =
  | { readonly kind: "genuine"; readonly message: Buffer }
  | { readonly kind: "unsigned" }
  | { readonly kind: "forged"; readonly reason: string }
  | {
      readonly kind: "refused";
      readonly error: string;
      readonly proven: boolean;
      /** With BADTIME: the server's clock, seconds since the Unix epoch. */
      readonly serverSeconds: number | undefined;
    }
  | { readonly kind: "skewed"; readonly serverSeconds: number };

export interface ReplyExpectation {
  readonly key: TsigKey;
  readonly requestMac: Buffer;
  readonly nowSeconds: number;
}

/** Checks a reply's TSIG (RFC 8945 sections 5.2 and 5.3). Never throws. */
export function checkReply(bytes: Buffer, { key, requestMac, nowSeconds }: ReplyExpectation): ReplyTrust {
  const found = findTsig(bytes);
  if (found === undefined) return { kind: "unsigned" };
  if (typeof found === "string") return { kind: "forged", reason: found };
  const { record, stripped } = found;
  if (record.name !== key.name) return { kind: "forged", reason: "it is signed with another key" };
  if (record.algorithm !== key.algorithm) return { kind: "forged", reason: "it is signed with another algorithm" };
  const error = record.error === 0 ? undefined : (ERRORS[record.error] ?? `TSIG error ${record.error}`);
  if (record.mac.length === 0) {
    if (error === undefined) return { kind: "forged", reason: "its signature is empty" };
    return { kind: "refused", error, proven: false, serverSeconds: undefined };
  }

  const length = Buffer.alloc(2);
  length.writeUInt16BE(requestMac.length);
  const signed = Buffer.from(stripped);
  signed.writeUInt16BE(record.originalId, 0);
  const expected = digest(key, [length, requestMac, signed, variables(record)]);
  // A shortened MAC is easier to guess; local policy takes none (RFC 8945 section 5.2.2.1).
  if (record.mac.length < expected.length) return { kind: "forged", reason: "its signature is truncated" };
  if (record.mac.length > expected.length || !timingSafeEqual(record.mac, expected)) {
    return { kind: "forged", reason: "its signature does not fit" };
  }
  if (error !== undefined) {
    const serverSeconds = record.other.length === 6 ? record.other.readUIntBE(0, 6) : undefined;
    return { kind: "refused", error, proven: true, serverSeconds };
  }
  if (Math.abs(nowSeconds - record.timeSeconds) > record.fudge) {
    return { kind: "skewed", serverSeconds: record.timeSeconds };
  }
  return { kind: "genuine", message: stripped };
}

function digest(key: TsigKey, parts: readonly Buffer[]): Buffer {
  const hmac = createHmac(key.algorithm.slice("hmac-".length), key.secret);
  for (const part of parts) hmac.update(part);
  return hmac.digest();
}

/** The TSIG variables that are digested after the message (RFC 8945 section 4.3.3). */
function variables(record: TsigRecord): Buffer {
  const head = Buffer.alloc(6);
  head.writeUInt16BE(CLASS_ANY, 0);
  const tail = Buffer.alloc(4);
  tail.writeUInt16BE(record.error, 0);
  tail.writeUInt16BE(record.other.length, 2);
  return Buffer.concat([
    wireName(record.name),
    head,
    wireName(record.algorithm),
    timeAndFudge(record),
    tail,
    record.other,
  ]);
}

function timeAndFudge({ timeSeconds, fudge }: TsigRecord): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeUIntBE(timeSeconds, 0, 6);
  bytes.writeUInt16BE(fudge, 6);
  return bytes;
}

/** Canonical: lower case, not compressed (RFC 4034 section 6.2). */
function wireName(name: string): Buffer {
  const labels = name === "" ? [] : name.toLowerCase().split(".");
  const parts = labels.map((label) => Buffer.concat([Buffer.from([label.length]), Buffer.from(label, "latin1")]));
  return Buffer.concat([...parts, Buffer.from([0])]);
}

/** The message with the record as its last additional one. */
export function appendTsig(message: Buffer, record: TsigRecord): Buffer {
  const macLength = Buffer.alloc(2);
  macLength.writeUInt16BE(record.mac.length);
  const tail = Buffer.alloc(6);
  tail.writeUInt16BE(record.originalId, 0);
  tail.writeUInt16BE(record.error, 2);
  tail.writeUInt16BE(record.other.length, 4);
  const data = Buffer.concat([
    wireName(record.algorithm),
    timeAndFudge(record),
    macLength,
    record.mac,
    tail,
    record.other,
  ]);
  const head = Buffer.alloc(10);
  head.writeUInt16BE(TYPE_TSIG, 0);
  head.writeUInt16BE(CLASS_ANY, 2);
  head.writeUInt16BE(data.length, 8);
  const counted = Buffer.from(message);
  counted.writeUInt16BE(message.readUInt16BE(10) + 1, 10);
  return Buffer.concat([counted, wireName(record.name), head, data]);
}

/** The TSIG record and the message without it; `undefined` where there is none; a clause where it stands wrong. */
export function findTsig(bytes: Buffer): { record: TsigRecord; stripped: Buffer } | string | undefined {
  try {
    let offset = 12;
    for (let index = bytes.readUInt16BE(4); index > 0; index--) offset = skipName(bytes, offset) + 4;
    const records = bytes.readUInt16BE(6) + bytes.readUInt16BE(8) + bytes.readUInt16BE(10);
    for (let index = 1; index <= records; index++) {
      const head = skipName(bytes, offset);
      const end = head + 10 + bytes.readUInt16BE(head + 8);
      if (bytes.readUInt16BE(head) !== TYPE_TSIG) {
        offset = end;
        continue;
      }
      if (index < records || bytes.readUInt16BE(10) === 0 || end !== bytes.length)
        return "its signature is in the wrong place";
      const stripped = Buffer.from(bytes.subarray(0, offset));
      stripped.writeUInt16BE(bytes.readUInt16BE(10) - 1, 10);
      return { record: readTsig(bytes, offset, head), stripped };
    }
    return undefined;
  } catch {
    // Bytes that are no message hold no signature that could be trusted.
    return "it is not a DNS message";
  }
}

function readTsig(bytes: Buffer, start: number, head: number): TsigRecord {
  if (bytes.readUInt16BE(head + 2) !== CLASS_ANY || bytes.readUInt32BE(head + 4) !== 0) throw new RangeError("class");
  const algorithm = readName(bytes, head + 10);
  const at = algorithm.end;
  const macEnd = at + 10 + bytes.readUInt16BE(at + 8);
  const otherEnd = macEnd + 6 + bytes.readUInt16BE(macEnd + 4);
  if (otherEnd !== bytes.length) throw new RangeError("length");
  return {
    name: readName(bytes, start).name.toLowerCase(),
    algorithm: algorithm.name.toLowerCase(),
    timeSeconds: bytes.readUIntBE(at, 6),
    fudge: bytes.readUInt16BE(at + 6),
    mac: bytes.subarray(at + 10, macEnd),
    originalId: bytes.readUInt16BE(macEnd),
    error: bytes.readUInt16BE(macEnd + 2),
    other: bytes.subarray(macEnd + 6, otherEnd),
  };
}

function skipName(bytes: Buffer, start: number): number {
  for (let offset = start; ; ) {
    const length = bytes.readUInt8(offset);
    if (length >= 0xc0) return offset + 2;
    offset += length + 1;
    if (length === 0) return offset;
  }
}
