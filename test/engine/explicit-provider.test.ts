import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import { NodejsProvider, VerifiedDomain } from "../../provider";
import { dynamicOnly } from "../support/engine/door";
import type { EngineStack } from "../support/engine/stack";
import { type EngineWorld, openEngineWorld, succeeded, warningsOf } from "../support/engine/world";

const ARGS = { domain: "ses-example.com", identities: [{ region: "us-east-1" }], dns: { kind: "route53" } } as const;
const DISABLED = { "pulumi:disable-default-providers": '["*"]' };

class Foreign extends pulumi.ProviderResource {}

class Site extends pulumi.ComponentResource {
  constructor(name: string, opts: pulumi.ComponentResourceOptions) {
    super("test:index:Site", name, {}, opts);
    new VerifiedDomain("mail", ARGS, { parent: this, aliases: [{ parent: pulumi.rootStackResource }] });
  }
}

/** The tests share one stack: each begins where the one before ended. */
dynamicOnly("provider of pulumi-nodejs").describe(
  "a stack whose default providers are disabled, on the engine",
  function () {
    this.timeout(180_000);
    let world: EngineWorld;
    let stack: EngineStack;
    const plain = async () => void new VerifiedDomain("mail", ARGS);
    before(async () => {
      world = await openEngineWorld();
      stack = await world.open({ program: plain });
    });
    after(() => world?.close());

    it("leaves a domain as it is when its program gives it a provider of pulumi-nodejs", async () => {
      succeeded(await stack.up());
      await stack.changeConfig(DISABLED);
      assert.equal((await stack.preview()).failed, true, "the engine itself wants a provider");
      stack.changeProgram(
        async () => void new VerifiedDomain("mail", ARGS, { provider: new NodejsProvider("dynamic") }),
      );
      const up = succeeded(await stack.up());
      assert.deepEqual(up.changes, { create: 1, same: 2 });
      assert.deepEqual(world.statuses(), { "us-east-1": "Success" });
    });

    it("has its config seen by that provider", async () => {
      await stack.changeConfig({ ...DISABLED, "sesdomain:previewCheck": "nonsense" });
      const preview = await stack.preview();
      assert.equal(preview.failed, true);
      assert.match(preview.stdout, /sesdomain:previewCheck/);
      await stack.changeConfig({ ...DISABLED, "sesdomain:previewCheck": "live" });
    });

    it("has a component hand the provider on, beside one of another package", async () => {
      stack.changeProgram(async () => {
        const aws = new NodejsProvider("unused");
        const providers = { "pulumi-nodejs": new NodejsProvider("dynamic"), other: aws };
        new Site("site", { providers });
      });
      const up = succeeded(await stack.up());
      assert.equal(up.changes.replace, undefined, up.stdout);
      assert.equal(up.changes.delete, undefined, up.stdout);
      assert.deepEqual(warningsOf(up), []);
    });

    it("is told in one sentence of a provider that cannot serve it", async () => {
      stack.changeProgram(async () => {
        const provider = Object.assign(Object.create(Foreign.prototype) as Foreign, {
          __pulumiType: "pulumi:providers:aws",
        });
        new VerifiedDomain("mail", ARGS, { provider });
      });
      const preview = await stack.preview();
      assert.equal(preview.failed, true);
      assert.match(preview.stdout, /pulumi-nodejs/);
      assert.doesNotMatch(preview.stdout + preview.stderr, /__pulumi|\[Function|resource: /);
    });

    it("is destroyed with the provider that its state names", async () => {
      succeeded(await stack.destroy());
      assert.deepEqual(world.statuses(), {});
    });
  },
);
