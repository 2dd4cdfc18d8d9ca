import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { checkArgs } from "../../provider/lifecycle/arguments";
import { ADDRESS_ARGUMENTS, ADDRESS_KEYS, checkAddressArgs } from "../../provider/lifecycle/arguments/address-args";
import { argumentTable } from "../../provider/lifecycle/arguments/declaration";
import { DOMAIN_ARGUMENTS, DOMAIN_KEYS } from "../../provider/lifecycle/arguments/domain-args";
import { programsOf } from "../../provider/pulumi/dynamic/inputs";
import type {
  DnsCheckArgs,
  DomainIdentityArgs,
  DomainVerificationArgs,
  IdentityArgs,
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
};
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
};
const DOMAIN_VERIFICATION: Readonly<Record<keyof DomainVerificationArgs, true>> = {
  of: true,
  timeout: true,
  dnsCheck: true,
  previewCheck: true,
};

const GOOD = { domain: "example.com", dns: { kind: "route53" } };
const GOOD_ADDRESS = { address: "news@example.com" };

/** What docs/contributing/adding-an-argument.md asks for; test/unit/optional-args.test.ts has the rest. */
const RESOURCES = [
  { name: "VerifiedDomain", keys: DOMAIN_KEYS, bad: DOMAIN, good: GOOD, check: checkArgs, page: "docs/programs.md" },
  {
    name: "VerifiedEmailAddress",
    keys: ADDRESS_KEYS,
    bad: ADDRESS,
    good: GOOD_ADDRESS,
    check: checkAddressArgs,
    page: "docs/email-address.md",
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

    it(`has its row in the table of ${page}`, () => {
      assert.deepEqual([...rowsOf(page).keys()].sort(), [...keys].sort());
    });
  });
}

describe("the tables of arguments", () => {
  it("are as the arguments are declared (npm run docs)", () => {
    for (const [page, declared] of [
      ["docs/programs.md", DOMAIN_ARGUMENTS],
      ["docs/email-address.md", ADDRESS_ARGUMENTS],
    ] as const) {
      assert.ok(read(page).includes(`${argumentTable(declared).replaceAll("](docs/", "](")}\n\n`), page);
    }
  });
});

describe("every property of an argument", () => {
  const nested = [
    ["identities", IDENTITY, (entry: object) => [entry]],
    ["dnsCheck", DNS_CHECK, (entry: object) => entry],
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

    it(`is in the table of docs/programs.md: ${argument}`, () => {
      const [shape = ""] = /\{ .*? \}/.exec(rowsOf("docs/programs.md").get(argument) ?? "") ?? [];
      const names = shape.replace(/: [^,}]*/g, "").match(/\w+/g) ?? [];
      assert.deepEqual(names.sort(), Object.keys(properties).sort());
    });
  }
});

describe("every argument of the building blocks", () => {
  const page = read("docs/building-blocks.md");

  it("is on their page: DomainIdentity", () => {
    const [, list = ""] =
      /`DomainIdentity` takes those arguments of `VerifiedDomain` that concern SES: ([^.]*)\./.exec(page) ?? [];
    assert.deepEqual(list.match(/\w+/g)?.sort(), Object.keys(DOMAIN_IDENTITY).sort());
  });

  it("is on their page: DomainVerification", () => {
    const rows = rowsOf("docs/building-blocks.md", "argument of `DomainVerification`");
    assert.deepEqual([...rows.keys()].sort(), Object.keys(DOMAIN_VERIFICATION).sort());
  });
});

function read(path: string): string {
  return readFileSync(join(__dirname, "../..", path), "utf8");
}

/** The first table of that head: the text of each row, by each name in its first column. */
function rowsOf(path: string, head = "argument"): ReadonlyMap<string, string> {
  const table = read(path).split(`| ${head} | meaning |\n| --- | --- |\n`)[1] ?? "";
  const rows = table.slice(0, table.indexOf("\n\n")).split("\n");
  return new Map(
    rows.flatMap((row) => {
      const [, names = "", text = ""] = /^\| (.*?) \| (.*)$/.exec(row) ?? [];
      return (names.match(/\w+/g) ?? []).map((name) => [name, text] as const);
    }),
  );
}

/** The arguments that are refused, without what is in them. */
function refused(checked: ReturnType<typeof checkArgs> | ReturnType<typeof checkAddressArgs>): readonly string[] {
  return checked.kind === "refused" ? checked.failures.map(({ property }) => property.replace(/[.[].*$/, "")) : [];
}
