import assert from "node:assert/strict";
import type { ServerSighting, Sighting } from "../../provider/authority/authority";
import { type EmailAddress, isAddress } from "../../provider/core/address";
import { type Fqdn, fqdn } from "../../provider/core/fqdn";
import { oneLine, visible } from "../../provider/core/text";
import { CATALOGUE } from "../../provider/diagnosis/catalogue";
import { describeFindings, diagnose, toReport } from "../../provider/diagnosis/diagnose";
import type {
  DkimSeen,
  Finding,
  IdentitySeen,
  MailFromSeen,
  Observations,
  SpfSeen,
} from "../../provider/diagnosis/finding";
import { required } from "../../provider/dns/requirement";
import type { Identifier } from "../../provider/mail/dmarc/alignment";
import { inspectDmarc } from "../../provider/mail/dmarc/inspect";
import type { LookTxt } from "../../provider/mail/seen";
import { judgeSpf } from "../../provider/mail/spf/judge";
import { uselessSpf } from "../../provider/mail/spf/ses";

const DOMAIN = fqdn("example.com");
const BOUNCE = fqdn("bounce.example.com");
const TOKENS = ["t1", "t2", "t3"];
const SPF = "v=spf1 include:amazonses.com ~all";
const address = (text: string): EmailAddress => {
  if (isAddress(text)) return text;
  throw new TypeError(text);
};
const NS = ["ns1.example.net", "ns2.example.net"];
const owner = (purpose: "dkim" | "mail-from") => ({ identity: "us-east-1", arn: undefined, purpose });
const nameOf = (token: string) => fqdn(`${token}._domainkey.example.com`);
const DKIM = TOKENS.map((token) =>
  required({ type: "CNAME", name: nameOf(token), ttl: 300, target: fqdn(`${token}.dkim.example.net`) }, owner("dkim")),
);
const SPF_WANTED = required({ type: "TXT", name: BOUNCE, ttl: 300, text: SPF }, owner("mail-from"));

function at(name: Fqdn, type: Sighting["type"], ...says: readonly (readonly string[])[]): Sighting {
  const servers = NS.map((server, index): ServerSighting => {
    const who = { server, address: `192.0.2.${index + 1}` };
    const values = says[index] ?? says.at(-1) ?? [];
    return values.length === 0
      ? { ...who, kind: "absent", nxdomain: true, negativeTtl: 300 }
      : { ...who, kind: "values", values, ttl: 300 };
  });
  return { name, type, target: name, cnames: [], via: "authoritative", delegation: undefined, servers };
}
const RIGHT = TOKENS.map((token) => at(nameOf(token), "CNAME", [`${token}.dkim.example.net.`]));
const GONE = TOKENS.map((token) => at(nameOf(token), "CNAME", []));

const EASY: DkimSeen = {
  status: "Success",
  signing: true,
  tokens: TOKENS,
  origin: "AWS_SES",
  wanted: { signing: true },
  readyBefore: false,
};
const SET: MailFromSeen = {
  status: "Success",
  domain: BOUNCE,
  onMxFailure: "default",
  wanted: { domain: BOUNCE, onMxFailure: "default" },
  readyBefore: false,
};

function identity(change: Partial<IdentitySeen>): IdentitySeen {
  return {
    name: "us-east-1",
    region: "us-east-1",
    accountId: "111122223333",
    status: "Success",
    verifiedBefore: true,
    ...change,
  };
}
const dkim = (change: Partial<DkimSeen>, more: Partial<Observations> = {}): Partial<Observations> => ({
  identities: [identity({ dkim: { ...EASY, ...change } })],
  ...more,
});
const mailFrom = (change: Partial<MailFromSeen>, more: Partial<Observations> = {}): Partial<Observations> => ({
  identities: [identity({ mailFrom: { ...SET, ...change } })],
  expected: [],
  sightings: [],
  ...more,
});
/** SES may give reasons that the port does not know. */
const failed = (errorType: string, change: Partial<DkimSeen> = {}): Partial<Observations> => {
  const info = { errorType, lastChecked: undefined, lastSuccess: undefined, soa: undefined };
  return {
    identities: [
      identity({
        dkim: { ...EASY, status: "Failed", origin: "AWS_SES_EU_WEST_1", wanted: "keep", ...change },
        info: info as IdentitySeen["info"],
      }),
    ],
  };
};

function seen(change: Partial<Observations>): Observations {
  return {
    domain: DOMAIN,
    identities: [identity({ dkim: EASY })],
    expected: DKIM,
    sightings: RIGHT,
    probes: [],
    unread: [],
    written: [],
    ...change,
  };
}

const SIGN = { error: "", warning: "?", note: "-" } as const;
const signed = (findings: readonly Finding[]) => findings.map(({ severity, code }) => SIGN[severity] + code);
const account = (productionAccess: boolean, sendingEnabled: boolean) => ({
  accounts: [{ region: "us-east-1", accountId: "111122223333", productionAccess, sendingEnabled }],
});

type Zone = Readonly<Record<string, readonly string[]>>;
const looking =
  (zone: Zone, unknown: readonly string[] = []): LookTxt =>
  async (name) => {
    if (unknown.includes(name)) return { kind: "unknown" };
    const values = zone[name];
    return values === undefined ? { kind: "absent" } : { kind: "values", values };
  };

const AMAZON: Zone = { "amazonses.com": ["v=spf1 ip4:192.0.2.0/24 -all"] };
async function spf(values: readonly string[], zone: Zone = {}): Promise<Partial<Observations>> {
  const txt = looking({ ...AMAZON, ...zone });
  const own = values.length === 0 ? ({ kind: "absent" } as const) : ({ kind: "values", values } as const);
  const sesNames = ["amazonses.com"];
  const verdict = await judgeSpf(BOUNCE, own, { txt, sesNames });
  const useless = uselessSpf(DOMAIN, await txt(DOMAIN), BOUNCE, sesNames);
  const one: SpfSeen = {
    identity: "us-east-1",
    name: BOUNCE,
    verdict: { ...verdict, faults: [...verdict.faults, ...useless] },
  };
  return { expected: [SPF_WANTED], sightings: [], spf: [one] };
}
const ALIGNED: readonly Identifier[] = [{ by: "dkim", identifier: DOMAIN }];
const dmarc = async (
  zone: Zone,
  {
    domain = DOMAIN,
    identifiers = ALIGNED,
  }: { readonly domain?: Fqdn; readonly identifiers?: readonly Identifier[] } = {},
): Promise<Partial<Observations>> => ({ domain, dmarc: await inspectDmarc(domain, identifiers, looking(zone)) });
const P = "_dmarc.example.com";
const REJECT = "v=DMARC1; p=reject";
const chain = Object.fromEntries(
  Array.from({ length: 12 }, (_, index) => [
    `s${index}.example.com`,
    [index < 11 ? `v=spf1 include:s${index + 1}.example.com -all` : "v=spf1 -all"],
  ]),
);

type Given = Partial<Observations> | Promise<Partial<Observations>>;
/** As in `diagnosis.test.ts`: `code` is an error; `?code` a warning; `-code` a note. */
const CASES: readonly (readonly [what: string, given: () => Given, codes: readonly string[], words?: RegExp])[] = [
  ["DKIM that is ready", () => dkim({ readyBefore: true }), []],
  ["DKIM that was not asked", () => ({ identities: [identity({})] }), []],
  ["DKIM that could not be read", () => dkim({ status: "unknown" }), []],
  ["an identity that is not there, for DKIM", () => dkim({ status: "absent", signing: undefined }), []],
  ["DKIM that is pending", () => dkim({ status: "Pending" }), ["-dkim-pending"]],
  ["DKIM that is pending again", () => dkim({ status: "Pending", readyBefore: true }), ["?dkim-pending"]],
  [
    "records missing while DKIM is pending",
    () => dkim({ status: "Pending" }, { sightings: GONE }),
    ["dkim-cname-missing", "-dkim-pending"],
  ],
  ["DKIM that failed", () => dkim({ status: "Failed" }), ["dkim-failed"]],
  [
    "DKIM that failed for missing records",
    () => dkim({ status: "Failed" }, { sightings: GONE }),
    ["dkim-cname-missing", "dkim-failed"],
  ],
  ["DKIM that failed after it was ready", () => dkim({ status: "Failed", readyBefore: true }), ["dkim-revoked"]],
  ["a temporary failure", () => dkim({ status: "TemporaryFailure" }), ["?dkim-temporary-failure"]],
  [
    "a temporary failure with all records gone",
    () => dkim({ status: "TemporaryFailure" }, { sightings: GONE }),
    ["dkim-cname-missing", "dkim-revocation-pending"],
    /3 of its 3/,
  ],
  [
    "success with a record gone",
    () => dkim({}, { sightings: [...GONE.slice(0, 1), ...RIGHT.slice(1)] }),
    ["dkim-cname-partial", "dkim-revocation-pending"],
    /1 of its 3/,
  ],
  [
    "success with a record gone at one server",
    () => dkim({}, { sightings: [at(nameOf("t1"), "CNAME", [], ["t1.dkim.example.net."]), ...RIGHT.slice(1)] }),
    ["dkim-cname-partial"],
  ],
  [
    "DKIM that the program asks for and SES was not",
    () => dkim({ status: "NotStarted", signing: false, tokens: [] }, { expected: [] }),
    ["dkim-not-started"],
  ],
  [
    "DKIM that nobody asks for",
    () => dkim({ status: "NotStarted", signing: false, wanted: undefined }, { expected: [] }),
    ["-dkim-not-started"],
  ],
  ["signing that is off", () => dkim({ signing: false }), ["dkim-signing-off"]],
  [
    "signing that is off where no program declares it",
    () => dkim({ signing: false, wanted: undefined }, { declared: false }),
    ["?dkim-signing-off"],
  ],
  ["signing that is meant to be off", () => dkim({ signing: false, wanted: { signing: false } }), []],
  ["an own key", () => dkim({ origin: "EXTERNAL" }), ["?dkim-method-differs"]],
  ["a replica", () => dkim({ origin: "AWS_SES_EU_WEST_1" }), ["?dkim-method-differs"], /eu-west-1/],
  ["a method of a later time", () => dkim({ origin: "\u001b[31mNEW" }), ["?dkim-method-differs"]],
  ["an own key that is kept", () => dkim({ origin: "EXTERNAL", wanted: "keep" }), []],
  ["a short key", () => dkim({ keyLength: 1024 }), ["?dkim-key-short"]],
  ["a long key", () => dkim({ keyLength: 2048 }), []],
  ["a key made after DKIM was ready", () => dkim({ keyMadeMs: 2, readyAtMs: 1 }), ["?dkim-recreated"]],
  ["a key made before DKIM was ready", () => dkim({ keyMadeMs: 1, readyAtMs: 2 }), []],
  ["a key of other tokens", () => dkim({ keyMadeMs: 2, readyAtMs: 1 }, { former: DKIM }), []],
  [
    "a copied key whose source is gone",
    () => failed("REPLICATION_PRIMARY_NOT_FOUND"),
    ["replica-parent-missing"],
    /eu-west-1/,
  ],
  ["a copied key that is denied", () => failed("REPLICATION_ACCESS_DENIED"), ["replica-access-denied"]],
  ["a copy of an own key", () => failed("REPLICATION_PRIMARY_BYO_DKIM_NOT_SUPPORTED"), ["replica-parent-not-easy"]],
  ["a copy of a copy", () => failed("REPLICATION_REPLICA_AS_PRIMARY_NOT_SUPPORTED"), ["replica-of-replica"]],
  [
    "a copy from a region that is off",
    () => failed("REPLICATION_PRIMARY_INVALID_REGION", { status: "Pending" }),
    ["replica-region-invalid"],
  ],
  ["a reason of a later time", () => failed("REPLICATION_NEW"), ["dkim-failed"]],

  ["a MAIL FROM domain that is ready", () => mailFrom({}), []],
  ["a MAIL FROM domain that could not be read", () => mailFrom({ status: "unknown" }), []],
  [
    "no MAIL FROM domain, though the program asks",
    () => mailFrom({ status: "none", domain: undefined }),
    ["mail-from-not-set"],
  ],
  [
    "no MAIL FROM domain, and the program asks for none",
    () => mailFrom({ status: "none", domain: undefined, wanted: undefined }),
    [],
  ],
  [
    "no MAIL FROM domain, and no program",
    () => mailFrom({ status: "none", domain: undefined, wanted: undefined }, { declared: false }),
    ["-mail-from-not-set"],
  ],
  [
    "a MAIL FROM domain that is pending",
    () => mailFrom({ status: "Pending" }),
    ["?mail-from-falls-back", "-mail-from-pending"],
  ],
  [
    "a MAIL FROM domain that failed",
    () => mailFrom({ status: "Failed" }),
    ["mail-from-failed", "?mail-from-falls-back"],
  ],
  [
    "a MAIL FROM domain that SES no longer sees",
    () => mailFrom({ status: "TemporaryFailure" }),
    ["?mail-from-temporary-failure", "?mail-from-falls-back"],
  ],
  [
    "a MAIL FROM domain without which SES refuses",
    () => mailFrom({ status: "Pending", onMxFailure: "reject" }),
    ["mail-from-rejects", "?mail-from-differs"],
  ],
  [
    "refusal that the program asks for",
    () =>
      mailFrom({
        status: "TemporaryFailure",
        onMxFailure: "reject",
        wanted: { domain: BOUNCE, onMxFailure: "reject" },
      }),
    ["mail-from-rejects", "?mail-from-temporary-failure"],
  ],
  [
    "refusal that is switched on later",
    () => mailFrom({ status: "Pending", wanted: { domain: BOUNCE, onMxFailure: "reject" } }),
    ["?mail-from-falls-back", "-mail-from-pending"],
  ],
  [
    "refusal that the program asks for and SES does not do",
    () => mailFrom({ wanted: { domain: BOUNCE, onMxFailure: "reject" } }),
    ["?mail-from-differs"],
  ],
  [
    "another MAIL FROM domain",
    () => mailFrom({ domain: fqdn("mail.example.com") }),
    ["mail-from-differs"],
    /mail\.example\.com.*bounce\.example\.com/,
  ],
  [
    "another MAIL FROM domain that is pending",
    () => mailFrom({ domain: fqdn("mail.example.com"), status: "Pending" }),
    ["mail-from-differs", "?mail-from-falls-back"],
  ],

  ["an account in the sandbox", () => account(false, true), ["?sandbox"]],
  ["an account that is paused", () => account(true, false), ["sending-paused"]],
  ["an account that may send", () => account(true, true), []],
  [
    "an address of its own",
    () => ({ addresses: [{ address: address("a@example.com"), region: "us-east-1" }] }),
    ["?address-overrides"],
  ],

  [
    "verification only, with nothing else",
    async () => ({
      ...dkim({ status: "NotStarted", wanted: undefined }, { expected: [] }),
      ...(await dmarc({})),
      verificationOnly: true,
    }),
    ["-not-ready-to-send"],
    /DKIM is not set up in us-east-1 and there is no DMARC/,
  ],
  ["verification only, and DKIM by another tool", () => dkim({ wanted: undefined }, { verificationOnly: true }), []],
  [
    "verification only, and DKIM of another tool that failed",
    () => dkim({ status: "Failed", wanted: undefined }, { verificationOnly: true }),
    ["-not-ready-to-send"],
    /Failed/,
  ],
  ["verification only, and nothing else seen", () => ({ identities: [identity({})], verificationOnly: true }), []],

  ["SPF as SES asks", () => spf([SPF]), []],
  ["no SPF", () => spf([]), ["spf-missing"]],
  ["several SPF records", () => spf([SPF, "v=spf1 -all"]), ["spf-several"]],
  ["SPF of another service", () => spf(["v=spf1 ip4:192.0.2.1 -all"]), ["spf-without-ses"]],
  ["SES behind all", () => spf(["v=spf1 -all include:amazonses.com"]), ["spf-without-ses"]],
  ["SPF without an end", () => spf(["v=spf1 include:amazonses.com"]), ["?spf-no-all"]],
  ["SPF with a fault", () => spf(["v=spf1 includ:amazonses.com ~all"]), ["spf-syntax"], /"includ:amazonses\.com"/],
  ["SPF in quotes", () => spf([`"${SPF}"`]), ["spf-syntax"]],
  ["a part that receivers ignore", () => spf(["v=spf1 include=x include:amazonses.com ~all"]), ["?spf-syntax"]],
  [
    "too many look-ups in front of SES",
    () => spf(["v=spf1 include:s0.example.com include:amazonses.com -all"], chain),
    ["spf-too-many-lookups"],
  ],
  [
    "too many look-ups behind SES",
    () => spf(["v=spf1 include:amazonses.com include:s0.example.com -all"], chain),
    ["?spf-too-many-lookups"],
  ],
  ["SES at the domain itself", () => spf([SPF], { "example.com": [SPF] }), ["-spf-at-domain-useless"]],
  [
    "SPF at one of two servers",
    () => ({
      expected: [SPF_WANTED],
      sightings: [at(BOUNCE, "TXT", [SPF], [])],
      spf: [{ identity: "us-east-1", name: BOUNCE, verdict: undefined }],
    }),
    ["spf-missing"],
    /ns2\.example\.net has no SPF record .* ns1\.example\.net has one/,
  ],
  [
    "SPF that could not be read",
    () => ({
      expected: [SPF_WANTED],
      sightings: [],
      spf: [{ identity: "us-east-1", name: BOUNCE, verdict: undefined }],
    }),
    [],
  ],

  ["DMARC that rejects", () => dmarc({ [P]: [REJECT] }), []],
  ["no DMARC", () => dmarc({}), ["?dmarc-missing"]],
  ["several DMARC records", () => dmarc({ [P]: [REJECT, "v=DMARC1; p=none"] }), ["dmarc-several"]],
  [
    "a DMARC policy that is none",
    () => dmarc({ [P]: ["v=DMARC1; p=rejct; rua=mailto:a@example.com"] }),
    ["dmarc-syntax", "-dmarc-none"],
  ],
  ["DMARC in quotes", () => dmarc({ [P]: [`"${REJECT}"`] }), ["dmarc-syntax"]],
  ["an order that RFC 7489 forbids", () => dmarc({ [P]: ["v=DMARC1; sp=reject; p=reject"] }), ["?dmarc-syntax"]],
  ["DMARC at the domain", () => dmarc({ "example.com": [REJECT] }), ["dmarc-misplaced", "?dmarc-missing"]],
  ["DMARC at the domain, too", () => dmarc({ [P]: [REJECT], "example.com": [REJECT] }), ["?dmarc-misplaced"]],
  ["SPF at the policy name", () => dmarc({ [P]: [REJECT, SPF] }), ["?dmarc-misplaced"]],
  ["a policy of none", () => dmarc({ [P]: ["v=DMARC1; p=none"] }), ["-dmarc-none"]],
  ["a policy on trial", () => dmarc({ [P]: ["v=DMARC1; p=quarantine; t=y"] }), ["-dmarc-none"]],
  [
    "a policy of the parent",
    () =>
      dmarc(
        { [P]: [REJECT] },
        { domain: fqdn("mail.example.com"), identifiers: [{ by: "dkim", identifier: fqdn("mail.example.com") }] },
      ),
    ["-dmarc-inherited"],
  ],
  ["tags that were removed", () => dmarc({ [P]: [`${REJECT}; pct=100`] }), ["-dmarc-obsolete-tags"]],
  [
    "a report address elsewhere",
    () => dmarc({ [P]: [`${REJECT}; rua=mailto:a@example.net`] }),
    ["?dmarc-report-unauthorised"],
  ],
  ["strict SPF alignment", () => dmarc({ [P]: [`${REJECT}; aspf=s`] }), ["-dmarc-strict-spf"]],
  ["strict DKIM alignment", () => dmarc({ [P]: [`${REJECT}; adkim=s`] }), ["?dmarc-strict-dkim"]],
  [
    "two ways that differ",
    () =>
      dmarc(
        { [P]: [REJECT], "_dmarc.mail.example.com": ["v=DMARC1; p=quarantine; psd=n"] },
        { domain: fqdn("eu.mail.example.com"), identifiers: [{ by: "dkim", identifier: fqdn("eu.mail.example.com") }] },
      ),
    ["?dmarc-walk-differs", "-dmarc-inherited"],
  ],
  [
    "nothing aligned",
    () => dmarc({ [P]: [REJECT] }, { identifiers: [{ by: "spf", identifier: fqdn("bounce.example.net") }] }),
    ["not-aligned"],
  ],
  ["no identifier, and it is signed", () => dmarc({ [P]: [REJECT] }, { identifiers: [] }), []],
  [
    "no identifier, and it was seen to sign nothing",
    async () => ({
      ...dkim({ status: "NotStarted", wanted: undefined }, { expected: [] }),
      ...(await dmarc({ [P]: [REJECT] }, { identifiers: [] })),
    }),
    ["not-aligned", "-dkim-not-started"],
  ],
  [
    "a value that would weaken the policy",
    () => ({ dmarcWeaker: { wish: "v=DMARC1; p=none", name: fqdn(P), text: REJECT } }),
    ["dmarc-weakened"],
  ],
];

describe("what SES says of DKIM, MAIL FROM and the account, and what SPF and DMARC say", () => {
  for (const [what, given, codes, words] of CASES) {
    it(`names: ${what}`, async () => {
      const findings = diagnose(seen(await given()));
      assert.deepEqual(signed(findings), codes);
      if (words) assert.match(findings.map((one) => one.seen).join("\n"), words);
      const text = describeFindings(findings);
      assert.doesNotMatch(text, /\{\w+\}|undefined/);
      assert.equal(visible(text), text);
    });
  }

  it("has a case for every code of its families", async () => {
    const all = await Promise.all(CASES.map(async ([, given]) => diagnose(seen(await given()))));
    const shown = new Set(all.flat().map(({ code }) => code));
    const own: ReadonlySet<string> = new Set(["sending", "account", "spf", "dmarc"]);
    assert.deepEqual(
      CATALOGUE.filter(({ family, code }) => own.has(family) && !shown.has(code)).map(({ code }) => code),
      [],
    );
  });

  it("leaves out in a report that one should wait, where an error says what to do", () => {
    const findings = toReport(diagnose(seen(dkim({ status: "Pending" }, { sightings: GONE }))));
    assert.deepEqual(signed(findings), ["dkim-cname-missing"]);
  });

  it("keeps each identity's findings apart", () => {
    const other = identity({ name: "eu", region: "eu-west-1", dkim: { ...EASY, status: "Failed" } });
    const found = diagnose(seen({ identities: [identity({ dkim: { ...EASY, status: "Pending" } }), other] }));
    assert.deepEqual(
      found.map(({ code, identities }) => [code, ...identities]),
      [
        ["dkim-failed", "eu"],
        ["dkim-pending", "us-east-1"],
      ],
    );
    assert.match(found[0]?.command ?? "", /--region eu-west-1/);
  });

  it("names the record to publish", async () => {
    const [byHand] = diagnose(seen({ ...(await spf([])), declared: false }));
    assert.deepEqual(byHand?.records, [{ name: BOUNCE, type: "TXT", value: SPF }]);
    const [policy] = diagnose(seen({ ...(await dmarc({})), declared: false }));
    assert.deepEqual(policy?.records, [{ name: P, type: "TXT", value: "v=DMARC1; p=none" }]);
  });

  it("shows foreign text clipped and on one line", async () => {
    const long = `v=DMARC1; p=none\u202e\u001b[2J; rua=${"x".repeat(9_000)}`;
    for (const finding of diagnose(seen(await dmarc({ [P]: [long] })))) {
      assert.ok(finding.seen.length < 1_000, finding.code);
      assert.equal(oneLine(finding.seen), finding.seen);
    }
    const many = Array.from({ length: 500 }, (_, index) => `v=spf1 ip4:${index} -all`);
    const [several] = diagnose(seen(await spf(many)));
    assert.ok((several?.seen.length ?? 0) < 1_000);
  });
});
