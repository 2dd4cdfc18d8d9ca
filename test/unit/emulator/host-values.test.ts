import assert from "node:assert/strict";
import { ChangeResourceRecordSetsCommand, Route53Client, type RRType } from "@aws-sdk/client-route-53";
import { type Emulator, openEmulator } from "../../../emulator";
import { type Control, openControl } from "../../../emulator/control";
import { DEFAULT_PROJECT } from "../../../emulator/http/google-dns/google-dns";
import { nameOf } from "../../../emulator/http/google-dns/zones";
import type { Zone } from "../../../emulator/zones";
import { fqdn } from "../../../provider/core/fqdn";
import { encodeData } from "../../../provider/wire/codec";
import { TYPE_CASES } from "../../support/emulator/values";

const DOMAIN = "ses-example.com";

interface Host {
  readonly types: readonly string[];
  /** Puts a set of one value at a name; whether it was taken. */
  put(zone: Zone, name: string, type: string, values: readonly string[]): Promise<boolean>;
}

describe("a record value", () => {
  let emulator: Emulator;
  let control: Control;
  let zone: Zone;
  before(async () => {
    emulator = await openEmulator({ rateLimits: false, route53: { insyncMs: 0 }, clock: { mode: "manual" } });
    control = await openControl(emulator);
    zone = await emulator.addZone({ name: DOMAIN });
  });
  after(async () => {
    await control.close();
    await emulator.close();
  });

  const post = async (url: string, token: string | undefined, body: object): Promise<number> => {
    const headers = { "content-type": "application/json", ...(token && { authorization: `Bearer ${token}` }) };
    return (await fetch(url, { method: "POST", headers, body: JSON.stringify(body) })).status;
  };
  const ALL = TYPE_CASES.map(({ type }) => type);

  const HOSTS: Readonly<Record<string, Host>> = {
    "Route 53": {
      types: ALL,
      async put({ id }, Name, type, values) {
        const { url, credentials } = emulator.cloud;
        const client = new Route53Client({
          endpoint: url,
          region: "us-east-1",
          credentials: credentials(),
          maxAttempts: 1,
        });
        const ResourceRecords = values.map((Value) => ({ Value }));
        const ResourceRecordSet = { Name, Type: type as RRType, TTL: 60, ResourceRecords };
        const ChangeBatch = { Changes: [{ Action: "UPSERT" as const, ResourceRecordSet }] };
        try {
          await client.send(new ChangeResourceRecordSetsCommand({ HostedZoneId: id, ChangeBatch }));
          return true;
        } catch (error) {
          assert.ok(error instanceof Error);
          assert.equal(error.name, "InvalidChangeBatch", error.message);
          return false;
        }
      },
    },
    "Cloud DNS": {
      types: ["A", "AAAA", "CNAME", "MX", "NS", "SOA", "TXT"],
      async put(of, name, type, rrdatas) {
        const url = `${emulator.cloud.url}/dns/v1/projects/${DEFAULT_PROJECT}/managedZones/${nameOf(of)}/changes`;
        const there = emulator.zones.view(of.id).find({ name: fqdn(name), type });
        const deletions = there ? [{ name: `${name}.`, type, ttl: there.ttl, rrdatas: there.values }] : [];
        const body = { deletions, additions: [{ name: `${name}.`, type, ttl: 60, rrdatas }] };
        const status = await post(url, emulator.env.GOOGLE_OAUTH_ACCESS_TOKEN, body);
        assert.ok([200, 400].includes(status), String(status));
        return status === 200;
      },
    },
    "the control endpoint": {
      types: ALL,
      async put(of, name, type, values) {
        const status = await post(`${control.url}/records`, undefined, { zone: of.id, name, type, values });
        assert.ok([200, 400].includes(status), String(status));
        return status === 200;
      },
    },
  };

  for (const [host, { types, put }] of Object.entries(HOSTS))
    for (const { type, good, bad } of TYPE_CASES.filter((one) => types.includes(one.type)))
      it(`of type ${type} is served or refused, not kept without effect, at ${host}`, async () => {
        const name = type === "SOA" ? DOMAIN : `${type.toLowerCase()}.${DOMAIN}`;
        const held = () => emulator.zones.view(zone.id).find({ name: fqdn(name), type })?.values;
        const before = held();
        for (const value of bad) {
          assert.equal(await put(zone, name, type, [value]), false, JSON.stringify(value));
          assert.deepEqual(held(), before);
        }
        for (const [value, data] of Object.entries(good)) {
          // Cloud DNS wants final dots, and escapes in decimal.
          const unlike = (["CNAME", "NS", "MX"].includes(type) && !value.endsWith(".")) || /\\\d/.test(value);
          if (host === "Cloud DNS" && unlike) continue;
          assert.equal(await put(zone, name, type, [value]), true, value);
          // What is not at the apex is a zone cut, whose other side has no server here.
          if (type === "NS") continue;
          const { records } = await emulator.resolve(fqdn(name), type);
          const [record, ...others] = records;
          assert.ok(record, value);
          assert.deepEqual(others, []);
          if (type !== "SOA") assert.equal(encodeData(record).subarray(2).toString("hex"), data, value);
        }
        const [one = "", other = ""] = [...Object.keys(good), ...Object.keys(good)];
        if (type === "CNAME" || type === "SOA")
          assert.equal(await put(zone, name, type, [one, type === "CNAME" ? "b.example.com." : other]), false);
        if (type !== "SOA") emulator.zones.change(zone.id, [{ action: "delete", key: { name: fqdn(name), type } }]);
      });

  it("of a type that a host has and the emulator has not is refused as the emulator's limit", async () => {
    const url = `${emulator.cloud.url}/dns/v1/projects/${DEFAULT_PROJECT}/managedZones/${nameOf(zone)}/changes`;
    const additions = [{ name: `srv.${DOMAIN}.`, type: "SRV", ttl: 60, rrdatas: [`1 2 3 a.${DOMAIN}.`] }];
    const reply = await fetch(url, {
      method: "POST",
      headers: { authorization: `Bearer ${emulator.env.GOOGLE_OAUTH_ACCESS_TOKEN}` },
      body: JSON.stringify({ additions }),
    });
    assert.equal(reply.status, 400);
    assert.match(await reply.text(), /The emulator's Cloud DNS keeps no SRV/);
    const loc = { zone: DOMAIN, name: `loc.${DOMAIN}`, type: "LOC", values: ["0 0 0 N 0 0 0 E 0m"] };
    assert.equal(await post(`${control.url}/records`, undefined, loc), 400);
    assert.equal(await post(`${control.url}/records`, undefined, { ...loc, values: ["\\# 2 0102"] }), 200);
    const { records } = await emulator.resolve(fqdn(`loc.${DOMAIN}`), "LOC");
    assert.deepEqual(records[0] && encodeData(records[0]).toString("hex"), "00020102");
  });

  it("is put at the control endpoint with nothing that it does not read", async () => {
    const record = { zone: DOMAIN, name: `x.${DOMAIN}`, type: "TXT", values: ['"x"'] };
    for (const more of [{ routing: {} }, { setIdentifier: "a" }, { ttll: 60 }])
      assert.equal(await post(`${control.url}/records`, undefined, { ...record, ...more }), 400);
    assert.equal(await post(`${control.url}/records`, undefined, { ...record, values: ['"x"', '"x"'] }), 400);
    const lie = (values: readonly string[]) => ({ target: "*", fault: { lie: { type: "MX", values } } });
    assert.equal(await post(`${control.url}/faults/dns`, undefined, lie(["x"])), 400);
    assert.equal(emulator.zones.view(zone.id).find({ name: fqdn(`x.${DOMAIN}`), type: "TXT" }), undefined);
  });
});
