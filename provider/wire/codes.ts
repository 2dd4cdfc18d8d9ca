import { WireError } from "./codec";

export type RecordClass = "IN" | "CH" | "NONE" | "ANY" | `CLASS${number}`;

const RCODES = [
  "NOERROR",
  "FORMERR",
  "SERVFAIL",
  "NXDOMAIN",
  "NOTIMP",
  "REFUSED",
  "YXDOMAIN",
  "YXRRSET",
  "NXRRSET",
  "NOTAUTH",
  "NOTZONE",
];
const BADVERS = 16;
const OPCODES: Readonly<Record<number, string>> = { 0: "QUERY", 1: "IQUERY", 2: "STATUS", 4: "NOTIFY", 5: "UPDATE" };
const CLASSES: Readonly<Record<number, RecordClass>> = { 1: "IN", 3: "CH", 254: "NONE", 255: "ANY" };
/** The type number of EDNS's OPT record. */
export const OPT = 41;

export const opcodeName = (code: number) => OPCODES[code] ?? `OPCODE${code}`;
export const className = (code: number): RecordClass => CLASSES[code] ?? `CLASS${code}`;
export const rcodeName = (code: number) => RCODES[code] ?? (code === BADVERS ? "BADVERS" : `RCODE${code}`);

/** Reads names back: those of the table, and `PREFIXn`. The reader throws `WireError` for all else. */
function reader(table: object, prefix: string, largest: number): (name: string) => number {
  const codes = new Map<string, number>(Object.entries(table).map(([code, name]) => [name, Number(code)]));
  return (name) => {
    const code = codes.get(name) ?? (name.startsWith(prefix) ? Number(name.slice(prefix.length)) : Number.NaN);
    if (!(code >= 0 && code <= largest)) throw new WireError(`"${name}" is not known here`);
    return code;
  };
}

export const classCode = reader(CLASSES, "CLASS", 0xffff);
export const opcodeCode = reader(OPCODES, "OPCODE", 0xf);
/** Above 15 the code needs EDNS (RFC 6891 section 6.1.3). */
export const rcodeCode = reader({ ...RCODES, [BADVERS]: "BADVERS" }, "RCODE", 0xfff);
