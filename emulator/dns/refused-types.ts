import { typeCode } from "../../provider/wire/codec";

const OPT = 41;
const MAILB = 253;
const MAILA = 254;
const ANY = 255;
/** From here to `ANY` are types of questions and of transactions, which no data has (RFC 6895 section 3.1). */
const FIRST_META = 128;

const TRANSFERS = ["AXFR", "IXFR"];

/** How a server answers a question of a type that it looks nothing up for, as BIND 9.18 does; `undefined` for any other. */
export function refusedType(type: string): "FORMERR" | "NOTIMP" | "REFUSED" | undefined {
  // Zone transfers are refused to everyone (RFC 5936 section 2.2.1).
  if (TRANSFERS.includes(type)) return "REFUSED";
  const code = typeCode(type);
  if (code === MAILA || code === MAILB) return "NOTIMP";
  return code === OPT || (code >= FIRST_META && code < ANY) ? "FORMERR" : undefined;
}
