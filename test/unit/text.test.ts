import assert from "node:assert/strict";
import fc from "fast-check";
import { isIn, joinPath } from "../../provider/core/path";
import {
  clip,
  holdsCredentials,
  jsonText,
  oneLine,
  oneLineIn,
  printable,
  withoutCredentials,
  withoutUserInfo,
} from "../../provider/core/text";
import { readAccess as cloudflareAccess } from "../../provider/dns/cloudflare/settings";
import { readServer } from "../../provider/dns/rfc2136/access";
import { checkArgs } from "../../provider/lifecycle/arguments";
import { openSecrets } from "../../provider/pulumi/secrets";
import { anyCharacter } from "../support/any-character";
import { assertPrintable, HOSTILE, MEGABYTE } from "../support/hostile/text";

const anyText = fc.string({ unit: anyCharacter, maxLength: 300 });

describe("text of others", () => {
  it("shows what acts as its escape", () => {
    assert.equal(
      oneLine("\u001b[2J\u202e\u{e0041}\ud800\r\n\t\u009b"),
      "\\u001b[2J\\u202e\\udb40\\udc41\\ud800\\r\\n\\t\\u009b",
    );
    assert.equal(printable("a\n\tb\r\nc"), "a\n\\tb\\r\nc");
  });

  it("leaves alone what does not act", () => {
    for (const text of ["münchen.example", "Ünïcødé 中文 😀 e\u0301", "a  b", '"v=spf1 -all"', "2001:db8::1", "a\\b"]) {
      assert.equal(oneLine(text), text);
      assert.equal(printable(text), text);
    }
  });

  it("is bounded, and never ends in half a character", () => {
    assert.equal(clip("x".repeat(81)), `${"x".repeat(79)}…`);
    assert.equal(clip("x".repeat(80)), "x".repeat(80));
    assert.equal(clip(`${"x".repeat(78)}😀😀`), `${"x".repeat(78)}…`);
    for (const text of [...Object.values(HOSTILE), MEGABYTE]) {
      assert.ok(clip(text, 100).length <= 100);
      assertPrintable(clip(text, 100));
      assertPrintable(printable(text).replaceAll("\n", " "));
    }
  });

  it("keeps its last sentence, which says what to do, and is left out between two sentences", () => {
    const wayOut = "Allow ses:TagResource in the policy.";
    const text = `It failed. ${"The reason is long. ".repeat(100)}${wayOut}`;
    for (const longest of [200, 300, 1_000]) {
      const shown = clip(text, longest);
      assert.ok(shown.length <= longest && shown.endsWith(` … ${wayOut}`), shown);
      assert.match(shown, /^It failed\. (The reason is long\. )*… Allow/);
    }
    const one = clip(`${"x".repeat(500)} ${wayOut}`, 300);
    assert.ok(one.length <= 300 && one.startsWith("xxx"), one);
    assert.equal(clip("x".repeat(500), 300), `${"x".repeat(299)}…`);
  });

  it("is printable whatever it is, and the same when it is made so twice", () => {
    fc.assert(
      fc.property(anyText, fc.integer({ min: 1, max: 100 }), (text, longest) => {
        for (const shown of [oneLine(text), clip(text, longest), printable(text)]) assertPrintable(shown);
        assert.equal(oneLine(oneLine(text)), oneLine(text));
        assert.equal(printable(printable(text)), printable(text));
        assert.ok(!clip(text, longest).includes("\n"));
      }),
    );
  });

  it("is one line anywhere in plain data, and in nothing else", () => {
    const error = new Error("a\nb");
    assert.deepEqual(oneLineIn({ "a\n": ["b\u001b", 1, undefined, { c: "d\r" }], error }), {
      "a\\n": ["b\\u001b", 1, undefined, { c: "d\\r" }],
      error,
    });
  });

  it("survives JSON, whose notation is printable", () => {
    fc.assert(
      fc.property(fc.jsonValue(), anyText, (value, text) => {
        const json = jsonText({ value, text });
        assertPrintable(json);
        assert.deepEqual(JSON.parse(json), JSON.parse(JSON.stringify({ value, text })));
      }),
    );
  });
});

describe("credentials in addresses", () => {
  const PASSWORD = "not-a-password";

  it("are taken out of every message", () => {
    for (const [text, shown] of [
      [`http://u:${PASSWORD}@ns1:8081/x`, "http://[redacted]@ns1:8081/x"],
      [`to ftp://${PASSWORD}@ns1 and https://a:b@c@ns2.`, "to ftp://[redacted]@ns1 and https://[redacted]@ns2."],
      ["https://ns1/@u?a=b@c", "https://ns1/@u?a=b@c"],
      ["dig @ns1 https://a.example", "dig @ns1 https://a.example"],
    ] as const) {
      assert.equal(withoutUserInfo(text), shown);
      assert.equal(oneLine(text), shown);
    }
    assert.ok(!clip(`http://u:${PASSWORD.repeat(40)}@ns1`).includes("not-a"));
    assert.equal(
      withoutCredentials(`https://u:${PASSWORD}@r.example/q?key=${PASSWORD}`),
      "https://[redacted]@r.example/q",
    );
  });

  it("are found in time, however long the text is", () => {
    for (const text of ["://".repeat(400_000), "a.".repeat(500_000), `://${"x".repeat(1_000_000)}`]) {
      assert.ok(printable(text).length < 300_000);
    }
  });

  it("are seen where there is room for them", () => {
    for (const text of [`u:${PASSWORD}@ns1`, `http://${PASSWORD}@ns1`, `https://ns1?key=${PASSWORD}`]) {
      assert.ok(holdsCredentials(text), text);
    }
    for (const text of ["ns1.example.net", "192.0.2.1:53", "[2001:db8::1]:53", "https://r.example/dns-query"]) {
      assert.ok(!holdsCredentials(text), text);
    }
  });

  for (const [path, args] of [
    ["dns.url", { dns: { kind: "powerdns", url: `http://u:${PASSWORD}@ns1:8081` } }],
    ["dns.url", { dns: { kind: "powerdns", url: `ftp://u:${PASSWORD}@ns1` } }],
    ["dns.url", { dns: { kind: "powerdns", url: `u:${PASSWORD}@ns1:8081` } }],
    ["dns.url", { dns: { kind: "powerdns", url: `http://ns1:8081/?api-key=${PASSWORD}` } }],
    ["dns.server", { dns: { kind: "rfc2136", server: `u:${PASSWORD}@ns1` } }],
    ["dns.server", { dns: { kind: "rfc2136", server: `dns://${PASSWORD}@ns1` } }],
    ["dnsCheck.resolvers[0]", { dnsCheck: { mode: "doh", resolvers: [`https://u:${PASSWORD}@r.example/q`] } }],
    ["dnsCheck.resolvers[0]", { dnsCheck: { mode: "doh", resolvers: [`http://u:${PASSWORD}@r.example/q`] } }],
    ["dnsCheck.resolvers[0]", { dnsCheck: { resolvers: [`u:${PASSWORD}@192.0.2.1`] } }],
  ] as const) {
    it(`are refused and not quoted: ${path} ${JSON.stringify(args).length}`, () => {
      const checked = checkArgs({ domain: "ses-example.com", dns: { kind: "route53" }, ...args });
      assert.equal(checked.kind, "refused");
      const failures = checked.kind === "refused" ? checked.failures : [];
      assert.deepEqual(
        failures.map(({ property }) => property),
        [path],
      );
      assert.ok(!JSON.stringify(failures).includes(PASSWORD), JSON.stringify(failures));
    });
  }

  it("are refused in the settings of hosts too, and not quoted", () => {
    const code = (code: string) => (error: Error & { code?: string }) =>
      error.code === code && !error.message.includes(PASSWORD);
    assert.throws(() => readServer(`${PASSWORD}@ns1.example.net`), code("credentials-missing"));
    const settings = (url: string) => ({
      get: (key: string) => ({ "cloudflare:baseUrl": url, "cloudflare:apiToken": "not-a-real-token" })[key],
      env: {},
    });
    for (const url of [`https://u:${PASSWORD}@api.example/v4`, `https://api.example/v4?key=${PASSWORD}`]) {
      assert.throws(() => cloudflareAccess(undefined, settings(url), "reading"), code("host-refused"));
    }
  });
});

describe("arguments that are secret", () => {
  const secrets = openSecrets(["dns.credentials", "domain", "identities[0]"], {
    domain: "Hush.example.com",
    dns: { credentials: "hush-hush", kind: "route53" },
    identities: [{ region: "hush-1", name: "mail" }, { region: "other-1" }],
  });

  it("are named by their path, without a reason that may quote them", () => {
    for (const property of [
      "dns.credentials",
      "domain",
      "identities[0]",
      "identities[0].region",
      "identities[0].hush",
    ]) {
      const { property: none, reason } = secrets.shown({ property, reason: 'is "hush-"' });
      assert.equal(none, "");
      assert.ok(!reason.includes("hush"), reason);
      assert.ok(reason.startsWith(`${property.startsWith("identities") ? "identities[0]" : property}: `), reason);
    }
  });

  it("are told what tells nothing of them, and a problem's code", () => {
    const typed = { property: "identities[0].region", reason: "must be text, not a list", valueFree: true };
    assert.equal(secrets.shown(typed).reason, "identities[0].region: must be text, not a list");
    const coded = secrets.shown({ property: "domain", reason: 'domain-web-mail: "hush.example" is one' }).reason;
    assert.ok(coded.startsWith("domain: domain-web-mail: "));
    assert.ok(!coded.includes("hush"));
  });

  it("are hidden in the reasons of others, whatever their case", () => {
    const told = secrets.shown({ property: "dns", reason: "no zone holds HUSH.example.com for hush-hush (hush-1)" });
    assert.equal(told.reason, "dns: no zone holds [secret] for [secret] ([secret])");
    assert.equal(
      secrets.shown({ property: "identities[1]", reason: "of other-1" }).reason,
      "identities[1]: of other-1",
    );
    assert.equal(secrets.shown({ property: "", reason: "must be an object" }).reason, "must be an object");
  });

  it("are hidden by the account in an ARN, too", () => {
    const { shown } = openSecrets(["roleArn"], { roleArn: "arn:aws:iam::111122223333:role/x" });
    const told = shown({ property: "accountId", reason: "is 444455556666, but roleArn is of account 111122223333" });
    assert.equal(told.reason, "accountId: is 444455556666, but roleArn is of account [secret]");
  });

  for (const [what, secret, reason, told] of [
    ["a URL with a final slash", "https://pdns.hush.example/", "at https://pdns.hush.example: no", "at [secret]: no"],
    ["a URL with a path", "https://PDNS.hush.example/api/v1/", "at https://pdns.hush.example: no", "at [secret]: no"],
    [
      "a URL with a path of its own",
      "https://pdns.hush.example/hush/",
      "at https://pdns.hush.example/hush: no",
      "at [secret]: no",
    ],
    [
      "a URL's host",
      "http://pdns.hush.example:8081/api/v1",
      "the key goes to pdns.hush.example in",
      "the key goes to [secret] in",
    ],
    ["a server with a port", "NS1.hush.example:5353", "ns1.hush.example has no address", "[secret] has no address"],
    ["an IPv6 address", "[2001:DB8:0:0::1]:53", "at 2001:db8::1: no", "at [secret]: no"],
    [
      "a name with a final dot",
      "Hush-launch.example.",
      "holds _amazonses.hush-launch.example at all",
      "holds _amazonses.[secret] at all",
    ],
    ["an internationalised name", "bücher-hush.example", "holds xn--bcher-hush-9db.example.", "holds [secret]."],
    ["its U-labels", "xn--bcher-hush-9db.example", "holds bücher-hush.example.", "holds [secret]."],
    [
      "a text that is cut short",
      `hush${"-x".repeat(100)}`,
      `is "${clip(`hush${"-x".repeat(100)}`, 40)}"`,
      'is "[secret]…"',
    ],
    ["one of a message that is cut short", "hush-hush-hush", "the zone hush-hus…", "the zone [secret]…"],
    [
      "one that is cut short without a mark",
      `hush${"-x".repeat(100)}`,
      `is ${`hush${"-x".repeat(100)}`.slice(0, 40)}`,
      "is [secret]",
    ],
    ["a text with what acts", "hush\u001b[2J", 'is "hush\\u001b[2J"', 'is "[secret]"'],
  ] as const) {
    it(`are hidden in other spellings: ${what}`, () => {
      const { hide, quiet, shown } = openSecrets(["a"], { a: secret });
      assert.equal(hide(reason), told);
      assert.equal(shown({ property: "b", reason }).reason, `b: ${told}`);
      const lines: string[] = [];
      const keep = (text: string) => void lines.push(text);
      const log = quiet({ status: keep, info: keep, warn: keep, debug: keep });
      for (const level of ["status", "info", "warn", "debug"] as const) log[level](reason);
      assert.deepEqual(lines, [told, told, told, told]);
    });
  }

  it("may be any text", () => {
    fc.assert(
      fc.property(anyText, (text) => {
        const { hide } = openSecrets(["a"], { a: text });
        const value = text.trim();
        if (value.length >= 6) assert.equal(hide(`<${value}>`), "<[secret]>");
      }),
    );
    assert.equal(openSecrets(["a"], { a: "x".repeat(1_000_000) }).hide("x".repeat(1_000_000)), "[secret]");
  });

  it("are found by paths as checks write them", () => {
    assert.equal(joinPath(joinPath("", "dns"), "a key"), 'dns["a key"]');
    assert.ok(isIn("dns[0].kind", "dns"));
    assert.ok(isIn("dns", "dns"));
    assert.ok(!isIn("dnsCheck", "dns"));
    assert.ok(!isIn("dns", "dns.kind"));
  });
});
