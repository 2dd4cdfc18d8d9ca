import assert from "node:assert/strict";
import { ChangeResourceRecordSetsCommand, Route53Client, type RRType } from "@aws-sdk/client-route-53";
import { AssumeRoleCommand, STSClient } from "@aws-sdk/client-sts";
import { DEFAULT_TOKEN, openCloudflare } from "../../../emulator/http/cloudflare/cloudflare";
import { parseTarget } from "../../../emulator/http/message";
import { fqdn } from "../../../provider/core/fqdn";
import { openTestCloud, type TestCloud } from "./cloud-support";

const DOMAIN = "ses-example.com";
const ACCOUNT = "000000000000";

describe("the emulator's hosts refuse what no name server can serve", () => {
  let cloud: TestCloud;
  let zone: string;
  beforeEach(async () => {
    cloud = await openTestCloud({ accounts: [{ id: ACCOUNT, roles: [{ name: "r" }] }] });
    zone = cloud.ground.zones.add({ name: DOMAIN, account: ACCOUNT }).id;
    await cloud.ground.zones.settled();
  });
  afterEach(() => cloud.close());

  it("Route 53", async () => {
    const route53 = new Route53Client(cloud.client());
    const put = (Type: RRType, ...values: readonly string[]) => {
      const set = { Name: DOMAIN, Type, TTL: 60, ResourceRecords: values.map((Value) => ({ Value })) };
      const ChangeBatch = { Changes: [{ Action: "UPSERT" as const, ResourceRecordSet: set }] };
      return route53.send(new ChangeResourceRecordSetsCommand({ HostedZoneId: zone, ChangeBatch }));
    };
    const soa = (numbers: string) => `ns.example.com. admin.example.com. ${numbers}`;
    const refused: readonly (readonly [RRType, string])[] = [
      ["MX", "70000 a.example.com"],
      ["MX", "-1 a.example.com"],
      ["MX", "mail.example.com"],
      ["MX", "1e3 a.example.com"],
      ["MX", "10 a b"],
      ["SOA", "x"],
      ["SOA", soa("4294967296 1 1 1 1")],
      ["SOA", soa("1 1 1 1 -1")],
      ["SOA", soa("1 1 1 1")],
    ];
    for (const [type, value] of refused)
      await assert.rejects(put(type, value), { name: "InvalidChangeBatch" }, `${type} ${value}`);
    await put("MX", "65535 a.example.com.", "0 .");
    await put("SOA", soa("4294967295 7200 900 1209600 86400"));
    await cloud.ground.clock.advance(500);
    assert.equal((await cloud.ground.resolve(fqdn(DOMAIN), "MX")).records.length, 2);
    await put("MX", "1 a.example.com.");
    await cloud.ground.clock.advance(500);
    // The serial went round (RFC 1982).
    assert.equal(cloud.ground.zones.get(zone)?.serial, 0);
    assert.equal((await cloud.ground.resolve(fqdn(DOMAIN), "SOA")).records.length, 1);
  });

  it("Cloudflare", async () => {
    const api = openCloudflare(cloud.ground);
    const headers = { authorization: `Bearer ${DEFAULT_TOKEN}` };
    const call = async (method: string, path: string, body: unknown) => {
      const request = { method, headers, body: Buffer.from(JSON.stringify(body) ?? ""), ...parseTarget(path) };
      const reply = await api.operation(request).run();
      return { status: reply.status, body: JSON.parse(reply.body) };
    };
    const [{ id }] = (await call("GET", "/client/v4/zones", undefined)).body.result;
    const records = `/client/v4/zones/${id}/dns_records`;
    const mx = { type: "MX", name: DOMAIN, content: "a.example.com", ttl: 60 };
    for (const priority of [70_000, -1, 0.5]) {
      const { status, body } = await call("POST", records, { ...mx, priority });
      assert.deepEqual([status, body.errors[0].code, body.errors[0].error_chain[0].code], [400, 1004, 9008]);
    }
    const contents = { A: "1.2.3.999", AAAA: "1.2.3.4", CNAME: `${"a".repeat(64)}.example.com`, MX: "a..b" };
    for (const [type, content] of Object.entries(contents))
      assert.equal((await call("POST", records, { ...mx, type, content, priority: 1 })).status, 400, type);
    for (const odd of [
      { name: 5 },
      { content: null },
      { ttl: {} },
      { ttl: "x" },
      { priority: "1" },
      { proxied: 1 },
      { comment: [] },
    ])
      assert.equal((await call("POST", records, { ...mx, ...odd })).status, 400, JSON.stringify(odd));
    for (const body of [null, 5, [], "x"]) assert.equal((await call("POST", records, body)).status, 400);
    assert.deepEqual((await call("GET", records, undefined)).body.result, []);
    const made = await call("POST", records, { ...mx, priority: 65_535 });
    assert.equal(made.status, 200);
    const patched = await call("PATCH", `${records}/${made.body.result.id}`, { priority: 70_000 });
    assert.equal(patched.status, 400);
    assert.equal((await call("GET", records, undefined)).body.result[0].priority, 65_535);
  });

  it("STS: sessions that are shorter than 15 minutes or longer than 12 hours", async () => {
    const sts = new STSClient(cloud.client());
    const assume = (DurationSeconds: number) =>
      sts.send(
        new AssumeRoleCommand({ RoleArn: `arn:aws:iam::${ACCOUNT}:role/r`, RoleSessionName: "test", DurationSeconds }),
      );
    for (const seconds of [0, 899, 43_201, -5, 900.5])
      await assert.rejects(assume(seconds), { name: "ValidationError" }, String(seconds));
    for (const seconds of [900, 43_200]) await assume(seconds);
  });
});
