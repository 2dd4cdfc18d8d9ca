import assert from "node:assert/strict";

const ESC = "\u001b";

/** What a hostile text may hold, by what it would do to a program that shows it. */
export const HOSTILE: Readonly<Record<string, string>> = {
  "clears the screen": `a${ESC}[2J${ESC}[H${ESC}[31mb`,
  "is a link (OSC 8)": `${ESC}]8;;https://evil.example/${ESC}\\click${ESC}]8;;${ESC}\\`,
  "writes the clipboard (OSC 52)": `${ESC}]52;c;ZXZpbA==\u0007`,
  "returns to the line's start": "real\rFORGED",
  "forges a line": "real\nFORGED\r\nFORGED\u0085FORGED\u2028FORGED\u2029FORGED",
  "is C1": "\u009b2J\u009d8;;x\u009c\u0080\u009f",
  "is bidirectional": "\u202eevil\u202c \u2066a\u2069 \u200e\u200f\u061c",
  "is invisible": "a\u200bb\u200c\u200d\u2060\ufeff\u00ad\u{e0041}\ufe0f\u3164",
  "is half a surrogate pair": "a\ud800b\udc00",
  "has every control": Array.from({ length: 160 }, (_, code) => String.fromCharCode(code)).join(""),
};

export const MEGABYTE = `${ESC}[2J${"x\u202e\n".repeat(350_000)}`;

/** Everything but printable characters and our own line breaks (Unicode general categories; UAX #44). */
const ACTS = /[^\P{Cc}\n]|[\p{Cf}\p{Zl}\p{Zp}\p{Cs}\p{Default_Ignorable_Code_Point}]/u;

/** No line of it was begun by another text, and nothing in it acts on a terminal. `styles`: after our own are taken off. */
export function assertPrintable(text: string, styles = false): void {
  const bare = styles ? text.replace(new RegExp(`${ESC}\\[(?:0|1|2|31|32|33|36)m`, "g"), "") : text;
  const found = ACTS.exec(bare);
  assert.equal(found, null, `U+${found?.[0].codePointAt(0)?.toString(16)} in ${JSON.stringify(bare.slice(0, 2_000))}`);
  assert.ok(bare.length < 300_000, `${bare.length} characters`);
  const forged = bare.split("\n").filter((line) => line.startsWith("FORGED"));
  assert.deepEqual(forged, [], "a line that another text began");
}
