import assert from "node:assert/strict";
import { type Fqdn, fqdn } from "../../../provider/core/fqdn";
import type { RecordType } from "../../../provider/dns/record";
import { openReadingsAhead } from "../../../provider/lifecycle/observation/readings-ahead";

const NAMES = Array.from({ length: 400 }, (_, at) => fqdn(`d${String(at).padStart(3, "0")}.example`));
const KINDS: readonly (readonly [prefix: string, type: RecordType])[] = [
  ["_amazonses.", "TXT"],
  ["_dmarc.", "TXT"],
  ["bounce.", "MX"],
  ["bounce.", "TXT"],
  ["", "TXT"],
];

describe("reading ahead of the records of the next domains", () => {
  /** Everything that is begun ends at once. */
  function open() {
    const ahead = openReadingsAhead();
    const begun = new Set<string>();
    const misses: string[] = [];
    const begin = (text: string) => {
      if (begun.has(text)) return undefined;
      begun.add(text);
      return Promise.resolve();
    };
    return {
      ahead,
      begun,
      misses,
      async ask(domain: Fqdn, prefix: string, type: RecordType) {
        const text = `${prefix}${domain} ${type}`;
        if (begin(text) !== undefined) misses.push(text);
        ahead.asked(domain, { name: fqdn(`${prefix}${domain}`), type }, (key) => begin(`${key.name} ${key.type}`));
        await new Promise(setImmediate);
      },
      async askOfSes(domain: Fqdn) {
        if (begin(`dkim ${domain}`) !== undefined) misses.push(`dkim ${domain}`);
        ahead.askedOf("account", domain, (next) => begin(`dkim ${next}`));
        await new Promise(setImmediate);
      },
    };
  }

  for (const [what, know] of [
    ["declares", (world: ReturnType<typeof open>) => world.ahead.expect(new Set(NAMES))],
    [
      "has in its account's list",
      (world: ReturnType<typeof open>) => world.ahead.learn(new Map(NAMES.map((name) => [name, 0]))),
    ],
  ] as const) {
    it(`misses no kind of name but of the first domain that the program ${what}`, async () => {
      const world = open();
      know(world);
      for (const domain of NAMES) {
        for (const [prefix, type] of KINDS) await world.ask(domain, prefix, type);
        await world.askOfSes(domain);
      }
      assert.deepEqual(world.misses, [
        ...KINDS.map(([prefix, type]) => `${prefix}${NAMES[0]} ${type}`),
        `dkim ${NAMES[0]}`,
      ]);
    });
  }

  it("reads few names in vain where few domains have them", async () => {
    const world = open();
    world.ahead.expect(new Set(NAMES));
    for (const [at, domain] of NAMES.entries()) {
      await world.ask(domain, "_amazonses.", "TXT");
      if (at % 20 === 0) await world.ask(domain, "bounce.", "MX");
    }
    const begun = [...world.begun].filter((text) => text.startsWith("bounce."));
    assert.ok(begun.length <= 20 + 2 * 20 + 16, `${begun.length} begun`);
    assert.equal(world.misses.filter((text) => text.startsWith("_amazonses.")).length, 1);
  });

  it("begins nothing for names of no domain, and nothing by another domain's DKIM token", async () => {
    const world = open();
    world.ahead.expect(new Set(NAMES));
    const [domain] = NAMES;
    assert.ok(domain !== undefined);
    const fail = () => assert.fail("nothing is to be read ahead");
    world.ahead.asked(domain, { name: fqdn("_dmarc.example"), type: "TXT" }, fail);
    world.ahead.asked(domain, { name: fqdn(`not${domain}`), type: "TXT" }, fail);
    world.ahead.asked(domain, { name: fqdn(`abcdef._domainkey.${domain}`), type: "CNAME" }, fail);
  });

  it("follows a bounded number of kinds", async () => {
    const world = open();
    world.ahead.expect(new Set(NAMES));
    const [first, second] = NAMES;
    assert.ok(first !== undefined && second !== undefined);
    for (let at = 0; at < 100; at += 1) await world.ask(first, `b${at}.`, "MX");
    const kinds = [...world.begun].filter((text) => text.includes(`.${second} `));
    assert.ok(kinds.length > 0 && kinds.length <= 32, `${kinds.length} kinds`);
  });
});
