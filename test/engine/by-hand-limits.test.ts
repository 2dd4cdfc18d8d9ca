import assert from "node:assert/strict";
import { DOMAIN, ONE, openByHand, program, TWO, UNDER } from "../support/engine/by-hand";
import type { Publisher } from "../support/engine/publisher";
import type { EngineStack } from "../support/engine/stack";
import { type EngineWorld, openEngineWorld, SPF, succeeded } from "../support/engine/world";

/** The chapters share one stack: each begins where the one before ended. */
describe("a domain whose records a person publishes, on the engine", function () {
  this.timeout(240_000);
  let world: EngineWorld;
  let stack: EngineStack;
  let person: Publisher;
  const amazonses = () => world.tokens().map((token) => `amazonses:${token}`);

  describe("at hosts that cannot", () => {
    before(async () => {
      world = await openEngineWorld();
      ({ person, stack } = await openByHand(world, ONE, { underscores: false }));
    });
    after(() => world?.close());

    it("hold names with underscores: the value goes to the domain itself, beside SPF", async () => {
      const { lines } = await person.obey(await stack.spawnUp(), 1);
      assert.deepEqual(
        lines,
        amazonses().map((value) => ({ name: DOMAIN, value })),
      );
      assert.deepEqual(world.statuses(), { "us-east-1": "Success" });
      assert.deepEqual(person.values(DOMAIN, UNDER), [[SPF, ...amazonses()].sort(), []]);
    });

    it("hold several values under one name: two identities go to the two names, and what was there is told last", async () => {
      const [before = ""] = amazonses();
      stack.changeProgram(program(TWO, { multipleValues: false }));
      const { lines, run } = await person.obey(await stack.spawnUp(), 2);
      const byName = new Map(lines.map(({ name, value }) => [name, value]));
      assert.deepEqual([...byName.keys()].sort(), [UNDER, DOMAIN].sort());
      assert.equal(byName.get(UNDER), before.replace("amazonses:", ""));
      assert.ok(amazonses().includes(byName.get(DOMAIN) ?? ""));
      assert.deepEqual(world.statuses(), { "us-east-1": "Success", "eu-west-1": "Success" });
      assert.match(run.stdout, /may be deleted/);
      assert.equal((await stack.preview({ expectNoChanges: true })).exitCode, 0);
    });

    it("hold three values: refused on preview, with the way out", async () => {
      stack.changeProgram(program([...TWO, "us-west-2"], { multipleValues: false }));
      const preview = await stack.preview();
      assert.equal(preview.failed, true);
      assert.match(preview.stdout.replace(/\s+/g, " "), /placement-one-value: .*3 identities/);
      assert.deepEqual(Object.keys(world.statuses()).sort(), [...TWO].sort());
    });

    it("let go of both", async () => {
      succeeded(await stack.destroy());
      assert.deepEqual(world.statuses(), {});
    });
  });
});
