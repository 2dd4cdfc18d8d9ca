import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Property, PropertyRole } from "../../provider/dns/descriptor";
import { canOf, DNS_KINDS, entryKey, hostDefaults, hostOf } from "../../provider/dns/hosts";
import { argumentTables, fileNameOf, hostFacts } from "../../provider/dns/pages";

const ROOT = join(__dirname, "../..");
const read = (path: string) => readFileSync(join(ROOT, path), "utf8");

/** Test files at any depth. */
function testsIn(folder: string): string[] {
  return readdirSync(join(ROOT, folder), { withFileTypes: true }).flatMap((entry) => {
    const path = `${folder}/${entry.name}`;
    if (entry.isDirectory()) return testsIn(path);
    return entry.name.endsWith(".test.ts") ? [path] : [];
  });
}

const TESTS = testsIn("test").map((path) => ({ path, text: read(path) }));

/** What begins the names of environment variables that a host's sources read. */
function environmentOf(file: string): readonly string[] {
  const folder = join(ROOT, "provider/dns", file);
  const readers = readdirSync(folder)
    .map((name) => readFileSync(join(folder, name), "utf8"))
    .filter((text) => /\benv\b/.test(text));
  const named = readers.flatMap((text) => [...text.matchAll(/(?:\benv\.|")([A-Z][A-Z0-9]*)_[A-Z0-9_]+\b/g)]);
  return [...new Set(named.map(([, prefix = ""]) => prefix))];
}

/** A host that cannot be asked cannot pass the suite, which asks it what it holds. */
const IN_THE_SUITE = DNS_KINDS.filter((kind) => hostOf(kind).readable !== false);

/** What docs/hosts/adding-a-host.md asks for: each fails where it is forgotten. */
describe("every DNS host", () => {
  for (const kind of DNS_KINDS) {
    const file = fileNameOf(kind);

    it(`has its folder, with descriptor and entry: ${kind}`, () => {
      for (const name of ["descriptor.ts", "entry.ts", `${file}.ts`])
        assert.ok(existsSync(join(ROOT, "provider/dns", file, name)), name);
    });

    it(`has a page, with an example and the table of its arguments: ${kind}`, () => {
      const page = read(`docs/hosts/${file}.md`);
      assert.ok(page.includes(`kind: "${kind}"`), "an example");
      assert.ok(page.includes(argumentTables().get(`${file}.md`) ?? "no table"), "npm run docs");
      assert.equal(Object.values(hostFacts()).filter((facts) => facts.page === `${file}.md`).length, 1);
    });

    it(`is named in the README and in the form for bugs: ${kind}`, () => {
      assert.ok(read("README.md").includes(`[\`${kind}\`](docs/hosts/${file}.md)`));
      assert.match(read(".github/ISSUE_TEMPLATE/bug.yml"), new RegExp(`^ +- ${kind}$`, "m"));
    });

    it(`is in the list of changes: ${kind}`, () => {
      assert.ok(read("CHANGELOG.md").includes(hostOf(kind).title) || read("CHANGELOG.md").includes(kind));
    });

    it(`has entries with every property in the tests of arguments: ${kind}`, () => {
      for (const path of ["test/unit/check.test.ts", "test/unit/optional-args.test.ts"]) {
        const entries = [...read(path).matchAll(new RegExp(`\\{\\s*kind: "${kind}"[^{}]*\\}`, "g"))].map(
          ([one]) => one,
        );
        const properties = Object.keys(hostOf(kind).properties);
        const left = properties.filter((name) => !entries.some((entry) => new RegExp(`\\b${name}\\b`).test(entry)));
        assert.deepEqual(left, [], path);
      }
    });

    it(`reads no variable of a developer's machine in a test: ${kind}`, () => {
      for (const path of ["test/setup.ts", "test/support/engine/setup.ts", "scripts/check-examples.mjs"]) {
        const [, list = ""] = /\^\(([A-Z0-9|]+)\)_\//.exec(read(path)) ?? [];
        const left = environmentOf(file).filter((prefix) => !list.split("|").includes(prefix));
        assert.deepEqual(left, [], path);
      }
    });

    it(`says what its properties are about, and is no other's by name: ${kind}`, () => {
      const { title, aliases, properties } = hostOf(kind);
      assert.equal(hostOf(kind).kind, kind);
      assert.notEqual(title, "");
      const others = DNS_KINDS.filter((other) => other !== kind).map(hostOf);
      for (const alias of aliases) {
        assert.match(alias, /^[a-z0-9]+$/);
        assert.ok(
          others.every((other) => other.kind !== alias && !other.aliases.includes(alias)),
          alias,
        );
      }
      for (const [name, property] of Object.entries<Property>(properties)) {
        assert.ok(property.describe.length > 0, name);
        if (property.type === "text" && property.with !== undefined)
          assert.ok(property.with.property in properties, name);
      }
    });
  }

  for (const kind of IN_THE_SUITE) {
    it(`passes the suite of back ends: ${kind}`, () => {
      const { title } = hostOf(kind);
      const called = TESTS.filter(({ text }) => text.includes("describeBackend(") && text.includes(`name: "${title}"`));
      assert.notDeepEqual(called, []);
    });

    it(`is among what SECURITY.md says is trusted: ${kind}`, () => {
      const trusted = read("SECURITY.md")
        .split("\n")
        .filter((line) => line.startsWith("| "));
      // Those of AWS are one row.
      const name = hostOf(kind).asksAws ? "AWS" : hostOf(kind).title;
      assert.ok(trusted.some((row) => [name, kind].some((one) => row.split(" | ")[0]?.includes(one))));
    });

    it(`is tested with answers that are not its own: ${kind}`, () => {
      const importing = `provider/dns/${fileNameOf(kind)}/`;
      assert.ok(TESTS.some(({ path, text }) => path.startsWith("test/hostile/") && text.includes(importing)));
    });
  }
});

describe("the page on adding a host", () => {
  const page = read("docs/hosts/adding-a-host.md");

  it("names files that there are, or would be", () => {
    const named = [...page.matchAll(/`((?:provider|emulator|test|docs|scripts|\.github)\/[^`\s]*)`/g)].map(
      ([, path = ""]) => path,
    );
    assert.ok(named.length > 20);
    // `x` is the new host's.
    assert.deepEqual(
      named.filter((path) => !/\/x(\/|\.|$)/.test(path) && !existsSync(join(ROOT, path))),
      [],
    );
  });
});

describe("what is known of DNS hosts", () => {
  it("tells which settings supply which property", () => {
    const config: Readonly<Record<string, string>> = { "sesdomain:rfc2136Server": "ns1.example.net" };
    const env = { RFC2136_NAMESERVER: "ns2.example.net", PDNS_API_URL: "http://127.0.0.1:8081" };
    const { rfc2136, powerdns, route53 } = hostDefaults({ get: (key) => config[key], env });
    assert.deepEqual(
      { rfc2136, powerdns, route53 },
      { rfc2136: { server: "ns1.example.net" }, powerdns: { url: "http://127.0.0.1:8081" }, route53: {} },
    );
  });

  it("tells entries apart by place, by credentials and by zone, and never by the way", () => {
    const one = { kind: "rfc2136", server: "ns1", transport: "tcp", credentials: "a" } as const;
    const same = (other: object, ...without: PropertyRole[]) =>
      entryKey(one, without) === entryKey({ ...one, ...other }, without);
    assert.deepEqual(
      [
        same({ transport: "udp" }, "way"),
        same({ credentials: "b" }, "way"),
        same({ credentials: "b" }, "way", "access"),
      ],
      [true, false, true],
    );
    assert.equal(same({ server: "ns2" }, "way", "access", "zone"), false);
    const google = { kind: "googleDns", project: "a" } as const;
    assert.equal(entryKey(google, ["access"]) === entryKey({ ...google, project: "b" }, ["access"]), false);
    assert.equal(entryKey(google, ["zone"]), entryKey({ ...google, zone: undefined, project: "b" }, ["zone"]));
    // Of these three everything counts but who asks.
    assert.equal(
      entryKey({ kind: "route53", zoneId: "Z1", profile: "a", roleArn: "b" }, ["access"]),
      entryKey({ kind: "route53", zoneId: "Z1" }, ["access"]),
    );
  });

  it("tells what a host holds", () => {
    assert.equal(canOf({ kind: "route53" }).multipleValues, true);
    assert.equal(canOf({ kind: "manual", multipleValues: false }).multipleValues, false);
    assert.equal(canOf({ kind: "manual" }).readable, false);
  });
});
