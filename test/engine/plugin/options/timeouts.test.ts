import assert from "node:assert/strict";
import type { CustomTimeouts } from "@pulumi/pulumi";
import { pluginOnly } from "../../../support/engine/door";
import { assertGone, assertQuiet, assertStands, inWorld, ourResources, US } from "../../../support/engine/ownership";
import { domain } from "../../../support/engine/replacing";
import { ACCOUNT, DOMAIN, type EngineWorld, succeeded } from "../../../support/engine/world";

const setStatus = (world: EngineWorld, status: "Pending" | "Success") =>
  world.emulator.cloud.ses.setStatus(ACCOUNT, US, DOMAIN, status, { held: true });

/** The time of the argument is longer than the test has. */
pluginOnly().describe("customTimeouts of the plugin's resources", function () {
  this.timeout(180_000);

  it("end a create and an update that wait; what was made is kept, and the next up goes on", () =>
    inWorld(async (world) => {
      let customTimeouts: CustomTimeouts = { create: "5s" };
      const stack = await world.open({
        program: async () => void domain({ timeout: "45m" }, { customTimeouts }),
      });
      const stop = world.emulator.onRequest(({ action, phase }) => {
        if (action === "VerifyDomainIdentity" && phase === "after") setStatus(world, "Pending");
      });
      const create = await stack.up();
      assert.equal(create.failed, true, create.stdout);
      assert.match(create.stdout, /us-east-1/);
      assert.equal((await ourResources(stack)).length, 1);
      customTimeouts = { update: "5s" };
      const update = await stack.up();
      assert.equal(update.failed, true, update.stdout);
      const { deployment } = await stack.exportState();
      assert.deepEqual(deployment.pending_operations ?? [], []);
      stop();
      setStatus(world, "Success");
      succeeded(await stack.up());
      await assertQuiet(stack);
      assertStands(world);
    }));

  it("end a delete, and the next one finishes", () =>
    inWorld(async (world) => {
      const stack = await world.open({ program: async () => void domain({}, { customTimeouts: { delete: "3s" } }) });
      succeeded(await stack.up());
      const late = world.emulator.faults.http({ action: "DeleteIdentity" }, { kind: "delay", delayMs: 60_000 });
      const begun = performance.now();
      const destroy = await stack.destroy();
      assert.equal(destroy.failed, true, destroy.stdout);
      assert.ok(performance.now() - begun < 55_000, "it ended before SES answered");
      assert.equal((await ourResources(stack)).length, 1);
      late.off();
      succeeded(await stack.destroy());
      assertGone(world);
    }));

  it("change nothing in the state by themselves", () =>
    inWorld(async (world) => {
      let customTimeouts: CustomTimeouts = {};
      const stack = await world.open({ program: async () => void domain({}, { customTimeouts }) });
      succeeded(await stack.up());
      customTimeouts = { create: "20m", update: "20m", delete: "20m" };
      await assertQuiet(stack);
      succeeded(await stack.up());
      await assertQuiet(stack);
    }));
});
