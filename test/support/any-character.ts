import fc from "fast-check";

const FIRST_SURROGATE = 0xd800;
const SURROGATES = 0x800;

/** Any character, as fast-check's unit "binary", which takes half a second to set up in each process. */
export const anyCharacter = fc.nat(0x10_ffff - SURROGATES).map(
  (at) => String.fromCodePoint(at < FIRST_SURROGATE ? at : at + SURROGATES),
  (text) => {
    const point = typeof text === "string" && [...text].length === 1 ? text.codePointAt(0) : undefined;
    if (point === undefined) throw new Error("not a character");
    if (point < FIRST_SURROGATE) return point;
    if (point < FIRST_SURROGATE + SURROGATES) throw new Error("half a pair");
    return point - SURROGATES;
  },
);
