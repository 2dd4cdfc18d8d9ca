/** What a record type may and may not hold, in presentation format. */
export interface TypeCase {
  readonly type: string;
  /** Each with its RDATA in hexadecimal. */
  readonly good: Readonly<Record<string, string>>;
  readonly bad: readonly string[];
}

/** `a.example.com` on the wire. */
const NAME = "0161076578616d706c6503636f6d00";
const LONG_LABEL = `${"a".repeat(64)}.example.com`;
const BAD_NAMES = ["a..example.com", LONG_LABEL, "a.example.com b.example.com", "ä.example.com", ""];
const hex = (octets: number) => "ab".repeat(octets);

export const TYPE_CASES: readonly TypeCase[] = [
  {
    type: "A",
    good: { "192.0.2.1": "c0000201" },
    bad: ["nope", "1.2.3.999", "1.2.3", "192.0.2.1 192.0.2.2", "2001:db8::1", "01.2.3.4", ""],
  },
  {
    type: "AAAA",
    good: { "2001:db8::1": "20010db8000000000000000000000001" },
    bad: ["192.0.2.1", "2001:db8::g", "2001:db8:::1", "::1 ::2", ""],
  },
  { type: "CNAME", good: { "a.example.com.": NAME, "A.Example.com": NAME }, bad: BAD_NAMES },
  { type: "NS", good: { "a.example.com.": NAME }, bad: BAD_NAMES },
  { type: "PTR", good: { "a.example.com.": NAME }, bad: BAD_NAMES },
  {
    type: "MX",
    good: { "10 a.example.com.": `000a${NAME}`, "65535 a.example.com": `ffff${NAME}`, "0 .": "000000" },
    bad: ["a.example.com", "10", "10 a b", "70000 a", "-1 a", "1e3 a", "0x1 a", "1.5 a", "ten a", '10 "a"', "10 a..b"],
  },
  {
    type: "TXT",
    good: { '"a b"': "03612062", '"a" "b"': "01610162", '"\\344\\"\\\\"': "03e4225c", '""': "00" },
    bad: ['"open', `"${"x".repeat(256)}"`, '"a" b"'],
  },
  { type: "SPF", good: { '"v=spf1 -all"': "0b763d73706631202d616c6c" }, bad: ['"open', `"${"x".repeat(256)}"`] },
  {
    type: "SRV",
    good: { "1 2 443 a.example.com.": `0001000201bb${NAME}`, "0 0 0 .": "00000000000000" },
    bad: ["1 2 3", "1 2 a.example.com", "1 2 65536 a", "-1 2 3 a", "1 2 3 a b", "1 2 3 a..b", "nonsense", ""],
  },
  {
    type: "CAA",
    good: {
      '0 issue "ca.example.net"': "0005697373756563612e6578616d706c652e6e6574",
      '128 iodef "mailto:a@example.com"': "8005696f6465666d61696c746f3a61406578616d706c652e636f6d",
      '0 issue ";"': "000569737375653b",
    },
    bad: ["nonsense", "0 issue", '256 issue "x"', '-1 issue "x"', '0 is-sue "x"', '0 "issue" "x"', '0 issue "x" "y"'],
  },
  {
    type: "DS",
    good: {
      "60485 5 1 2BB183AF5F22588179A53B0A98631FAD1A292118": "ec4505012bb183af5f22588179a53b0a98631fad1a292118",
      [`1 13 2 ${hex(16)} ${hex(16)}`]: `00010d02${hex(32)}`,
    },
    bad: [
      "nonsense",
      `65536 5 1 ${hex(20)}`,
      `1 256 1 ${hex(20)}`,
      `1 5 1 ${hex(19)}`,
      `1 5 2 ${hex(20)}`,
      "1 5 1 xyz",
      "1 5 1",
    ],
  },
  {
    type: "NAPTR",
    good: {
      '100 50 "s" "http+I2R" "" a.example.com.': `00640032017308687474702b49325200${NAME}`,
      '1 2 "u" "sip" "!^.*$!sip:a@b!" .': "000100020175037369700e215e2e2a24217369703a6140622100",
    },
    bad: [
      "nonsense",
      '1 2 "u" "sip" "" ',
      '1 65536 "u" "sip" "" .',
      '1 2 "-" "sip" "" .',
      '1 2 "u" "s" "!a!b!" a.example.com',
    ],
  },
  {
    type: "TLSA",
    good: { [`3 1 1 ${hex(32)}`]: `030101${hex(32)}`, "3 1 0 0102": "0301000102" },
    bad: ["nonsense", `256 1 1 ${hex(32)}`, `3 1 1 ${hex(31)}`, `3 1 2 ${hex(32)}`, "3 1 0", "3 1 0 012", "3 1 0 0g"],
  },
  {
    type: "SSHFP",
    good: { [`4 2 ${hex(32)}`]: `0402${hex(32)}`, [`1 1 ${hex(20)}`]: `0101${hex(20)}` },
    bad: ["nonsense", `1 1 ${hex(32)}`, `1 2 ${hex(20)}`, `256 1 ${hex(20)}`, "1 1"],
  },
  ...["HTTPS", "SVCB"].map(
    (type): TypeCase => ({
      type,
      // RFC 9460, appendix D, with the shorter name.
      good: {
        "0 a.example.com.": `0000${NAME}`,
        "1 .": "000100",
        "1 a.example.com. port=53": `0001${NAME}000300020035`,
        "1 a.example.com. key667=hello": `0001${NAME}029b000568656c6c6f`,
        '1 . ipv6hint="2001:db8::1,2001:db8::53:1"':
          "0001000006002020010db800000000000000000000000120010db8000000000000000000530001",
        "16 . alpn=h2,h3-19 mandatory=ipv4hint,alpn ipv4hint=192.0.2.1":
          "0010000000000400010004000100090268320568332d313900040004c0000201",
        "1 . alpn=h2 no-default-alpn": "0001000001000302683200020000",
      },
      bad: [
        "nonsense",
        "1",
        "65536 .",
        "1 a..b",
        "1 . key123=abc key123=def",
        "1 . mandatory",
        "1 . alpn",
        "1 . port",
        "1 . port=65536",
        "1 . ipv4hint=2001:db8::1",
        "1 . no-default-alpn=abc alpn=h2",
        "1 . no-default-alpn",
        "1 . mandatory=key123",
        "1 . mandatory=mandatory",
        "1 . mandatory=key123,key123 key123=abc",
        "1 . unknown=1",
        "1 . key65535=x",
      ],
    }),
  ),
  {
    type: "SOA",
    good: {
      "a.example.com. a.example.com. 1 2 3 4 4294967295": `${NAME}${NAME}00000001000000020000000300000004ffffffff`,
    },
    bad: [
      "x",
      "a. b. 1 2 3 4",
      "a. b. 1 2 3 4 5 6",
      "a. b. 4294967296 2 3 4 5",
      "a. b. 1 2 3 4 -1",
      "a..b c. 1 2 3 4 5",
    ],
  },
];
