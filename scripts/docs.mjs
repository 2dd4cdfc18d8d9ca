// Writes docs/problems from the catalogue of findings, the README's table of what a preview shows from the plan itself,
// the tables of arguments from their declarations and the hosts' descriptors, the words to avoid, the tables of
// docs/performance.md from the benches' recorded results, the schema of the Pulumi package, and the addresses of addresses.json
// where they are shown. With --check, says what differs and exits 1.
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { Command } from "commander";
import { filesWithAddresses, readAddresses } from "./lib/addresses.mjs";
import { iamPolicyPage, readingTable } from "./lib/docs/iam-policy.mjs";
import { performanceTables, placeOfTable } from "./lib/docs/performance.mjs";
import { configurationPage, indexPage, movedTable } from "./lib/docs/registry.mjs";
import { loadSource } from "./lib/load-source.mjs";
import { wordsTable } from "./lib/prose/words.mjs";
import { readRecorded } from "./lib/recorded.mjs";
import { functionsPage } from "./lib/reference/functions.mjs";
import { referencePages } from "./lib/reference/pages.mjs";
import { readTypes } from "./lib/reference/read-types.mjs";
import { packageSchema } from "./lib/schema/schema.mjs";

const pathOf = (name) => fileURLToPath(new URL(`../${name}`, import.meta.url));
const read = (path) => (existsSync(path) ? readFileSync(path, "utf8") : undefined);

const problems = pathOf("docs/problems/");
mkdirSync(problems, { recursive: true });
const { problemPages } = await loadSource("provider/diagnosis/pages.ts");
const pages = new Map([...problemPages()].map(([name, text]) => [problems + name, text]));
const stale = readdirSync(problems)
  .filter((name) => name.endsWith(".md") && !pages.has(problems + name))
  .map((name) => problems + name);

/** A page that is written by hand but for one part. */
const putInto = (name, part, text) => {
  const before = pages.get(pathOf(name)) ?? read(pathOf(name)) ?? "";
  if (part.test(before)) {
    pages.set(
      pathOf(name),
      before.replace(part, () => text),
    );
    return;
  }
  console.error(`${name} has no place for its table`);
  process.exitCode = 1;
};
const { planTable } = await loadSource("test/support/lifecycle/plan-table.ts");
putInto("README.md", /(?<=<!-- plan table: npm run docs -->\n).*?(?=\n<!-- end of the plan table -->)/s, planTable());
const { argumentTables } = await loadSource("provider/dns/pages.ts");
/** The first table of this head. */
const ARGUMENTS = /^\| argument \| meaning \|\n\| --- \| --- \|(\n\|.*)+/m;
for (const [name, table] of argumentTables()) putInto(`docs/hosts/${name}`, ARGUMENTS, table);
const { factsOf } = await loadSource("provider/lifecycle/arguments/declaration.ts");
const { DOMAIN_ARGUMENTS } = await loadSource("provider/lifecycle/arguments/domain-args.ts");
const { ADDRESS_ARGUMENTS } = await loadSource("provider/lifecycle/arguments/address-args.ts");
putInto(
  "CONTRIBUTING.md",
  /(?<=<!-- words table: npm run docs -->\n).*?(?=<!-- end of the words table -->)/s,
  `${wordsTable()}\n`,
);

const { hostFacts } = await loadSource("provider/dns/pages.ts");
const ofDomains = factsOf(DOMAIN_ARGUMENTS);
const facts = {
  VerifiedDomain: ofDomains,
  DomainIdentity: ofDomains,
  DomainVerification: ofDomains,
  VerifiedEmailAddress: factsOf(ADDRESS_ARGUMENTS),
};
const RESOURCES = ["verified-domain", "domain-identity", "domain-verification", "verified-email-address"];
const types = readTypes(RESOURCES.map((name) => pathOf(`provider/resources/${name}.ts`)));
for (const [name, text] of referencePages(types, facts, hostFacts())) {
  mkdirSync(pathOf("docs/reference"), { recursive: true });
  pages.set(pathOf(`docs/reference/${name}`), text);
}
const { IAM_ACTIONS } = await loadSource("provider/aws/permissions.ts");
const policyCommand = { Command, addIamPolicy: (await loadSource("provider/cli/iam-policy/command.ts")).addIamPolicy };
pages.set(pathOf("docs/iam-policy.md"), await iamPolicyPage(IAM_ACTIONS, policyCommand));
putInto("docs/doctor.md", /^\| IAM action \| for \|\n\| --- \| --- \|(\n\|.*)+/m, readingTable(IAM_ACTIONS));

for (const [name, table] of performanceTables(readRecorded())) {
  putInto("docs/performance.md", placeOfTable(name), table);
}

const addresses = readAddresses();
const addressed = filesWithAddresses(addresses, (name) => read(pathOf(name)) ?? "");
for (const [name, text] of addressed) pages.set(pathOf(name), text);

const { CONFIG_KEYS, MOVED_KEYS } = await loadSource("provider/pulumi/plugin/config-keys.ts");
const { FUNCTIONS } = await loadSource("provider/pulumi/plugin/functions/all.ts");
const functions = FUNCTIONS.map(({ declaration }) => declaration);
pages.set(pathOf("docs/reference/functions.md"), functionsPage(functions));
const schema = packageSchema({
  manifest: JSON.parse(addressed.get("package.json")),
  addresses,
  types,
  facts,
  hosts: hostFacts(),
  config: CONFIG_KEYS,
  moved: MOVED_KEYS,
  functions,
});
pages.set(pathOf("provider/pulumi/plugin/schema.json"), `${JSON.stringify(schema, undefined, 2)}\n`);

const EXAMPLES = {
  python: "python/__main__.py",
  go: "go/main.go",
  csharp: "csharp/Program.cs",
  yaml: "yaml/Pulumi.yaml",
};
const programs = Object.entries(EXAMPLES).map(([language, path]) => [language, read(pathOf(`examples/${path}`))]);
pages.set(pathOf("docs/_index.md"), indexPage(Object.fromEntries(programs)));
const { version, engines } = JSON.parse(read(pathOf("package.json")));
const node = engines.node.replace(/^>=/, "");
pages.set(pathOf("docs/installation-configuration.md"), configurationPage(CONFIG_KEYS, { node, version }));
putInto(
  "docs/moving-to-the-plugin.md",
  /(?<=<!-- moved keys: npm run docs -->\n).*?(?=\n<!-- end of the moved keys -->)/s,
  movedTable(MOVED_KEYS),
);

const changed = [...pages].filter(([path, text]) => read(path) !== text);
if (process.argv.includes("--check")) {
  for (const path of [...stale, ...changed.map(([path]) => path)]) console.error(`${path} is out of date`);
  if (stale.length + changed.length > 0) {
    console.error("Run `npm run docs`.");
    process.exitCode = 1;
  }
} else {
  for (const path of stale) rmSync(path);
  for (const [path, text] of changed) writeFileSync(path, text);
  console.log(`docs: ${pages.size} pages, ${changed.length} written, ${stale.length} removed`);
}
