import { deepEqual, equal, match, ok } from "node:assert/strict";
import { type EmailAddress, parseAddress } from "../../provider/core/address";
import { type Fqdn, fqdn } from "../../provider/core/fqdn";
import { CATALOGUE } from "../../provider/diagnosis/catalogue";
import { describeFindings, diagnoseAddress } from "../../provider/diagnosis/diagnose";
import type { AddressIdentitySeen, AddressObservations } from "../../provider/diagnosis/finding";
import { looksAlike, meantDomain } from "../../provider/lifecycle/arguments/address";
import { checkAddressArgs } from "../../provider/lifecycle/arguments/address-args";
import { UNKNOWN } from "../../provider/lifecycle/arguments/types";

describe("e-mail addresses", () => {
  it("are kept as written before the @, in lower case and A-labels after it", () => {
    const cases: readonly (readonly [string, string])[] = [
      ["somebody@example.com", "somebody@example.com"],
      [" Some.Body+tag@EXAMPLE.Com ", "Some.Body+tag@example.com"],
      ["o'neil@bücher.example", "o'neil@xn--bcher-kva.example"],
      ["a@b.c.example.co.uk", "a@b.c.example.co.uk"],
    ];
    for (const [text, address] of cases) {
      const parsed = parseAddress(text);
      equal("address" in parsed ? parsed.address : parsed.fault, address, text);
    }
  });

  it("are refused with the fault, and with the way out where there is one", () => {
    const cases: readonly (readonly [string, RegExp])[] = [
      ["", /is empty/],
      ["example.com", /has no "@"/],
      ["@example.com", /nothing before the "@"/],
      ["somebody@", /no domain after the "@"/],
      ["a@b@example.com", /more than one "@"/],
      ["a@example.com, b@example.com", /more than one address; declare one resource for each/],
      ["Some Body <somebody@example.com>", /write "somebody@example.com"/],
      ["mailto:somebody@example.com", /is a link; write "somebody@example.com"/],
      ["some body@example.com", /white space/],
      ["a@example.com\nb@example.com", /line break/],
      ['"some body"@example.com', /white space/],
      ['"somebody"@example.com', /quoted local part/],
      [".a@example.com", /begins with a dot/],
      ["a..b@example.com", /two dots in a row/],
      ["a(b)@example.com", /a character that no address has/],
      ["größe@example.com", /beyond ASCII/],
      ["a@[192.0.2.1]", /address literal/],
      ["a@localhost", /single label/],
      ["a@example.com.", /ends in a dot; write "a@example.com"/],
      ["a@exa mple.com", /white space/],
      ["a@-example.com", /begins or ends with a hyphen/],
      [`${"a".repeat(65)}@example.com`, /at most 64/],
      [`a@${"b".repeat(60)}.${"c".repeat(60)}.${"d".repeat(60)}.${"e".repeat(60)}.example.com`, /at most 25[34]/],
    ];
    for (const [text, fault] of cases) {
      const parsed = parseAddress(text);
      ok("fault" in parsed && fault.test(parsed.fault), `${text}: ${JSON.stringify(parsed)}`);
    }
  });

  it("at a domain a letter away from a mail service are noticed, its sisters and strangers are not", () => {
    const meant: readonly (readonly [string, string])[] = [
      ["gmial.com", "gmail.com"],
      ["gmail.co", "gmail.com"],
      ["hotmial.com", "hotmail.com"],
      ["outlok.com", "outlook.com"],
      ["yahooo.com", "yahoo.com"],
    ];
    for (const [domain, service] of meant) equal(meantDomain(fqdn(domain)), service, domain);
    for (const domain of [
      "gmail.com",
      "hotmail.be",
      "yahoo.ca",
      "example.com",
      "gmx.se",
      "mail.gmial.com",
      "web.com",
    ]) {
      equal(meantDomain(fqdn(domain)), undefined, domain);
    }
  });

  it("look alike where a finger slipped or the case differs", () => {
    const alike = (a: string, b: string) => looksAlike(a as EmailAddress, b as EmailAddress);
    ok(alike("somebody@example.com", "somebdoy@example.com"));
    ok(alike("Somebody@example.com", "somebody@example.com"));
    ok(alike("somebody@example.com", "somebody@exmaple.com"));
    ok(!alike("somebody@example.com", "somebody@example.com"));
    ok(!alike("info@example.com", "sales@example.com"));
    ok(!alike("a@example.com", "b@example.com"));
    ok(!alike("somebody@example.com", "somebody@another.org"));
  });
});

describe("the arguments of an address", () => {
  const faultOf = (raw: object, property: string) => {
    const checked = checkAddressArgs(raw);
    return checked.kind === "refused" ? checked.failures.find((one) => one.property === property)?.reason : undefined;
  };

  it("have their defaults put in place", () => {
    const checked = checkAddressArgs({ address: "Somebody@Example.com" });
    ok(checked.kind === "checked");
    const { address, wait, timeoutMs, resendTrigger, adopt } = checked.args;
    deepEqual([address, wait, timeoutMs, resendTrigger, adopt], ["Somebody@example.com", false, 2_700_000, "", "keep"]);
  });

  it("are refused by name", () => {
    ok(faultOf({}, "address"));
    ok(faultOf({ address: 7 }, "address"));
    ok(faultOf({ address: "example.com" }, "address")?.includes("use VerifiedDomain"));
    ok(faultOf({ address: "a@example.com", wait: "yes" }, "wait"));
    ok(faultOf({ address: "a@example.com", timeout: "1d" }, "timeout"));
    ok(faultOf({ address: "a@example.com", domain: "example.com" }, "domain")?.includes("is not an argument"));
    ok(faultOf({ address: "a@example.com", identities: [{ region: "europe-west-1" }] }, "identities[0].region"));
  });

  it("may be unknown, and warn where the wait outlasts the link", () => {
    equal(checkAddressArgs({ address: UNKNOWN }).kind, "planned");
    const { warnings } = checkAddressArgs({ address: "a@example.com", wait: true, timeout: "48h" });
    equal(warnings.length, 1);
    match(warnings[0] ?? "", /48h.* 24h/);
  });
});

describe("what is said of an address", () => {
  const here: AddressIdentitySeen = {
    name: "us-east-1",
    region: "us-east-1",
    accountId: "000000000000",
    status: "Pending",
    verifiedBefore: false,
  };
  const observed = (more: Partial<AddressObservations>): AddressObservations => ({
    address: "somebody@example.com" as EmailAddress,
    identities: [here],
    mail: { domain: fqdn("example.com"), kind: "servers", servers: [{ name: "mx.example.com", resolves: true }] },
    meant: undefined,
    ...more,
  });
  const codes = (more: Partial<AddressObservations>) => diagnoseAddress(observed(more)).map(({ code }) => code);
  const mail = (kind: "implicit" | "refused" | "none" | "no-domain") => ({
    mail: { domain: fqdn("example.com"), kind, servers: [] },
  });
  const servers = (...resolves: readonly (boolean | undefined)[]) => ({
    mail: {
      domain: fqdn("example.com"),
      kind: "servers" as const,
      servers: resolves.map((one, index) => ({ name: `mx${index}.example.net`, resolves: one })),
    },
  });

  it("is one code for each cause", () => {
    const cases: readonly (readonly [string, Partial<AddressObservations>, readonly string[]])[] = [
      ["confirmed", { identities: [{ ...here, status: "Success" }], ...mail("refused") }, []],
      ["nobody has clicked", {}, ["address-unconfirmed"]],
      ["the link is dead", { identities: [{ ...here, status: "Failed" }] }, ["address-expired"]],
      ["deleted", { identities: [{ ...here, status: "absent" }] }, ["address-missing"]],
      ["no MX", mail("implicit"), ["address-unconfirmed", "mail-no-mx"]],
      ["nothing at all", mail("none"), ["mail-no-server", "address-unconfirmed"]],
      ["null MX", mail("refused"), ["mail-refused", "address-unconfirmed"]],
      ["no such domain", mail("no-domain"), ["mail-domain-unknown", "address-unconfirmed"]],
      ["one MX that leads nowhere", servers(false), ["mail-server-unresolvable", "address-unconfirmed"]],
      ["one MX of two", servers(true, false), ["address-unconfirmed", "mail-server-unresolvable"]],
      ["an MX that could not be looked up", servers(undefined), ["address-unconfirmed"]],
      ["a slip", { meant: "gmail.com" as Fqdn }, ["address-unconfirmed", "address-misspelt"]],
      [
        "another spelling is there",
        { identities: [{ ...here, alike: [{ address: "somebdoy@example.com" as EmailAddress, status: "Success" }] }] },
        ["address-unconfirmed", "address-looks-alike"],
      ],
      [
        "the domain is verified: nothing else counts",
        { identities: [{ ...here, coveredBy: fqdn("example.com") }], ...mail("refused"), meant: "gmail.com" as Fqdn },
        ["address-not-needed"],
      ],
      [
        "credentials that may not ask",
        { identities: [{ ...here, status: "unknown", unknownCode: "permission-missing", unknownBecause: "no" }] },
        ["ses-permission-missing"],
      ],
    ];
    for (const [about, more, expected] of cases) deepEqual(codes(more), expected, about);
    const shown = new Set(cases.flatMap(([, , expected]) => expected));
    const unseen = CATALOGUE.filter(({ family, code }) => family === "addresses" && !shown.has(code));
    deepEqual(unseen, [], "every problem of an address has a case");
  });

  it("is the same for all regions but names each once", () => {
    const findings = diagnoseAddress(observed({ identities: [here, { ...here, name: "eu", region: "eu-west-1" }] }));
    deepEqual(
      findings.map(({ identities }) => identities),
      [["us-east-1"], ["eu"]],
    );
  });

  it("has commands that a shell may be given, whatever the address is", () => {
    const odd = "a`b`$c'd@example.com" as EmailAddress;
    const text = describeFindings(diagnoseAddress(observed({ address: odd })));
    ok(text.includes("--identities 'a`b`$c'\\''d@example.com' --region us-east-1"), text);
  });
});
