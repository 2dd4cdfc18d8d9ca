import assert from "node:assert/strict";
import {
  ChangeResourceRecordSetsCommand,
  ChangeTagsForResourceCommand,
  CreateHostedZoneCommand,
  DeleteHostedZoneCommand,
  GetChangeCommand,
  GetHostedZoneCountCommand,
  ListHealthChecksCommand,
  ListHostedZonesByNameCommand,
  ListHostedZonesCommand,
  ListResourceRecordSetsCommand,
  ListTagsForResourceCommand,
  ListTagsForResourcesCommand,
  Route53Client,
} from "@aws-sdk/client-route-53";
import type { fqdn } from "../../../provider/core/fqdn";
import { openTestCloud, type TestCloud } from "./cloud-support";

const DOMAIN = "ses-example.com";
const ACCOUNT = "000000000000";

describe("the emulator's Route 53 for tools that ask for more", () => {
  let cloud: TestCloud;
  let route53: Route53Client;
  let zone: string;

  beforeEach(async () => {
    cloud = await openTestCloud({ accounts: [{ id: ACCOUNT }, { id: "111111111111" }] });
    zone = cloud.ground.zones.add({ name: DOMAIN, account: ACCOUNT }).id;
    await cloud.ground.zones.settled();
    route53 = new Route53Client(cloud.client());
  });
  afterEach(() => cloud.close());

  const put = (Name: string, client = route53) => {
    const set = { Name, Type: "A" as const, TTL: 60, ResourceRecords: [{ Value: "192.0.2.1" }] };
    const ChangeBatch = { Changes: [{ Action: "UPSERT" as const, ResourceRecordSet: set }] };
    return client.send(new ChangeResourceRecordSetsCommand({ HostedZoneId: zone, ChangeBatch }));
  };

  it("lets the change of a deleted zone be read until it is INSYNC", async () => {
    const { ChangeInfo: info } = await route53.send(new DeleteHostedZoneCommand({ Id: zone }));
    const status = async () => (await route53.send(new GetChangeCommand({ Id: info?.Id }))).ChangeInfo?.Status;
    assert.equal(await status(), "PENDING");
    await cloud.ground.clock.advance(500);
    assert.equal(await status(), "INSYNC");
    cloud.route53.insyncMs = 0;
    const again = cloud.ground.zones.add({ name: DOMAIN, account: ACCOUNT }).id;
    const { ChangeInfo: other } = await route53.send(new DeleteHostedZoneCommand({ Id: again }));
    assert.equal(other?.Status, "INSYNC");
    await route53.send(new GetChangeCommand({ Id: other?.Id }));
  });

  it("tags zones", async () => {
    const asked = { ResourceType: "hostedzone" as const, ResourceId: zone };
    const tags = async () =>
      (await route53.send(new ListTagsForResourceCommand(asked))).ResourceTagSet?.Tags?.map(({ Key, Value }) => [
        Key,
        Value,
      ]);
    assert.deepEqual(await tags(), []);
    const AddTags = [
      { Key: "a", Value: "1" },
      { Key: "b", Value: "" },
    ];
    await route53.send(new ChangeTagsForResourceCommand({ ...asked, AddTags }));
    assert.deepEqual(await tags(), [
      ["a", "1"],
      ["b", ""],
    ]);
    await route53.send(new ChangeTagsForResourceCommand({ ...asked, RemoveTagKeys: ["a", "absent"] }));
    assert.deepEqual(await tags(), [["b", ""]]);
    const all = await route53.send(
      new ListTagsForResourcesCommand({ ResourceType: "hostedzone", ResourceIds: [zone] }),
    );
    assert.equal(all.ResourceTagSets?.[0]?.ResourceId, zone);
    const bad = { ...asked, AddTags: [{ Key: "aws:x", Value: "" }] };
    await assert.rejects(route53.send(new ChangeTagsForResourceCommand(bad)), { name: "InvalidInput" });
    const none = { ResourceType: "hostedzone" as const, ResourceId: "ZNONE" };
    await assert.rejects(route53.send(new ListTagsForResourceCommand(none)), { name: "NoSuchHostedZone" });
    const check = { ResourceType: "healthcheck" as const, ResourceId: "x" };
    await assert.rejects(route53.send(new ListTagsForResourceCommand(check)), { name: "NoSuchHealthCheck" });
    cloud.accounts.deny(ACCOUNT, "route53:ListTagsForResource");
    await assert.rejects(tags(), { name: "AccessDenied" });
  });

  it("has no health checks, and counts zones", async () => {
    const { HealthChecks, IsTruncated } = await route53.send(new ListHealthChecksCommand({}));
    assert.deepEqual([HealthChecks, IsTruncated], [[], false]);
    assert.equal((await route53.send(new GetHostedZoneCountCommand({}))).HostedZoneCount, 1);
    const other = new Route53Client(cloud.client("111111111111"));
    assert.equal((await other.send(new GetHostedZoneCountCommand({}))).HostedZoneCount, 0);
  });

  it("holds names of any printable ASCII, and serves them", async () => {
    cloud.route53.insyncMs = 0;
    for (const label of ["a}b", "a/b", "-a", "a-", "!\"#$%&'()*+,:;<=>?@[]^`{|}~", "back\\slash"]) {
      await put(`${label}.${DOMAIN}`);
      const name = `${label}.${DOMAIN}`.toLowerCase() as ReturnType<typeof fqdn>;
      assert.equal((await cloud.ground.resolve(name, "A")).records.length, 1, label);
    }
    await put(`octal\\057x.${DOMAIN}`);
    const { ResourceRecordSets: sets } = await route53.send(new ListResourceRecordSetsCommand({ HostedZoneId: zone }));
    assert.ok(sets?.some(({ Name }) => Name === `octal\\057x.${DOMAIN}.`));
    const { HostedZone: made } = await route53.send(
      new CreateHostedZoneCommand({ Name: "0/25.2.0.192.in-addr.arpa", CallerReference: "reverse" }),
    );
    assert.equal(made?.Name, "0\\05725.2.0.192.in-addr.arpa.");
    await cloud.ground.zones.settled();
    assert.equal(
      (await cloud.ground.resolve("0/25.2.0.192.in-addr.arpa" as ReturnType<typeof fqdn>, "SOA")).records.length,
      1,
    );
  });

  it("refuses names with the codes of each operation", async () => {
    for (const name of ["a b", "ä", "a\\040b", `${"a".repeat(64)}`, "a..b"]) {
      const full = `${name}.${DOMAIN}`;
      await assert.rejects(put(full), { name: "InvalidChangeBatch" }, name);
      const list = new ListResourceRecordSetsCommand({ HostedZoneId: zone, StartRecordName: full });
      await assert.rejects(route53.send(list), { name: "InvalidInput" }, name);
      const create = new CreateHostedZoneCommand({ Name: full, CallerReference: name });
      await assert.rejects(route53.send(create), { name: "InvalidDomainName" }, name);
      await assert.rejects(route53.send(new ListHostedZonesByNameCommand({ DNSName: full })), {
        name: "InvalidDomainName",
      });
    }
    assert.equal((await route53.send(new ListHostedZonesCommand({}))).HostedZones?.length, 1);
  });
});
