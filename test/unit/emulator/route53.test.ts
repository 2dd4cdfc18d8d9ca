import assert from "node:assert/strict";
import {
  type Change,
  type ChangeAction,
  ChangeResourceRecordSetsCommand,
  CreateHostedZoneCommand,
  DeleteHostedZoneCommand,
  GetChangeCommand,
  GetHostedZoneCommand,
  ListHostedZonesByNameCommand,
  ListHostedZonesCommand,
  ListResourceRecordSetsCommand,
  type ResourceRecordSet,
  Route53Client,
} from "@aws-sdk/client-route-53";
import { fqdn } from "../../../provider/core/fqdn";
import { openTestCloud, type TestCloud } from "./cloud-support";

const DOMAIN = "ses-example.com";
const NAME = `_amazonses.${DOMAIN}.`;
const ACCOUNT = "000000000000";

describe("the emulator's Route 53", () => {
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

  const set = (values: readonly string[], more: Partial<ResourceRecordSet> = {}): ResourceRecordSet => ({
    Name: NAME,
    Type: "TXT",
    TTL: 300,
    ResourceRecords: values.map((Value) => ({ Value })),
    ...more,
  });
  const change = (...changes: readonly [ChangeAction, ResourceRecordSet][]) =>
    route53.send(
      new ChangeResourceRecordSetsCommand({
        HostedZoneId: zone,
        ChangeBatch: { Changes: changes.map(([Action, one]): Change => ({ Action, ResourceRecordSet: one })) },
      }),
    );
  const sets = async (from?: string) => {
    const answer = await route53.send(
      new ListResourceRecordSetsCommand({ HostedZoneId: zone, ...(from ? { StartRecordName: from } : {}) }),
    );
    return answer.ResourceRecordSets ?? [];
  };
  const values = async () =>
    (await sets())
      .find(({ Name, Type }) => Name === NAME && Type === "TXT")
      ?.ResourceRecords?.map(({ Value }) => Value);
  const refusedWith = (text: string) => ({ name: "InvalidChangeBatch", message: `[${text}]` });
  const served = async () => {
    const { records } = await cloud.ground.resolve(fqdn(NAME), "TXT");
    return records.flatMap((record) => (record.type === "TXT" ? record.strings : []));
  };

  describe("change batches", () => {
    it("are shown at once, and served when they are INSYNC", async () => {
      const { ChangeInfo: info } = await change(["CREATE", set(['"one"'])]);
      assert.equal(info?.Status, "PENDING");
      assert.deepEqual(await values(), ['"one"']);
      assert.deepEqual(await served(), []);
      await cloud.ground.clock.advance(500);
      const asked = await route53.send(new GetChangeCommand({ Id: info?.Id }));
      assert.equal(asked.ChangeInfo?.Status, "INSYNC");
      assert.deepEqual(await served(), ["one"]);
    });

    it("swap a set only while it is as it was read", async () => {
      await change(["CREATE", set(['"one"'])]);
      await change(["DELETE", set(['"one"'])], ["CREATE", set(['"one"', '"two"'])]);
      const stale = change(["DELETE", set(['"one"'])], ["CREATE", set(['"one"', '"three"'])]);
      await assert.rejects(
        stale,
        refusedWith(
          `Tried to delete resource record set [name='${NAME}', type='TXT'] but the values provided do not match the current values, Tried to create resource record set [name='${NAME}', type='TXT'] but it already exists`,
        ),
      );
      assert.deepEqual(await values(), ['"one"', '"two"']);
    });

    it("delete only what matches in TTL and values, in any order", async () => {
      await change(["CREATE", set(['"one"', '"two"'])]);
      const mismatch = refusedWith(
        `Tried to delete resource record set [name='${NAME}', type='TXT'] but the values provided do not match the current values`,
      );
      await assert.rejects(change(["DELETE", set(['"one"', '"two"'], { TTL: 60 })]), mismatch);
      await assert.rejects(change(["DELETE", set(['"one"'])]), mismatch);
      await change(["DELETE", set(['"two"', '"one"'])]);
      await assert.rejects(
        change(["DELETE", set(['"one"'])]),
        refusedWith(`Tried to delete resource record set [name='${NAME}', type='TXT'] but it was not found`),
      );
    });

    it("are all or nothing", async () => {
      const other = set(['"x"'], { Name: `other.${DOMAIN}` });
      await change(["CREATE", set(['"one"'])]);
      await assert.rejects(
        change(["CREATE", other], ["CREATE", set(['"two"'])]),
        refusedWith(`Tried to create resource record set [name='${NAME}', type='TXT'] but it already exists`),
      );
      assert.deepEqual((await sets()).filter(({ Type }) => Type === "TXT").length, 1);
      await change(["CREATE", other], ["UPSERT", set(['"two"'])]);
      assert.deepEqual(await values(), ['"two"']);
    });

    it("refuse values that are no quoted strings, too long, or there twice", async () => {
      const fatal = (kind: string, value: string) =>
        refusedWith(`Invalid Resource Record: FATAL problem: ${kind} encountered with '${value}'`);
      const unquoted = "InvalidCharacterString (Value should be enclosed in quotation marks)";
      for (const bad of ["token", '"open', 'a "b"', '"a""b"'])
        await assert.rejects(change(["CREATE", set([bad])]), fatal(unquoted, bad));
      const long = `"${"x".repeat(256)}"`;
      await assert.rejects(change(["CREATE", set([long])]), fatal("CharacterStringTooLong (Value is too long)", long));
      await assert.rejects(
        change(["CREATE", set(['"one"', '"two"', '"\\157ne"'])]),
        refusedWith(`Duplicate Resource Record: '"\\157ne"'`),
      );
      await assert.rejects(
        change(["CREATE", set(['"one"'])], ["UPSERT", set(['"two"'])]),
        refusedWith(`The request contains an invalid set of changes for a resource record set 'TXT ${NAME}'`),
      );
    });

    it("keep several strings, escapes and blanks of a value", async () => {
      const odd = [
        '"a \\"quoted\\" \\\\ word" "second"',
        '" leading & <angled>"',
        '"\\303\\251"',
        `"${"x".repeat(255)}" "y"`,
      ];
      await change(["CREATE", set(odd)]);
      assert.deepEqual(await values(), odd);
      await cloud.ground.clock.advance(500);
      const texts = (await served()).map((text) => Buffer.from(text, "latin1").toString("utf8"));
      assert.deepEqual(texts, ['a "quoted" \\ word', "second", " leading & <angled>", "é", "x".repeat(255), "y"]);
    });

    it("refuse names outside the zone, and a CNAME beside others", async () => {
      await assert.rejects(
        change(["CREATE", set(['"x"'], { Name: "other.example" })]),
        refusedWith(`RRSet with DNS name other.example. is not permitted in zone ${DOMAIN}.`),
      );
      await change(["CREATE", set(['"x"'])]);
      const alias = set([`target.${DOMAIN}`], { Type: "CNAME" });
      await assert.rejects(change(["CREATE", alias]), { name: "InvalidChangeBatch", message: /conflicts with other/ });
      await change(["DELETE", set(['"x"'])], ["CREATE", alias]);
      await assert.rejects(change(["CREATE", set(['"x"'])]), { message: /conflicting RRSet of type CNAME/ });
    });

    it("refuse to leave a zone without its apex", async () => {
      const apex = await sets();
      for (const type of ["SOA", "NS"] as const) {
        const found = apex.find(({ Type }) => Type === type);
        assert.ok(found);
        await assert.rejects(change(["DELETE", found]), { name: "InvalidChangeBatch", message: /must contain/ });
      }
    });

    it("need values with a TTL", async () => {
      await assert.rejects(
        route53.send(
          new ChangeResourceRecordSetsCommand({
            HostedZoneId: zone,
            ChangeBatch: { Changes: [{ Action: "DELETE", ResourceRecordSet: { Name: NAME, Type: "TXT" } }] },
          }),
        ),
        {
          name: "InvalidInput",
          message:
            /found none in Change with \[Action=DELETE, Name=_amazonses\.ses-example\.com\., Type=TXT, SetIdentifier=null\]/,
        },
      );
    });
  });

  describe("routing policies", () => {
    const multi = (id: string, value: string) => set([value], { SetIdentifier: id, MultiValueAnswer: true });

    it("keep sets of one name apart by their identifiers", async () => {
      await change(["CREATE", multi("a", '"one"')], ["CREATE", multi("b", '"two"')]);
      const listed = (await sets()).filter(({ Type }) => Type === "TXT");
      assert.deepEqual(listed, [multi("a", '"one"'), multi("b", '"two"')]);
      await assert.rejects(change(["DELETE", multi("c", '"one"')]), {
        message: `[Tried to delete resource record set [name='${NAME}', type='TXT', set identifier='c'] but it was not found]`,
      });
      await change(["DELETE", multi("a", '"one"')], ["CREATE", multi("a", '"three"')]);
      await cloud.ground.clock.advance(500);
      assert.ok((await served()).includes("three"));
    });

    it("are no part of a simple set's name, and the other way round", async () => {
      await change(["CREATE", set(['"one"'])]);
      await assert.rejects(
        change(["CREATE", multi("a", '"two"')]),
        refusedWith(
          `RRSet with DNS name ${NAME}, type TXT, SetIdentifier "a" cannot be created because a non multivalue answer rrset exists with the same name and type.`,
        ),
      );
      await change(["DELETE", set(['"one"'])], ["CREATE", multi("a", '"two"')]);
      await assert.rejects(change(["CREATE", set(['"one"'])]), { message: /cannot be created/ });
    });

    it("must match in a DELETE", async () => {
      const weighted = (Weight: number) => set(['"one"'], { SetIdentifier: "a", Weight });
      await change(["CREATE", weighted(10)]);
      await assert.rejects(change(["DELETE", weighted(20)]), { message: /do not match the current values/ });
      await change(["DELETE", weighted(10)]);
      const policies: Partial<ResourceRecordSet>[] = [
        { Region: "eu-west-1" },
        { Failover: "PRIMARY" },
        { GeoLocation: { CountryCode: "DE" } },
      ];
      for (const policy of policies) {
        const routed = set(['"one"'], { SetIdentifier: "a", ...policy });
        await change(["CREATE", routed]);
        assert.deepEqual(
          (await sets()).find(({ Type }) => Type === "TXT"),
          routed,
        );
        await change(["DELETE", routed]);
      }
    });
  });

  describe("lists", () => {
    it("sort record sets by their labels from the right, then by type, and page through them", async () => {
      const names = [`b.${DOMAIN}`, `a.b.${DOMAIN}`, `*.${DOMAIN}`, `a.${DOMAIN}`];
      await change(...names.map((Name): [ChangeAction, ResourceRecordSet] => ["CREATE", set(['"x"'], { Name })]));
      const order = (await sets()).map(({ Name, Type }) => `${Name} ${Type}`);
      assert.deepEqual(order, [
        `${DOMAIN}. NS`,
        `${DOMAIN}. SOA`,
        `\\052.${DOMAIN}. TXT`,
        `a.${DOMAIN}. TXT`,
        `b.${DOMAIN}. TXT`,
        `a.b.${DOMAIN}. TXT`,
      ]);
      const page = await route53.send(
        new ListResourceRecordSetsCommand({
          HostedZoneId: zone,
          StartRecordName: `a.${DOMAIN}`,
          StartRecordType: "TXT",
          MaxItems: 2,
        }),
      );
      assert.deepEqual(
        page.ResourceRecordSets?.map(({ Name }) => Name),
        [`a.${DOMAIN}.`, `b.${DOMAIN}.`],
      );
      assert.deepEqual([page.IsTruncated, page.NextRecordName, page.NextRecordType], [true, `a.b.${DOMAIN}.`, "TXT"]);
      assert.equal((await sets(`a.b.${DOMAIN}`)).length, 1);
    });

    it("go on within the sets of one name by their identifiers", async () => {
      const routed = (id: string) => set([`"${id}"`], { SetIdentifier: id, Weight: 1 });
      await change(["CREATE", routed("b")], ["CREATE", routed("a")]);
      const from = { HostedZoneId: zone, StartRecordName: NAME, StartRecordType: "TXT" as const, MaxItems: 1 };
      const first = await route53.send(new ListResourceRecordSetsCommand(from));
      assert.deepEqual([first.ResourceRecordSets, first.NextRecordIdentifier], [[routed("a")], "b"]);
      const next = await route53.send(new ListResourceRecordSetsCommand({ ...from, StartRecordIdentifier: "b" }));
      assert.deepEqual([next.ResourceRecordSets, next.IsTruncated], [[routed("b")], false]);
    });

    it("hold the account's own zones, private ones and twins too", async () => {
      const { zones } = cloud.ground;
      const twin = zones.add({ name: DOMAIN, account: ACCOUNT }).id;
      const inner = zones.add({ name: DOMAIN, account: ACCOUNT, private: true }).id;
      zones.add({ name: "foreign.example", account: "111111111111" });
      zones.add({ name: "a.example", account: ACCOUNT });
      const all = await route53.send(new ListHostedZonesCommand({}));
      assert.deepEqual(
        all.HostedZones?.map(({ Name }) => Name),
        [`${DOMAIN}.`, `${DOMAIN}.`, `${DOMAIN}.`, "a.example."],
      );
      const named = await route53.send(new ListHostedZonesByNameCommand({ DNSName: DOMAIN, MaxItems: 2 }));
      assert.deepEqual(
        named.HostedZones?.map(({ Id }) => Id),
        [`/hostedzone/${zone}`, `/hostedzone/${twin}`],
      );
      assert.deepEqual([named.NextDNSName, named.NextHostedZoneId], [`${DOMAIN}.`, inner]);
      const rest = await route53.send(
        new ListHostedZonesByNameCommand({ DNSName: named.NextDNSName, HostedZoneId: named.NextHostedZoneId }),
      );
      assert.deepEqual(
        rest.HostedZones?.map(({ Config }) => Config?.PrivateZone),
        [true, false],
      );
      const page = await route53.send(new ListHostedZonesCommand({ MaxItems: 1 }));
      assert.equal(page.NextMarker, twin);
    });
  });

  describe("zones", () => {
    it("tell their name servers, or their networks", async () => {
      const open = await route53.send(new GetHostedZoneCommand({ Id: zone }));
      const names = cloud.ground.zones.get(zone)?.servers.map(({ name }) => name);
      assert.deepEqual(open.DelegationSet?.NameServers, names);
      assert.equal(open.HostedZone?.ResourceRecordSetCount, 2);
      const inner = cloud.ground.zones.add({ name: DOMAIN, account: ACCOUNT, private: true }).id;
      const closed = await route53.send(new GetHostedZoneCommand({ Id: inner }));
      assert.equal(closed.DelegationSet, undefined);
      assert.equal(closed.VPCs?.length, 1);
    });

    it("are made and removed", async () => {
      const made = await route53.send(
        new CreateHostedZoneCommand({
          Name: "new.example",
          CallerReference: "once",
          HostedZoneConfig: { Comment: "hi" },
        }),
      );
      assert.equal(made.HostedZone?.Name, "new.example.");
      assert.equal(made.HostedZone?.Config?.Comment, "hi");
      assert.equal(made.DelegationSet?.NameServers?.length, 4);
      await assert.rejects(
        route53.send(new CreateHostedZoneCommand({ Name: "new.example", CallerReference: "once" })),
        { name: "HostedZoneAlreadyExists" },
      );
      const Id = made.HostedZone?.Id;
      await route53.send(new DeleteHostedZoneCommand({ Id }));
      await assert.rejects(route53.send(new GetHostedZoneCommand({ Id })), { name: "NoSuchHostedZone" });
      await change(["CREATE", set(['"x"'])]);
      await assert.rejects(route53.send(new DeleteHostedZoneCommand({ Id: zone })), { name: "HostedZoneNotEmpty" });
    });

    it("are nobody else's", async () => {
      const other = new Route53Client(cloud.client("111111111111"));
      await assert.rejects(other.send(new GetHostedZoneCommand({ Id: zone })), { name: "AccessDenied" });
      await assert.rejects(other.send(new GetHostedZoneCommand({ Id: "ZNONE" })), {
        name: "NoSuchHostedZone",
        message: "No hosted zone found with ID: ZNONE",
      });
      await assert.rejects(route53.send(new GetChangeCommand({ Id: "CNONE" })), { name: "NoSuchChange" });
    });
  });

  describe("limits", () => {
    it("admit five requests a second an account", async () => {
      cloud.rateLimits = true;
      for (let index = 0; index < 5; index++) await sets();
      await assert.rejects(sets(), { name: "Throttling", message: "Rate exceeded" });
      await cloud.ground.clock.advance(200);
      await sets();
      await assert.rejects(sets(), { name: "Throttling" });
    });

    it("refuse a change while a prior one is pending, where told to", async () => {
      cloud.route53.refuseNext(1);
      await assert.rejects(change(["UPSERT", set(['"x"'])]), { name: "PriorRequestNotComplete" });
      await change(["UPSERT", set(['"x"'])]);
      cloud.route53.priorRequests = "while-pending";
      await assert.rejects(change(["UPSERT", set(['"y"'])]), { name: "PriorRequestNotComplete" });
      await cloud.ground.clock.advance(500);
      await change(["UPSERT", set(['"y"'])]);
    });

    it("deny what the account may not do", async () => {
      cloud.accounts.deny(ACCOUNT, "route53:ChangeResourceRecordSets");
      await assert.rejects(change(["CREATE", set(['"x"'])]), {
        name: "AccessDenied",
        message: new RegExp(
          `perform: route53:ChangeResourceRecordSets on resource: arn:aws:route53:::hostedzone/${zone} `,
        ),
      });
      await sets();
    });
  });
});
