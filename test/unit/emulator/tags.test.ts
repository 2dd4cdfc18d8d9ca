import assert from "node:assert/strict";
import { ListHostedZonesCommand, Route53Client } from "@aws-sdk/client-route-53";
import {
  DeleteIdentityCommand,
  ListIdentitiesCommand,
  SESClient,
  VerifyDomainIdentityCommand,
} from "@aws-sdk/client-ses";
import {
  CreateEmailIdentityCommand,
  DeleteEmailIdentityCommand,
  GetEmailIdentityCommand,
  ListTagsForResourceCommand,
  SESv2Client,
  type Tag,
  TagResourceCommand,
  UntagResourceCommand,
} from "@aws-sdk/client-sesv2";
import { GetCallerIdentityCommand, STSClient } from "@aws-sdk/client-sts";
import { openTestCloud, type TestCloud } from "./cloud-support";

const DOMAIN = "ses-example.com";
const ACCOUNT = "000000000000";
const SCOPE = { accountId: ACCOUNT, region: "us-east-1" };
const arnOf = (name: string) => `arn:aws:ses:us-east-1:${ACCOUNT}:identity/${name}`;
const ARN = arnOf(DOMAIN);
const BAD = { name: "BadRequestException" };

describe("tags at the emulator's SES", () => {
  let cloud: TestCloud;
  let ses: SESv2Client;

  beforeEach(async () => {
    cloud = await openTestCloud();
    ses = new SESv2Client(cloud.client());
    cloud.ses.inject([{ ...SCOPE, name: DOMAIN }]);
  });
  afterEach(() => cloud.close());

  const tag = (Tags: Tag[], arn = ARN) => ses.send(new TagResourceCommand({ ResourceArn: arn, Tags }));
  const untag = (keys: string[]) => ses.send(new UntagResourceCommand({ ResourceArn: ARN, TagKeys: keys }));
  const tags = async (arn = ARN) => {
    const { Tags } = await ses.send(new ListTagsForResourceCommand({ ResourceArn: arn }));
    return Object.fromEntries((Tags ?? []).map(({ Key, Value }) => [Key, Value]));
  };
  const inPlace = () => Object.fromEntries(cloud.ses.tags(SCOPE, DOMAIN) ?? []);

  const REFUSED: Readonly<Record<string, Tag[]>> = {
    "an empty key": [{ Key: "", Value: "x" }],
    "a key of 129 characters": [{ Key: "k".repeat(129), Value: "x" }],
    "a value of 257 characters": [{ Key: "k", Value: "v".repeat(257) }],
    "a reserved key": [{ Key: "aws:x", Value: "x" }],
    "a reserved value": [{ Key: "x", Value: "aws:x" }],
    "a key with other characters": [{ Key: "a b?*", Value: "x" }],
    "a value with an at sign": [{ Key: "x", Value: "me@example.com" }],
    "a tag without a key": [{ Key: undefined, Value: "x" }],
    "one key twice": [
      { Key: "x", Value: "1" },
      { Key: "x", Value: "2" },
    ],
    "51 tags": Array.from({ length: 51 }, (_, index) => ({ Key: `k${index}`, Value: "" })),
  };
  for (const [what, list] of Object.entries(REFUSED)) {
    it(`refuses ${what}, on an identity and with a new one, and does nothing`, async () => {
      await assert.rejects(tag([{ Key: "good", Value: "x" }, ...list]), BAD);
      assert.deepEqual(inPlace(), {});
      const create = new CreateEmailIdentityCommand({ EmailIdentity: "new.example", Tags: list });
      await assert.rejects(ses.send(create), BAD);
      assert.equal(cloud.ses.identity(ACCOUNT, "us-east-1", "new.example"), undefined);
    });
  }

  it("takes all that the API reference allows", async () => {
    const list = [
      { Key: "k".repeat(128), Value: "v".repeat(256) },
      { Key: "_.:/=+- Ärger 9", Value: "" },
      { Key: "no value", Value: undefined },
    ];
    await tag(list);
    assert.deepEqual(await tags(), { ["k".repeat(128)]: "v".repeat(256), "_.:/=+- Ärger 9": "", "no value": "" });
    const { Tags } = await ses.send(new GetEmailIdentityCommand({ EmailIdentity: DOMAIN }));
    assert.equal(Tags?.length, 3);
  });

  it("counts the tags that are there against the fifty", async () => {
    await tag(Array.from({ length: 50 }, (_, index) => ({ Key: `k${index}`, Value: "1" })));
    await assert.rejects(tag([{ Key: "one more", Value: "1" }]), BAD);
    await tag([{ Key: "k0", Value: "2" }]);
    assert.equal((await tags()).k0, "2");
    await untag(["k1"]);
    await tag([{ Key: "one more", Value: "1" }]);
  });

  it("removes tags; those that are not there are no error", async () => {
    await tag([
      { Key: "a", Value: "1" },
      { Key: "b", Value: "2" },
      { Key: "A", Value: "3" },
    ]);
    await untag(["a", "absent"]);
    assert.deepEqual(await tags(), { b: "2", A: "3" });
    await untag(["b", "A"]);
    assert.deepEqual(await tags(), {});
    await assert.rejects(untag(["aws:x"]), BAD);
    await assert.rejects(untag([]), BAD);
  });

  it("knows an identity that is not there", async () => {
    const missing = { name: "NotFoundException" };
    await assert.rejects(tags(arnOf("other.example")), missing);
    await assert.rejects(tag([{ Key: "a", Value: "1" }], arnOf("other.example")), missing);
    await ses.send(new DeleteEmailIdentityCommand({ EmailIdentity: DOMAIN }));
    await assert.rejects(untag(["a"]), missing);
  });

  it("drops the tags with the identity", async () => {
    const v1 = new SESClient(cloud.client());
    const remove = [
      () => ses.send(new DeleteEmailIdentityCommand({ EmailIdentity: DOMAIN })),
      () => v1.send(new DeleteIdentityCommand({ Identity: DOMAIN })),
    ];
    for (const one of remove) {
      await tag([{ Key: "a", Value: "1" }]);
      await one();
      await v1.send(new VerifyDomainIdentityCommand({ Domain: DOMAIN }));
      assert.deepEqual(await tags(), {});
    }
  });

  it("serves tags late where it is told to", async () => {
    const turn = (ms: number) => cloud.ground.clock.advance(ms);
    await tag([{ Key: "a", Value: "1" }]);
    await turn(10_000);
    await tag([{ Key: "a", Value: "2" }]);
    const late = cloud.ground.faults.http({ action: "ListTagsForResource" }, { kind: "late-tags", lagMs: 5000 });
    assert.deepEqual(await tags(), { a: "1" });
    assert.deepEqual(inPlace(), { a: "2" });
    await turn(4999);
    assert.deepEqual(await tags(), { a: "1" });
    await turn(1);
    assert.deepEqual(await tags(), { a: "2" });
    // An identity that was made again is answered with the tags of the one before.
    cloud.ses.remove(SCOPE, DOMAIN);
    cloud.ses.inject([{ ...SCOPE, name: DOMAIN }]);
    assert.deepEqual(await tags(), { a: "2" });
    await turn(5000);
    assert.deepEqual(await tags(), {});
    late.off();
    cloud.ground.faults.http({}, { kind: "late-tags", lagMs: "frozen", times: 2 });
    await turn(1);
    await tag([{ Key: "b", Value: "1" }]);
    assert.deepEqual(await tags(), {});
    assert.deepEqual(await tags(), { b: "1" });
  });

  it("denies, fails and answers anything at each call", async () => {
    const v1 = new SESClient(cloud.client());
    const sts = new STSClient(cloud.client());
    const route53 = new Route53Client(cloud.client());
    const calls: Readonly<Record<string, { readonly denied: string; send(): Promise<unknown> }>> = {
      TagResource: { denied: "AccessDeniedException", send: () => tag([{ Key: "a", Value: "1" }]) },
      UntagResource: { denied: "AccessDeniedException", send: () => untag(["a"]) },
      ListTagsForResource: { denied: "AccessDeniedException", send: () => tags() },
      ListIdentities: { denied: "AccessDenied", send: () => v1.send(new ListIdentitiesCommand({})) },
      GetCallerIdentity: { denied: "AccessDenied", send: () => sts.send(new GetCallerIdentityCommand({})) },
      ListHostedZones: { denied: "AccessDenied", send: () => route53.send(new ListHostedZonesCommand({})) },
    };
    for (const [action, { denied, send }] of Object.entries(calls)) {
      const { faults } = cloud.ground;
      const elsewhere = faults.http({ action, account: "111111111111" }, { kind: "deny" });
      await send();
      elsewhere.off();
      faults.http({ action: `${action.slice(0, -2)}*`, account: ACCOUNT }, { kind: "deny", times: 2 });
      await assert.rejects(send(), { name: denied });
      await assert.rejects(send(), { name: denied });
      await send();
      faults.http({ action }, { kind: "error", code: "ConcurrentModificationException", status: 409, times: 1 });
      await assert.rejects(send(), { name: "ConcurrentModificationException" });
      faults.http({ action }, { kind: "reply", status: 400, body: "<html>", contentType: "text/html", times: 1 });
      await assert.rejects(send(), ({ $metadata }) => $metadata.httpStatusCode === 400);
      await send();
    }
    assert.equal(cloud.ground.requests.log("TagResource").length, 7);
    cloud.ground.faults.http({ action: "TagResource" }, { kind: "error", status: 500, afterEffect: true, times: 1 });
    await assert.rejects(tag([{ Key: "late", Value: "1" }]), { name: "InternalFailure" });
    assert.equal(inPlace().late, "1");
  });

  it("judges the body's shape before it does anything", async () => {
    const { faults } = cloud.ground;
    faults.clear();
    const shapes = [
      5,
      null,
      ["a.com"],
      { EmailIdentity: 5 },
      { EmailIdentity: ["a.com"] },
      { EmailIdentity: "j1.example", Tags: 5 },
    ];
    const tagShapes = [{ a: 1 }, [null], "abc", [5], [{ Key: 5 }], [{ Key: "a", Value: {} }]];
    const bodies = [...shapes, ...tagShapes.map((Tags) => ({ EmailIdentity: "j1.example", Tags }))];
    for (const body of bodies) {
      const client = new SESv2Client(cloud.client());
      client.middlewareStack.add(
        (next) => (args) => {
          const request = args.request as { body: string; headers: Record<string, string> };
          request.body = JSON.stringify(body);
          request.headers["content-length"] = String(request.body.length);
          return next(args);
        },
        { step: "build", priority: "low" },
      );
      await assert.rejects(client.send(new CreateEmailIdentityCommand({ EmailIdentity: "x.example" })), (error) => {
        const { name, $metadata, message } = error as {
          name: string;
          $metadata: { httpStatusCode: number };
          message: string;
        };
        assert.deepEqual(
          [name, $metadata.httpStatusCode],
          ["SerializationException", 400],
          `${JSON.stringify(body)}: ${message}`,
        );
        return true;
      });
    }
    assert.equal(cloud.ses.identities().length, 1);
  });
});
