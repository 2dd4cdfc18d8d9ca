import assert from "node:assert/strict";
import fc from "fast-check";
import { codeOf } from "../../provider/diagnosis/catalogue";
import { checkArgs } from "../../provider/lifecycle/arguments";
import { settleArgs } from "../../provider/lifecycle/arguments/settle";
import { type CheckedArgs, type CheckResult, UNKNOWN } from "../../provider/lifecycle/arguments/types";
import { asksForSending, wishesOf } from "../../provider/lifecycle/sending/wish";

const GOOD = { domain: "app.example.com", dns: { kind: "route53" } };
const ONE = [{ region: "eu-west-1" }];
const TWO = [{ region: "us-east-1" }, { region: "eu-west-1" }];
const MANUAL = { kind: "manual", underscores: false };

function check(more: object) {
  return checkArgs({ identities: ONE, ...GOOD, ...more });
}

/** Settled by the stack's region, where the program names none. */
function settled(more: object, region = "eu-west-1"): CheckedArgs {
  const result = settleArgs(check(more), { defaults: { region }, previewCheck: undefined });
  assert.ok("args" in result, JSON.stringify(result));
  return result.args;
}

function refusedOf(result: CheckResult) {
  assert.equal(result.kind, "refused", JSON.stringify(result));
  return result.failures.map(({ property, reason }) => ({ property, code: codeOf(reason) }));
}

/** The properties that are refused, in order. */
function refused(more: object): readonly string[] {
  return refusedOf(check(more)).map(({ property }) => property);
}

function namesOf(more: object, region?: string): Readonly<Record<string, string | false>> {
  const entries = Object.entries(wishesOf(settled(more, region)));
  return Object.fromEntries(
    entries.map(([name, { mailFrom }]) => [name, mailFrom === false ? false : mailFrom.domain]),
  );
}

describe("the MAIL FROM domains that a program asks for", () => {
  const NAMES: readonly (readonly [string, object, Readonly<Record<string, string | false>>])[] = [
    ["one identity, a label", { mailFrom: "bounce" }, { "eu-west-1": "bounce.app.example.com" }],
    ["one identity, no label", { mailFrom: {} }, { "eu-west-1": "bounce.app.example.com" }],
    ["the stack's region", { identities: undefined, mailFrom: "b" }, { "eu-west-1": "b.app.example.com" }],
    [
      "one identity with a name",
      { identities: [{ name: "Main_1", region: "eu-west-1" }], mailFrom: "b" },
      { Main_1: "b.app.example.com" },
    ],
    [
      "two identities, by their regions",
      { identities: TWO, mailFrom: "bounce" },
      { "us-east-1": "bounce-us-east-1.app.example.com", "eu-west-1": "bounce-eu-west-1.app.example.com" },
    ],
    [
      "two identities, one of the stack's region",
      { identities: [{ region: "us-east-1" }, {}], mailFrom: "b" },
      { "us-east-1": "b-us-east-1.app.example.com", "eu-west-1": "b-eu-west-1.app.example.com" },
    ],
    [
      "two accounts of one region, by their names",
      {
        identities: [
          { region: "eu-west-1", profile: "a" },
          { region: "eu-west-1", name: "Other", profile: "b" },
        ],
        mailFrom: "b",
      },
      { "eu-west-1": "b-eu-west-1.app.example.com", Other: "b-other.app.example.com" },
    ],
    [
      "one of two with a label of its own, which stands as it is",
      { identities: [{ region: "us-east-1", mailFrom: "us" }, TWO[1]], mailFrom: "b" },
      { "us-east-1": "us.app.example.com", "eu-west-1": "b-eu-west-1.app.example.com" },
    ],
    [
      "each of two with settings and no label",
      {
        identities: [
          { region: "us-east-1", mailFrom: { onMxFailure: "reject" } },
          { region: "eu-west-1", mailFrom: {} },
        ],
      },
      { "us-east-1": "bounce-us-east-1.app.example.com", "eu-west-1": "bounce-eu-west-1.app.example.com" },
    ],
    [
      "off for one of two",
      { identities: [{ region: "us-east-1", mailFrom: false }, TWO[1]], mailFrom: "b" },
      { "us-east-1": false, "eu-west-1": "b-eu-west-1.app.example.com" },
    ],
    [
      "whole names",
      {
        identities: [
          { region: "us-east-1", mailFrom: { domain: "x.app.example.com" } },
          { region: "eu-west-1", mailFrom: { domain: "y.z.app.example.com" } },
        ],
      },
      { "us-east-1": "x.app.example.com", "eu-west-1": "y.z.app.example.com" },
    ],
  ];
  for (const [name, more, names] of NAMES) it(`are named: ${name}`, () => assert.deepEqual(namesOf(more), names));

  const REFUSED: readonly (readonly [string, object, readonly string[]])[] = [
    ["the domain itself", { mailFrom: { domain: "app.example.com" } }, ["mailFrom.domain"]],
    ["the registered domain", { mailFrom: { domain: "example.com" } }, ["mailFrom.domain"]],
    ["another domain", { mailFrom: { domain: "bounce.example.net" } }, ["mailFrom.domain"]],
    ["one that ends alike", { mailFrom: { domain: "bounce.badexample.com" } }, ["mailFrom.domain"]],
    ["one that ends in the domain's text", { mailFrom: { domain: "badapp.example.net" } }, ["mailFrom.domain"]],
    ["another one of the suffix", { domain: "a.co.uk", mailFrom: { domain: "b.c.co.uk" } }, ["mailFrom.domain"]],
    ["a suffix itself", { domain: "a.co.uk", mailFrom: { domain: "co.uk" } }, ["mailFrom.domain"]],
    [
      "others' name below a host's suffix",
      { domain: "a.github.io", mailFrom: { domain: "m.b.github.io" } },
      ["mailFrom.domain"],
    ],
    [
      "of one identity of two",
      { identities: [TWO[0], { region: "eu-west-1", mailFrom: { domain: "x.example.net" } }] },
      ["identities[1].mailFrom.domain"],
    ],
    [
      "the same for two identities",
      { identities: TWO, mailFrom: { domain: "b.app.example.com" } },
      ["mailFrom.domain"],
    ],
    [
      "outside, once for two identities",
      { identities: TWO, mailFrom: { domain: "b.example.net" } },
      ["mailFrom.domain"],
    ],
    [
      "the same label twice",
      {
        identities: [
          { region: "us-east-1", mailFrom: "b" },
          { region: "eu-west-1", mailFrom: { label: "B" } },
        ],
      },
      ["identities[1].mailFrom"],
    ],
    [
      "a label and the whole name of it",
      {
        identities: [
          { region: "us-east-1", mailFrom: "b" },
          { region: "eu-west-1", mailFrom: { domain: "b.app.example.com" } },
        ],
      },
      ["identities[1].mailFrom.domain"],
    ],
    [
      "an own label that another one's default has",
      { identities: [TWO[0], { region: "eu-west-1", mailFrom: "b-us-east-1" }], mailFrom: "b" },
      ["identities[1].mailFrom"],
    ],
    [
      "names that differ in case alone",
      {
        identities: [
          { region: "us-east-1", name: "Main" },
          { region: "eu-west-1", name: "main" },
        ],
        mailFrom: "b",
      },
      ["identities[1].mailFrom"],
    ],
    [
      "an identity's name with an underscore",
      { identities: [TWO[0], { region: "eu-west-1", name: "my_mail" }], mailFrom: "b" },
      ["identities[1].mailFrom"],
    ],
    [
      "an identity's name with a dot",
      { identities: [{ region: "eu-west-1", name: "a.b" }, TWO[0]], mailFrom: "b" },
      ["identities[0].mailFrom"],
    ],
    [
      "an identity's name that ends in a hyphen",
      { identities: [{ region: "eu-west-1", name: "a-" }, TWO[0]], mailFrom: {} },
      ["identities[0].mailFrom"],
    ],
    [
      "an identity's name that is too long",
      { identities: [TWO[0], { region: "eu-west-1", name: "a".repeat(60), mailFrom: {} }] },
      ["identities[1].mailFrom"],
    ],
    [
      "a name too long for DNS",
      { domain: `${"a123456789.".repeat(20)}example.com`, mailFrom: "b".repeat(30) },
      ["mailFrom"],
    ],
    [
      "the sovereign cloud without a host",
      { identities: [{ region: "eusc-de-east-1" }], mailFrom: "b" },
      ["mailFrom.mx"],
    ],
    ["China without a host", { identities: [{ region: "cn-north-1" }], mailFrom: "b" }, ["mailFrom.mx"]],
    [
      "China without a host, of two",
      { identities: [TWO[0], { region: "cn-northwest-1" }], mailFrom: "b" },
      ["identities[1].mailFrom.mx"],
    ],
    [
      "China, by the identity's own",
      { identities: [{ region: "cn-north-1", mailFrom: { label: "b" } }] },
      ["identities[0].mailFrom.mx"],
    ],
  ];
  for (const [name, more, paths] of REFUSED) {
    it(`are refused: ${name}`, () => assert.deepEqual(refused(more), paths));
  }

  it("are refused once the stack's region settles what they are", () => {
    const settle = (more: object, region: string) => {
      const result = settleArgs(check(more), { defaults: { region }, previewCheck: undefined });
      return "failures" in result ? result.failures.map(({ property }) => property) : [];
    };
    assert.deepEqual(settle({ identities: undefined, mailFrom: "b" }, "cn-north-1"), ["mailFrom.mx"]);
    const own = [{ mailFrom: {} }, { region: "us-east-1", mailFrom: "bounce-eu-west-1" }];
    assert.deepEqual(settle({ identities: own }, "eu-west-1"), ["identities[1].mailFrom"]);
    assert.deepEqual(settle({ identities: own }, "eu-west-2"), []);
  });

  it("are left alone where they are off, in China too", () => {
    assert.equal(check({ identities: [{ region: "cn-north-1" }], dkim: true }).kind, "checked");
    assert.equal(check({ identities: [{ region: "us-gov-west-1" }], mailFrom: "b" }).kind, "checked");
    const mailFrom = { label: "b", mx: "feedback-smtp.ses.cn-north-1.amazonaws.com.cn" };
    const wish = wishesOf(settled({ identities: [{ region: "cn-north-1" }], mailFrom }))["cn-north-1"];
    assert.deepEqual(wish?.mailFrom, { domain: "b.app.example.com", onMxFailure: "default", exchange: mailFrom.mx });
  });

  it("warn where they are not below the domain, and only then", () => {
    const warnings = (more: object) => {
      const result = check(more);
      assert.equal(result.kind, "checked", JSON.stringify(result));
      return result.warnings.length;
    };
    assert.equal(warnings({ mailFrom: { domain: "bounce.example.com" } }), 1);
    assert.equal(warnings({ domain: "a.b.example.com", mailFrom: { domain: "b.example.com" } }), 1);
    assert.equal(warnings({ mailFrom: { domain: "bounce.app.example.com" } }), 0);
    assert.equal(warnings({ mailFrom: "bounce" }), 0);
    assert.equal(warnings({ mailFrom: { onMxFailure: "reject" } }), 0);
    assert.equal(warnings({ domain: "github.io", mailFrom: "bounce" }), warnings({ domain: "github.io" }));
  });

  it("are below the domain, and each another one, whatever passes", () => {
    const name = fc.stringMatching(/^[A-Za-z0-9][\w.-]{0,12}$/);
    const mailFrom = fc.oneof(fc.constant(undefined), fc.constant(false), fc.stringMatching(/^[a-z0-9-]{1,5}$/));
    const identity = fc.record({ name, mailFrom });
    fc.assert(
      fc.property(fc.array(identity, { minLength: 1, maxLength: 4 }), fc.constantFrom("b", false), (some, shared) => {
        const identities = some.map((one, index) => ({ ...one, region: `eu-west-${index + 1}` }));
        const result = check({ identities, mailFrom: shared });
        if (result.kind !== "checked") return;
        const names = Object.values(wishesOf(result.args)).flatMap((wish) => wish.mailFrom || []);
        for (const { domain } of names) assert.match(domain, /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.app\.example\.com$/);
        assert.equal(new Set(names.map(({ domain }) => domain)).size, names.length);
      }),
    );
  });
});

describe("what is asked for each identity", () => {
  it("is its own argument before the resource's", () => {
    const identities = [
      { region: "us-east-1", dkim: "keep", mailFrom: { label: "us", onMxFailure: "reject" } },
      TWO[1],
    ];
    assert.deepEqual(wishesOf(settled({ identities, dkim: { keyLength: 2048 }, mailFrom: { mx: "mx.example.net" } })), {
      "us-east-1": {
        dkim: "keep",
        mailFrom: {
          domain: "us.app.example.com",
          onMxFailure: "reject",
          exchange: "feedback-smtp.us-east-1.amazonses.com",
        },
      },
      "eu-west-1": {
        dkim: { keyLength: 2048, signing: true },
        mailFrom: {
          domain: "bounce-eu-west-1.app.example.com",
          onMxFailure: "default",
          exchange: "mx.example.net",
        },
      },
    });
  });

  it("is nothing where DKIM and MAIL FROM are off for all of them", () => {
    const asks = (more: object) => asksForSending(settled(more));
    assert.equal(asks({}), false);
    assert.equal(asks({ dmarc: { ifAbsent: "v=DMARC1; p=none" }, configurationSet: "a" }), false);
    assert.equal(
      asks({ identities: [{ region: "eu-west-1", dkim: false, mailFrom: false }], dkim: true, mailFrom: "b" }),
      false,
    );
    assert.equal(asks({ dkim: "keep" }), true);
    assert.equal(asks({ mailFrom: "b" }), true);
    assert.equal(asks({ identities: [...TWO, { region: "eu-west-2", dkim: true }] }), true);
    assert.equal(asks({ identities: undefined, mailFrom: {} }), true);
  });
});

describe("a host that accepts no underscores", () => {
  const DKIM = { property: "dkim", code: "dkim-no-underscores" };
  const RECORD = { ifAbsent: "v=DMARC1; p=none" };

  it("is refused DKIM, and a DMARC record that is to be written", () => {
    const at = (more: object) => refusedOf(check({ dns: MANUAL, ...more }));
    assert.deepEqual(at({ dkim: true }), [DKIM]);
    assert.deepEqual(at({ dkim: { signing: false }, identities: TWO }), [DKIM]);
    assert.deepEqual(at({ dkim: { keyLength: UNKNOWN } }), [DKIM]);
    assert.deepEqual(at({ dns: [{ kind: "route53" }, MANUAL], dkim: true }), [DKIM]);
    assert.deepEqual(at({ identities: [TWO[0], { region: "eu-west-1", dkim: true }] }), [
      { ...DKIM, property: "identities[1].dkim" },
    ]);
    assert.deepEqual(
      at({ dmarc: RECORD }).map(({ property }) => property),
      ["dmarc"],
    );
    assert.deepEqual(
      at({ dkim: true, dmarc: RECORD }).map(({ property }) => property),
      ["dkim", "dmarc"],
    );
  });

  it("is given all that has no underscore, and all that changes nothing", () => {
    for (const more of [
      {},
      { dkim: "keep" },
      { mailFrom: "bounce" },
      { dmarc: "check" },
      { dkim: true, identities: [{ region: "eu-west-1", dkim: false }] },
    ]) {
      assert.equal(check({ dns: MANUAL, ...more }).kind, "checked", JSON.stringify(more));
    }
    assert.equal(check({ dns: { kind: "manual" }, dkim: true, dmarc: RECORD }).kind, "checked");
    assert.equal(check({ dns: { kind: "manual", underscores: UNKNOWN }, dkim: true }).kind, "planned");
  });
});

describe("a short key", () => {
  it("is a warning with its path, and another one is none", () => {
    for (const [more, count] of [
      [{ dkim: { keyLength: 1024 } }, 1],
      [{ dkim: { keyLength: 2048 } }, 0],
      [{ dkim: true }, 0],
      [{ identities: [{ region: "eu-west-1", dkim: { keyLength: 1024 } }] }, 1],
    ] as const) {
      const result = check(more);
      assert.equal(result.kind, "checked");
      assert.equal(result.warnings.length, count, JSON.stringify(more));
    }
  });
});
