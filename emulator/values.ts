import { encodeData } from "../provider/wire/codec";
import { parseValue } from "./text";

/** How many fields a value of each type has that the name servers speak; TXT has its own rules. */
const FIELDS: Readonly<Record<string, number>> = { A: 1, AAAA: 1, NS: 1, CNAME: 1, MX: 2, SOA: 7 };
const NUMBERS: Readonly<Record<string, readonly number[]>> = { MX: [0], SOA: [2, 3, 4, 5, 6] };

/**
 * Why no name server can serve this value: wrong fields, numbers that do not fit, names or texts that are too long.
 * `undefined` where it can, and for types that the emulator's name servers do not speak.
 */
export function unservable(type: string, value: string): string | undefined {
  const wanted = FIELDS[type];
  if (wanted !== undefined) {
    const fields = value.trim().split(/\s+/);
    if (fields.length !== wanted || fields.includes("")) return `a ${type} value has ${wanted} fields`;
    for (const index of NUMBERS[type] ?? [])
      if (!/^\d{1,10}$/.test(fields[index] ?? "")) return `"${fields[index]}" is not a number`;
  }
  const data = parseValue(type, value);
  if (data === undefined) return type === "TXT" ? "its quotation marks or escapes are broken" : undefined;
  try {
    encodeData(data);
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}
