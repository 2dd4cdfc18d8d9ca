import assert from "node:assert/strict";
import { readFileSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { FOREIGN, openCloudflareHost } from "../../support/engine/hosts";
import { PluginResource } from "../../support/engine/plugin";
import { engine } from "../../support/engine/setup";
import type { EngineStack } from "../../support/engine/stack";
import { DOMAIN, type EngineWorld, openEngineWorld } from "../../support/engine/world";
import { archiveHere, folderWithNode, inFolder, pluginArchives, pluginFolder } from "../../support/plugin/files";
import { findProgram } from "../../support/servers/programs";

const { version } = JSON.parse(readFileSync(join(__dirname, "../../../package.json"), "utf8")) as { version: string };

/** As a user gets it: no PATH leads to it, and nothing of this repository is above it. */
describe("the published plugin on the engine", function () {
  this.timeout(300_000);
  let world: EngineWorld;
  beforeEach(async () => {
    world = await openEngineWorld();
  });
  afterEach(() => world.close());

  const program = async () => {
    const args = {
      domain: DOMAIN,
      identities: [{ region: "us-east-1" }],
      dns: { kind: "route53" },
      verified: undefined,
    };
    const mail = new PluginResource("VerifiedDomain", "mail", args);
    return { verified: (mail as PluginResource & { readonly verified: unknown }).verified };
  };

  async function lives(stack: EngineStack): Promise<void> {
    const up = await stack.up();
    assert.equal(up.failed, false, up.stdout + up.stderr);
    assert.deepEqual(up.outputs, { verified: true });
    world.assertVerified(["us-east-1"]);
    const preview = await stack.preview({ expectNoChanges: true });
    assert.equal(preview.exitCode, 0, preview.stdout);
    const destroy = await stack.destroy();
    assert.equal(destroy.failed, false, destroy.stdout);
    world.assertUntouched();
    for (const { stdout, stderr } of [up, preview, destroy])
      assert.doesNotMatch(stdout + stderr, /warning|\$PATH|January 2027/i);
  }

  it("is installed from its archive, and verifies and removes a domain", () =>
    inFolder(async (folder) => {
      const archive = archiveHere(await pluginArchives(folder));
      const env = { AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: "" };
      const stack = await world.open({ program, pluginFolder: null, env });
      await stack.command("plugin", "install", "resource", "sesdomain", version, "--file", archive);
      const { stdout } = await stack.command("plugin", "ls", "--json");
      const [plugin] = JSON.parse(stdout) as readonly { readonly name: string; readonly version: string }[];
      assert.deepEqual([plugin?.name, plugin?.version], ["sesdomain", version]);
      await lives(stack);
    }));

  it("writes at Cloudflare with the library that it brings", async () => {
    const host = await openCloudflareHost(world);
    try {
      const args = { domain: host.domain, identities: [{ region: "us-east-1" }], dns: host.dns };
      const [token = ""] = host.secrets;
      const stack = await world.open({
        program: async () => void new PluginResource("VerifiedDomain", "mail", args),
        pluginFolder: await pluginFolder(),
        env: { CLOUDFLARE_API_TOKEN: token },
      });
      const up = await stack.up();
      assert.equal(up.failed, false, up.stdout + up.stderr);
      for (const values of await host.values())
        assert.deepEqual([...values].sort(), [FOREIGN, ...world.tokens()].sort());
      const destroy = await stack.destroy();
      assert.equal(destroy.failed, false, destroy.stdout);
    } finally {
      await host.close();
    }
  });

  it("runs from the folder that Pulumi.yaml names, with only Node and Pulumi on PATH", () =>
    inFolder(async (folder) => {
      const PATH = folderWithNode(folder);
      await engine();
      symlinkSync(findProgram("pulumi") ?? "", join(PATH, "pulumi"));
      const stack = await world.open({ program, pluginFolder: await pluginFolder(), env: { PATH } });
      await lives(stack);
    }));
});
