import assert from "node:assert/strict";
import { openByHand, TWO, UNDER } from "../support/engine/by-hand";
import { planShown } from "../support/engine/planned";
import type { Publisher } from "../support/engine/publisher";
import type { EngineStack } from "../support/engine/stack";
import { type EngineWorld, openEngineWorld, succeeded } from "../support/engine/world";

/** The chapters share one stack: each begins where the one before ended. */
describe("a domain whose records a person publishes, on the engine", function () {
  this.timeout(240_000);
  let world: EngineWorld;
  let stack: EngineStack;
  let person: Publisher;

  describe("at a host that can do everything", () => {
    before(async () => {
      world = await openEngineWorld();
      ({ person, stack } = await openByHand(world, TWO));
    });
    after(() => world?.close());

    it("up prints the records while it waits, and goes on when they appear", async () => {
      const { lines, run } = await person.obey(await stack.spawnUp(), 2);
      assert.deepEqual(
        lines.map(({ name }) => name),
        [UNDER, UNDER],
      );
      assert.deepEqual(lines.map(({ value }) => value).sort(), world.tokens());
      assert.deepEqual(world.statuses(), { "us-east-1": "Success", "eu-west-1": "Success" });
      assert.deepEqual(run.outputs.records, [
        { name: UNDER, type: "TXT", ttl: 300, values: world.tokens(), purpose: "verification", owned: true },
      ]);
      assert.equal((await stack.preview({ expectNoChanges: true })).exitCode, 0);
    });

    it("a preview shows that somebody deleted one, and up prints that one again", async () => {
      const [first = "", second = ""] = world.tokens();
      person.put(UNDER, [second]);
      const preview = succeeded(await stack.preview({ diff: true }));
      assert.match(planShown(preview.stdout), /^publish: txt-/);
      const { lines } = await person.obey(await stack.spawnUp(), 1);
      assert.ok(
        lines.some(({ value }) => value === first),
        JSON.stringify(lines),
      );
      assert.deepEqual(person.values(UNDER), [[first, second].sort()]);
    });

    it("destroy says what may be deleted, and takes the identities", async () => {
      const tokens = world.tokens();
      const destroy = succeeded(await stack.destroy());
      assert.deepEqual(world.statuses(), {});
      assert.match(destroy.stdout, /no longer needed and may be deleted/);
      for (const token of tokens) assert.ok(destroy.stdout.includes(token));
    });
  });
});
