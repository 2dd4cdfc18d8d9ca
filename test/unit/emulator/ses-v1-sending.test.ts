import assert from "node:assert/strict";
import {
  GetIdentityDkimAttributesCommand,
  GetIdentityMailFromDomainAttributesCommand,
  GetIdentityNotificationAttributesCommand,
  GetIdentityVerificationAttributesCommand,
  SESClient,
  SetIdentityDkimEnabledCommand,
  SetIdentityFeedbackForwardingEnabledCommand,
  SetIdentityMailFromDomainCommand,
  VerifyDomainDkimCommand,
  VerifyDomainIdentityCommand,
} from "@aws-sdk/client-ses";
import {
  CreateEmailIdentityCommand,
  GetEmailIdentityCommand,
  PutEmailIdentityFeedbackAttributesCommand,
  SESv2Client,
} from "@aws-sdk/client-sesv2";
import { openSendingZone, type SendingZone } from "../../support/emulator/sending";
import { HOUR, openTestCloud, type TestCloud } from "./cloud-support";
import { sendSigned } from "./hostile-requests";

const DOMAIN = "ses-example.com";
const NAME = `bounce.${DOMAIN}`;
const ACCOUNT = "000000000000";
const REGION = "us-east-1";
const SCOPE = { accountId: ACCOUNT, region: REGION };

describe("the emulator's SES: DKIM and MAIL FROM of the query API", () => {
  let cloud: TestCloud;
  let ses: SESClient;
  let zone: SendingZone;
  beforeEach(async () => {
    cloud = await openTestCloud();
    ses = new SESClient(cloud.client());
    zone = await openSendingZone(cloud, DOMAIN);
  });
  afterEach(() => cloud.close());

  const verify = async (domain = DOMAIN) =>
    (await ses.send(new VerifyDomainDkimCommand({ Domain: domain }))).DkimTokens ?? [];
  const dkim = async (name = DOMAIN) =>
    (await ses.send(new GetIdentityDkimAttributesCommand({ Identities: [name] }))).DkimAttributes?.[name];
  const mailFrom = async () =>
    (await ses.send(new GetIdentityMailFromDomainAttributesCommand({ Identities: [DOMAIN] })))
      .MailFromDomainAttributes?.[DOMAIN];
  const turn = (ms: number) => cloud.ground.clock.advance(ms);
  const invalid = { name: "InvalidParameterValue" };

  it("adds the domain with VerifyDomainDkim, and gives the same tokens each time", async () => {
    const tokens = await verify();
    assert.equal(tokens.length, 3);
    assert.deepEqual(await verify(), tokens);
    assert.deepEqual(await dkim(), { DkimEnabled: true, DkimVerificationStatus: "Pending", DkimTokens: tokens });
    const read = await ses.send(new GetIdentityVerificationAttributesCommand({ Identities: [DOMAIN] }));
    assert.deepEqual(read.VerificationAttributes?.[DOMAIN], { VerificationStatus: "Pending" });
    zone.publishDkim(tokens, "dkim.amazonses.com");
    await turn(1000);
    assert.equal((await dkim())?.DkimVerificationStatus, "Success");
    assert.equal(cloud.ses.identity(ACCOUNT, REGION, DOMAIN)?.status, "Success");
    assert.deepEqual(await verify(), tokens);
    assert.equal((await dkim())?.DkimVerificationStatus, "Success");
  });

  it("begins DKIM of a domain that its TXT record verified, and leaves that as it is", async () => {
    const { VerificationToken: token } = await ses.send(new VerifyDomainIdentityCommand({ Domain: DOMAIN }));
    zone.put(`_amazonses.${DOMAIN}`, "TXT", `"${token}"`);
    await turn(1000);
    assert.deepEqual(await dkim(), { DkimEnabled: false, DkimVerificationStatus: "NotStarted" });
    await verify();
    assert.equal((await dkim())?.DkimVerificationStatus, "Pending");
    await turn(73 * HOUR);
    assert.equal((await dkim())?.DkimVerificationStatus, "Failed");
    const read = await ses.send(new GetIdentityVerificationAttributesCommand({ Identities: [DOMAIN] }));
    assert.deepEqual(read.VerificationAttributes?.[DOMAIN], {
      VerificationStatus: "Success",
      VerificationToken: token,
    });
  });

  it("begins again after Failed, with the same tokens", async () => {
    const tokens = await verify();
    await turn(73 * HOUR);
    assert.deepEqual(await dkim(), { DkimEnabled: true, DkimVerificationStatus: "Failed", DkimTokens: tokens });
    zone.publishDkim(tokens, "dkim.amazonses.com");
    assert.deepEqual(await verify(), tokens);
    await turn(1000);
    assert.equal((await dkim())?.DkimVerificationStatus, "Success");
  });

  it("says NotStarted without tokens for a while after the creation, where it is told to", async () => {
    cloud.ses.choices.v1DkimDelayMs = 60_000;
    const made = await new SESv2Client(cloud.client()).send(new CreateEmailIdentityCommand({ EmailIdentity: DOMAIN }));
    assert.deepEqual(await dkim(), { DkimEnabled: true, DkimVerificationStatus: "NotStarted" });
    await turn(60_000);
    assert.deepEqual(await dkim(), {
      DkimEnabled: true,
      DkimVerificationStatus: "Pending",
      DkimTokens: made.DkimAttributes?.Tokens,
    });
  });

  it("switches signing, of an address only where its domain is set up", async () => {
    const enable = (Identity: string, DkimEnabled: boolean) =>
      ses.send(new SetIdentityDkimEnabledCommand({ Identity, DkimEnabled }));
    const address = `me@mail.${DOMAIN}`;
    cloud.ses.inject([{ ...SCOPE, name: address }]);
    await assert.rejects(enable(address, true), invalid);
    await assert.rejects(enable(DOMAIN, true), invalid);
    assert.deepEqual(await dkim(address), { DkimEnabled: false, DkimVerificationStatus: "NotStarted" });
    const tokens = await verify();
    await enable(address, true);
    assert.deepEqual(await dkim(address), { DkimEnabled: true, DkimVerificationStatus: "Pending", DkimTokens: tokens });
    await enable(address, false);
    assert.equal((await dkim(address))?.DkimEnabled, false);
    assert.equal((await dkim())?.DkimEnabled, true);
    await enable(DOMAIN, false);
    assert.equal((await dkim())?.DkimEnabled, false);
  });

  it("sets, changes and clears a MAIL FROM domain", async () => {
    const set = (MailFromDomain?: string, BehaviorOnMXFailure?: "RejectMessage", Identity = DOMAIN) =>
      ses.send(new SetIdentityMailFromDomainCommand({ Identity, MailFromDomain, BehaviorOnMXFailure }));
    await assert.rejects(set(NAME), invalid);
    cloud.ses.inject([{ ...SCOPE, name: DOMAIN }]);
    assert.deepEqual(await mailFrom(), { BehaviorOnMXFailure: "UseDefaultValue" });
    for (const odd of [DOMAIN, `bad${DOMAIN}`, "bounce.example.com", "a b"])
      await assert.rejects(set(odd), invalid, odd);
    await assert.rejects(set(NAME, "Other" as "RejectMessage"), { name: "ValidationError" });
    await set(NAME, "RejectMessage");
    assert.deepEqual(await mailFrom(), {
      MailFromDomain: NAME,
      MailFromDomainStatus: "Pending",
      BehaviorOnMXFailure: "RejectMessage",
    });
    zone.put(NAME, "MX", `10 feedback-smtp.${REGION}.amazonses.com.`);
    await turn(1000);
    assert.equal((await mailFrom())?.MailFromDomainStatus, "Success");
    await set();
    assert.deepEqual(await mailFrom(), { BehaviorOnMXFailure: "UseDefaultValue" });
  });

  it("reads 100 identities a call, and leaves out those it has not", async () => {
    const names = Array.from({ length: 101 }, (_, index) => `d${index}.example`);
    cloud.ses.inject(
      names.map((name) => ({ ...SCOPE, name, dkim: {}, mailFrom: { domain: `b.${name}`, status: "Failed" as const } })),
    );
    const asked = [...names.slice(0, 98), "D0.example", "absent.example"];
    const reads = [
      async (Identities: string[]) =>
        (await ses.send(new GetIdentityDkimAttributesCommand({ Identities }))).DkimAttributes,
      async (Identities: string[]) =>
        (await ses.send(new GetIdentityMailFromDomainAttributesCommand({ Identities }))).MailFromDomainAttributes,
      async (Identities: string[]) =>
        (await ses.send(new GetIdentityNotificationAttributesCommand({ Identities }))).NotificationAttributes,
    ];
    for (const read of reads) {
      await assert.rejects(read(names), invalid);
      assert.deepEqual(Object.keys((await read(asked)) ?? {}), names.slice(0, 98));
    }
    assert.equal((await dkim("d1.example"))?.DkimVerificationStatus, "Success");
    cloud.ses.choices.dkimOfUnknown = "not-started";
    assert.equal((await dkim("absent.example"))?.DkimVerificationStatus, "NotStarted");
  });

  it("sets whether bounces are mailed, for both APIs", async () => {
    cloud.ses.inject([{ ...SCOPE, name: DOMAIN }]);
    const v2 = new SESv2Client(cloud.client());
    const seen = async () => {
      const { NotificationAttributes } = await ses.send(
        new GetIdentityNotificationAttributesCommand({ Identities: [DOMAIN] }),
      );
      const whole = await v2.send(new GetEmailIdentityCommand({ EmailIdentity: DOMAIN }));
      return [NotificationAttributes?.[DOMAIN]?.ForwardingEnabled, whole.FeedbackForwardingStatus];
    };
    assert.deepEqual(await seen(), [true, true]);
    await ses.send(new SetIdentityFeedbackForwardingEnabledCommand({ Identity: DOMAIN, ForwardingEnabled: false }));
    assert.deepEqual(await seen(), [false, false]);
    const forward = (EmailForwardingEnabled?: boolean, EmailIdentity = DOMAIN) =>
      v2.send(new PutEmailIdentityFeedbackAttributesCommand({ EmailIdentity, EmailForwardingEnabled }));
    await forward(true);
    assert.deepEqual(await seen(), [true, true]);
    await forward();
    assert.deepEqual(await seen(), [false, false], "a flag that is left out is false");
    await assert.rejects(forward(true, "absent.example"), { name: "NotFoundException" });
    const absent = new SetIdentityFeedbackForwardingEnabledCommand({
      Identity: "absent.example",
      ForwardingEnabled: true,
    });
    await assert.rejects(ses.send(absent), invalid);
  });

  it("refuses what is neither true nor false, and what is no domain", async () => {
    cloud.ses.inject([{ ...SCOPE, name: DOMAIN }]);
    for (const body of [
      `Action=SetIdentityDkimEnabled&Identity=${DOMAIN}&DkimEnabled=True`,
      `Action=SetIdentityDkimEnabled&Identity=${DOMAIN}&DkimEnabled=`,
      `Action=SetIdentityFeedbackForwardingEnabled&Identity=${DOMAIN}&ForwardingEnabled=yes`,
      "Action=VerifyDomainDkim&Domain=a%20b",
      `Action=VerifyDomainDkim&Domain=me%40${DOMAIN}`,
      "Action=VerifyDomainDkim",
      "Action=SetIdentityMailFromDomain",
      "Action=SetIdentityHeadersInNotificationsEnabled",
      "Action=SetIdentityNotificationTopic",
    ]) {
      const sent = await sendSigned(cloud, { service: "ses", path: "/", body: `${body}&Version=2010-12-01` });
      assert.equal(sent.status, 400, body);
      assert.match(sent.text, /<Code>(MalformedInput|ValidationError|InvalidParameterValue|InvalidAction)</);
    }
    assert.deepEqual(
      cloud.ses.identities().map(({ name, feedbackForwarding }) => [name, feedbackForwarding]),
      [[DOMAIN, true]],
    );
  });

  it("does not guess what VerifyDomainDkim does to a key of the caller", async () => {
    const method = { kind: "own", selector: "mine", publicKey: "AAAA" } as const;
    cloud.ses.inject([{ ...SCOPE, name: DOMAIN, dkim: { method } }]);
    await assert.rejects(verify(), invalid);
    assert.deepEqual(cloud.ses.identity(ACCOUNT, REGION, DOMAIN)?.dkim.method, method);
  });

  it("denies each call that a policy does not allow", async () => {
    cloud.ses.inject([{ ...SCOPE, name: DOMAIN }]);
    cloud.accounts.permitOnly(ACCOUNT, "ses:VerifyDomainIdentity");
    for (const call of [
      () => verify(),
      () => dkim(),
      () => mailFrom(),
      () => ses.send(new SetIdentityMailFromDomainCommand({ Identity: DOMAIN, MailFromDomain: NAME })),
      () => ses.send(new SetIdentityDkimEnabledCommand({ Identity: DOMAIN, DkimEnabled: true })),
      () => ses.send(new SetIdentityFeedbackForwardingEnabledCommand({ Identity: DOMAIN, ForwardingEnabled: true })),
      () => ses.send(new GetIdentityNotificationAttributesCommand({ Identities: [DOMAIN] })),
    ])
      await assert.rejects(call(), { name: "AccessDenied" });
    assert.equal(cloud.ses.identity(ACCOUNT, REGION, DOMAIN)?.mailFrom, undefined);
  });
});
