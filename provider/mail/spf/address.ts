import { isIPv6 } from "node:net";

/** A decimal octet without leading zeros (`qnum` of RFC 7208 section 5.6). */
const OCTET = "(?:25[0-5]|2[0-4][0-9]|1[0-9][0-9]|[1-9]?[0-9])";
const IP4 = new RegExp(`^${OCTET}(?:\\.${OCTET}){3}$`);
/** The longest address as text is an IPv6 one that ends in an IPv4 one. */
const LONGEST_ADDRESS = 45;

export function isIp4Network(text: string): boolean {
  return text.length <= LONGEST_ADDRESS && IP4.test(text);
}

/** As in RFC 4291 section 2.2: without a zone. */
export function isIp6Network(text: string): boolean {
  return text.length <= LONGEST_ADDRESS && !text.includes("%") && isIPv6(text);
}

/** A prefix length in bits, without leading zeros; undefined where it is none. */
export function prefixLength(digits: string, longest: number): number | undefined {
  if (!/^(?:0|[1-9]\d{0,2})$/.test(digits)) return undefined;
  const bits = Number(digits);
  return bits <= longest ? bits : undefined;
}

/**
 * What follows the domain of `a` and `mx`: `/24`, `//64` or both (`dual-cidr-length`). `rest`: the text without it. Its
 * digits are read as they are, so that a length out of range is seen.
 */
export function splitPrefixes(text: string): {
  readonly rest: string;
  readonly digits4: string | undefined;
  readonly digits6: string | undefined;
} {
  // A length has three digits at most; one more is looked at, to refuse it.
  const [found = "", digits4, digits6] = /(?:\/(\d{1,4}))?(?:\/\/(\d{1,4}))?$/.exec(text.slice(-11)) ?? [];
  return { rest: text.slice(0, text.length - found.length), digits4, digits6 };
}
