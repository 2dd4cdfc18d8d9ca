import assert from "node:assert/strict";
import { secret } from "@pulumi/pulumi";
import { pluginOnly } from "../../../support/engine/door";
import { assertGone, assertQuiet, inWorld, ourResources, US } from "../../../support/engine/ownership";
import { openSpill, type Spill } from "../../../support/engine/spill";
import type { EngineRun } from "../../../support/engine/stack";
import { ACCOUNT, declare, NAME, OTHER_TEAM, succeeded } from "../../../support/engine/world";

const ROLE = `arn:aws:iam::${ACCOUNT}:role/hush-4711`;
const TIMEOUT = "47m11s";

/** How Pulumi's state marks what it has encrypted (pulumi/pulumi, sdk/go/common/resource/sig). */
const SIGNATURE = "4dabf18193072939515e22adb298388d";

const isEncrypted = (value: unknown) => typeof value === "object" && value !== null && SIGNATURE in value;

/** The member at a path of names and indexes; an encrypted value on the way ends it. */
function at(value: unknown, ...path: readonly string[]): unknown {
  const [first, ...rest] = path;
  if (first === undefined || isEncrypted(value)) return value;
  return at((value as Record<string, unknown> | undefined)?.[first], ...rest);
}

/** Without debug messages: there Pulumi's runtime of the program prints what it registers, secrets in the clear. */
function openLasting(): Spill {
  const spill = openSpill();
  const isDebug = (event: EngineRun["events"][number]) => String(event.diagnosticEvent?.severity) === "debug";
  return {
    ...spill,
    keep: (what, run) => spill.keep(what, { ...run, events: run.events.filter((event) => !isDebug(event)) }),
  };
}

pluginOnly().describe("secrets among the arguments of the plugin's resources", function () {
  this.timeout(400_000);

  it("are encrypted in the state, nested too, in inputs and outputs, and shown nowhere", () =>
    inWorld(
      async (world) => {
        let ttl = 300;
        const program = async () => {
          const identities = [{ region: US, roleArn: secret(ROLE) }];
          return { arns: declare("mail", { identities, timeout: secret(TIMEOUT), ttl: secret(ttl) }).identityArns };
        };
        const stack = await world.open({ program });
        const spill = openLasting();
        const assertEncrypted = async (when: string) => {
          spill.keepFiles(when, stack);
          const [mail] = await ourResources(stack);
          for (const path of [["timeout"], ["ttl"], ["identities", "0", "roleArn"]]) {
            assert.ok(isEncrypted(at(mail?.inputs, ...path)), `${when}: inputs.${path.join(".")}`);
          }
          const repeated = at(mail?.outputs, "identities", "0", "roleArn");
          assert.ok(repeated === undefined || isEncrypted(repeated), `${when}: outputs.identities`);
          spill.assertNone([ROLE, TIMEOUT]);
        };
        spill.keep("preview", succeeded(await stack.preview({ diff: true })));
        spill.keep("up", succeeded(await stack.up({ diff: true })));
        await assertEncrypted("up");
        await assertQuiet(stack);
        spill.keep("refresh", succeeded(await stack.refresh({ diff: true })));
        await assertEncrypted("refresh");
        world.setValues(NAME, [OTHER_TEAM]);
        spill.keep("drift", succeeded(await stack.preview({ diff: true })));
        ttl = 600;
        spill.keep("update", succeeded(await stack.up({ diff: true })));
        await assertEncrypted("update");
        await assertQuiet(stack);
        spill.keep("destroy", succeeded(await stack.destroy()));
        spill.keepFiles("destroy", stack);
        spill.assertNone([ROLE, TIMEOUT]);
        assertGone(world);
      },
      { accounts: [{ id: ACCOUNT, roles: [{ name: "hush-4711" }] }] },
    ));

  it("are hidden where an operation fails, and stay secret in what it leaves", () =>
    inWorld(
      async (world) => {
        const program = async () => {
          declare("mail", { identities: [{ region: US, roleArn: secret(ROLE) }], timeout: secret("4s") });
        };
        const stack = await world.open({ program });
        const spill = openLasting();
        const denied = world.emulator.faults.http(
          { service: "route53", action: "ChangeResourceRecordSets" },
          { kind: "deny" },
        );
        const up = spill.keep("up", await stack.up());
        assert.equal(up.failed, true);
        spill.keepFiles("up", stack);
        spill.assertNone([ROLE]);
        denied.off();
        succeeded(await stack.destroy());
        assertGone(world);
      },
      { accounts: [{ id: ACCOUNT, roles: [{ name: "hush-4711" }] }] },
    ));
});
