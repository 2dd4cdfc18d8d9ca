import assert from "node:assert/strict";
import { fqdn } from "../../provider/core/fqdn";
import type { Zone } from "../../provider/dns/backend";
import { RecordConflictError } from "../../provider/dns/conflict";
import { recordOf, textsOf } from "../support/backend/records";
import { describeBackend } from "../support/backend/suite";
import { openApiAt, openRealPowerdns, type PowerdnsHost, patch } from "../support/powerdns/host";
import { dig, run, SUBZONE, ZONE } from "../support/rfc2136/host";
import { plainCtx, refusal } from "../support/rfc2136/suite";

describeBackend({ name: "PowerDNS", writers: "measured", part: "operations", open: openRealPowerdns });

describe("PowerDNS 4.7 by its API", function () {
  this.timeout(30_000);
  let host: PowerdnsHost;
  let zone: Zone;
  const ctx = plainCtx();
  const value = (name: ReturnType<typeof fqdn>, text: string) => ({ type: "TXT" as const, name, text: text, ttl: 300 });

  before(async function () {
    host = await openRealPowerdns(this);
    zone = await host.backend.findZone(ZONE, ctx);
  });
  after(() => host?.close());

  it("gives the zone another id than its namesake at another server, and names its servers", async () => {
    const direct = await openApiAt({ url: host.server.url }).findZone(fqdn(`_amazonses.${ZONE}`), ctx);
    assert.deepEqual(
      [zone.id, direct.id],
      [host.proxy.url, host.server.url].map((url) => `${url}/api/v1/servers/localhost ${ZONE}.`),
    );
    assert.deepEqual(zone.servers, [`ns1.${ZONE}`]);
  });
  it("keeps disabled records and comments while ours come and go", async () => {
    const name = fqdn(`_amazonses.kept.${ZONE}`);
    const records = [
      { content: '"on"', disabled: false },
      { content: '"off"', disabled: true },
    ];
    const comments = [{ content: "hands off", account: "somebody", modified_at: 1_700_000_000 }];
    await patch(host.server, [{ name: `${name}.`, type: "TXT", changetype: "REPLACE", ttl: 99, records, comments }]);
    const before = await stored(name);

    await host.backend.add(zone, [value(name, "ours")], ctx);
    assert.deepEqual([...(await dig(host.server.port, name)).values].sort(), ["on", "ours"]);
    assert.match(await stored(name), /"off"\|99\|1/);
    await host.backend.remove(zone, [value(name, "ours")], ctx);
    assert.equal(await stored(name), before);
    assert.match(before, /hands off/);
  });
  it("takes its MX record away again where another writer was as fast, and names the other", async () => {
    const name = fqdn(`bounce.race.${ZONE}`);
    const [ours, theirs] = ["10 ours.example.", "20 theirs.example."];
    const adding = refusal(host.backend.add(zone, [recordOf("MX", name, ours)], ctx));
    while (!(await dig(host.server.port, name, "MX")).values.includes(ours));
    const records = [ours, theirs].map((content) => ({ content, disabled: false }));
    await patch(host.server, [{ name: `${name}.`, type: "MX", changetype: "REPLACE", ttl: 300, records }]);
    const error = await adding;
    assert.ok(error instanceof RecordConflictError, String(error));
    assert.deepEqual(
      error.conflict.present.map(({ text }) => text),
      [theirs],
    );
    assert.deepEqual(await dig(host.server.port, name, "MX"), { values: [theirs], ttl: 300 });
  });
  it("names what the API has when it refuses a CNAME for what came in between", async () => {
    const name = fqdn(`_amazonses.between.${ZONE}`);
    host.proxy.before = async () => {
      if (host.proxy.seen.at(-1)?.method !== "PATCH") return;
      host.proxy.before = undefined;
      const records = [{ content: '"theirs"', disabled: false }];
      await patch(host.server, [{ name: `${name}.`, type: "TXT", changetype: "REPLACE", ttl: 99, records }]);
    };
    const error = await refusal(host.backend.add(zone, [recordOf("CNAME", name, "ours.example.")], ctx));
    host.proxy.before = undefined;
    assert.ok(error instanceof RecordConflictError, String(error));
    assert.deepEqual(
      error.conflict.present.map(({ type, text, ttl }) => [type, text, ttl]),
      [["TXT", '"theirs"', 99]],
    );
    assert.deepEqual((await dig(host.server.port, name, "CNAME")).values, []);
  });
  it("lists what is served, not what is disabled", async () => {
    const listed = await host.backend.list(zone, { name: fqdn(`_amazonses.kept.${ZONE}`), type: "TXT" }, ctx);
    assert.deepEqual(textsOf(listed), ["on"]);
  });
  it("lets the serial rise as the zone's SOA-EDIT-API says", async () => {
    const before = await serial();
    await host.backend.add(zone, [value(fqdn(`_amazonses.serial.${ZONE}`), "v")], ctx);
    assert.equal(await serial(), before + 1);
  });
  it("rectifies a signed zone that the API does not rectify by itself", async () => {
    await host.server.pdnsutil("secure-zone", SUBZONE);
    await host.server.pdnsutil("set-meta", SUBZONE, "API-RECTIFY", "0");
    const name = fqdn(`_amazonses.a.b.${SUBZONE}`);
    const subzone = await host.backend.findZone(name, ctx);
    await host.backend.add(subzone, [value(name, "v")], ctx);
    // The order that NSEC answers follow, which only rectifying fills in; "b" became an empty non-terminal.
    assert.equal(
      (await host.server.sql(`select ordername from records where name='${name}'`)).trim(),
      "b a _amazonses",
    );
    const denied = await run("dig", [`@127.0.0.1`, "-p", `${host.server.port}`, "+dnssec", `b.${SUBZONE}`, "TXT"]);
    assert.match(denied, /status: NOERROR/);
    assert.match(denied, /NSEC/);
  });
  it("refuses to write to a secondary zone, which the next transfer would undo", async () => {
    await host.server.pdnsutil("create-slave-zone", "secondary.example", "127.0.0.9");
    const name = fqdn("_amazonses.secondary.example");
    const error = await refusal(
      host.backend.findZone(name, ctx).then((found) => host.backend.add(found, [value(name, "v")], ctx)),
    );
    assert.equal(error.code, "host-refused");
    assert.match(error.message, /secondary/);
  });
  it("writes again what a client that replaces the set, from what it read before, undid; and keeps that client's value", async () => {
    const name = fqdn(`_amazonses.rival.${ZONE}`);
    await host.seed({ name, type: "TXT" }, ["first"], 60);
    let rivals = 0;
    host.proxy.after = async ({ method }) => {
      if (method !== "PATCH" || rivals > 0) return;
      rivals += 1;
      await host.seed({ name, type: "TXT" }, ["first", "theirs"], 60);
    };
    const { added } = await host.backend.add(zone, [value(name, "ours")], ctx);
    host.proxy.after = undefined;
    assert.equal(rivals, 1);
    assert.equal(added.length, 1);
    assert.deepEqual([...(await dig(host.server.port, name)).values].sort(), ["first", "ours", "theirs"]);
  });

  const stored = (name: string) =>
    host.server.sql(
      `select content, ttl, disabled from records where name='${name}' order by content; ` +
        `select comment, account, modified_at from comments where name='${name}'`,
    );
  const serial = async () => {
    const soa = await run("dig", ["@127.0.0.1", "-p", `${host.server.port}`, "+short", ZONE, "SOA"]);
    return Number(soa.split(" ")[2]);
  };
});
