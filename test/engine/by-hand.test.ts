import assert from "node:assert/strict";
import { child, fqdn } from "../../provider/core/fqdn";
import type { ManualArgs } from "../../provider/resources/args";
import { openPublisher, type Publisher } from "../support/engine/publisher";
import type { EngineStack } from "../support/engine/stack";
import { declare, type EngineWorld, openEngineWorld, SPF, succeeded } from "../support/engine/world";

const DOMAIN = fqdn("by-hand-example.com");
const UNDER = child("_amazonses", DOMAIN);
const ONE = ["us-east-1"];
const TWO = ["us-east-1", "eu-west-1"];

/** The chapters of each share one stack: each begins where the one before ended. */
describe("a domain whose records a person publishes, on the engine", function () {
  this.timeout(240_000);
  let world: EngineWorld;
  let stack: EngineStack;
  let person: Publisher;
  const program =
    (regions: readonly string[], host: Omit<ManualArgs, "kind"> = {}) =>
    async () => ({ records: declare("mail", { domain: DOMAIN, regions, dns: { kind: "manual", ...host } }).records });
  const amazonses = () => world.tokens().map((token) => `amazonses:${token}`);

  async function open() {
    world = await openEngineWorld();
    const zone = await world.emulator.addZone({ name: DOMAIN });
    person = openPublisher(world, zone.id);
    person.put(DOMAIN, [SPF]);
  }

  describe("at a host that can do everything", () => {
    before(async () => {
      await open();
      stack = await world.open({ program: program(TWO) });
    });
    after(() => world.close());

    it("up prints the records while it waits, and goes on when they appear", async () => {
      const { lines, run } = await person.obey(await stack.spawnUp(), 2);
      assert.deepEqual(
        lines.map(({ name }) => name),
        [UNDER, UNDER],
      );
      assert.deepEqual(lines.map(({ value }) => value).sort(), world.tokens());
      assert.deepEqual(world.statuses(), { "us-east-1": "Success", "eu-west-1": "Success" });
      assert.deepEqual(run.outputs.records, [{ name: UNDER, type: "TXT", ttl: 300, values: world.tokens() }]);
      assert.equal((await stack.preview({ expectNoChanges: true })).exitCode, 0);
    });

    it("a preview shows that somebody deleted one, and up prints that one again", async () => {
      const [first = "", second = ""] = world.tokens();
      person.put(UNDER, [second]);
      const preview = succeeded(await stack.preview({ diff: true }));
      assert.match(preview.stdout, /verification: "verified" => "publish: txt-/);
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

  describe("at hosts that cannot", () => {
    before(async () => {
      await open();
      stack = await world.open({ program: program(ONE, { underscores: false }) });
    });
    after(() => world.close());

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
