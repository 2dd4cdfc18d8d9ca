/** Types that are newer than the wire codec's list, where they have a number alone (RFC 9460 section 14.1). */
const NEWER: readonly (readonly [name: string, wire: string])[] = [
  ["SVCB", "TYPE64"],
  ["HTTPS", "TYPE65"],
];
const NAMES = new Map(NEWER.map(([name, wire]) => [wire, name]));
const WIRES = new Map(NEWER);

/** The name of a type as the zone store has it: "HTTPS" for a question's "TYPE65". */
export const typeOfStore = (wire: string) => NAMES.get(wire) ?? wire;

/** The name of a type as the wire codec takes it: "TYPE65" for "HTTPS". */
export const typeOnWire = (type: string) => WIRES.get(type) ?? type;
