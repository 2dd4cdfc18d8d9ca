import { type Fqdn, ROOT } from "../../provider/core/fqdn";
import { parseHostName } from "../names";
import { octetsOf, type Token, takeToken } from "../text";

/** A value that no record of its type can have. The message is a clause that names the part and what is wrong with it. */
export class ValueError extends RangeError {
  override readonly name = "ValueError";
}

/**
 * Reads a record's value from the left, part by part, in its presentation format (RFC 1035 section 5.1), with octal
 * escapes `\ooo` as Route 53 has them. All of it throws `ValueError`, with `what` for the part's name.
 */
export interface ValueReader {
  /** A word without quotation marks, as written. */
  word(what: string): string;
  /** A whole number from 0 to `most`, in decimal digits. */
  number(what: string, most: number): number;
  /** A domain name, absolute with or without a final dot; `.` is the root. */
  name(what: string): Fqdn;
  /** A character string, quoted or not, of at most `longest` octets: one character an octet. */
  string(what: string, longest?: number): string;
  /** Octets in hexadecimal, in as many words as there are; exactly `length` of them where it is given. */
  hex(what: string, length?: number): Buffer;
  /** What is left, as written. */
  rest(): string;
  /** Throws where something is left. */
  end(): void;
}

const LONGEST_STRING = 255;

export function openReader(value: string): ValueReader {
  let left = value.trim();

  const token = (what: string): Token => {
    if (left === "") throw new ValueError(`it lacks its ${what}`);
    const taken = takeToken(left);
    if (!taken) throw new ValueError("its quotation marks or escapes are broken");
    left = taken.rest;
    return taken;
  };
  const word = (what: string): string => {
    const { quoted, text } = token(what);
    if (quoted) throw new ValueError(`its ${what} is in quotation marks`);
    return text;
  };

  return {
    word,
    number(what, most) {
      const text = word(what);
      if (!/^\d{1,10}$/.test(text) || Number(text) > most)
        throw new ValueError(`its ${what} "${text}" is no whole number from 0 to ${most}`);
      return Number(text);
    },
    name: (what) => nameOf(word(what), what),
    string(what, longest = LONGEST_STRING) {
      const octets = octetsOf(token(what).text);
      if (octets.length > longest)
        throw new ValueError(`its ${what} has ${octets.length} octets; ${longest} are the most`);
      return octets;
    },
    hex(what, length) {
      const digits = left.replace(/\s+/g, "");
      left = "";
      if (!/^(?:[0-9a-f]{2})+$/i.test(digits)) throw new ValueError(`its ${what} is not in hexadecimal`);
      const octets = Buffer.from(digits, "hex");
      if (length !== undefined && octets.length !== length)
        throw new ValueError(`its ${what} has ${octets.length} octets, and ${length} for its type`);
      return octets;
    },
    rest() {
      const all = left;
      left = "";
      return all;
    },
    end() {
      if (left !== "") throw new ValueError("it has more fields than its type");
    },
  };
}

function nameOf(text: string, what: string): Fqdn {
  if (text === ".") return ROOT;
  const plain = text.replace(/\\([0-7]{3})/g, (_, code: string) => {
    const character = String.fromCharCode(Number.parseInt(code, 8));
    return character === "." || character === "\\" ? `\\${character}` : character;
  });
  const parsed = parseHostName(plain);
  if ("fault" in parsed) throw new ValueError(`its ${what} "${text}" ${parsed.fault}`);
  return parsed.name;
}
