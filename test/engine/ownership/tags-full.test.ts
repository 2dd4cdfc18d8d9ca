import assert from "node:assert/strict";
import { byHand, program } from "../../support/engine/adopting";
import { assertGone, assertStands, inWorld, statusesOf, tagsOf, US } from "../../support/engine/ownership";
import { changing, succeeded } from "../../support/engine/world";

/** SES keeps fifty tags of an identity, and may show them late. */
describe("a domain whose tags are full or late", function () {
  this.timeout(400_000);

  for (const { count, adopt, fits } of [
    { count: 50, adopt: "keep", fits: false },
    { count: 49, adopt: "own", fits: false },
    { count: 49, adopt: "keep", fits: true },
    { count: 48, adopt: "own", fits: true },
  ] as const) {
    it(`${count} tags of others, adopt ${adopt}: ${fits ? "is registered" : "is refused on preview"}`, () =>
      inWorld(async (world) => {
        byHand(world, Object.fromEntries(Array.from({ length: count }, (_, at) => [`team:${at}`, "theirs"])));
        const stack = await world.open({ program: program(adopt) });
        if (!fits) {
          const before = new Map(tagsOf(world));
          world.emulator.requests.reset();
          for (const run of [await stack.preview(), await stack.up()]) {
            assert.equal(run.failed, true, run.stdout);
            assert.match(run.stdout, /ses-example\.com/);
          }
          assert.deepEqual(changing(world.requests()), []);
          assert.deepEqual(tagsOf(world), before);
          return;
        }
        succeeded(await stack.preview());
        succeeded(await stack.up());
        assert.equal(tagsOf(world).size, 50);
        assertStands(world, { made: adopt === "own" });
        succeeded(await stack.destroy());
        if (adopt === "own") return assertGone(world);
        assert.deepEqual(statusesOf(world), { [US]: "Success" });
        assert.equal(tagsOf(world).size, count);
      }));
  }

  it("fifty users are refused with the list of them", () =>
    inWorld(async (world) => {
      const marks = Array.from({ length: 49 }, (_, at) => [
        `sesdomain:user:${String(at).padStart(16, "0")}`,
        `settled 0123456789abcdef project-${at}/stack-${at}/mail`,
      ]);
      byHand(world, { ...Object.fromEntries(marks), "sesdomain:made": "1" });
      const stack = await world.open({ program: program() });
      const refused = await stack.preview();
      assert.equal(refused.failed, true, refused.stdout);
      for (const at of [0, 21, 48]) assert.ok(refused.stdout.includes(`stack-${at}`), `names stack-${at}`);
      assert.equal(tagsOf(world).size, 50);
    }));
});
