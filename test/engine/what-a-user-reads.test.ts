import assert from "node:assert/strict";
import { dynamicOnly, isPlugin } from "../support/engine/door";
import { assertExplained, assertToldOnce } from "../support/engine/explained";
import { polls, pollsUntil } from "../support/engine/polls";
import type { EngineStack } from "../support/engine/stack";
import {
  ACCOUNT,
  DOMAIN,
  declare,
  type EngineWorld,
  NAME,
  OTHER_TEAM,
  openEngineWorld,
  succeeded,
} from "../support/engine/world";

const REGION = "us-east-1";

/** The chapters share one stack: each begins where the one before ended. */
describe("what a user reads of Pulumi", function () {
  this.timeout(180_000);
  let world: EngineWorld;
  let stack: EngineStack;
  let timeout = "20m";

  before(async () => {
    world = await openEngineWorld();
    // A person has a few seconds between two Ctrl-C.
    stack = await world.open({
      program: async () => void declare("mail", { regions: [REGION], timeout }),
      realTime: true,
    });
  });
  after(() => world.close());

  const setStatus = (status: "Pending" | "Success") =>
    world.emulator.cloud.ses.setStatus(ACCOUNT, REGION, DOMAIN, status, { held: true });
  /** SES takes its time from the first request on. */
  const pendingFromTheFirst = () =>
    world.emulator.onRequest(({ action, phase }) => {
      if (action === "VerifyDomainIdentity" && phase === "after") setStatus("Pending");
    });

  dynamicOnly("status in the inputs").it("a first preview shows no status before there is one", async () => {
    const preview = succeeded(await stack.preview({ diff: true }));
    assert.doesNotMatch(preview.stdout, /"verified"|"requested"/);
  });

  it("a destroy that fails is told once, without a stack trace", async () => {
    succeeded(await stack.up());
    const fault = world.emulator.faults.http({ service: "ses", action: "DeleteIdentity" }, { kind: "deny" });
    const destroy = await stack.destroy();
    assert.equal(destroy.failed, true);
    assertToldOnce(destroy, "not authorized to perform");
    fault.off();
    succeeded(await stack.destroy());
    world.assertUntouched();
  });

  it(`a wait is ended by the ${isPlugin ? "first" : "second"} Ctrl-C, and keeps what was made`, async () => {
    const stop = pendingFromTheFirst();
    const running = await stack.spawnUp();
    await pollsUntil(world, () => running.events().some(({ diagnosticEvent }) => isLine(diagnosticEvent?.message)));
    const first = running.events().find(({ diagnosticEvent }) => isLine(diagnosticEvent?.message));
    assert.equal(/Ctrl-C twice/.test(first?.diagnosticEvent?.message ?? ""), !isPlugin);
    running.signal("SIGINT", "leader");
    if (!isPlugin) {
      await polls(world, 2);
      running.signal("SIGINT", "leader");
    }
    const run = await running.done;
    stop();
    assert.equal(run.failed, true);
    assert.deepEqual(world.statuses(), { [REGION]: "Pending" });
    assert.deepEqual(world.at(NAME)?.values, [OTHER_TEAM, ...world.tokens()].sort());
    await stack.cancel();
  });

  it("the next up goes on from there; where it times out, the next preview shows a property or says why", async () => {
    timeout = "5s";
    const late = await stack.up();
    assert.equal(late.failed, true);
    assert.deepEqual(Object.keys(world.statuses()), [REGION]);
    assertExplained(await stack.preview({ diff: true }));
    setStatus("Success");
    const verified = await stack.preview({ diff: true });
    // The engine reads the plugin's resource first: where all is well by then, the error is gone, and nothing is left to do.
    if (isPlugin && verified.changes.same === 2) succeeded(verified);
    else assertExplained(verified);
    timeout = "20m";
    succeeded(await stack.up());
    world.assertVerified([REGION]);
  });
});

function isLine(message: string | undefined): boolean {
  return message?.includes(`${REGION} Pending`) === true;
}
