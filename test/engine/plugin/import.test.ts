import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { delimiter, dirname, join } from "node:path";
import type { Inputs } from "@pulumi/pulumi";
import { PluginResource, pluginPath } from "../../support/engine/plugin";
import type { EngineStack } from "../../support/engine/stack";
import {
  ACCOUNT,
  DOMAIN,
  type EngineWorld,
  NAME,
  OTHER_TEAM,
  openEngineWorld,
  succeeded,
} from "../../support/engine/world";

const US = "us-east-1";
const EU = "eu-west-1";
const TOKENS: Readonly<Record<string, string>> = { [US]: "byHandByHandByHand", [EU]: "inIrelandInIreland" };
const ADDRESS = "news@elsewhere-example.com";
/** What changes something at AWS, but for the tags that register a resource, and their removal. */
const WRITES = /^(?:Change|Create|Delete|Put|Set|Verify)/;
/** What the plugin adds to what a program passes. */
const OWN = ["verified", "readyToSend", "verification", "identityArns"];

describe("pulumi import", function () {
  this.timeout(300_000);
  let host: string;
  let world: EngineWorld;
  before(async () => {
    const { yamlHost }: { yamlHost(): Promise<string> } = await import("../../../scripts/yaml-host.mjs" as string);
    host = dirname(await yamlHost());
  });
  beforeEach(async () => {
    world = await openEngineWorld();
    const { ses } = world.emulator.cloud;
    ses.inject([
      ...[US, EU].map((region) => ({ accountId: ACCOUNT, region, name: DOMAIN, token: TOKENS[region] ?? "" })),
      { accountId: ACCOUNT, region: US, name: ADDRESS },
    ]);
    world.setValues(NAME, [OTHER_TEAM, ...Object.values(TOKENS)]);
  });
  afterEach(() => world.close());

  const writes = () => world.emulator.requests.log().filter(({ action }) => WRITES.test(action));
  const tagged = () => world.emulator.requests.log("TagResource").length;
  /** The CLI writes code by the host of the project's language; the programs of these tests run without one. */
  const open = async (program: () => Promise<void> = async () => undefined) => {
    const stack = await world.open({ program, env: { PATH: `${host}${delimiter}${pluginPath()}` } });
    const file = join(stack.workDir, "Pulumi.yaml");
    writeFileSync(file, readFileSync(file, "utf8").replace("nodejs", "yaml"));
    return stack;
  };
  const importOf = (stack: EngineStack, kind: string, id: string) =>
    stack.command(
      ...["import", `sesdomain:index:${kind}`, "mail", id, "--stack", "test", "--yes"],
      ...["--protect=false"],
    );
  const declare = (kind: string, args: Inputs, id?: string) => async () =>
    void new PluginResource(kind, "mail", args, id === undefined ? {} : { import: id });
  /** The program's part of the inputs that an import left. */
  const imported = async (stack: EngineStack) => {
    const { deployment } = await stack.exportState();
    const { resources } = deployment as {
      readonly resources: readonly { readonly type: string; readonly id: string; readonly inputs: Inputs }[];
    };
    const found = resources.find(({ type }) => type.startsWith("sesdomain:"));
    assert.ok(found);
    const own = ([name]: readonly [string, unknown]) => !name.startsWith("__") && !OWN.includes(name);
    return { id: found.id, inputs: Object.fromEntries(Object.entries(found.inputs).filter(own)) };
  };
  /** The first update only registers, the next preview is clean, and nothing that was there goes. */
  const lives = async (stack: EngineStack, kind: string, inputs: Inputs, updates: number) => {
    stack.changeProgram(declare(kind, inputs));
    const first = succeeded(await stack.preview({ diff: true }));
    assert.deepEqual(
      [first.changes.update ?? 0, first.changes.replace, first.changes.create],
      [updates, undefined, undefined],
      first.stdout,
    );
    assert.equal(tagged(), 0);
    succeeded(await stack.up());
    succeeded(await stack.preview({ expectNoChanges: true }));
    succeeded(await stack.destroy());
    assert.deepEqual(writes(), []);
  };

  const REGIONS = [{ region: US }, { region: EU }];
  const CASES = [
    ["VerifiedDomain", DOMAIN, { domain: DOMAIN, dns: { kind: "route53" }, ttl: 1800 }],
    [
      "VerifiedDomain",
      `${DOMAIN}/${US},${EU}`,
      { domain: DOMAIN, identities: REGIONS, dns: { kind: "route53" }, ttl: 1800 },
    ],
    ["DomainIdentity", `${DOMAIN}/${US},${EU}`, { domain: DOMAIN, identities: REGIONS, ttl: 1800 }],
    ["VerifiedEmailAddress", ADDRESS, { address: ADDRESS }],
  ] as const;
  for (const [kind, id, inputs] of CASES) {
    it(`of a ${kind}, ${id}`, async () => {
      const stack = await open();
      const { stdout } = await importOf(stack, kind, id);
      for (const name of Object.keys(inputs)) assert.match(stdout, new RegExp(`^\\s+${name}:`, "m"));
      for (const name of OWN) assert.doesNotMatch(stdout, new RegExp(`^\\s+${name}:`, "m"));
      assert.deepEqual(await imported(stack), { id: kind === "VerifiedEmailAddress" ? ADDRESS : DOMAIN, inputs });
      await lives(stack, kind, inputs, 1);
    });
  }

  it("by the option of a program", async () => {
    const [, [kind, id, inputs]] = CASES;
    const stack = await open(declare(kind, inputs, id));
    const preview = succeeded(await stack.preview());
    assert.equal(preview.changes.import, 1, preview.stdout);
    succeeded(await stack.up());
    assert.equal((await imported(stack)).id, DOMAIN);
    succeeded(await stack.preview({ expectNoChanges: true }));
    succeeded(await stack.destroy());
    // The engine carries the update out with the import.
    assert.deepEqual([writes(), tagged()], [[], 2]);
  });

  it("of what is not there, or cannot be, says so", async () => {
    const stack = await open();
    await assert.rejects(importOf(stack, "VerifiedDomain", `${DOMAIN}/ap-southeast-2`), /does not exist/);
    await assert.rejects(importOf(stack, "VerifiedDomain", `${DOMAIN}/us-est-1`), /us-east-1/);
    await assert.rejects(importOf(stack, "VerifiedDomain", ADDRESS), /VerifiedEmailAddress/);
    await assert.rejects(importOf(stack, "DomainVerification", DOMAIN), /nothing to import/);
    assert.deepEqual(writes(), []);
  });
});
