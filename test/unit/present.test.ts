import assert from "node:assert/strict";
import { type Fqdn, fqdn } from "../../provider/core/fqdn";
import { contentsOf, presentRecord, readContents, withParents } from "../../provider/dns/present";

const ZONE = fqdn("example.com");
const at = (label: string) => fqdn(`${label}.example.com`);
const ns = (server: string) => presentRecord("NS", undefined, { told: server });
const txt = presentRecord("TXT", { type: "TXT", text: "v" }, {});

describe("what a zone has at some names", () => {
  it("is read with the parents of each name below the apex, each once", () => {
    const names = [at("t1._domainkey"), at("t2._domainkey"), at("_dmarc"), ZONE];
    const wanted = [ZONE, ...["t1._domainkey", "_domainkey", "t2._domainkey", "_dmarc"].map(at)];
    assert.deepEqual([...withParents(ZONE, names)].sort(), wanted.sort());
  });

  it("tells where a name is delegated, or a parent of it: the one closest to the apex", () => {
    const read = new Map([
      [ZONE, [ns("NS1.example.com.")]],
      [at("_domainkey"), [ns("NS1.Other.Example."), ns("ns2.other.example")]],
      [at("x._domainkey"), [ns("ns9.example.")]],
      [at("_dmarc"), [ns("ns3.example.")]],
    ]);
    const names = [at("t.x._domainkey"), at("_dmarc"), at("bounce"), ZONE];
    assert.deepEqual(
      contentsOf(ZONE, names, read).map(({ name, cut }) => [name, cut]),
      [
        [at("t.x._domainkey"), { name: at("_domainkey"), servers: ["ns1.other.example", "ns2.other.example"] }],
        [at("_dmarc"), { name: at("_dmarc"), servers: ["ns3.example"] }],
        [at("bounce"), undefined],
        [ZONE, undefined],
      ],
    );
  });

  it("is read a few names at a time, and given in the order asked for", async () => {
    let running = 0;
    let most = 0;
    const asked: Fqdn[] = [];
    const read = async (name: Fqdn) => {
      asked.push(name);
      running += 1;
      most = Math.max(most, running);
      await new Promise((resolve) => setImmediate(resolve));
      running -= 1;
      return name === at("n7") ? [txt] : [];
    };
    const names = Array.from({ length: 20 }, (_, index) => at(`n${19 - index}`));
    const found = await readContents(ZONE, names, read);
    assert.deepEqual(
      found.map(({ name }) => name),
      names,
    );
    assert.deepEqual(
      found.flatMap(({ name, records }) => (records.length > 0 ? [name] : [])),
      [at("n7")],
    );
    assert.equal(asked.length, 20);
    assert.ok(most > 1 && most <= 8, String(most));
  });
});
