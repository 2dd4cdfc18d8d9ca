import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { HINTS } from "../../../../provider/aws/hints";
import { CONFIG_KEYS } from "../../../../provider/pulumi/plugin/config-keys";
import { openConfigWords } from "../../../../provider/pulumi/plugin/config-words";

const root = join(__dirname, "../../../../provider");
const byStack = openConfigWords({ isDefault: true });
const byProgram = openConfigWords({ isDefault: false });
const FOREIGN = /(?<!arn:)\b(aws|cloudflare|gcp|google):[a-z]+[A-Za-z]*\b/g;

/** Texts of the sources that name a key, other than the key alone. */
function texts(): readonly string[] {
  const folders = ["aws", "ses", "dns", "lifecycle", "diagnosis", "pulumi", "authority", "core"];
  const found = folders.flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, encoding: "utf8" })
      .filter((file) => file.endsWith(".ts") && !file.includes("plugin"))
      .flatMap((file) => readFileSync(join(root, folder, file), "utf8").split("\n"))
      .filter((line) => !/^\s*(\*|\/\*|\/\/)/.test(line))
      .flatMap((line) => [...line.matchAll(/(["`])((?:(?!\1).)*)\1/g)].map(([, , text = ""]) => text))
      .filter((text) => /(aws|cloudflare|gcp|google|sesdomain):\w/.test(text) && /\s/.test(text)),
  );
  return found;
}

function withoutNote(text: string): string {
  return text.replace(/Where the stack sets [^.]* reach a plugin\./g, "");
}

describe("messages of the plugin", () => {
  it("name no key that a plugin cannot receive, whichever text of the provider it is", () => {
    const all = texts();
    assert.ok(all.length > 20, `${all.length} texts`);
    for (const say of [byStack, byProgram]) {
      const foreign = all.flatMap((text) => withoutNote(say(text)).match(FOREIGN) ?? []);
      // No key: an element of a policy, and a tag of CloudFormation's.
      assert.deepEqual(
        foreign.filter((key) => !["aws:cloudformation"].includes(key)),
        [],
      );
    }
  });

  it("name of a provider that the program made no stack config", () => {
    const said = texts().map(byProgram);
    assert.deepEqual(
      said.filter((text) => /pulumi config set --|pulumi config get|sesdomain:(?!user|made|owner)[a-z]/.test(text)),
      [],
    );
  });

  it("say which key of the stack does not arrive, where they tell to set it", () => {
    for (const [text, own, unreached] of [
      ["or run: pulumi config set aws:region us-east-1", "sesdomain:region", "aws:region"],
      [
        "Set one: pulumi config set --secret cloudflare:apiToken.",
        "sesdomain:cloudflareApiToken",
        "cloudflare:apiToken",
      ],
      ["pulumi config set --secret gcp:credentials < key.json", "sesdomain:googleCredentials", "gcp:credentials"],
    ] as const) {
      const said = byStack(text);
      assert.ok(said.includes(own), said);
      assert.ok(new RegExp(`${unreached}[^.]* reach a plugin`).test(said), said);
      assert.ok(!byProgram(text).includes("sesdomain:"));
      assert.ok(byProgram(text).includes(own.slice("sesdomain:".length)));
    }
  });

  it("stay as they are where they are said twice", () => {
    for (const text of texts()) for (const say of [byStack, byProgram]) assert.equal(say(say(text)), say(text));
  });

  it("leave other words alone", () => {
    for (const text of [
      "arn:aws:iam::123456789012:role/x is not authorized: aws:RequestedRegion",
      "aws:regional aws:tokens xaws:token https://aws:region@example.com",
      "Where the stack sets aws:region, that does not reach a plugin.",
    ]) {
      assert.equal(byStack(text), text);
      assert.equal(byProgram(text), text);
    }
  });

  it("take the hints of AWS that are the plugin's", () => {
    const { noRegion, noCredentials } = HINTS.plugin;
    for (const hint of [noRegion, noCredentials]) {
      assert.match(hint, /aws:region/);
      assert.equal(byStack(hint), hint);
    }
    assert.match(byProgram(noRegion), /the provider's region/);
    const known = new Set(CONFIG_KEYS.map(({ name }) => `sesdomain:${name}`));
    const named = Object.values(HINTS.plugin).flatMap((hint) => hint.match(/sesdomain:\w+/g) ?? []);
    assert.deepEqual(
      named.filter((key) => !known.has(key)),
      [],
    );
  });
});
