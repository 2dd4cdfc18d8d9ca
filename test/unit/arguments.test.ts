import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { checkArgs } from "../../provider/lifecycle/arguments";
import { ADDRESS_ARGUMENTS, ADDRESS_KEYS, checkAddressArgs } from "../../provider/lifecycle/arguments/address-args";
import { factsOf } from "../../provider/lifecycle/arguments/declaration";
import { DOMAIN_ARGUMENTS, DOMAIN_KEYS } from "../../provider/lifecycle/arguments/domain-args";
import { programsOf } from "../../provider/pulumi/inputs";
import type {
  DkimArgs,
  DmarcArgs,
  DnsCheckArgs,
  DomainIdentityArgs,
  DomainVerificationArgs,
  IdentityArgs,
  MailFromArgs,
  VerifiedDomainArgs,
  VerifiedEmailAddressArgs,
} from "../../provider/resources/args";

/**
 * A bad value of each argument, or of a property in it. The compiler refuses this file where an argument of the resource's
 * type is left out or unknown.
 */
const DOMAIN: Readonly<Record<keyof VerifiedDomainArgs, unknown>> = {
  domain: "-",
  identities: [{ region: "nowhere" }],
  dns: [{ kind: "none of these" }],
  placement: "somewhere",
  ttl: -1,
  wait: "true",
  timeout: "soon",
  adopt: "maybe",
  restart: "sometimes",
  dnsCheck: { mode: "guess" },
  previewCheck: "later",
  dkim: "easy",
  mailFrom: true,
  dmarc: "v=DMARC1; p=none",
  configurationSet: "a set",
  feedbackForwarding: "true",
};
const ADDRESS: Readonly<Record<keyof VerifiedEmailAddressArgs, unknown>> = {
  address: "no address",
  identities: [{ region: "nowhere" }],
  adopt: "maybe",
  wait: "true",
  timeout: "soon",
  resendTrigger: 1,
  dnsCheck: { mode: "guess" },
  previewCheck: "later",
};
const IDENTITY: Readonly<Record<keyof IdentityArgs, unknown>> = {
  name: "a b",
  region: "nowhere",
  profile: 1,
  roleArn: "a role",
  externalId: "without a role",
  accountId: "1",
  credentials: { key: "value" },
  dkim: 2048,
  mailFrom: "a_b",
};
const DKIM: Readonly<Record<keyof DkimArgs, unknown>> = { keyLength: 512, signing: "false" };
const MAIL_FROM: Readonly<Record<keyof MailFromArgs, unknown>> = {
  label: "a.b",
  domain: "bounce.example.net",
  onMxFailure: "bounce",
  mx: "192.0.2.1",
};
const DMARC: Readonly<Record<keyof DmarcArgs, unknown>> = { ifAbsent: "p=none" };
const DNS_CHECK: Readonly<Record<keyof DnsCheckArgs, unknown>> = { mode: "guess", resolvers: ["-"], port: 0 };

/** As `IDENTITY`, without values: these resources take the arguments of a `VerifiedDomain`. */
const DOMAIN_IDENTITY: Readonly<Record<keyof DomainIdentityArgs, true>> = {
  domain: true,
  identities: true,
  placement: true,
  ttl: true,
  adopt: true,
  restart: true,
  previewCheck: true,
  dkim: true,
  mailFrom: true,
  dmarc: true,
  configurationSet: true,
  feedbackForwarding: true,
};
const DOMAIN_VERIFICATION: Readonly<Record<keyof DomainVerificationArgs, true>> = {
  of: true,
  timeout: true,
  dnsCheck: true,
  previewCheck: true,
};

const GOOD = { domain: "example.com", dns: { kind: "route53" } };
const GOOD_ADDRESS = { address: "news@example.com" };

const VERIFIED_DOMAIN = "docs/reference/verified-domain.md";
const INPUTS = "## Inputs";
const DECLARED = { VerifiedDomain: DOMAIN_ARGUMENTS, VerifiedEmailAddress: ADDRESS_ARGUMENTS } as const;

/** What docs/contributing/adding-an-argument.md asks for; test/unit/optional-args.test.ts has the rest. */
const RESOURCES = [
  {
    name: "VerifiedDomain",
    keys: DOMAIN_KEYS,
    bad: DOMAIN,
    good: GOOD,
    check: checkArgs,
    page: "docs/reference/verified-domain.md",
  },
  {
    name: "VerifiedEmailAddress",
    keys: ADDRESS_KEYS,
    bad: ADDRESS,
    good: GOOD_ADDRESS,
    check: checkAddressArgs,
    page: "docs/reference/verified-email-address.md",
  },
] as const;

for (const { name, keys, bad, good, check, page } of RESOURCES) {
  describe(`every argument of a ${name}`, () => {
    it("is in the resource's type and among those that are checked", () => {
      assert.deepEqual([...keys].sort(), Object.keys(bad).sort());
    });

    it("is not taken for an input of our own", () => {
      assert.deepEqual(programsOf(bad), bad);
    });

    it("is refused by its name where its value is bad", () => {
      for (const [key, value] of Object.entries(bad)) {
        assert.deepEqual(refused(check({ ...good, [key]: value })), [key], key);
      }
    });

    it(`has its row in ${page}`, () => {
      assert.deepEqual([...rowsOf(page, INPUTS).keys()].sort(), [...keys].sort());
    });

    it("has the default of its check there, and says the same in its comment", () => {
      for (const [argument, { default: fallback }] of factsOf(DECLARED[name])) {
        const [, , , shown = "", , comment = ""] = rowsOf(page, INPUTS).get(argument) ?? [];
        assert.equal(shown, fallback === undefined ? "" : `\`${fallback}\``, argument);
        const said = defaultIn(comment);
        if (said !== undefined && fallback !== undefined) assert.equal(said, fallback.replace(/"/g, ""), argument);
      }
    });
  });
}

describe("every property of an argument", () => {
  const nested = [
    ["identities", IDENTITY, (entry: object) => [entry]],
    ["dnsCheck", DNS_CHECK, (entry: object) => entry],
    ["dkim", DKIM, (entry: object) => entry],
    ["mailFrom", MAIL_FROM, (entry: object) => entry],
    ["dmarc", DMARC, (entry: object) => entry],
  ] as const;
  for (const [argument, properties, put] of nested) {
    it(`is refused by its name where its value is bad: ${argument}`, () => {
      for (const [key, value] of Object.entries(properties)) {
        const checked = checkArgs({ ...GOOD, [argument]: put({ [key]: value }) });
        assert.equal(checked.kind, "refused", key);
        const [path, ...more] = checked.failures.map(({ property }) => property);
        assert.ok(
          more.length === 0 && path?.replace(/\[\d+\]/g, "").startsWith(`${argument}.${key}`),
          `${key}: ${path}`,
        );
      }
    });

    it(`is in the reference: ${argument}`, () => {
      const [, object = ""] = /\[(\w+)\]/.exec(rowsOf(VERIFIED_DOMAIN, INPUTS).get(argument)?.[1] ?? "") ?? [];
      assert.deepEqual([...rowsOf(VERIFIED_DOMAIN, `### ${object}`).keys()].sort(), Object.keys(properties).sort());
    });
  }
});

describe("every argument of the building blocks", () => {
  it("is on their pages", () => {
    for (const [page, keys] of [
      ["domain-identity", DOMAIN_IDENTITY],
      ["domain-verification", DOMAIN_VERIFICATION],
    ] as const) {
      assert.deepEqual([...rowsOf(`docs/reference/${page}.md`, INPUTS).keys()].sort(), Object.keys(keys).sort());
    }
  });
});

function read(path: string): string {
  return readFileSync(join(__dirname, "../..", path), "utf8");
}

/** The cells of the first table below a heading, by the name in the first of them. */
function rowsOf(path: string, heading: string): ReadonlyMap<string, readonly string[]> {
  const [, text = ""] = read(path).split(`\n${heading}\n`);
  const [, table = ""] = /(?:^|\n)((?:\|.*\n)+)/.exec(text) ?? [];
  return new Map(
    table.split("\n").flatMap((row) => {
      const cells = row.split(/(?<!\\)\|/).slice(1, -1);
      const [, name] = /^`(\w+)`$/.exec(cells[0]?.trim() ?? "") ?? [];
      return name === undefined ? [] : [[name, cells.map((cell) => cell.trim())] as const];
    }),
  );
}

/** The default that a comment tells. */
function defaultIn(comment: string): string | undefined {
  const [, marked] = /`(\w+)` \(default\)/.exec(comment) ?? [];
  const [, named] = /\bDefault `?([\w]+)`?[.;:,]/.exec(comment) ?? [];
  return marked ?? named;
}

function refused(checked: ReturnType<typeof checkArgs> | ReturnType<typeof checkAddressArgs>): readonly string[] {
  return checked.kind === "refused" ? checked.failures.map(({ property }) => property.replace(/[.[].*$/, "")) : [];
}
