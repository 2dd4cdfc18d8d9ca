import { type BodySink, HttpFault, LONGEST_BODY, tooLong } from "../../core/http";

export type Json = Readonly<Record<string, unknown>>;

/**
 * Reads a zone as the API sends it, a JSON object, while it comes: of `rrsets`, however many there are, only those that
 * `keep` wants stay in memory. No single set, and not all that stays, may be longer than `limit` octets. Ends with
 * `undefined` where the zone has no `rrsets`. Throws `HttpFault`.
 */
export function openZoneSink(keep: (set: Json) => boolean, limit = LONGEST_BODY): BodySink<Json | undefined> {
  const zone: Record<string, unknown> = {};
  const kept: Json[] = [];
  let sets = false;
  let key = "";
  let expected: Expected = "object";
  let inSets = false;
  let held = 0;
  let blanks = 0;
  let capture: Capture | undefined;

  function finish({ parts, octets }: Capture): void {
    const value = parse(Buffer.concat(parts));
    capture = undefined;
    if (expected === "key") {
      key = String(value);
      expected = "colon";
      return;
    }
    expected = "next";
    if (inSets) {
      if (!isObject(value)) throw garbled();
      if (!keep(value)) return;
      kept.push(value);
    } else zone[key] = value;
    held += octets;
    if (held > limit) throw tooLong(limit);
  }

  function token(byte: number): void {
    if (expected === "object" && byte === OPEN) expected = "first key";
    else if ((expected === "first key" || expected === "next") && byte === CLOSE && !inSets) expected = "nothing";
    else if (expected === "colon" && byte === COLON) expected = "value";
    else if (expected === "value" && byte === OPEN_LIST && key === "rrsets" && !inSets) {
      sets = true;
      inSets = true;
      expected = "first value";
    } else if ((expected === "first value" || expected === "next") && byte === CLOSE_LIST && inSets) {
      inSets = false;
      expected = "next";
    } else if (expected === "next" && byte === COMMA) expected = inSets ? "value" : "key";
    else if ((expected === "key" || expected === "first key") && byte === QUOTE) {
      expected = "key";
      capture = openCapture(byte);
    } else if (expected === "value" || expected === "first value") {
      // A value begins with none of these; what else it begins with, its parser judges.
      if ([CLOSE, CLOSE_LIST, COLON, COMMA].includes(byte)) throw garbled();
      expected = "value";
      capture = openCapture(byte);
    } else throw garbled();
  }

  return {
    write(chunk) {
      let from = 0;
      for (let at = 0; at < chunk.length; at += 1) {
        const byte = chunk[at] ?? 0;
        if (capture === undefined) {
          if (isBlank(byte)) {
            blanks += 1;
            if (blanks > limit) throw tooLong(limit);
            continue;
          }
          token(byte);
          from = at;
          continue;
        }
        const step = advance(capture, byte);
        if (step === "within") continue;
        const until = step === "last" ? at + 1 : at;
        take(capture, chunk.subarray(from, until), limit);
        finish(capture);
        if (step === "behind") at -= 1;
      }
      if (capture !== undefined) take(capture, chunk.subarray(from), limit);
    },
    end() {
      if (expected !== "nothing") throw garbled();
      return sets ? { ...zone, rrsets: kept } : undefined;
    },
  };
}

type Expected = "object" | "first key" | "key" | "colon" | "first value" | "value" | "next" | "nothing";

/** One value on its way. `kind`: text, a literal such as a number, or an object or list with all that is in it. */
interface Capture {
  readonly kind: "text" | "literal" | "nested";
  readonly parts: Buffer[];
  octets: number;
  depth: number;
  quoted: boolean;
  escaped: boolean;
}

const [OPEN, CLOSE, OPEN_LIST, CLOSE_LIST, QUOTE, ESCAPE, COLON, COMMA] = [...Buffer.from('{}[]"\\:,')];

function openCapture(byte: number): Capture {
  const nested = byte === OPEN || byte === OPEN_LIST;
  const kind = nested ? "nested" : byte === QUOTE ? "text" : "literal";
  return { kind, parts: [], octets: 0, depth: nested ? 1 : 0, quoted: kind === "text", escaped: false };
}

/** Whether the octet after the first is within the value, its last one, or the first one behind it. */
function advance(capture: Capture, byte: number): "within" | "last" | "behind" {
  if (capture.quoted) {
    if (capture.escaped) capture.escaped = false;
    else if (byte === ESCAPE) capture.escaped = true;
    else if (byte === QUOTE) {
      capture.quoted = false;
      if (capture.kind === "text") return "last";
    }
    return "within";
  }
  if (capture.kind === "literal") {
    return byte === COMMA || byte === CLOSE || byte === CLOSE_LIST || isBlank(byte) ? "behind" : "within";
  }
  if (byte === QUOTE) capture.quoted = true;
  else if (byte === OPEN || byte === OPEN_LIST) capture.depth += 1;
  else if (byte === CLOSE || byte === CLOSE_LIST) capture.depth -= 1;
  return capture.depth === 0 ? "last" : "within";
}

function take(capture: Capture, octets: Buffer, limit: number): void {
  capture.octets += octets.length;
  if (capture.octets > limit) throw tooLong(limit);
  capture.parts.push(octets);
}

function isBlank(byte: number): boolean {
  return byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09;
}

function parse(octets: Buffer): unknown {
  try {
    return JSON.parse(octets.toString("utf8"));
  } catch {
    throw garbled();
  }
}

function isObject(value: unknown): value is Json {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function garbled(): HttpFault {
  return new HttpFault("garbled", "its answer is not a zone");
}
