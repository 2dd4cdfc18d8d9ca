import assert from "node:assert/strict";
import { join } from "node:path";
import { awsConfig } from "../support/aws/cloud";
import { runWriters } from "../support/backend/writers";
import { declare, NAME, OTHER_TEAM, openEngineWorld, succeeded } from "../support/engine/world";

describe("two programs and one record set", function () {
  this.timeout(180_000);

  it("two stacks verify one domain in a region each, at once, and one is destroyed", async () => {
    const world = await openEngineWorld();
    try {
      const [east, west] = await Promise.all(
        ["us-east-1", "eu-west-1"].map((region) =>
          world.open({ stack: region, program: async () => void declare("mail", { regions: [region] }) }),
        ),
      );
      assert.ok(east && west);
      for (const up of await Promise.all([east.up(), west.up()])) succeeded(up);
      world.assertVerified(["us-east-1", "eu-west-1"]);
      for (const quiet of await Promise.all([east, west].map((stack) => stack.preview({ expectNoChanges: true }))))
        assert.equal(quiet.exitCode, 0, quiet.stdout);
      succeeded(await east.destroy());
      world.assertVerified(["eu-west-1"]);
    } finally {
      await world.close();
    }
  });

  it("two processes add to one set at once, twenty times each, and lose none", async () => {
    const world = await openEngineWorld({ rateLimits: false });
    try {
      const values = Array.from({ length: 40 }, (_, at) => `value ${at}`);
      const settings = awsConfig(world.emulator.cloud);
      await runWriters(
        { module: join(__dirname, "../support/aws/route53-worker-in-turn.ts"), settings },
        { name: NAME, type: "TXT" },
        values,
        2,
      );
      assert.deepEqual(world.at(NAME), { ttl: 1800, values: [OTHER_TEAM, ...values].sort() });
      assert.ok((world.requests()["route53:ChangeResourceRecordSets"] ?? 0) >= 40, "each value was a write of its own");
    } finally {
      await world.close();
    }
  });
});
