import assert from "node:assert/strict";
import { join } from "node:path";
import { PluginResource, pluginFolder, pluginPath } from "../../support/engine/plugin";
import { root } from "../../support/engine/setup";
import { DOMAIN, type EngineWorld, openEngineWorld } from "../../support/engine/world";
import { faultsOf } from "../../support/schema/faults";
import { packageSpec } from "../../support/schema/types";

interface StateResource {
  readonly type: string;
  readonly outputs?: Readonly<Record<string, unknown>>;
}

describe("the schema on the engine", function () {
  this.timeout(300_000);
  const spec = packageSpec();
  const env = { PATH: pluginPath() };
  const identities = [{ region: "us-east-1" }];

  /** With its outputs, as a generated class declares them. */
  const make = (kind: string, args: Readonly<Record<string, unknown>>) => {
    const outputs = Object.keys(spec.resources[`sesdomain:index:${kind}`]?.properties ?? {});
    return new PluginResource(kind, kind, { ...Object.fromEntries(outputs.map((name) => [name, undefined])), ...args });
  };
  const program = async () => {
    make("VerifiedDomain", { domain: DOMAIN, identities, dns: { kind: "route53" }, dkim: true, mailFrom: "bounce" });
    make("DomainIdentity", { domain: `other.${DOMAIN}`, identities, dkim: true, mailFrom: "bounce" });
    make("VerifiedEmailAddress", { address: `news@${DOMAIN}`, identities });
  };

  let world: EngineWorld;
  before(async () => {
    world = await openEngineWorld();
  });
  after(() => world.close());

  it("passes Pulumi's own check, from the build", async () => {
    const stack = await world.open({ program });
    const { exitCode } = await stack.command("schema", "check", join(root, "dist/provider/pulumi/plugin/schema.json"));
    assert.equal(exitCode, 0);
  });

  it("is what the plugin gives the engine", async () => {
    const stack = await world.open({ program, env, stack: "given" });
    const { stdout } = await stack.command("package", "get-schema", join(pluginFolder(), "pulumi-resource-sesdomain"));
    const given: ReturnType<typeof packageSpec> = JSON.parse(stdout);
    assert.equal(given.version, spec.version);
    for (const part of ["resources", "types", "functions"] as const) {
      assert.deepEqual(Object.keys(given[part]).sort(), Object.keys(spec[part]).sort());
    }
  });

  it("says what each resource outputs", async () => {
    const stack = await world.open({ program, env, stack: "outputs" });
    const up = await stack.up();
    assert.equal(up.failed, false, up.stdout);
    const { deployment } = await stack.exportState();
    const seen = ((deployment.resources ?? []) as readonly StateResource[]).flatMap(({ type, outputs = {} }) => {
      const resource = spec.resources[type];
      if (resource === undefined) return [];
      const { properties, required } = resource;
      // The state also holds what the provider alone reads.
      const told = Object.fromEntries(Object.entries(outputs).filter(([name]) => name in properties));
      assert.deepEqual(faultsOf(spec, { name: type, properties, required }, told), []);
      return [type];
    });
    assert.deepEqual(
      seen.sort(),
      Object.keys(spec.resources)
        .filter((type) => !type.endsWith(":DomainVerification"))
        .sort(),
    );
  });
});
