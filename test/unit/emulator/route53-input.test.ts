import assert from "node:assert/strict";
import {
  ChangeResourceRecordSetsCommand,
  CreateHostedZoneCommand,
  type CreateHostedZoneCommandInput,
  DeleteHostedZoneCommand,
  GetDNSSECCommand,
  ListHostedZonesCommand,
  ListResourceRecordSetsCommand,
  type ResourceRecordSet,
  Route53Client,
} from "@aws-sdk/client-route-53";
import { fqdn } from "../../../provider/core/fqdn";
import { openTestCloud, type TestCloud } from "./cloud-support";
import { sendSigned } from "./hostile-requests";

const DOMAIN = "ses-example.com";
const ACCOUNT = "000000000000";
const LONG = "x".repeat(257);

describe("an input of the emulator's Route 53 that it does not have", () => {
  let cloud: TestCloud;
  let route53: Route53Client;
  let zone: string;
  beforeEach(async () => {
    cloud = await openTestCloud({ accounts: [{ id: ACCOUNT }], route53: { insyncMs: 0 } });
    zone = cloud.ground.zones.add({ name: DOMAIN, account: ACCOUNT }).id;
    await cloud.ground.zones.settled();
    route53 = new Route53Client(cloud.client());
  });
  afterEach(() => cloud.close());

  const create = (input: Partial<CreateHostedZoneCommandInput>) =>
    route53.send(new CreateHostedZoneCommand({ Name: "new-example.com", CallerReference: "once", ...input }));
  const zones = async () => (await route53.send(new ListHostedZonesCommand({}))).HostedZones?.length;
  const set = (more: Partial<ResourceRecordSet> = {}): ResourceRecordSet => ({
    Name: `a.${DOMAIN}.`,
    Type: "TXT",
    TTL: 60,
    ResourceRecords: [{ Value: '"x"' }],
    ...more,
  });
  const change = (sets: readonly ResourceRecordSet[], Comment?: string) => {
    const Changes = sets.map((ResourceRecordSet) => ({ Action: "CREATE" as const, ResourceRecordSet }));
    return route53.send(
      new ChangeResourceRecordSetsCommand({
        HostedZoneId: zone,
        ChangeBatch: { Changes, ...(Comment && { Comment }) },
      }),
    );
  };
  const kept = () => cloud.ground.zones.view(zone).at(fqdn(`a.${DOMAIN}`)).length;

  it("is refused when a zone is made, and no zone is", async () => {
    const refused: readonly (readonly [Partial<CreateHostedZoneCommandInput>, string])[] = [
      [{ CallerReference: "" }, "InvalidInput"],
      [{ CallerReference: "x".repeat(129) }, "InvalidInput"],
      [{ DelegationSetId: "N1" }, "NoSuchDelegationSet"],
      [{ HostedZoneConfig: { Comment: LONG } }, "InvalidInput"],
      [{ HostedZoneConfig: { PrivateZone: true } }, "InvalidInput"],
      [{ VPC: { VPCRegion: "us-east-1" } }, "InvalidVPCId"],
    ];
    for (const [input, name] of refused) await assert.rejects(create(input), { name }, JSON.stringify(input));
    const body = (inner: string) =>
      `<CreateHostedZoneRequest xmlns="https://route53.amazonaws.com/doc/2013-04-01/"><Name>new-example.com</Name>${inner}</CreateHostedZoneRequest>`;
    const reference = "<CallerReference>once</CallerReference>";
    for (const inner of [
      "",
      `${reference}<Unknown>1</Unknown>`,
      `${reference}<HostedZoneConfig><X/></HostedZoneConfig>`,
    ]) {
      const asked = { service: "route53" as const, path: "/2013-04-01/hostedzone", body: body(inner) };
      const { status, text } = await sendSigned(cloud, asked);
      assert.equal(status, 400, inner);
      assert.match(text, /<Code>InvalidInput</);
    }
    assert.equal(await zones(), 1);
    await create({ CallerReference: "x".repeat(128), HostedZoneConfig: { Comment: "x".repeat(256) } });
    assert.equal(await zones(), 2);
    await assert.rejects(create({ Name: "b.example.com", CallerReference: "x".repeat(128) }), {
      name: "HostedZoneAlreadyExists",
    });
  });

  it("is refused when records are changed, and nothing is", async () => {
    const routed = (more: Partial<ResourceRecordSet>) => set({ SetIdentifier: "a", ...more });
    const refused: readonly (readonly [ResourceRecordSet, string])[] = [
      [routed({ SetIdentifier: "", Weight: 1 }), "InvalidInput"],
      [routed({ SetIdentifier: "x".repeat(129), Weight: 1 }), "InvalidInput"],
      [routed({ Weight: 256 }), "InvalidInput"],
      [routed({ Region: "nowhere-1" as "us-east-1" }), "InvalidInput"],
      [routed({ Failover: "TERTIARY" as "PRIMARY" }), "InvalidInput"],
      [routed({ GeoLocation: { ContinentCode: "XX" } }), "InvalidInput"],
      [routed({ GeoLocation: { ContinentCode: "EU", CountryCode: "DE" } }), "InvalidInput"],
      [routed({ GeoLocation: { CountryCode: "Germany" } }), "InvalidInput"],
      [routed({ GeoLocation: {} }), "InvalidInput"],
      [routed({ GeoProximityLocation: { AWSRegion: "us-east-1" } }), "InvalidInput"],
      [routed({ CidrRoutingConfig: { CollectionId: "c", LocationName: "l" } }), "InvalidInput"],
      [set({ TrafficPolicyInstanceId: "t" }), "InvalidInput"],
      [set({ Weight: 1 }), "InvalidInput"],
      [set({ HealthCheckId: "h" }), "NoSuchHealthCheck"],
      [routed({ Weight: 1, HealthCheckId: "h" }), "NoSuchHealthCheck"],
      [set({ Type: "LOC" as "TXT" }), "InvalidInput"],
      [set({ Type: "SOA", ResourceRecords: [{ Value: "a. b. 1 2 3 4 5" }] }), "InvalidChangeBatch"],
    ];
    for (const [one, name] of refused) await assert.rejects(change([one]), { name }, JSON.stringify(one));
    await assert.rejects(change([set()], LONG), { name: "InvalidInput" });
    assert.equal(kept(), 0);
    await change([routed({ SetIdentifier: "x".repeat(128), Weight: 255 })], "x".repeat(256));
    assert.equal(kept(), 1);
  });

  it("is a second set for the same region, place or side of a failover", async () => {
    const policies: readonly Partial<ResourceRecordSet>[] = [
      { Region: "eu-west-1" },
      { Failover: "SECONDARY" },
      { GeoLocation: { CountryCode: "US", SubdivisionCode: "CA" } },
      { GeoLocation: { CountryCode: "*" } },
      { GeoLocation: { ContinentCode: "EU" } },
    ];
    for (const [index, policy] of policies.entries()) {
      const Name = `p${index}.${DOMAIN}.`;
      const twins = ["a", "b"].map((SetIdentifier) => set({ Name, SetIdentifier, ...policy }));
      await assert.rejects(change(twins), { name: "InvalidChangeBatch" }, JSON.stringify(policy));
      await change(twins.slice(0, 1));
      await assert.rejects(change(twins.slice(1)), { name: "InvalidChangeBatch" });
    }
    await change(["a", "b"].map((SetIdentifier) => set({ SetIdentifier, Weight: 1 })));
  });

  it("is refused when zones and records are listed", async () => {
    await assert.rejects(route53.send(new ListHostedZonesCommand({ DelegationSetId: "N1" })), {
      name: "NoSuchDelegationSet",
    });
    const odd = { HostedZoneType: "PublicHostedZone" as "PrivateHostedZone" };
    await assert.rejects(route53.send(new ListHostedZonesCommand(odd)), { name: "InvalidInput" });
    const from = { HostedZoneId: zone, StartRecordName: DOMAIN };
    for (const more of [
      { StartRecordType: "LOC" as "TXT" },
      { StartRecordType: "TXT" as const, StartRecordIdentifier: "x".repeat(129) },
    ])
      await assert.rejects(route53.send(new ListResourceRecordSetsCommand({ ...from, ...more })), {
        name: "InvalidInput",
      });
    for (const path of ["hostedzone?unknown=1", `hostedzone/${zone}?name=x`, `hostedzone/${zone}/rrset?marker=x`]) {
      const asked = { service: "route53" as const, method: "GET", path: `/2013-04-01/${path}`, body: "" };
      const { status, text } = await sendSigned(cloud, asked);
      assert.equal(status, 400, path);
      assert.match(text, /<Code>InvalidInput</);
    }
  });

  it("is none for a zone as such: it has four name servers, and is not signed", async () => {
    const { DelegationSet, HostedZone } = await create({});
    assert.equal(DelegationSet?.NameServers?.length, 4);
    const { Status, KeySigningKeys } = await route53.send(new GetDNSSECCommand({ HostedZoneId: HostedZone?.Id }));
    assert.deepEqual([Status?.ServeSignature, KeySigningKeys], ["NOT_SIGNING", []]);
    await route53.send(new DeleteHostedZoneCommand({ Id: HostedZone?.Id }));
  });
});
