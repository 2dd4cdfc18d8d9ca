import assert from "node:assert/strict";
import { type Fqdn, fqdn } from "../../../provider/core/fqdn";
import { openPrefetcher } from "../../../provider/lifecycle/observation/prefetch";

const NAMES = Array.from({ length: 600 }, (_, at) => fqdn(`d${String(at).padStart(3, "0")}.example`));
const at = (place: number) => NAMES[place] as Fqdn;

describe("reading ahead of what a program declares", () => {
  /** Everything that is begun ends at once; what is needed and was not begun is a miss. */
  function open() {
    const ahead = openPrefetcher();
    const begun = new Set<Fqdn>();
    let misses = 0;
    return {
      expect: (count: number) => ahead.expect(new Set(NAMES.slice(0, count))),
      misses: () => misses,
      async ask(domain: Fqdn) {
        if (!begun.has(domain)) misses += 1;
        begun.add(domain);
        ahead.asked(domain, (next) => {
          if (begun.has(next)) return undefined;
          begun.add(next);
          return Promise.resolve();
        });
        await new Promise(setImmediate);
      },
      begun,
    };
  }

  it("leaves none out where the names become known little by little", async () => {
    const world = open();
    for (let place = 0; place < 400; place += 1) {
      world.expect(Math.min(NAMES.length, place + 20));
      await world.ask(at(place));
    }
    assert.equal(world.misses(), 1);
  });

  it("leaves none out where the engine leaps forth and back", async () => {
    const world = open();
    world.expect(NAMES.length);
    const order = NAMES.map((_, place) => place);
    // Blocks of fifty in pairs, the later one first.
    order.sort((a, b) => (Math.floor(a / 50) ^ 1) * 50 + (a % 50) - ((Math.floor(b / 50) ^ 1) * 50 + (b % 50)));
    for (const place of order) await world.ask(at(place));
    assert.ok(world.misses() <= 2, `${world.misses()} misses`);
  });

  it("begins no more than a few hundred that are not asked for", async () => {
    const world = open();
    world.expect(NAMES.length);
    for (let place = 0; place < 8; place += 1) await world.ask(at(place));
    assert.ok(world.begun.size <= 8 + 256, `${world.begun.size} begun`);
    assert.ok(world.begun.has(at(200)));
  });
});
