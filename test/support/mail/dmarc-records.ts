import type { PolicyTag } from "../../../provider/mail/dmarc/record";

/** The domain of every case: its record is at `_dmarc.example.com`. */
export const DMARC_DOMAIN = "example.com";

export interface DmarcCase {
  readonly what: string;
  readonly values: readonly string[];
  /** Each as `level reason`, in order; of a value that is no record, `near reason`. */
  readonly faults: readonly string[];
  /** Left out where there is no record. Only what is not the default. */
  readonly read?: {
    readonly p: PolicyTag;
    readonly sp?: PolicyTag;
    readonly np?: PolicyTag;
    readonly psd?: "y" | "n" | "u";
    readonly testing?: boolean;
    readonly adkim?: "r" | "s";
    readonly aspf?: "r" | "s";
    readonly pct?: number;
    readonly rua?: readonly string[];
    readonly ruf?: readonly string[];
  };
  /** Why checkdmarc says another thing, where it does. */
  readonly differs?: string;
}

const RUA = "rua=mailto:dmarc@example.com";
const ADDRESS = "mailto:dmarc@example.com";

const one = (
  what: string,
  text: string,
  read: DmarcCase["read"] & {},
  faults: readonly string[] = [],
  differs?: string,
): DmarcCase => ({ what, values: [text], read, faults, ...(differs === undefined ? {} : { differs }) });
const none = (what: string, text: string, faults: readonly string[] = []): DmarcCase => ({
  what,
  values: [text],
  faults,
});

const DISCARDED =
  "checkdmarc refuses the record; by RFC 9989 section 4.8 a syntax error is discarded, and the rest of the record is read";

export const DMARC_CASES: readonly DmarcCase[] = [
  // Healthy.
  one("only a policy", "v=DMARC1; p=none", { p: "none" }),
  one("only a policy, ended", "v=DMARC1; p=none;", { p: "none" }),
  one("without blanks", `v=DMARC1;p=none;${RUA}`, { p: "none", rua: [ADDRESS] }),
  one("with many blanks", `v = DMARC1 ;  p = quarantine ;\t${RUA} ; `, { p: "quarantine", rua: [ADDRESS] }),
  one("reject", `v=DMARC1; p=reject; ${RUA}`, { p: "reject", rua: [ADDRESS] }),
  one(
    "all that RFC 9989 has",
    `v=DMARC1; p=reject; sp=quarantine; np=reject; psd=n; t=y; adkim=s; aspf=s; fo=1:d:s; ${RUA}; ruf=${ADDRESS}`,
    {
      p: "reject",
      sp: "quarantine",
      np: "reject",
      psd: "n",
      testing: true,
      adkim: "s",
      aspf: "s",
      rua: [ADDRESS],
      ruf: [ADDRESS],
    },
  ),
  one("in capitals", "V=DMARC1; P=REJECT; SP=None; ADKIM=S; T=Y", {
    p: "reject",
    sp: "none",
    adkim: "s",
    testing: true,
  }),
  one("two addresses", `v=DMARC1; p=none; rua=${ADDRESS} , mailto:other@example.com`, {
    p: "none",
    rua: [ADDRESS, "mailto:other@example.com"],
  }),
  one("an address with a query", "v=DMARC1; p=none; rua=mailto:a@example.com?subject=x", {
    p: "none",
    rua: ["mailto:a@example.com?subject=x"],
  }),
  one("an encoded address", "v=DMARC1; p=none; rua=mailto:a%2Bb@example.com", {
    p: "none",
    rua: ["mailto:a%2Bb@example.com"],
  }),
  one("a percent sign that encodes nothing", "v=DMARC1; p=none; rua=mailto:a%zz@example.com", {
    p: "none",
    rua: ["mailto:a%zz@example.com"],
  }),
  one("an address with a plus", "v=DMARC1; p=none; rua=mailto:a+b@example.com", {
    p: "none",
    rua: ["mailto:a+b@example.com"],
  }),
  one("an address in capitals", "v=DMARC1; p=none; rua=MAILTO:DMARC@EXAMPLE.COM", {
    p: "none",
    rua: ["MAILTO:DMARC@EXAMPLE.COM"],
  }),
  one("psd=u", "v=DMARC1; p=none; psd=u", { p: "none" }),
  one("psd=y", "v=DMARC1; p=none; psd=y", { p: "none", psd: "y" }),
  one("fo of one", `v=DMARC1; p=none; fo=1; ruf=${ADDRESS}`, { p: "none", ruf: [ADDRESS] }),
  one("fo of d and s", `v=DMARC1; p=none; fo=d:s; ruf=${ADDRESS}`, { p: "none", ruf: [ADDRESS] }),
  one(
    "very long",
    `v=DMARC1; p=none; rua=${Array.from({ length: 40 }, (_, at) => `mailto:a${at}@example.com`).join(",")}`,
    {
      p: "none",
      rua: Array.from({ length: 40 }, (_, at) => `mailto:a${at}@example.com`),
    },
    ["note uri-many"],
  ),

  // Older and newer.
  one("the version alone", "v=DMARC1", { p: "missing" }, ["older policy-missing"]),
  one("no policy", `v=DMARC1; ${RUA}`, { p: "missing", rua: [ADDRESS] }, ["older policy-missing"]),
  one("the policy last", `v=DMARC1; ${RUA}; p=none`, { p: "none", rua: [ADDRESS] }, ["older policy-not-second"]),
  one("pct", "v=DMARC1; p=reject; pct=25", { p: "reject", pct: 25 }, ["note obsolete-tag"]),
  one("pct out of range", "v=DMARC1; p=reject; pct=200", { p: "reject" }, ["note obsolete-tag"]),
  one("pct that is no number", "v=DMARC1; p=reject; pct=all", { p: "reject" }, ["note obsolete-tag"]),
  one("rf and ri", "v=DMARC1; p=reject; rf=afrf; ri=86400", { p: "reject" }, [
    "note obsolete-tag",
    "note obsolete-tag",
  ]),
  one(
    "a size limit",
    "v=DMARC1; p=none; rua=mailto:a@example.com!10m",
    { p: "none", rua: ["mailto:a@example.com!10m"] },
    ["note size-limit"],
  ),
  one("an unknown tag", "v=DMARC1; p=none; x=y", { p: "none" }, ["note unknown-tag"]),
  one("an unknown long tag", "v=DMARC1; p=none; exampletag=anything at all", { p: "none" }, ["note unknown-tag"]),
  one("an unknown tag with a digit", "v=DMARC1; p=none; x1=y", { p: "none" }, ["note unknown-tag"], DISCARDED),
  one(
    "another scheme",
    "v=DMARC1; p=none; rua=https://example.com/dmarc",
    { p: "none", rua: ["https://example.com/dmarc"] },
    ["note uri-scheme"],
  ),
  one("an empty tag", "v=DMARC1;; p=none", { p: "none" }, ["note empty-tag"], DISCARDED),
  one("empty tags at the end", "v=DMARC1; p=none;;", { p: "none" }, ["note empty-tag"], DISCARDED),

  // Broken.
  one(
    "a policy that is not known",
    `v=DMARC1; p=monitor; ${RUA}`,
    { p: "invalid", rua: [ADDRESS] },
    ["error policy"],
    DISCARDED,
  ),
  one(
    "an empty policy",
    `v=DMARC1; p=; ${RUA}`,
    { p: "missing", rua: [ADDRESS] },
    ["error tag-without-value", "older policy-missing"],
    DISCARDED,
  ),
  one("a policy with a blank", "v=DMARC1; p=no ne", { p: "invalid" }, ["error policy"], DISCARDED),
  one("a policy and a comma", `v=DMARC1; p=none, ${RUA}`, { p: "invalid" }, ["error policy"], DISCARDED),
  one(
    "a subdomain policy that is not known",
    `v=DMARC1; p=reject; sp=block; ${RUA}`,
    { p: "reject", sp: "invalid", rua: [ADDRESS] },
    ["error policy"],
    DISCARDED,
  ),
  one(
    "np that is not known",
    `v=DMARC1; p=reject; np=block; ${RUA}`,
    { p: "reject", np: "invalid", rua: [ADDRESS] },
    ["error policy"],
    DISCARDED,
  ),
  one("psd that is not known", "v=DMARC1; p=reject; psd=yes", { p: "reject" }, ["error value"], DISCARDED),
  one("t that is not known", "v=DMARC1; p=reject; t=1", { p: "reject" }, ["error value"], DISCARDED),
  one("adkim that is not known", "v=DMARC1; p=reject; adkim=strict", { p: "reject" }, ["error value"]),
  one("aspf that is not known", "v=DMARC1; p=reject; aspf=relaxed", { p: "reject" }, ["error value"]),
  one("fo that is not known", "v=DMARC1; p=reject; fo=x", { p: "reject" }, ["error value"], DISCARDED),
  one("fo of 0 and 1", "v=DMARC1; p=reject; fo=0:1", { p: "reject" }, ["note fo-contradicts"]),
  one("fo with commas", "v=DMARC1; p=reject; fo=1,d", { p: "reject" }, ["error value"], DISCARDED),
  one("a tag twice", "v=DMARC1; p=none; p=reject", { p: "none" }, ["error duplicate-tag"], DISCARDED),
  one("the version twice", "v=DMARC1; v=DMARC1; p=none", { p: "none" }, ["error duplicate-tag"], DISCARDED),
  one("a tag without a value", "v=DMARC1; p=none; rua", { p: "none" }, ["error tag-without-value"], DISCARDED),
  one("no semicolon between", `v=DMARC1; p=none ${RUA}`, { p: "invalid" }, ["error policy"], DISCARDED),
  one(
    "a colon for the equals sign",
    `v=DMARC1; p:none; ${RUA}`,
    { p: "missing", rua: [ADDRESS] },
    ["error tag-without-value", "older policy-missing"],
    DISCARDED,
  ),
  one(
    "an address without a scheme",
    "v=DMARC1; p=none; rua=dmarc@example.com",
    { p: "none" },
    ["error uri"],
    DISCARDED,
  ),
  one(
    "the second without a scheme",
    `v=DMARC1; p=none; rua=${ADDRESS},b@example.com`,
    { p: "none", rua: [ADDRESS] },
    ["error uri"],
    DISCARDED,
  ),
  one(
    "addresses between semicolons",
    `v=DMARC1; p=none; rua=${ADDRESS}; mailto:b@example.com`,
    { p: "none", rua: [ADDRESS] },
    ["error tag-without-value"],
    DISCARDED,
  ),
  one(
    "addresses between blanks",
    `v=DMARC1; p=none; rua=${ADDRESS} mailto:b@example.com`,
    { p: "none" },
    ["error uri"],
    DISCARDED,
  ),
  one(
    "a comma at the end",
    `v=DMARC1; p=none; rua=${ADDRESS},`,
    { p: "none", rua: [ADDRESS] },
    ["error uri"],
    DISCARDED,
  ),
  one(
    "a misspelt scheme",
    "v=DMARC1; p=none; rua=mail:dmarc@example.com",
    { p: "none", rua: ["mail:dmarc@example.com"] },
    ["note uri-scheme"],
  ),
  one(
    "slashes after the scheme",
    "v=DMARC1; p=none; rua=mailto://dmarc@example.com",
    { p: "none" },
    ["error uri"],
    "checkdmarc reads the slashes as part of the address, which is a mistake for the web's notation",
  ),
  one("no host", "v=DMARC1; p=none; rua=mailto:dmarc", { p: "none" }, ["error uri"], DISCARDED),
  one("no local part", "v=DMARC1; p=none; rua=mailto:@example.com", { p: "none" }, ["error uri"], DISCARDED),
  one("angle brackets", "v=DMARC1; p=none; rua=mailto:<dmarc@example.com>", { p: "none" }, ["error uri"], DISCARDED),
  one(
    "a size limit without a number",
    "v=DMARC1; p=none; rua=mailto:a@example.com!m",
    { p: "none" },
    ["error uri"],
    DISCARDED,
  ),
  one(
    "no ASCII in a value",
    "v=DMARC1; p=none; rua=mailto:ü@example.com",
    { p: "none" },
    ["error character"],
    DISCARDED,
  ),
  one("a curled quote at the end", "v=DMARC1; p=none; sp=none”", { p: "none" }, ["error character"], DISCARDED),
  one("a control character", "v=DMARC1; p=none; sp=no\u0000ne", { p: "none" }, ["error character"], DISCARDED),

  // No record.
  { what: "nothing", values: [], faults: [] },
  none("another text", "google-site-verification=abc"),
  none("a blank in front", " v=DMARC1; p=none", ["near leading-blank"]),
  none("a tab in front", "\tv=DMARC1; p=none", ["near leading-blank"]),
  none("a zero-width space in front", "\u200bv=DMARC1; p=none", ["near leading-blank"]),
  none("quotes within", '"v=DMARC1; p=none"', ["near quoted"]),
  none("quotes with backslashes within", '\\"v=DMARC1; p=none\\"', ["near quoted"]),
  none("curled quotes within", "“v=DMARC1; p=none”", ["near quoted"]),
  none("the version in small letters", "v=dmarc1; p=none", ["near case"]),
  none("the version in small letters, and blanks", "v = dmarc1 ; p=none", ["near case"]),
  none("the version in other letters", "v=Dmarc1; p=none", ["near case"]),
  none("a blank for the semicolon", "v=DMARC1 p=none", ["near unseparated"]),
  none("a comma for the semicolon", "v=DMARC1, p=none", ["near unseparated"]),
  none("a backslash in front of the semicolon", "v=DMARC1\\; p=none", ["near unseparated"]),
  none("another version", "v=DMARC2; p=none", ["near other-version"]),
  none("a longer version", "v=DMARC10; p=none", ["near other-version"]),
  none("no number", "v=DMARC; p=none", ["near other-version"]),
  none("a blank in the version", "v=DMARC 1; p=none", ["near blank-within"]),
  none("the version last", "p=none; v=DMARC1", ["near not-first"]),
  none("no version", `p=none; ${RUA}`, ["near no-version"]),
  none("the version without its name", "DMARC1; p=none", ["near no-version"]),
  none("the first letter is missing", "=DMARC1; p=none", []),
  none("SPF", "v=spf1 include:amazonses.com ~all"),
  { what: "two records", values: ["v=DMARC1; p=none", "v=DMARC1; p=reject"], faults: [] },
  { what: "the same twice", values: ["v=DMARC1; p=none", "v=DMARC1;p=none"], faults: [] },
  {
    what: "a record among others",
    values: ["hello", "v=DMARC1; p=quarantine", " v=DMARC1", "v=spf1 -all"],
    read: { p: "quarantine" },
    faults: ["near leading-blank"],
    differs: "checkdmarc refuses a record with a blank in front also where there is a good one",
  },
];
