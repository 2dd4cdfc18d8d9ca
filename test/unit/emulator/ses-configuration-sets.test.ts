import assert from "node:assert/strict";
import {
  CreateConfigurationSetCommand,
  CreateEmailIdentityCommand,
  DeleteConfigurationSetCommand,
  GetAccountCommand,
  GetConfigurationSetCommand,
  GetEmailIdentityCommand,
  ListConfigurationSetsCommand,
  ListRecommendationsCommand,
  ListTagsForResourceCommand,
  PutEmailIdentityConfigurationSetAttributesCommand,
  PutEmailIdentityDkimAttributesCommand,
  PutEmailIdentityFeedbackAttributesCommand,
  PutEmailIdentityMailFromAttributesCommand,
  SESv2Client,
  TagResourceCommand,
  UntagResourceCommand,
} from "@aws-sdk/client-sesv2";
import { openTestCloud, type TestCloud } from "./cloud-support";
import { sendSigned } from "./hostile-requests";

const DOMAIN = "ses-example.com";
const ACCOUNT = "000000000000";
const REGION = "us-east-1";
const SCOPE = { accountId: ACCOUNT, region: REGION };

describe("the emulator's SES: configuration sets and the account", () => {
  let cloud: TestCloud;
  let ses: SESv2Client;
  beforeEach(async () => {
    cloud = await openTestCloud();
    ses = new SESv2Client(cloud.client());
  });
  afterEach(() => cloud.close());

  const create = (name: string, more: object = {}) =>
    ses.send(new CreateConfigurationSetCommand({ ConfigurationSetName: name, ...more }));
  const list = async (asked: object = {}) => ses.send(new ListConfigurationSetsCommand(asked));
  const bad = { name: "BadRequestException" };
  const absent = { name: "NotFoundException" };

  it("are made, read, listed by pages and deleted", async () => {
    for (const name of ["a", "b_2", "c-3"]) await create(name);
    await assert.rejects(create("a"), { name: "AlreadyExistsException" });
    const first = await list({ PageSize: 2 });
    assert.deepEqual(first.ConfigurationSets, ["a", "b_2"]);
    const last = await list({ PageSize: 2, NextToken: first.NextToken });
    assert.deepEqual([last.ConfigurationSets, last.NextToken], [["c-3"], undefined]);
    const Tags = [{ Key: "team", Value: "mail" }];
    await create("tagged", { Tags });
    const read = await ses.send(new GetConfigurationSetCommand({ ConfigurationSetName: "tagged" }));
    assert.deepEqual([read.ConfigurationSetName, read.Tags], ["tagged", Tags]);
    await ses.send(new DeleteConfigurationSetCommand({ ConfigurationSetName: "a" }));
    await assert.rejects(ses.send(new GetConfigurationSetCommand({ ConfigurationSetName: "a" })), absent);
    await assert.rejects(ses.send(new DeleteConfigurationSetCommand({ ConfigurationSetName: "a" })), absent);
    const elsewhere = new SESv2Client(cloud.client(ACCOUNT, "eu-west-1"));
    assert.deepEqual((await elsewhere.send(new ListConfigurationSetsCommand({}))).ConfigurationSets, []);
  });

  it("have tags that are written, judged and removed like those of identities", async () => {
    await create("main", { Tags: [{ Key: "a", Value: "1" }] });
    const ResourceArn = `arn:aws:ses:${REGION}:${ACCOUNT}:configuration-set/main`;
    const tags = async () => (await ses.send(new ListTagsForResourceCommand({ ResourceArn }))).Tags;
    await ses.send(new TagResourceCommand({ ResourceArn, Tags: [{ Key: "b", Value: "2" }] }));
    await ses.send(new UntagResourceCommand({ ResourceArn, TagKeys: ["a"] }));
    assert.deepEqual(await tags(), [{ Key: "b", Value: "2" }]);
    await assert.rejects(ses.send(new TagResourceCommand({ ResourceArn, Tags: [{ Key: "aws:b", Value: "" }] })), bad);
    await ses.send(new DeleteConfigurationSetCommand({ ConfigurationSetName: "main" }));
    await assert.rejects(tags(), absent);
  });

  it("are refused with a bad name or tag, and with what the emulator would not keep", async () => {
    for (const name of ["", "a b", "ä", "a".repeat(65), "a.b"]) await assert.rejects(create(name), bad, name);
    await assert.rejects(create("x", { Tags: [{ Key: "aws:x", Value: "" }] }), bad);
    for (const option of [
      { TrackingOptions: { CustomRedirectDomain: "example.com" } },
      { DeliveryOptions: {} },
      { SendingOptions: { SendingEnabled: false } },
      { ReputationOptions: {} },
      { SuppressionOptions: {} },
      { VdmOptions: {} },
      { ArchivingOptions: {} },
    ])
      await assert.rejects(create("x", option), bad);
    await assert.rejects(list({ PageSize: 1001 }), bad);
    await assert.rejects(list({ NextToken: "x" }), bad);
    assert.deepEqual((await list()).ConfigurationSets, []);
  });

  it("are named by identities, if they exist", async () => {
    const make = (ConfigurationSetName: string) =>
      ses.send(new CreateEmailIdentityCommand({ EmailIdentity: DOMAIN, ConfigurationSetName }));
    await assert.rejects(make("main"), absent);
    assert.equal(cloud.ses.identity(ACCOUNT, REGION, DOMAIN), undefined);
    await create("main");
    await make("main");
    const named = async () =>
      (await ses.send(new GetEmailIdentityCommand({ EmailIdentity: DOMAIN }))).ConfigurationSetName;
    assert.equal(await named(), "main");
    const put = (ConfigurationSetName?: string, EmailIdentity = DOMAIN) =>
      ses.send(new PutEmailIdentityConfigurationSetAttributesCommand({ EmailIdentity, ConfigurationSetName }));
    await assert.rejects(put("other"), absent);
    assert.equal(await named(), "main");
    await put();
    assert.equal(await named(), undefined);
    await put("main");
    assert.equal(await named(), "main");
    await assert.rejects(put("main", "absent.example"), absent);
    assert.throws(() => cloud.ses.inject([{ ...SCOPE, name: "b.example", configurationSet: "other" }]), RangeError);
    assert.equal(cloud.ses.identity(ACCOUNT, REGION, "b.example"), undefined);
  });

  it("tells of the sandbox and of paused sending, in each region by itself", async () => {
    const read = async (region = REGION) => {
      const account = await new SESv2Client(cloud.client(ACCOUNT, region)).send(new GetAccountCommand({}));
      return [account.ProductionAccessEnabled, account.SendingEnabled];
    };
    assert.deepEqual(await read(), [true, true]);
    cloud.ses.accounts.set(SCOPE, { productionAccess: false });
    assert.deepEqual(await read(), [false, true]);
    cloud.ses.accounts.set(SCOPE, { sendingEnabled: false });
    assert.deepEqual(await read(), [false, false]);
    assert.deepEqual(await read("eu-west-1"), [true, true]);
  });

  it("has no recommendations, and judges how they are asked for", async () => {
    const ask = (asked: object) => ses.send(new ListRecommendationsCommand(asked));
    assert.deepEqual((await ask({})).Recommendations, []);
    assert.deepEqual((await ask({ PageSize: 100, Filter: { STATUS: "OPEN" } })).Recommendations, []);
    for (const odd of [
      { PageSize: 0 },
      { PageSize: 101 },
      { NextToken: "x" },
      { Filter: {} },
      { Filter: { OTHER: "x" } },
    ])
      await assert.rejects(ask(odd), bad, JSON.stringify(odd));
  });

  it("say of operations that there are none here, below an identity too", async () => {
    cloud.ses.inject([{ ...SCOPE, name: DOMAIN }]);
    for (const [method, path] of [
      ["GET", `/v2/email/identities/${DOMAIN}/policies`],
      ["PUT", `/v2/email/identities/${DOMAIN}/other`],
      ["PUT", `/v2/email/identities/${DOMAIN}`],
      ["PUT", `/v2/email/identities/${DOMAIN}/dkim/other`],
      ["POST", "/v2/email/outbound-emails"],
      ["PUT", "/v2/email/configuration-sets/main/sending"],
      ["GET", "/v2/email/configuration-sets"],
      ["POST", "/v2/email/tenants"],
    ] as const) {
      const { status, text } = await sendSigned(cloud, {
        service: "ses",
        method,
        path,
        body: method === "GET" ? "" : "{}",
      });
      assert.equal(status, 404, `${method} ${path}`);
      assert.match(text, /has no/);
    }
  });

  it("denies each call that a policy does not allow, on the identity's ARN", async () => {
    cloud.ses.inject([{ ...SCOPE, name: DOMAIN }]);
    const Resource = `arn:aws:ses:${REGION}:${ACCOUNT}:identity/${DOMAIN}`;
    const allow = (Action: readonly string[]) =>
      cloud.accounts.attachPolicy(ACCOUNT, { Statement: [{ Effect: "Allow", Action, Resource }] });
    const EmailIdentity = DOMAIN;
    const calls = {
      PutEmailIdentityMailFromAttributes: () =>
        ses.send(new PutEmailIdentityMailFromAttributesCommand({ EmailIdentity, MailFromDomain: `b.${DOMAIN}` })),
      PutEmailIdentityDkimAttributes: () =>
        ses.send(new PutEmailIdentityDkimAttributesCommand({ EmailIdentity, SigningEnabled: true })),
      PutEmailIdentityFeedbackAttributes: () =>
        ses.send(new PutEmailIdentityFeedbackAttributesCommand({ EmailIdentity, EmailForwardingEnabled: true })),
      PutEmailIdentityConfigurationSetAttributes: () =>
        ses.send(new PutEmailIdentityConfigurationSetAttributesCommand({ EmailIdentity })),
      GetEmailIdentity: () => ses.send(new GetEmailIdentityCommand({ EmailIdentity })),
    };
    for (const [action, call] of Object.entries(calls)) {
      allow(["ses:TagResource"]);
      await assert.rejects(call(), { name: "AccessDeniedException" }, action);
      allow([`ses:${action}`]);
      await call();
    }
  });
});
