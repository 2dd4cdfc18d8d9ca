import assert from "node:assert/strict";
import type { Adoption } from "../../../provider/lifecycle/arguments/types";
import { adoptedIn, assertGone, assertQuiet, assertStands, inWorld, US, watch } from "./ownership";
import { ACCOUNT, DOMAIN, declare, type EngineWorld, NAME, OTHER_TEAM, succeeded } from "./world";

export const program = (adopt?: Adoption) => async () =>
  void declare("mail", { regions: [US], ...(adopt && { adopt }) });

/** A verified identity that a person made, with its value in DNS. */
export function byHand(world: EngineWorld, tags: Readonly<Record<string, string>> = { team: "somebody" }): string {
  const { ses } = world.emulator.cloud;
  ses.inject([{ accountId: ACCOUNT, region: US, name: DOMAIN, tags }]);
  const { token } = ses.identity(ACCOUNT, US, DOMAIN) ?? {};
  assert.ok(token);
  world.setValues(NAME, [OTHER_TEAM, token]);
  return token;
}

/** Another stack of this package has made the identity; ours joins it. */
export function joins(adopt: Adoption): Promise<void> {
  return inWorld(async (world) => {
    const dev = await world.open({ stack: "dev", program: program() });
    const prod = await world.open({ stack: "prod", program: program(adopt) });
    succeeded(await dev.up());
    succeeded(await prod.preview());
    succeeded(await prod.up());
    assertStands(world, { users: 2 });
    assert.deepEqual(await adoptedIn(prod), { [US]: false });
    await assertQuiet(prod);
    const seen = watch(world);
    const [first, last] = adopt === "keep" ? [dev, prod] : [prod, dev];
    succeeded(await first.destroy());
    seen.assertNone();
    assertStands(world);
    succeeded(await last.destroy());
    assertGone(world);
  });
}
