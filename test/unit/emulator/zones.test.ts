import assert from "node:assert/strict";
import fc from "fast-check";
import { formatTxt, parseTxt, txt } from "../../../emulator/text";
import { openZones } from "../../../emulator/zones";
import { fqdn } from "../../../provider/core/fqdn";

const name = fqdn("_amazonses.example.com");
const put = (value: string) => ({ action: "put" as const, set: { name, type: "TXT", ttl: 300, values: [txt(value)] } });

function open(at = { now: 1000 }) {
  return { at, zones: openZones({ now: () => at.now }) };
}

describe("the emulator's zones", () => {
  it("begin with SOA and NS, and step the serial at each change", () => {
    const { zones } = open();
    const zone = zones.add({ name: "Example.COM." });
    assert.equal(zone.name, "example.com");
    const serials = () => [
      zones.get(zone.id)?.serial,
      zones.view(zone.id).find({ name: zone.name, type: "SOA" })?.values[0]?.split(" ")[2],
    ];
    assert.deepEqual(
      zones
        .view(zone.id)
        .at(zone.name)
        .map((set) => set.type),
      ["SOA", "NS"],
    );
    assert.deepEqual(serials(), [1, "1"]);
    zones.change(zone.id, [put("one"), put("two")]);
    assert.deepEqual(serials(), [2, "2"]);
    const soa = { name: zone.name, type: "SOA", ttl: 60, values: ["ns.example.com. host.example.com. 41 1 1 1 1"] };
    zones.change(zone.id, [{ action: "put", set: soa }]);
    assert.deepEqual(serials(), [41, "41"]);
    zones.change(zone.id, [put("three")]);
    assert.deepEqual(serials(), [42, "42"]);
  });

  it("tell sets of one name and type apart by their set identifier", () => {
    const { zones } = open();
    const { id } = zones.add({ name: "example.com" });
    for (const setIdentifier of ["a", "b"]) {
      zones.change(id, [
        {
          action: "put",
          set: {
            name,
            type: "TXT",
            ttl: 1,
            values: [txt(setIdentifier)],
            routing: { setIdentifier, multiValueAnswer: true },
          },
        },
      ]);
    }
    assert.equal(zones.view(id).at(name).length, 2);
    zones.change(id, [{ action: "delete", key: { name, type: "TXT", setIdentifier: "a" } }]);
    assert.deepEqual(
      zones
        .view(id)
        .at(name)
        .map((set) => set.routing?.setIdentifier),
      ["b"],
    );
    assert.equal(zones.view(id).find({ name, type: "TXT" }), undefined);
  });

  it("delegate one public zone of a name, and no private one", () => {
    const { zones } = open();
    const hidden = zones.add({ name: "example.com", private: true });
    const first = zones.add({ name: "example.com" });
    const twin = zones.add({ name: "example.com" });
    assert.deepEqual(
      [hidden, first, twin].map(({ id }) => zones.get(id)?.delegatedTo !== undefined),
      [false, true, false],
    );
    assert.equal(zones.named(fqdn("example.com"))?.id, first.id);
    zones.delegate(twin.id, true);
    assert.equal(zones.get(first.id)?.delegatedTo, undefined);
    assert.equal(zones.named(fqdn("example.com"))?.id, twin.id);
    const names = (id: string) => zones.get(id)?.servers.map((server) => server.name) ?? [];
    assert.equal(new Set([...names(first.id), ...names(twin.id)]).size, 8, "twins share a server");
  });

  it("put unrelated zones on one set of servers, and a child on another than its parent", () => {
    const { zones } = open();
    const servers = ["example.com", "example.org", "mail.example.com"].map(
      (zone) => zones.add({ name: zone }).servers[0]?.addresses[0],
    );
    assert.equal(servers[0], servers[1]);
    assert.notEqual(servers[0], servers[2]);
  });

  it("can be seen as they were", () => {
    const { zones, at } = open();
    const { id } = zones.add({ name: "example.com" });
    const seen = (moment: number) => zones.view(id, moment)?.find({ name, type: "TXT" })?.values;
    for (const [now, value] of [
      [2000, "one"],
      [3000, "two"],
    ] as const) {
      at.now = now;
      zones.change(id, [put(value)]);
    }
    at.now = 4000;
    zones.change(id, [{ action: "delete", key: { name, type: "TXT" } }]);
    assert.deepEqual([1500, 2000, 2999, 3000, 4000].map(seen), [undefined, ['"one"'], ['"one"'], ['"two"'], undefined]);
    assert.equal(zones.view(id, 999), undefined);
    assert.equal(
      zones
        .view(id, 2500)
        ?.find({ name: fqdn("example.com"), type: "SOA" })
        ?.values[0]?.split(" ")[2],
      "2",
    );
    assert.equal(zones.view(id, 1500)?.exists(name), false);
    assert.equal(zones.view(id, 2500)?.exists(name), true);
  });

  it("know the names that exist only because of names below them", () => {
    const { zones } = open();
    const { id } = zones.add({ name: "example.com" });
    const deep = fqdn("a.b.c.example.com");
    zones.change(id, [{ action: "put", set: { name: deep, type: "TXT", ttl: 1, values: [txt("x")] } }]);
    const view = zones.view(id);
    assert.deepEqual(
      ["a.b.c", "b.c", "c", "x.c", "b"].map((label) => view.exists(fqdn(`${label}.example.com`))),
      [true, true, true, false, false],
    );
    zones.change(id, [{ action: "delete", key: { name: deep, type: "TXT" } }]);
    assert.equal(view.exists(fqdn("c.example.com")), false);
    assert.equal(view.exists(fqdn("example.com")), true);
  });

  it("tell their listeners, and settle when those have", async () => {
    const { zones } = open();
    const heard: string[] = [];
    const stop = zones.subscribe(async (event) => {
      await new Promise((resolve) => setImmediate(resolve));
      heard.push(event.kind);
    });
    const { id } = zones.add({ name: "example.com" });
    zones.change(id, [put("x")]);
    zones.remove(id);
    await zones.settled();
    assert.deepEqual(heard, ["added", "delegated", "changed", "removed"]);
    stop();
    zones.add({ name: "example.org" });
    await zones.settled();
    assert.equal(heard.length, 4);
  });
});

describe("TXT values as Route 53 writes them", () => {
  const cases: readonly (readonly [string, readonly string[] | undefined])[] = [
    ['"v=spf1 -all"', ["v=spf1 -all"]],
    ['"one" "two"', ["one", "two"]],
    ['"a \\"quoted\\" word, \\\\ and \\303\\244"', ['a "quoted" word, \\ and \u00c3\u00a4']],
    ['"\u00e4"', ["\u00c3\u00a4"]],
    ["plain", ["plain"]],
    ['""', [""]],
    ['"open', undefined],
    ['"one""two"', undefined],
    ["", undefined],
  ];
  for (const [text, strings] of cases)
    it(`reads ${text || "nothing"}`, () => assert.deepEqual(parseTxt(text), strings));

  it("come back as they were, whatever octets they hold", () => {
    const octets = fc.uint8Array({ maxLength: 20 }).map((bytes) => Buffer.from(bytes).toString("latin1"));
    fc.assert(
      fc.property(fc.array(octets, { minLength: 1, maxLength: 4 }), (strings) => {
        const text = formatTxt(strings);
        assert.match(text, /^[\x20-\x7e]+$/);
        assert.deepEqual(parseTxt(text), strings);
      }),
    );
  });

  it("are cut into strings of 255 octets", () => {
    assert.deepEqual(
      parseTxt(txt("\u00e4".repeat(200)))?.map((string) => string.length),
      [255, 145],
    );
    assert.equal(txt(""), '""');
  });
});
