/** What happened to a value on its way, undone: each kind of change is a class of text, not a list of examples. */
interface Undoing {
  readonly kind: UndoneKind;
  /** A clause that fits after a colon. */
  readonly words: string;
  /** What the text was before; empty where it shows no change of this kind. */
  readonly undo: (text: string) => readonly string[];
}

export type UndoneKind =
  | "quotes"
  | "line-break"
  | "plus-lost"
  | "white-space"
  | "invisible"
  | "url-encoded"
  | "html-encoded"
  | "quoted-printable"
  | "escaped"
  | "url-safe"
  | "full-width"
  | "wrong-charset"
  | "base64-twice"
  | "hex"
  | "octets";

/** The text as it is, or as it is with some changes undone, the last change first. */
export interface Unwrapped {
  readonly text: string;
  readonly undone: readonly Undoing[];
}

/** Changes that are undone in a row, and texts that are tried: what comes from the network costs no more. */
const DEEPEST = 3;
const TEXTS_AT_MOST = 32;

/** The text, and all that it can be read as, with the fewest changes first. */
export function readingsOf(found: string): readonly Unwrapped[] {
  const all: Unwrapped[] = [{ text: found, undone: [] }];
  const known = new Set([found]);
  for (const { text, undone } of all) {
    if (undone.length === DEEPEST) break;
    for (const one of UNDOINGS) {
      for (const before of one.undo(text)) {
        if (before === "" || known.has(before) || all.length === TEXTS_AT_MOST) continue;
        known.add(before);
        all.push({ text: before, undone: [...undone, one] });
      }
    }
  }
  return all;
}

/** Quotation marks of any script (Unicode Pi, Pf and the marks that keyboards have), and a backslash in front of one. */
const QUOTE = "\\\\?[\\p{Pi}\\p{Pf}\"'`´„‚‟‛″′〝〞＂＇]";
const QUOTES = new RegExp(`^(?:${QUOTE})+|(?:${QUOTE})+$`, "gu");
const LINE_BREAK = /[\r\n\v\f\u0085\u2028\u2029]/;
const WHITE_SPACE = /[\s\p{Z}]/gu;
/** Characters without a shape: formats (zero-width and bidirectional marks), controls, joiners, fillers. */
const INVISIBLE = /(?![\t\n\v\f\r\u0085])[\p{Cf}\p{Cc}\p{Mn}\p{Default_Ignorable_Code_Point}\u2800]/gu;

const UNDOINGS: readonly Undoing[] = [
  { kind: "quotes", words: "it contains quotation marks: it was quoted twice", undo: unquoted },
  {
    kind: "line-break",
    words: "it contains a line break",
    undo: (text) => (LINE_BREAK.test(text) ? changed(text, text.replace(WHITE_SPACE, "")) : []),
  },
  {
    kind: "plus-lost",
    words: 'its "+" became a space',
    undo: (text) => changed(text.trim(), text.trim().replace(/ /g, "+")),
  },
  {
    kind: "white-space",
    words: "it contains white space",
    undo: (text) => changed(text, text.replace(WHITE_SPACE, "")),
  },
  {
    kind: "invisible",
    words: "it contains characters that are not visible",
    undo: (text) => changed(text, text.replace(INVISIBLE, "")),
  },
  { kind: "url-encoded", words: "it is percent-encoded, as in a web address", undo: percentDecoded },
  { kind: "html-encoded", words: "it is encoded as in HTML", undo: entitiesDecoded },
  { kind: "quoted-printable", words: "it is encoded as in an e-mail (quoted-printable)", undo: quotedPrintableDecoded },
  { kind: "escaped", words: "it contains backslashes: it was escaped twice", undo: backslashesDecoded },
  {
    kind: "url-safe",
    words: 'its "+" and "/" were replaced by "-" and "_"',
    undo: (text) => changed(text, text.replace(/-/g, "+").replace(/_/g, "/")),
  },
  {
    kind: "full-width",
    words: "it contains full-width letters, or others that only look like ASCII",
    undo: (text) => changed(text, text.normalize("NFKC")),
  },
  {
    kind: "wrong-charset",
    words: "it was read in a different character set than it was written in",
    undo: charsetRestored,
  },
  { kind: "base64-twice", words: "it was encoded as base64 a second time", undo: base64Decoded },
  { kind: "hex", words: "it is in hexadecimal", undo: hexDecoded },
  { kind: "octets", words: "it was decoded from base64 to its 32 octets", undo: base64Encoded },
];

function changed(before: string, after: string): readonly string[] {
  return after === before ? [] : [after];
}

function unquoted(text: string): readonly string[] {
  const inner = text.trim().replace(QUOTES, "");
  return inner === text.trim() ? [] : [inner.trim()];
}

/** Octets as text: UTF-8 where they are that, else one character each. */
function textOf(octets: Buffer): string {
  const text = octets.toString("utf8");
  return Buffer.from(text, "utf8").equals(octets) ? text : octets.toString("latin1");
}

function ofHex(digits: string): string {
  return textOf(Buffer.from(digits.replace(/[^0-9a-f]/gi, ""), "hex"));
}

function percentDecoded(text: string): readonly string[] {
  return changed(
    text,
    text
      .replace(/%u([0-9a-f]{4})/gi, (_, hex: string) => ofCode(Number.parseInt(hex, 16)))
      .replace(/(?:%[0-9a-f]{2})+/gi, ofHex),
  );
}

/** Of HTML's names, those of the characters that a token, or what is put around one, has. */
const ENTITIES: ReadonlyMap<string, string> = new Map([
  ["plus", "+"],
  ["sol", "/"],
  ["equals", "="],
  ["quot", '"'],
  ["apos", "'"],
  ["amp", "&"],
  ["lt", "<"],
  ["gt", ">"],
  ["nbsp", " "],
  ["colon", ":"],
  ["comma", ","],
  ["semi", ";"],
  ["period", "."],
  ["bsol", "\\"],
  ["lowbar", "_"],
  ["num", "#"],
  ["percnt", "%"],
  ["shy", ""],
  ["zwj", ""],
  ["zwnj", ""],
  ["lrm", ""],
  ["rlm", ""],
  ["ldquo", '"'],
  ["rdquo", '"'],
  ["lsquo", "'"],
  ["rsquo", "'"],
  ["newline", "\n"],
  ["tab", "\t"],
]);

function entitiesDecoded(text: string): readonly string[] {
  return changed(
    text,
    text.replace(
      /&(?:#x([0-9a-f]{1,6})|#(\d{1,7})|([a-z]{2,8}));?/gi,
      (all, hex?: string, decimal?: string, name?: string) => {
        if (name !== undefined) return ENTITIES.get(name.toLowerCase()) ?? all;
        return ofCode(hex === undefined ? Number(decimal) : Number.parseInt(hex, 16));
      },
    ),
  );
}

function ofCode(code: number): string {
  return code > 0x10ffff ? "" : String.fromCodePoint(code);
}

/** RFC 2045 section 6.7. */
function quotedPrintableDecoded(text: string): readonly string[] {
  return changed(text, text.replace(/=[ \t]*\r?\n/g, "").replace(/(?:=[0-9a-f]{2})+/gi, ofHex));
}

/** As zone files escape (RFC 1035 section 5.1: decimal), Route 53 (octal), and programming languages. */
function backslashesDecoded(text: string): readonly string[] {
  if (!text.includes("\\")) return [];
  const decoded = (base: 8 | 10) =>
    text.replace(
      /\\(?:u\{?([0-9a-f]{4})\}?|x\{?([0-9a-f]{2})\}?|(\d{3})|([\s\S]))/gi,
      (_, unicode?: string, hex?: string, digits?: string, literal = "") => {
        if (digits !== undefined) return numbered(digits, base);
        const code = unicode ?? hex;
        return code === undefined ? (LITERAL[literal] ?? literal) : ofCode(Number.parseInt(code, 16));
      },
    );
  return [decoded(10), decoded(8)];
}

const LITERAL: Readonly<Record<string, string>> = { n: "\n", r: "\r", t: "\t" };

function numbered(digits: string, base: 8 | 10): string {
  const isOctal = /^[0-3][0-7]{2}$/.test(digits);
  const code = base === 8 && isOctal ? Number.parseInt(digits, 8) : Number(digits);
  return code > 0xff ? digits : String.fromCharCode(code);
}

/** UTF-8 that was taken for Latin-1. */
function charsetRestored(text: string): readonly string[] {
  if (!/[\x80-\xff]/.test(text) || /[^\0-\xff]/.test(text)) return [];
  const octets = Buffer.from(text, "latin1");
  const restored = octets.toString("utf8");
  return Buffer.from(restored, "utf8").equals(octets) ? [restored] : [];
}

const PRINTABLE = /^[\x20-\x7e\s]+$/;

function base64Decoded(text: string): readonly string[] {
  const plain = text.replace(/\s/g, "");
  if (!/^[\w+/-]{16,}={0,2}$/.test(plain)) return [];
  const decoded = textOf(Buffer.from(plain, "base64"));
  return PRINTABLE.test(decoded) ? [decoded.trim()] : [];
}

/** Hexadecimal digits of the text, or of the octets that the token stands for. */
function hexDecoded(text: string): readonly string[] {
  if (!/^\s*(?:0x|\\x)?[0-9a-f]{2}(?:[\s:,-]*[0-9a-f]{2}){15,}\s*$/i.test(text)) return [];
  const digits = text.replace(/^\s*(?:0x|\\x)/i, "");
  const octets = Buffer.from(digits.replace(/[^0-9a-f]/gi, ""), "hex");
  return [octets.toString("base64"), ...(PRINTABLE.test(octets.toString("latin1")) ? [ofHex(digits)] : [])];
}

const TOKEN_OCTETS = 32;

function base64Encoded(text: string): readonly string[] {
  const encoding = /[^\0-\xff]/.test(text) ? "utf8" : "latin1";
  const octets = Buffer.from(text, encoding);
  return octets.length === TOKEN_OCTETS && !PRINTABLE.test(text) ? [octets.toString("base64")] : [];
}
