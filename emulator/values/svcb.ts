import { isIPv4, isIPv6 } from "node:net";
import { encodeData } from "../../provider/wire/codec";
import { octetsOf } from "../text";
import { ValueError } from "./reader";

/** A key's number, and its value on the wire (RFC 9460 section 14.3.2). */
type Parameter = readonly [key: number, value: Buffer];

const MANDATORY = 0;
const ALPN = 1;
const NO_DEFAULT_ALPN = 2;

const KEYS: Readonly<Record<string, number>> = {
  mandatory: MANDATORY,
  alpn: ALPN,
  "no-default-alpn": NO_DEFAULT_ALPN,
  port: 3,
  ipv4hint: 4,
  ech: 5,
  ipv6hint: 6,
  dohpath: 7,
  ohttp: 8,
};
/** Keys that stand alone: their presence is all they say. */
const BARE = new Set([NO_DEFAULT_ALPN, 8]);

const word = (value: number) => Buffer.from([value >> 8, value & 0xff]);
const latin1 = (text: string) => Buffer.from(text, "latin1");

/** SvcParams on the wire, in the order of their keys. Throws `ValueError` for what RFC 9460 section 2 refuses. */
export function readParameters(text: string): Buffer {
  const parameters: Parameter[] = [];
  for (let rest = text; rest !== ""; ) {
    const match = /^([a-z0-9-]+)(?:=(?:"((?:[^"\\]|\\.)*)"|((?:[^"\\\s]|\\\S)+)))?(?=\s|$)\s*/s.exec(rest);
    if (!match) throw new ValueError(`its parameters "${rest}" are not key=value`);
    const [whole, name = "", quoted, bare] = match;
    const key = keyOf(name);
    if (parameters.some(([other]) => other === key)) throw new ValueError(`its parameter ${name} is there twice`);
    parameters.push([key, parameterValue(key, name, quoted ?? bare)]);
    rest = rest.slice(whole.length);
  }
  parameters.sort(([left], [right]) => left - right);
  judgeTogether(parameters);
  return Buffer.concat(parameters.flatMap(([key, value]) => [word(key), word(value.length), value]));
}

function keyOf(name: string): number {
  const numbered = /^key(0|[1-9]\d{0,4})$/.exec(name)?.[1];
  const key = numbered === undefined ? (Object.hasOwn(KEYS, name) ? KEYS[name] : undefined) : Number(numbered);
  if (key === undefined || key >= 0xffff) throw new ValueError(`its parameter "${name}" is not known`);
  return key;
}

function parameterValue(key: number, name: string, text: string | undefined): Buffer {
  const fail = () => new ValueError(`its parameter ${name} has no value of its kind`);
  if (BARE.has(key)) {
    if (text !== undefined) throw new ValueError(`its parameter ${name} takes no value`);
    return Buffer.alloc(0);
  }
  if (name.startsWith("key")) return latin1(octetsOf(text ?? ""));
  if (text === undefined || text === "") throw fail();
  const list = octetsOf(text).split(",");
  switch (key) {
    case MANDATORY:
      return Buffer.concat(
        list
          .map(keyOf)
          .sort((left, right) => left - right)
          .map(word),
      );
    case ALPN:
      if (list.some(({ length }) => length === 0 || length > 255)) throw fail();
      return Buffer.concat(list.flatMap((one) => [Buffer.from([one.length]), latin1(one)]));
    case 3:
      if (!/^\d{1,5}$/.test(text) || Number(text) > 0xffff) throw fail();
      return word(Number(text));
    case 4:
      if (!list.every(isIPv4)) throw fail();
      return Buffer.concat(list.map((address) => encodeData({ type: "A", address }).subarray(2)));
    case 6:
      if (!list.every(isIPv6)) throw fail();
      return Buffer.concat(list.map((address) => encodeData({ type: "AAAA", address }).subarray(2)));
    case 5:
      if (!/^[0-9a-z+/]+={0,2}$/i.test(text) || text.length % 4 !== 0) throw fail();
      return Buffer.from(text, "base64");
    default:
      return latin1(octetsOf(text));
  }
}

/** RFC 9460 section 8 on what is mandatory, section 7.1.1 on `no-default-alpn`. */
function judgeTogether(parameters: readonly Parameter[]): void {
  const present = new Set(parameters.map(([key]) => key));
  if (present.has(NO_DEFAULT_ALPN) && !present.has(ALPN))
    throw new ValueError("its parameter no-default-alpn needs alpn");
  const [, list] = parameters.find(([key]) => key === MANDATORY) ?? [];
  const wanted = Array.from({ length: (list?.length ?? 0) / 2 }, (_, at) => list?.readUInt16BE(2 * at) ?? 0);
  if (wanted.includes(MANDATORY) || new Set(wanted).size < wanted.length || !wanted.every((key) => present.has(key)))
    throw new ValueError("its parameter mandatory names a key that is not there, twice there, or itself");
}
