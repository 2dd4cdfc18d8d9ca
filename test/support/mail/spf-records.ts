import type { Qualifier } from "../../../provider/mail/spf/record";
import type { Zone } from "./zone";

/** The MAIL FROM name of every case. */
export const MAIL_FROM = "bounce.example.com";

export interface SpfCase {
  readonly what: string;
  readonly values: readonly string[];
  /** Each as `code reason`, in order. */
  readonly faults: readonly string[];
  readonly passes: boolean | undefined;
  readonly lookups?: number;
  readonly voids?: number;
  readonly all?: Qualifier | "none" | "unknown";
  /** Why checkdmarc says another thing, where it does. */
  readonly differs?: string;
}

const LONG_LIST = Array.from({ length: 60 }, (_, at) => `ip4:192.0.2.${at}`).join(" ");
const chain = (from: number, to: number): Zone =>
  Object.fromEntries(
    Array.from({ length: to - from }, (_, at) => [
      `s${from + at}.example.net`,
      { txt: [`v=spf1 include:s${from + at + 1}.example.net ~all`] },
    ]),
  );

/** What the records of the cases include. */
export const SPF_ZONE: Zone = {
  "bounce.example.com": { mx: ["feedback-smtp.us-east-1.amazonses.com"], a: ["192.0.2.25"] },
  "amazonses.com": { txt: ["v=spf1 ip4:192.0.2.0/24 ip4:198.51.100.0/24 -all"] },
  "example.com": { txt: ["v=spf1 include:_spf.example.net ~all"], mx: ["mx.example.com"], a: ["192.0.2.80"] },
  "mx.example.com": { a: ["192.0.2.26"] },
  "_spf.example.net": { txt: ["v=spf1 include:_n1.example.net include:_n2.example.net include:_n3.example.net ~all"] },
  "_n1.example.net": { txt: ["v=spf1 ip4:192.0.2.0/26 ~all"] },
  "_n2.example.net": { txt: ["v=spf1 ip6:2001:db8::/32 ~all"] },
  "_n3.example.net": { txt: ["v=spf1 ip4:198.51.100.0/26 ~all"] },
  "_spf.example.org": { txt: ["v=spf1 include:amazonses.com ip4:203.0.113.0/24 -all"] },
  "softly.example.org": { txt: ["v=spf1 ~include:amazonses.com -all"] },
  "open.example.org": { txt: ["v=spf1 +all"] },
  "none.example.org": { txt: ["hello"] },
  "two.example.org": { txt: ["v=spf1 -all", "v=spf1 ~all"] },
  "bad.example.org": { txt: ["v=spf1 ip4:300.0.0.1 -all"] },
  "silent.example.org": { failing: true },
  "loop-a.example.org": { txt: ["v=spf1 include:loop-b.example.org -all"] },
  "loop-b.example.org": { txt: ["v=spf1 include:loop-a.example.org -all"] },
  "to-ses.example.org": { txt: ["v=spf1 redirect=_spf.example.org"] },
  "www.example.org": { a: ["192.0.2.81"] },
  "empty.example.org": {},
  "many.example.org": { mx: Array.from({ length: 11 }, (_, at) => `mx${at}.example.org`) },
  "ten.example.org": { mx: Array.from({ length: 10 }, () => "mx.example.com") },
  ...chain(0, 14),
  "s14.example.net": { txt: ["v=spf1 -all"] },
};

const SES = "include:amazonses.com";
const one = (
  what: string,
  text: string,
  faults: readonly string[],
  passes: boolean | undefined,
  more: Partial<SpfCase> = {},
): SpfCase => ({ what, values: [text], faults, passes, ...more });
/** A record with a syntax fault: it is a "permerror" for all mail. */
const broken = (what: string, text: string, reason: string, more: Partial<SpfCase> = {}): SpfCase =>
  one(what, text, [`spf-syntax ${reason}`], false, more);

const AFTER_ALL = 'checkdmarc ignores what follows "all"; RFC 7208 section 4.6: a syntax error anywhere is a permerror';
const BLANK = "checkdmarc takes any blank for a space; by RFC 7208 section 12 only a space separates terms";
const CAPITALS =
  "checkdmarc reads the version in small letters only; texts of RFC 7208's grammar have no case (RFC 5234 section 2.3)";

export const SPF_CASES: readonly SpfCase[] = [
  // What AWS documents, and what people make of it.
  one("AWS's own", `v=spf1 ${SES} ~all`, [], true, { lookups: 1, all: "~" }),
  one("with -all", `v=spf1 ${SES} -all`, [], true, { lookups: 1, all: "-" }),
  one("with ?all", `v=spf1 ${SES} ?all`, [], true, { lookups: 1, all: "?" }),
  one("in capitals", `V=SPF1 INCLUDE:AMAZONSES.COM ~ALL`, [], true, { lookups: 1, all: "~", differs: CAPITALS }),
  one("with a final dot", "v=spf1 include:amazonses.com. ~all", [], true, { lookups: 1, all: "~" }),
  one("with a plus", `v=spf1 +${SES} -all`, [], true, { lookups: 1, all: "-" }),
  one("several spaces", `v=spf1   ${SES}    ~all   `, [], true, { lookups: 1, all: "~" }),
  one("without all", `v=spf1 ${SES}`, ["spf-no-all no-all"], true, { lookups: 1, all: "none" }),
  one("the version alone", "v=spf1", ["spf-without-ses absent", "spf-no-all no-all"], false, {
    lookups: 0,
    all: "none",
  }),
  one("nothing but -all", "v=spf1 -all", ["spf-without-ses absent"], false, { lookups: 0, all: "-" }),
  one("everyone", "v=spf1 +all", [], true, { lookups: 0, all: "+" }),
  one("SES twice", `v=spf1 ${SES} ${SES} ~all`, [], true, { lookups: 2, all: "~" }),
  one("SES after all", `v=spf1 -all ${SES}`, ["spf-without-ses after-all"], false, { lookups: 0, all: "-" }),
  one("SES does not pass", `v=spf1 -${SES} ~all`, ["spf-without-ses not-passing"], false, { lookups: 1, all: "~" }),
  one("SES softly", `v=spf1 ~${SES} -all`, ["spf-without-ses not-passing"], false, { lookups: 1, all: "-" }),
  one(
    "a subdomain of SES's",
    "v=spf1 include:spf.amazonses.com ~all",
    ["spf-syntax include-none", "spf-without-ses absent"],
    false,
  ),
  one("another provider", "v=spf1 include:_spf.example.net ~all", ["spf-without-ses absent"], false, {
    lookups: 4,
    all: "~",
  }),
  one("SES and another", `v=spf1 ${SES} include:_spf.example.net ~all`, [], true, { lookups: 5, all: "~" }),
  one("SES through another", "v=spf1 include:_spf.example.org ~all", [], true, { lookups: 2, all: "~" }),
  one("SES through another, softly", "v=spf1 include:softly.example.org ~all", ["spf-without-ses not-passing"], false, {
    lookups: 2,
  }),
  one("SES through a redirect", "v=spf1 redirect=_spf.example.org", [], true, { lookups: 2, all: "-" }),
  one("two redirects deep", "v=spf1 redirect=to-ses.example.org", [], true, { lookups: 3, all: "-" }),
  one("a redirect to SES", "v=spf1 redirect=amazonses.com", [], true, { lookups: 1, all: "-" }),
  one("a redirect that all hides", `v=spf1 redirect=_spf.example.org ~all`, ["spf-without-ses absent"], false, {
    lookups: 0,
    all: "~",
  }),
  one("someone who lets all in", "v=spf1 include:open.example.org -all", [], true, { lookups: 1, all: "-" }),
  one("the domain's own MX", `v=spf1 mx ${SES} ~all`, [], true, { lookups: 2, voids: 0, all: "~" }),
  one("addresses", `v=spf1 ip4:192.0.2.1 ip4:192.0.2.0/24 ip6:2001:db8::/32 ${SES} -all`, [], true, { lookups: 1 }),
  one("an IPv4-mapped address", `v=spf1 ip6:::ffff:192.0.2.1/128 ${SES} -all`, [], true, { lookups: 1 }),
  one("prefix lengths", `v=spf1 a/24 a:www.example.org/24//64 mx//64 ${SES} -all`, [], true, { lookups: 4, voids: 0 }),
  one("an explanation", `v=spf1 ${SES} -all exp=explain.example.org`, [], true, { lookups: 1, all: "-" }),
  one("a modifier that is not known", `v=spf1 ${SES} op=auth -all`, [], true, { lookups: 1, all: "-" }),
  one("modifiers of RFC 6652", `v=spf1 ${SES} -all ra=postmaster rp=100 rr=all`, [], true, { lookups: 1 }),
  one("ptr", `v=spf1 ptr ${SES} -all`, [], true, { lookups: 2 }),
  one("exists", `v=spf1 exists:www.example.org ${SES} -all`, [], true, { lookups: 2, voids: 0 }),
  one("macros", `v=spf1 exists:%{ir}.%{v}._spf.%{d2} ${SES} -all`, [], true, { lookups: 2 }),
  one(
    "an include with macros, after SES",
    `v=spf1 ${SES} include:%{i}._ip.%{h}._ehlo.%{d}._spf.example.net -all`,
    [],
    true,
    { lookups: 2 },
  ),
  one("an include with macros, before SES", `v=spf1 include:%{d}._spf.example.net ${SES} -all`, [], undefined, {
    lookups: 2,
  }),
  one("only macros", "v=spf1 include:%{d}._spf.example.net -all", [], undefined, { lookups: 1, all: "-" }),
  one("a redirect with macros", "v=spf1 redirect=%{d}._spf.example.net", [], undefined, {
    lookups: 1,
    all: "unknown",
  }),
  one("a very long one", `v=spf1 ${LONG_LIST} ${SES} ~all`, [], true, { lookups: 1, all: "~" }),

  // The limits.
  one("nine and SES", `v=spf1 ${SES} include:s6.example.net ~all`, [], true, { lookups: 10, all: "~" }),
  one("ten after SES", `v=spf1 ${SES} include:s5.example.net ~all`, ["spf-too-many-lookups too-many-lookups"], true, {
    lookups: 11,
  }),
  one("ten before SES", `v=spf1 include:s5.example.net ${SES} ~all`, ["spf-too-many-lookups too-many-lookups"], false, {
    lookups: 11,
  }),
  one(
    "a duplicate include counts again",
    "v=spf1 include:_spf.example.net include:_spf.example.net include:_spf.example.net ~all",
    ["spf-too-many-lookups too-many-lookups", "spf-without-ses absent"],
    false,
    { lookups: 12 },
  ),
  one("eleven of its own", `v=spf1 ${"a ".repeat(11)}${SES} ~all`, ["spf-too-many-lookups too-many-lookups"], false, {
    lookups: 12,
  }),
  one("two void look-ups", `v=spf1 a:gone1.example.org mx:gone2.example.org ${SES} ~all`, [], true, {
    lookups: 3,
    voids: 2,
  }),
  one(
    "three void look-ups after SES",
    `v=spf1 ${SES} a:gone1.example.org mx:gone2.example.org a:empty.example.org ~all`,
    ["spf-too-many-lookups too-many-voids"],
    true,
    { lookups: 4, voids: 3 },
  ),
  one(
    "three void look-ups",
    `v=spf1 a:gone1.example.org mx:gone2.example.org exists:empty.example.org ${SES} ~all`,
    ["spf-too-many-lookups too-many-voids"],
    false,
    { lookups: 4, voids: 3, differs: "checkdmarc does not look up an exists" },
  ),
  one(
    "a name of eleven mail servers",
    `v=spf1 mx:many.example.org ${SES} ~all`,
    ["spf-too-many-lookups too-many-mx"],
    false,
  ),
  one("a name of ten mail servers", `v=spf1 mx:ten.example.org ${SES} ~all`, [], true, { lookups: 2, voids: 0 }),
  one(
    "a loop",
    "v=spf1 include:loop-a.example.org ~all",
    ["spf-too-many-lookups loop", "spf-without-ses absent"],
    false,
  ),
  one(
    "an include of itself",
    `v=spf1 include:${MAIL_FROM} ~all`,
    ["spf-too-many-lookups loop", "spf-without-ses absent"],
    false,
  ),
  one(
    "a redirect to itself",
    `v=spf1 redirect=${MAIL_FROM}`,
    ["spf-too-many-lookups loop", "spf-without-ses absent"],
    false,
  ),
  one("a loop after SES", `v=spf1 ${SES} include:loop-a.example.org ~all`, ["spf-too-many-lookups loop"], true, {
    lookups: 4,
  }),

  // What is included.
  one("an include that is gone", `v=spf1 ${SES} include:gone.example.org ~all`, ["spf-syntax include-none"], true, {
    voids: 1,
  }),
  one("an include without SPF", `v=spf1 include:none.example.org ${SES} ~all`, ["spf-syntax include-none"], false),
  one(
    "an include with two records",
    `v=spf1 include:two.example.org ${SES} ~all`,
    ["spf-syntax included-several"],
    false,
  ),
  one(
    "an include with a broken record",
    `v=spf1 include:bad.example.org ${SES} ~all`,
    ["spf-syntax included-syntax"],
    false,
  ),
  one(
    "a redirect that is gone",
    "v=spf1 redirect=gone.example.org",
    ["spf-syntax redirect-none", "spf-without-ses absent"],
    false,
  ),
  one("an include without an answer", "v=spf1 include:silent.example.org ~all", [], undefined, {
    lookups: 1,
    differs: "checkdmarc takes a failed look-up for a missing record; ours leaves it open",
  }),
  one("the same after SES", `v=spf1 ${SES} include:silent.example.org ~all`, [], true, {
    lookups: 2,
    differs: "checkdmarc takes a failed look-up for a missing record; ours leaves it open",
  }),

  // Syntax.
  broken("an unknown mechanism", `v=spf1 ipv4:192.0.2.1 ${SES} ~all`, "unknown-mechanism"),
  broken("a bare name", "v=spf1 amazonses.com ~all", "unknown-mechanism"),
  broken("a misspelt include", "v=spf1 inculde:amazonses.com ~all", "unknown-mechanism"),
  broken("a redirect with a colon", "v=spf1 redirect:amazonses.com", "unknown-mechanism"),
  one(
    "a space after the colon",
    "v=spf1 include: amazonses.com ~all",
    ["spf-syntax domain-missing", "spf-syntax unknown-mechanism"],
    false,
  ),
  broken("an empty include", "v=spf1 include: ~all", "domain-missing"),
  broken("an include of nothing", "v=spf1 include ~all", "domain-missing"),
  broken("an empty redirect", "v=spf1 redirect=", "domain-missing"),
  broken("an empty exp", `v=spf1 ${SES} -all exp=`, "domain-missing"),
  broken("an empty a", `v=spf1 a: ${SES} -all`, "domain-missing"),
  broken("a comma", "v=spf1 include:amazonses.com, include:_spf.example.net ~all", "domain-malformed"),
  broken("a semicolon at the end", "v=spf1 include:amazonses.com ~all;", "unknown-mechanism"),
  broken("run together", "v=spf1 include:amazonses.com~all", "run-together"),
  broken("an address run together", `v=spf1 ${SES} ip4:192.0.2.1~all`, "run-together"),
  broken("all with a value", `v=spf1 ${SES} all:example.com`, "value-unexpected"),
  broken("ptr with a length", `v=spf1 ptr/24 ${SES} -all`, "value-unexpected"),
  broken("an address out of range", `v=spf1 ip4:256.0.0.1 ${SES} -all`, "address"),
  broken("three octets", `v=spf1 ip4:192.0.2 ${SES} -all`, "address"),
  broken("an octet with a zero in front", `v=spf1 ip4:192.0.2.01 ${SES} -all`, "address"),
  broken("a name as address", `v=spf1 ip4:mail.example.com ${SES} -all`, "address"),
  broken("IPv6 in ip4", `v=spf1 ip4:2001:db8::1 ${SES} -all`, "address"),
  broken("IPv4 in ip6", `v=spf1 ip6:192.0.2.1 ${SES} -all`, "address"),
  broken("an address without one", `v=spf1 ip4 ${SES} -all`, "address"),
  broken("a length out of range", `v=spf1 ip4:192.0.2.0/33 ${SES} -all`, "prefix"),
  broken("a length with a zero in front", `v=spf1 ip4:192.0.2.0/08 ${SES} -all`, "prefix"),
  broken("an IPv6 length out of range", `v=spf1 ip6:2001:db8::/129 ${SES} -all`, "prefix"),
  broken("a netmask", `v=spf1 ip4:192.0.2.0/255.255.255.0 ${SES} -all`, "prefix"),
  broken("a length of a out of range", `v=spf1 a/33 ${SES} -all`, "prefix"),
  broken("a top label of digits", `v=spf1 include:192.0.2.1 ${SES} -all`, "domain-malformed"),
  broken("a single label", `v=spf1 include:localhost ${SES} -all`, "domain-malformed"),
  broken("an empty label", `v=spf1 include:spf..example.net ${SES} -all`, "domain-malformed"),
  broken("a label that is too long", `v=spf1 include:${"x".repeat(64)}.example.net ${SES} -all`, "domain-malformed"),
  broken("a macro without a letter", `v=spf1 exists:%{}.example.net ${SES} -all`, "macro"),
  broken("a macro that is not known", `v=spf1 exists:%{x}.example.net ${SES} -all`, "macro"),
  broken("a macro without an end", `v=spf1 exists:%{i.example.net ${SES} -all`, "macro"),
  broken("a macro for explanations", `v=spf1 exists:%{c}.example.net ${SES} -all`, "macro"),
  broken("a macro of no labels", `v=spf1 exists:%{d0}.example.net ${SES} -all`, "macro"),
  broken("a bare percent sign", `v=spf1 exists:%.example.net ${SES} -all`, "macro"),
  broken("two redirects", "v=spf1 redirect=_spf.example.org redirect=_spf.example.net", "duplicate-modifier"),
  broken("a tab", "v=spf1 include:amazonses.com\t~all", "character", { differs: BLANK }),
  broken("no ASCII", "v=spf1 include:bücher.example ~all", "character"),
  broken("a no-break space", "v=spf1 include:amazonses.com\u00a0~all", "character", { differs: BLANK }),
  broken("a line break", "v=spf1 include:amazonses.com\n~all", "character", { differs: BLANK }),
  broken("what no receiver reads after all", `v=spf1 ${SES} ~all foo:bar`, "unknown-mechanism", { differs: AFTER_ALL }),
  one(
    "a mechanism as a modifier",
    "v=spf1 include=amazonses.com ~all",
    ["spf-syntax ignored-modifier", "spf-without-ses absent"],
    false,
    {
      lookups: 0,
    },
  ),
  one(
    "two records in one",
    `v=spf1 ${SES} v=spf1 include:_spf.example.net ~all`,
    ["spf-syntax ignored-modifier"],
    true,
    { lookups: 5 },
  ),

  // What is no record.
  { what: "nothing", values: [], faults: ["spf-missing missing"], passes: false },
  one("another text", "google-site-verification=abc", ["spf-missing missing"], false),
  one("Sender ID", "spf2.0/pra include:amazonses.com ~all", ["spf-missing missing"], false),
  broken("a blank in front", ` v=spf1 ${SES} ~all`, "leading-blank"),
  broken("a byte order mark in front", `\ufeffv=spf1 ${SES} ~all`, "leading-blank"),
  broken("quotes within", `"v=spf1 ${SES} ~all"`, "quoted"),
  broken("curled quotes", `“v=spf1 ${SES} ~all”`, "quoted"),
  broken("blanks around the equals sign", `v = spf1 ${SES} ~all`, "blank-within"),
  broken("a semicolon after the version", `v=spf1; ${SES}; ~all`, "unseparated"),
  broken("no space after the version", `v=spf1${SES} ~all`, "unseparated"),
  broken("a tab after the version", `v=spf1\t${SES} ~all`, "unseparated"),
  broken("another version", `v=spf10 ${SES} ~all`, "other-version"),
  broken("no version", `${SES} ~all`, "no-version"),
  {
    what: "two records",
    values: [`v=spf1 ${SES} ~all`, "v=spf1 include:_spf.example.net ~all"],
    faults: ["spf-several several", "spf-several several"],
    passes: false,
  },
  {
    what: "the same twice",
    values: [`v=spf1 ${SES} ~all`, `V=spf1 ${SES} ~all`],
    faults: ["spf-several several", "spf-several several"],
    passes: false,
  },
  {
    what: "a record among others",
    values: ["hello", `v=spf1 ${SES} ~all`, "v=spf10 x"],
    faults: [],
    passes: true,
    lookups: 1,
  },
];
