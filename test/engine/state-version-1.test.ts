import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Deployment } from "@pulumi/pulumi/automation";
import type { VerificationStatus } from "../../provider/ses/port";
import { assertGone, assertQuiet, EU, inWorld, ourResources, tokensOf, US } from "../support/engine/ownership";
import { DomainIdentity, VerifiedEmailAddress } from "../support/engine/resources";
import { assertTaken } from "../support/engine/version-before";
import { ACCOUNT, declare, type EngineWorld, NAME, OTHER_TEAM, succeeded } from "../support/engine/world";

interface Written {
  readonly state: Deployment;
  readonly identities: readonly {
    readonly region: string;
    readonly name: string;
    readonly token?: string;
    readonly status: VerificationStatus;
    readonly tags: Readonly<Record<string, string>>;
  }[];
}

/**
 * What the last commit before state version 2 wrote: a resource of each kind that owns something. The last update of the
 * domain published a value that was gone, so that its inputs still say so.
 */
const { state, identities } = JSON.parse(readFileSync(join(__dirname, "states", "version-1.json"), "utf8")) as Written;

async function program(): Promise<void> {
  declare("mail", { regions: [US, EU] });
  new DomainIdentity("parts", { domain: "parts-example.com", identities: [{ region: US }] });
  new VerifiedEmailAddress("sender", { address: "sender@elsewhere-example.com", identities: [{ region: US }] });
}

async function opened(world: EngineWorld) {
  world.emulator.cloud.ses.inject(identities.map((one) => ({ ...one, accountId: ACCOUNT })));
  world.setValues(NAME, [OTHER_TEAM, ...tokensOf(world)]);
  const stack = await world.open({ program });
  await stack.importState(state);
  return stack;
}

describe("a state of version 1", function () {
  this.timeout(400_000);

  it("previews clean, is refreshed, updated, and destroyed", () =>
    inWorld(async (world) => {
      const stack = await opened(world);
      await assertTaken(stack, 3);
      succeeded(await stack.refresh());
      await assertQuiet(stack);
      world.setValues(NAME, [OTHER_TEAM]);
      const up = succeeded(await stack.up());
      assert.deepEqual(up.changes, { update: 1, same: 3 });
      assert.deepEqual(world.at(NAME)?.values, [OTHER_TEAM, ...tokensOf(world)].sort());
      await assertQuiet(stack);
      const mail = (await ourResources(stack)).find(({ urn }) => urn.endsWith("::mail"));
      assert.equal(mail?.outputs?.__state, 2);
      succeeded(await stack.destroy());
      assertGone(world);
      assert.deepEqual(await ourResources(stack), []);
    }));

  it("is destroyed before anything else", () =>
    inWorld(async (world) => {
      const stack = await opened(world);
      succeeded(await stack.destroy());
      assertGone(world);
      assert.deepEqual(
        world.emulator.cloud.ses.identities(ACCOUNT).map(({ name }) => name),
        ["other-team-example.com"],
      );
    }));
});
