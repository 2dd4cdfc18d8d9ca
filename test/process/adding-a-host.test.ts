import assert from "node:assert/strict";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { faultsIn, programOf } from "../support/docs/compile";
import { ROOT, readPage } from "../support/docs/markdown";

const EXAMPLE = "test/support/example-host";
const SOURCES = ["entry.ts", "descriptor.ts", "example.ts", "api.ts", "shapes.ts"];

function replaced(path: string, from: RegExp, to: string): [string, string] {
  const text = readPage(path);
  assert.match(text, from);
  return [join(ROOT, path), text.replace(from, to)];
}

/** What docs/hosts/adding-a-host.md asks for in the sources, done to a copy in memory. */
describe("the example host, as one of the hosts", function () {
  this.timeout(120_000);

  it("compiles in its folder, in the list of hosts and in a program", () => {
    assert.ok(SOURCES.every((name) => readdirSync(join(ROOT, EXAMPLE)).includes(name)));
    const folder = SOURCES.map((name): [string, string] => [
      join(ROOT, "provider/dns/example", name),
      readPage(`${EXAMPLE}/${name}`)
        .replaceAll('"../../../provider/dns/', '"../')
        .replaceAll('"../../../provider/core/', '"../../core/'),
    ]);
    const user = join(ROOT, "user.ts");
    const texts = new Map([
      ...folder,
      replaced("provider/dns/backend.ts", /(?<=export type DnsKind = [^;]*)(?=;)/, ' | "example"'),
      replaced(
        "provider/dns/hosts.ts",
        /(const HOSTS = \{[^}]*?),? \}/,
        'import { example } from "./example/descriptor";\n$1, example }',
      ),
      [
        user,
        `import { VerifiedDomain } from "pulumi-sesdomain";
new VerifiedDomain("mail", { domain: "ses-example.com", dns: { kind: "example", url: "http://127.0.0.1:8080" } });`,
      ] as [string, string],
    ]);
    const program = programOf([user, join(ROOT, "provider/pulumi/dynamic/dynamic.ts")], texts);
    const own = program
      .getSourceFiles()
      .map(({ fileName }) => fileName)
      .filter((name) => !name.includes("/node_modules/"));
    assert.ok(own.length > 100);
    for (const [name] of texts) assert.ok(own.includes(name), name);
    assert.deepEqual(
      own.flatMap((name) => faultsIn(program, name).map((fault) => `${name}: ${fault}`)),
      [],
    );
  });
});
