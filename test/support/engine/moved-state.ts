import assert from "node:assert/strict";
import { ourResources, statusesOf, US, urnIn } from "./ownership";
import type { EngineStack } from "./stack";
import { declare, type EngineWorld, succeeded } from "./world";

export const program =
  (name = "mail") =>
  async () =>
    void declare(name, { regions: [US] });

/** The stack "from" has verified the domain, and its resource has been moved to the stack "to", whose program declares it. */
export async function moveState(world: EngineWorld): Promise<{ readonly from: EngineStack; readonly to: EngineStack }> {
  const from = await world.open({ stack: "from", program: program() });
  const to = await world.open({ stack: "to", sameFolderAs: from, program: program() });
  succeeded(await from.up());
  const urn = await urnIn(from, "mail");
  await from.command("state", "move", urn, "--source", "from", "--dest", "to", "--include-parents", "--yes");
  assert.deepEqual(
    [(await ourResources(from)).length, (await ourResources(to)).length],
    [0, 1],
    "the resource has moved",
  );
  assert.deepEqual(statusesOf(world), { [US]: "Success" });
  return { from, to };
}
