import assert from "node:assert/strict";
import fc from "fast-check";
import type { DomainIdentityArgs, VerifiedDomainArgs } from "../../provider";
import { fqdn } from "../../provider/core/fqdn";
import { checkArgs } from "../../provider/lifecycle/arguments";
import { checkAddressArgs } from "../../provider/lifecycle/arguments/address-args";
import { type CheckedArgs, type CheckResult, UNKNOWN } from "../../provider/lifecycle/arguments/types";
import { wishFaults } from "../../provider/mail/dmarc/wish";

const GOOD = { domain: "example.com", dns: { kind: "route53" }, identities: [{ region: "eu-west-1" }] };

function checked(more: object): CheckedArgs {
  const result = checkArgs({ ...GOOD, ...more });
  assert.equal(result.kind, "checked", JSON.stringify(result));
  return (result as Extract<CheckResult, { kind: "checked" }>).args;
}

function failuresOf(more: object) {
  const result = checkArgs({ ...GOOD, ...more });
  assert.equal(result.kind, "refused", JSON.stringify(result));
  return (result as Extract<CheckResult, { kind: "refused" }>).failures;
}

/** The properties that are refused, in order. */
function refused(more: object): readonly string[] {
  return failuresOf(more).map(({ property }) => property);
}

const BOUNCE = { label: "bounce", onMxFailure: "default" };
/** Of each argument: what a program writes, and what is read. */
const READ: Readonly<Record<string, readonly (readonly [unknown, unknown])[]>> = {
  dkim: [
    [undefined, false],
    [null, false],
    [false, false],
    [true, { signing: true }],
    ["keep", "keep"],
    [{}, { signing: true }],
    [{ keyLength: 1024 }, { keyLength: 1024, signing: true }],
    [
      { keyLength: 2048, signing: false },
      { keyLength: 2048, signing: false },
    ],
    [{ keyLength: null, signing: undefined }, { signing: true }],
  ],
  mailFrom: [
    [undefined, false],
    [null, false],
    [false, false],
    ["bounce", BOUNCE],
    [" Bounce ", BOUNCE],
    ["7", { label: "7", onMxFailure: "default" }],
    ["a".repeat(63), { label: "a".repeat(63), onMxFailure: "default" }],
    ["rück", { label: "xn--rck-hoa", onMxFailure: "default" }],
    [{}, { onMxFailure: "default" }],
    [{ label: "bounce" }, BOUNCE],
    [
      { label: "bounce", onMxFailure: "reject" },
      { label: "bounce", onMxFailure: "reject" },
    ],
    [{ domain: "Bounce.Example.com." }, { domain: "bounce.example.com", onMxFailure: "default" }],
    [
      { domain: "a.b.example.com", label: null },
      { domain: "a.b.example.com", onMxFailure: "default" },
    ],
    [{ mx: "MX.example.net." }, { onMxFailure: "default", mx: "mx.example.net" }],
  ],
  dmarc: [
    [undefined, "check"],
    [null, "check"],
    ["check", "check"],
    [false, false],
    [{ ifAbsent: "v=DMARC1; p=none" }, { ifAbsent: "v=DMARC1; p=none" }],
    [
      { ifAbsent: " v=DMARC1; p=reject; rua=mailto:dmarc@example.com \n" },
      { ifAbsent: "v=DMARC1; p=reject; rua=mailto:dmarc@example.com" },
    ],
    // Without "p" the record is fine by RFC 9989; an unknown tag is ignored.
    [{ ifAbsent: "v=DMARC1; rua=mailto:a@example.com; x=1" }, { ifAbsent: "v=DMARC1; rua=mailto:a@example.com; x=1" }],
  ],
  configurationSet: [
    [undefined, undefined],
    [null, undefined],
    ["set", "set"],
    [" a_Set-1 ", "a_Set-1"],
    ["a".repeat(64), "a".repeat(64)],
  ],
  feedbackForwarding: [
    [undefined, undefined],
    [true, true],
    [false, false],
  ],
  wait: [
    [undefined, "ready"],
    [null, "ready"],
    [true, "ready"],
    ["ready", "ready"],
    ["verified", "verified"],
    [false, false],
  ],
};

/** Of each argument: what is refused, by the path that the failure names. */
const REFUSED: Readonly<Record<string, readonly (readonly [unknown, string])[]>> = {
  dkim: [
    ["", "dkim"],
    ["  ", "dkim"],
    ["true", "dkim"],
    ["false", "dkim"],
    ["keeep", "dkim"],
    ["easy", "dkim"],
    ["2048", "dkim"],
    [2048, "dkim"],
    [1, "dkim"],
    [Number.NaN, "dkim"],
    [[], "dkim"],
    [[true], "dkim"],
    [{ keylength: 2048 }, "dkim.keylength"],
    [{ selector: "a" }, "dkim.selector"],
    [{ privateKey: "a" }, "dkim.privateKey"],
    [{ domainSigningSelector: "a", keyLength: 2048 }, "dkim.domainSigningSelector"],
    [{ keyLength: 4096 }, "dkim.keyLength"],
    [{ keyLength: 0 }, "dkim.keyLength"],
    [{ keyLength: 1024.5 }, "dkim.keyLength"],
    [{ keyLength: Number.NaN }, "dkim.keyLength"],
    [{ keyLength: "2048" }, "dkim.keyLength"],
    [{ keyLength: "RSA_2048_BIT" }, "dkim.keyLength"],
    [{ keyLength: true }, "dkim.keyLength"],
    [{ signing: "true" }, "dkim.signing"],
    [{ signing: 1 }, "dkim.signing"],
  ],
  mailFrom: [
    ["", "mailFrom"],
    [" ", "mailFrom"],
    [true, "mailFrom"],
    ["true", "mailFrom"],
    ["false", "mailFrom"],
    [1, "mailFrom"],
    [[], "mailFrom"],
    [["bounce"], "mailFrom"],
    ["bounce.example.com", "mailFrom"],
    ["bounce.", "mailFrom"],
    ["bounce。example", "mailFrom"],
    ["bounce@example.com", "mailFrom"],
    ["_bounce", "mailFrom"],
    ["_amazonses", "mailFrom"],
    ["a_b", "mailFrom"],
    ["*", "mailFrom"],
    ["a b", "mailFrom"],
    ["-a", "mailFrom"],
    ["a-", "mailFrom"],
    ["xn--a", "mailFrom"],
    ["a".repeat(64), "mailFrom"],
    ["https://a", "mailFrom"],
    [{ labels: "a" }, "mailFrom.labels"],
    [{ mailFromDomain: "a.example.com" }, "mailFrom.mailFromDomain"],
    [{ label: "" }, "mailFrom.label"],
    [{ label: 1 }, "mailFrom.label"],
    [{ label: true }, "mailFrom.label"],
    [{ label: false }, "mailFrom.label"],
    [{ label: "a.b" }, "mailFrom.label"],
    [{ label: "a_b" }, "mailFrom.label"],
    [{ label: "a", domain: "a.example.com" }, "mailFrom.domain"],
    [{ domain: "" }, "mailFrom.domain"],
    [{ domain: 7 }, "mailFrom.domain"],
    [{ domain: "bounce" }, "mailFrom.domain"],
    [{ domain: "a@example.com" }, "mailFrom.domain"],
    [{ domain: "https://a.example.com" }, "mailFrom.domain"],
    [{ domain: "a.example.com/" }, "mailFrom.domain"],
    [{ domain: "a..example.com" }, "mailFrom.domain"],
    [{ domain: "*.example.com" }, "mailFrom.domain"],
    [{ domain: "_amazonses.example.com" }, "mailFrom.domain"],
    [{ domain: "x._domainkey.example.com" }, "mailFrom.domain"],
    [{ domain: `${"a".repeat(64)}.example.com` }, "mailFrom.domain"],
    [{ domain: `${"a123456789.".repeat(23)}example.com` }, "mailFrom.domain"],
    [{ onMxFailure: "rejct" }, "mailFrom.onMxFailure"],
    [{ onMxFailure: "USE_DEFAULT_VALUE" }, "mailFrom.onMxFailure"],
    [{ onMxFailure: false }, "mailFrom.onMxFailure"],
    [{ mx: "" }, "mailFrom.mx"],
    [{ mx: 10 }, "mailFrom.mx"],
    [{ mx: "10 feedback-smtp.eu-west-1.amazonses.com" }, "mailFrom.mx"],
    [{ mx: "192.0.2.1" }, "mailFrom.mx"],
    [{ mx: "[2001:db8::1]" }, "mailFrom.mx"],
    [{ mx: "host" }, "mailFrom.mx"],
    [{ mx: "a_b.example.com" }, "mailFrom.mx"],
    [{ mx: "1.2.3" }, "mailFrom.mx"],
  ],
  dmarc: [
    ["", "dmarc"],
    [" ", "dmarc"],
    [true, "dmarc"],
    ["true", "dmarc"],
    ["false", "dmarc"],
    ["chekc", "dmarc"],
    ["none", "dmarc"],
    [1, "dmarc"],
    [[], "dmarc"],
    ["v=DMARC1; p=none", "dmarc"],
    ["p=reject", "dmarc"],
    [{}, "dmarc.ifAbsent"],
    [{ ifAbsent: null }, "dmarc.ifAbsent"],
    [{ ifAbsent: "" }, "dmarc.ifAbsent"],
    [{ ifAbsent: 1 }, "dmarc.ifAbsent"],
    [{ ifAbsent: true }, "dmarc.ifAbsent"],
    [{ absent: "v=DMARC1; p=none" }, "dmarc.absent"],
    [{ record: "v=DMARC1; p=none" }, "dmarc.record"],
  ],
  configurationSet: [
    ["", "configurationSet"],
    [" ", "configurationSet"],
    ["a set", "configurationSet"],
    ["a.b", "configurationSet"],
    ["ä", "configurationSet"],
    ["a\nb", "configurationSet"],
    ["a".repeat(65), "configurationSet"],
    ["arn:aws:ses:eu-west-1:123456789012:configuration-set/set", "configurationSet"],
    [1, "configurationSet"],
    [true, "configurationSet"],
    [false, "configurationSet"],
    [{ name: "set" }, "configurationSet"],
  ],
  feedbackForwarding: [
    ["true", "feedbackForwarding"],
    ["", "feedbackForwarding"],
    [0, "feedbackForwarding"],
    [{}, "feedbackForwarding"],
  ],
  wait: [
    ["true", "wait"],
    ["false", "wait"],
    ["redy", "wait"],
    ["", "wait"],
    [1, "wait"],
    [{}, "wait"],
    [["ready"], "wait"],
  ],
};

describe("the arguments for sending", () => {
  for (const [argument, cases] of Object.entries(READ)) {
    it(`are read, by every form that a program may write: ${argument}`, () => {
      for (const [written, read] of cases) {
        assert.deepEqual(
          checked({ [argument]: written })[argument as keyof CheckedArgs],
          read,
          JSON.stringify(written),
        );
      }
    });
  }

  for (const [argument, cases] of Object.entries(REFUSED)) {
    it(`are refused by the path of what is wrong: ${argument}`, () => {
      for (const [written, path] of cases) {
        assert.deepEqual(refused({ [argument]: written }), [path], JSON.stringify(written));
      }
    });
  }

  it("are read alike for one identity, with its path", () => {
    for (const argument of ["dkim", "mailFrom"] as const) {
      for (const [written, read] of READ[argument] ?? []) {
        const { identities } = checked({ identities: [{ region: "eu-west-1", [argument]: written }] });
        const wanted = written === undefined || written === null ? undefined : read;
        assert.deepEqual(identities[0]?.[argument], wanted, JSON.stringify(written));
      }
      for (const [written, path] of REFUSED[argument] ?? []) {
        const identities = [{ region: "us-east-1" }, { region: "eu-west-1", [argument]: written }];
        assert.deepEqual(refused({ identities }), [`identities[1].${path}`], JSON.stringify(written));
      }
    }
  });

  it("are none of a single address's identities", () => {
    for (const argument of ["dkim", "mailFrom"]) {
      const identities = [{ region: "eu-west-1", [argument]: false }];
      const result = checkAddressArgs({ address: "a@example.com", identities });
      assert.equal(result.kind, "refused");
      assert.deepEqual(
        result.failures.map(({ property }) => property),
        [`identities[0].${argument}`],
      );
    }
  });

  it("pass where they are not known yet, at any depth", () => {
    for (const [paths, more] of [
      [["dkim"], { dkim: UNKNOWN }],
      [["dkim.keyLength", "dkim.signing"], { dkim: { keyLength: UNKNOWN, signing: UNKNOWN } }],
      [["mailFrom"], { mailFrom: UNKNOWN }],
      [["mailFrom.label"], { mailFrom: { label: UNKNOWN } }],
      [
        ["mailFrom.domain", "mailFrom.onMxFailure", "mailFrom.mx"],
        { mailFrom: { domain: UNKNOWN, onMxFailure: UNKNOWN, mx: UNKNOWN } },
      ],
      [["dmarc"], { dmarc: UNKNOWN }],
      [["dmarc.ifAbsent"], { dmarc: { ifAbsent: UNKNOWN } }],
      [["configurationSet"], { configurationSet: UNKNOWN }],
      [["feedbackForwarding"], { feedbackForwarding: UNKNOWN }],
      [["wait"], { wait: UNKNOWN }],
      [
        ["domain"],
        { domain: UNKNOWN, mailFrom: { domain: "bounce.example.net" }, dmarc: { ifAbsent: "v=DMARC1; p=none" } },
      ],
      [["identities"], { identities: UNKNOWN, mailFrom: "bounce", dkim: true }],
      [["identities[0].dkim"], { identities: [{ region: "eu-west-1", dkim: UNKNOWN }] }],
      [["identities[0].mailFrom.mx"], { identities: [{ region: "eu-west-1", mailFrom: { mx: UNKNOWN } }] }],
      [
        ["identities[0].name"],
        { identities: [{ name: UNKNOWN, region: "eu-west-1" }, { region: "us-east-1" }], mailFrom: "b" },
      ],
    ] as const) {
      const result = checkArgs({ ...GOOD, ...more });
      assert.equal(result.kind, "planned", JSON.stringify(result));
      assert.deepEqual(result.unknown, paths);
    }
  });

  it("are refused also where another part of them is not known yet", () => {
    assert.deepEqual(refused({ dkim: { keyLength: UNKNOWN, signing: 1 } }), ["dkim.signing"]);
    assert.deepEqual(refused({ mailFrom: { domain: "bounce.example.net", mx: UNKNOWN } }), ["mailFrom.domain"]);
    assert.deepEqual(refused({ mailFrom: { label: UNKNOWN, domain: "bounce.example.com" } }), ["mailFrom.domain"]);
  });

  it("never throw, whatever they are", () => {
    const keys = ["dkim", "mailFrom", "dmarc", "configurationSet", "feedbackForwarding", "wait"];
    fc.assert(
      fc.property(fc.constantFrom(...keys), fc.anything(), (key, value) => {
        const { kind } = checkArgs({ ...GOOD, [key]: value, identities: [{ region: "eu-west-1", [key]: value }] });
        assert.ok(["checked", "planned", "refused"].includes(kind));
      }),
    );
  });
});

describe("a program that is ready to send", () => {
  it("compiles, and is checked", () => {
    const program: VerifiedDomainArgs = {
      domain: "ses-example.com",
      identities: [{ region: "us-east-1" }, { region: "eu-west-1", dkim: { keyLength: 2048 }, mailFrom: false }],
      dns: { kind: "route53" },
      dkim: true,
      mailFrom: "bounce",
      dmarc: { ifAbsent: "v=DMARC1; p=none; rua=mailto:dmarc@ses-example.com" },
      configurationSet: "mail",
      feedbackForwarding: false,
      wait: "ready",
    };
    const result = checkArgs(program);
    assert.equal(result.kind, "checked");
    assert.deepEqual(result.warnings, []);
    const { dns: _dns, wait: _wait, ...more } = program;
    const identity: DomainIdentityArgs = more;
    assert.equal(checkArgs({ ...identity, dns: { kind: "manual" } }).kind, "checked");
  });
});

describe("a DMARC record that a program wants", () => {
  /** By the reason of the fault in the text, and the part of it that the user is shown. */
  const RECORDS: readonly (readonly [string, string, string?])[] = [
    ["too-long", `v=DMARC1; p=none; rua=${"mailto:a@example.com,".repeat(200)}mailto:a@example.com`],
    ["spf-at-dmarc", "v=spf1 include:amazonses.com ~all"],
    ["version", "hello"],
    ["leading-blank", "\u200bv=DMARC1; p=none"],
    ["quoted", '"v=DMARC1; p=none"'],
    ["not-first", "p=none; v=DMARC1"],
    ["case", "v=dmarc1; p=none"],
    ["unseparated", "v=DMARC1 p=none"],
    ["blank-within", "v=DMARC 1; p=none"],
    ["other-version", "v=DMARC2; p=none"],
    ["no-version", "p=none; rua=mailto:a@example.com"],
    ["character", "v=DMARC1; p=none; rua=mailto:ä@example.com"],
    ["tag-name", "v=DMARC1; p-q=none", "p-q"],
    ["tag-without-value", "v=DMARC1; p=none; sp", "sp"],
    ["duplicate-tag", "v=DMARC1; p=none; p=reject", "p=reject"],
    ["policy", "v=DMARC1; p=monitor", "monitor"],
    ["policy", "v=DMARC1; p=none; sp=off", "off"],
    ["value", "v=DMARC1; p=none; adkim=strict", "strict"],
    ["uri", "v=DMARC1; p=none; rua=dmarc@example.com", "dmarc@example.com"],
    ["public-suffix", "v=DMARC1; p=none; psd=y"],
  ];
  const told = new Map<string, string>();
  for (const [reason, text, part] of RECORDS) {
    it(`is refused with what is wrong in it, in words of its own: ${reason}${part ? ` of ${part}` : ""}`, () => {
      assert.deepEqual(
        wishFaults(fqdn("example.com"), text).map((fault) => fault.reason),
        [reason],
      );
      const [failure, ...more] = failuresOf({ dmarc: { ifAbsent: text } });
      assert.equal(failure?.property, "dmarc.ifAbsent");
      assert.deepEqual(more, []);
      const words = failure.reason;
      assert.ok(!words.includes(`(${reason} at`), words);
      if (part === undefined) assert.equal(told.get(words), undefined, words);
      else assert.ok(words.includes(`"${part}"`), words);
      told.set(words, reason);
    });
  }

  it("is told once for each of several faults", () => {
    assert.deepEqual(refused({ dmarc: { ifAbsent: "v=DMARC1; p=off; sp=off" } }), ["dmarc.ifAbsent", "dmarc.ifAbsent"]);
  });

  it("is judged also where the domain is not known yet", () => {
    const result = checkArgs({ ...GOOD, domain: UNKNOWN, dmarc: { ifAbsent: "p=none" } });
    assert.equal(result.kind, "refused");
  });

  it("is taken by a host that is served by hand", () => {
    assert.deepEqual(checked({ dns: { kind: "manual" }, dmarc: { ifAbsent: "v=DMARC1; p=none" } }).dmarc, {
      ifAbsent: "v=DMARC1; p=none",
    });
  });
});
