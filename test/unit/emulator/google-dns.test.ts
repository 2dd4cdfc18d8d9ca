import assert from "node:assert/strict";
import { DEFAULT_PROJECT } from "../../../emulator/http/google-dns/google-dns";
import { nameOf } from "../../../emulator/http/google-dns/zones";
import type { Zone } from "../../../emulator/zones";
import { fqdn } from "../../../provider/core/fqdn";
import { type GoogleDnsCloud, openGoogleDnsCloud } from "../../support/google-dns/cloud";

const NAME = "_amazonses.example.com.";
const TXT = { name: NAME, type: "TXT", ttl: 300, rrdatas: ['"one"', '"two"'] };

/** Held to cloud.google.com/dns/docs/reference/rest/v1 and cloud.google.com/dns/docs/error-messages. */
describe("the emulator's Google Cloud DNS", () => {
  let cloud: GoogleDnsCloud;
  let zone: Zone;
  beforeEach(async () => {
    cloud = await openGoogleDnsCloud();
    zone = cloud.ground.zones.add({ name: "example.com" });
  });
  afterEach(() => cloud.close());

  const change = (body: object) => cloud.ask("POST", `managedZones/${nameOf(zone)}/changes`, body);
  const outcome = async (body: object) => {
    const { status, json } = await change(body);
    return [status, json.error?.errors[0]?.reason];
  };
  const held = () => cloud.ground.zones.view(zone.id).find({ name: fqdn(NAME), type: "TXT" });

  it("deletes a set only as it is, in any order of its values", async () => {
    assert.deepEqual(await outcome({ additions: [TXT] }), [200, undefined]);
    assert.deepEqual(await outcome({ deletions: [{ ...TXT, ttl: 60 }] }), [412, "conditionNotMet"]);
    assert.deepEqual(await outcome({ deletions: [{ ...TXT, rrdatas: ['"one"'] }] }), [412, "conditionNotMet"]);
    assert.deepEqual(await outcome({ deletions: [{ ...TXT, type: "A", rrdatas: ["192.0.2.1"] }] }), [404, "notFound"]);
    assert.deepEqual(held()?.values, ['"one"', '"two"']);
    const turned = { ...TXT, rrdatas: ['"two"', '"one"'] };
    assert.deepEqual(await outcome({ deletions: [turned], additions: [{ ...TXT, ttl: 60 }] }), [200, undefined]);
    assert.equal(held()?.ttl, 60);
  });

  it("adds nothing over a set that is there, and nothing of a change that fails in part", async () => {
    await change({ additions: [TXT] });
    assert.deepEqual(await outcome({ additions: [TXT] }), [409, "alreadyExists"]);
    const other = { ...TXT, name: "other.example.com." };
    assert.deepEqual(await outcome({ additions: [other, TXT] }), [409, "alreadyExists"]);
    assert.equal(cloud.ground.zones.view(zone.id).at(fqdn("other.example.com")).length, 0);
    const alias = { name: NAME, type: "CNAME", ttl: 300, rrdatas: ["elsewhere.example."] };
    assert.deepEqual(await outcome({ additions: [alias] }), [400, "cnameResourceRecordSetConflict"]);
    assert.deepEqual(await outcome({ deletions: [TXT], additions: [alias] }), [200, undefined]);
  });

  const REFUSED: Readonly<Record<string, object>> = {
    "a name without a final dot": { ...TXT, name: "_amazonses.example.com" },
    "a name out of the zone": { ...TXT, name: "example.org." },
    "a type that it does not know": { ...TXT, type: "NOTYPE" },
    "no values": { ...TXT, rrdatas: [] },
    "a TTL below zero": { ...TXT, ttl: -1 },
    "the same value twice": { ...TXT, rrdatas: ['"one"', "one"] },
    "quotes that do not pair": { ...TXT, rrdatas: ['"one'] },
    "a string of 256 octets": { ...TXT, rrdatas: [`"${"a".repeat(256)}"`] },
    "a host name without a final dot": { ...TXT, type: "MX", rrdatas: ["10 mail.example.com"] },
    "a routing policy": { ...TXT, routingPolicy: { wrr: { items: [] } } },
    "two targets of a CNAME": { ...TXT, type: "CNAME", rrdatas: ["a.example.", "b.example."] },
  };
  for (const [what, set] of Object.entries(REFUSED)) {
    it(`refuses ${what}`, async () => {
      const [status] = await outcome({ additions: [set] });
      assert.equal(status, 400);
    });
  }

  it("refuses an empty change, a body that is no JSON object, and to leave the apex without SOA or NS", async () => {
    assert.deepEqual(await outcome({}), [400, "required"]);
    assert.deepEqual(await outcome([]), [400, "parseError"]);
    const { json } = await cloud.ask("GET", `managedZones/${nameOf(zone)}/rrsets?name=example.com.&type=NS`);
    assert.deepEqual(await outcome({ deletions: json.rrsets }), [400, "invalidZoneApex"]);
  });

  it("writes escapes in decimal and reads them so", async () => {
    await change({ additions: [{ ...TXT, rrdatas: ['"\\195\\188 \\"x\\" \\\\101"', "word"] }] });
    assert.deepEqual(held()?.values, ['"\\303\\274 \\"x\\" \\\\101"', '"word"']);
    const { json } = await cloud.ask("GET", `managedZones/${nameOf(zone)}/rrsets?name=${NAME}&type=TXT`);
    assert.deepEqual(json.rrsets?.[0]?.rrdatas, ['"\\195\\188 \\"x\\" \\\\101"', '"word"']);
  });

  it("shows a change as pending, then done", async () => {
    const { json } = await change({ additions: [TXT] });
    const look = async () => (await cloud.ask("GET", `managedZones/${nameOf(zone)}/changes/${json.id}`)).json.status;
    assert.deepEqual([json.status, await look(), await look()], ["pending", "pending", "done"]);
  });

  it("filters and pages its lists", async () => {
    cloud.ground.zones.add({ name: "example.org" });
    const one = await cloud.ask("GET", "managedZones?dnsName=example.org.");
    assert.equal(one.json.managedZones?.length, 1);
    const first = await cloud.ask("GET", "managedZones?maxResults=1");
    const next = await cloud.ask("GET", `managedZones?maxResults=1&pageToken=${first.json.nextPageToken}`);
    assert.equal(next.json.nextPageToken, undefined);
    const names = [first, next].map(({ json }) => json.managedZones?.[0]?.name);
    assert.equal(new Set(names).size, 2);
    const bad = ["managedZones?dnsName=example.org", `managedZones/${nameOf(zone)}/rrsets?type=TXT`];
    for (const path of [...bad, `managedZones/${nameOf(zone)}/rrsets?filter=x`, "managedZones?name=x"])
      assert.equal((await cloud.ask("GET", path)).status, 400, path);
    assert.equal((await cloud.ask("GET", "managedZones?alt=json&prettyPrint=false")).status, 200);
  });

  it("knows its tokens, their project and their permissions", async () => {
    cloud.api.tokens.add({
      token: "not-a-token-list",
      project: DEFAULT_PROJECT,
      permissions: ["dns.managedZones.list"],
    });
    const status = async (token: string | undefined, path: string) => {
      const headers: Record<string, string> = token === undefined ? {} : { authorization: `Bearer ${token}` };
      return (await fetch(`${cloud.baseUrl}/projects/${path}`, { headers })).status;
    };
    assert.equal(await status(undefined, `${DEFAULT_PROJECT}/managedZones`), 401);
    assert.equal(await status("not-a-token-unknown", `${DEFAULT_PROJECT}/managedZones`), 401);
    assert.equal(await status("not-a-token-list", `${DEFAULT_PROJECT}/managedZones`), 200);
    assert.equal(await status("not-a-token-list", `${DEFAULT_PROJECT}/managedZones/x`), 403);
    assert.equal(await status("not-a-token-list", "another-project/managedZones"), 403);
    assert.equal((await cloud.ask("GET", "managedZones/no-such-zone")).status, 404);
    assert.equal((await cloud.ask("GET", "nothing")).status, 404);
  });
});
