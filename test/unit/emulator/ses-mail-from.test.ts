import assert from "node:assert/strict";
import {
  CreateEmailIdentityCommand,
  GetEmailIdentityCommand,
  PutEmailIdentityMailFromAttributesCommand,
  SESv2Client,
} from "@aws-sdk/client-sesv2";
import { fqdn } from "../../../provider/core/fqdn";
import { openSendingZone, type SendingZone } from "../../support/emulator/sending";
import { HOUR, openTestCloud, type TestCloud } from "./cloud-support";

const DOMAIN = "ses-example.com";
const NAME = `bounce.${DOMAIN}`;
const ACCOUNT = "000000000000";
const REGION = "us-east-1";
const SCOPE = { accountId: ACCOUNT, region: REGION };
const HOST = `feedback-smtp.${REGION}.amazonses.com`;

describe("the emulator's SES: MAIL FROM", () => {
  let cloud: TestCloud;
  let ses: SESv2Client;
  let zone: SendingZone;

  beforeEach(async () => {
    cloud = await openTestCloud();
    ses = new SESv2Client(cloud.client());
    zone = await openSendingZone(cloud, DOMAIN);
    cloud.ses.inject([{ ...SCOPE, name: DOMAIN }]);
  });
  afterEach(() => cloud.close());

  const put = (
    MailFromDomain?: string,
    BehaviorOnMxFailure?: "REJECT_MESSAGE" | "USE_DEFAULT_VALUE",
    identity = DOMAIN,
  ) =>
    ses.send(
      new PutEmailIdentityMailFromAttributesCommand({
        EmailIdentity: identity,
        ...(MailFromDomain !== undefined && { MailFromDomain }),
        ...(BehaviorOnMxFailure && { BehaviorOnMxFailure }),
      }),
    );
  const get = async () => (await ses.send(new GetEmailIdentityCommand({ EmailIdentity: DOMAIN }))).MailFromAttributes;
  const status = async () => (await get())?.MailFromDomainStatus;
  const looked = async () => {
    await cloud.ses.checkNow();
    return status();
  };
  const turn = (ms: number) => cloud.ground.clock.advance(ms);
  const kinds = () => cloud.ses.mails.map(({ kind }) => kind).filter((kind) => kind.startsWith("mail-from"));
  const bad = { name: "BadRequestException" };

  it("says nothing of a domain that was never set, but what happens without it", async () => {
    assert.deepEqual(await get(), { BehaviorOnMxFailure: "USE_DEFAULT_VALUE" });
    await turn(100 * HOUR);
    assert.deepEqual(kinds(), []);
  });

  it("is PENDING until there is exactly the region's mail exchange, then SUCCESS", async () => {
    await put(NAME);
    assert.deepEqual(await get(), {
      MailFromDomain: NAME,
      MailFromDomainStatus: "PENDING",
      BehaviorOnMxFailure: "USE_DEFAULT_VALUE",
    });
    await turn(10_000);
    assert.equal(await status(), "PENDING");
    zone.put(NAME, "MX", `10 ${HOST}.`);
    await turn(4000);
    assert.equal(await status(), "SUCCESS");
    assert.deepEqual(kinds(), ["mail-from-success"]);
  });

  it("has a mail exchange that resolves, and what SPF includes", async () => {
    await put(NAME);
    const { resolve } = cloud.ground;
    assert.equal((await resolve(fqdn(HOST), "A")).records.length, 1);
    assert.equal((await resolve(fqdn("amazonses.com"), "TXT")).records.length, 1);
  });

  for (const [what, ...values] of [
    ["two mail exchanges", `10 ${HOST}.`, "20 mail.example.com."],
    ["two preferences of the right one", `10 ${HOST}.`, `20 ${HOST}.`],
    ["that of another region", "10 feedback-smtp.eu-west-1.amazonses.com."],
    ["that of receiving", "10 inbound-smtp.us-east-1.amazonaws.com."],
    ["none that takes mail", "0 ."],
  ] as const) {
    it(`is not content with ${what}`, async () => {
      await put(NAME);
      zone.put(NAME, "MX", ...values);
      assert.equal(await looked(), "PENDING");
      await turn(73 * HOUR);
      assert.equal(await status(), "FAILED");
    });
  }

  it("does not look at SPF, and takes any preference", async () => {
    await put(NAME);
    zone.put(NAME, "MX", `0 ${HOST}.`);
    zone.put(NAME, "TXT", '"v=spf1 -all"');
    assert.equal(await looked(), "SUCCESS");
  });

  it("fails after 72 hours, and begins again when the same is asked for", async () => {
    await put(NAME);
    await turn(72 * HOUR - 1000);
    assert.equal(await status(), "PENDING");
    await turn(1000);
    assert.equal(await status(), "FAILED");
    zone.put(NAME, "MX", `10 ${HOST}.`);
    await turn(100 * HOUR);
    assert.equal(await status(), "FAILED");
    assert.deepEqual(kinds(), ["mail-from-failure"]);
    await put(NAME);
    assert.equal(await status(), "PENDING");
    await turn(1000);
    assert.equal(await status(), "SUCCESS");
  });

  for (const [what, spoil] of [
    ["the record is gone", () => zone.remove(NAME, "MX")],
    ["a second one was added", () => zone.put(NAME, "MX", `10 ${HOST}.`, "20 mail.example.com.")],
    ["its servers fail", () => void cloud.ground.faults.dns("*", { lame: "SERVFAIL", within: NAME })],
  ] as const) {
    it(`is TEMPORARY_FAILURE for 72 hours where ${what}, then FAILED`, async () => {
      await put(NAME);
      zone.put(NAME, "MX", `10 ${HOST}.`);
      await turn(1000);
      spoil();
      await turn(24 * HOUR);
      assert.equal(await status(), "TEMPORARY_FAILURE");
      await turn(71 * HOUR);
      assert.equal(await status(), "TEMPORARY_FAILURE");
      await turn(2 * HOUR);
      assert.equal(await status(), "FAILED");
      assert.deepEqual(kinds(), ["mail-from-success", "mail-from-temporary-failure", "mail-from-failure"]);
    });
  }

  it("recovers where the record is back in time", async () => {
    await put(NAME);
    zone.put(NAME, "MX", `10 ${HOST}.`);
    await turn(1000);
    zone.remove(NAME, "MX");
    await turn(30 * HOUR);
    zone.put(NAME, "MX", `10 ${HOST}.`);
    await turn(2 * HOUR);
    assert.equal(await status(), "SUCCESS");
    await turn(300 * HOUR);
    assert.equal(await status(), "SUCCESS");
  });

  it("changes what happens without it, and keeps the status", async () => {
    await put(NAME);
    zone.put(NAME, "MX", `10 ${HOST}.`);
    await turn(1000);
    await put(NAME, "REJECT_MESSAGE");
    assert.deepEqual(await get(), {
      MailFromDomain: NAME,
      MailFromDomainStatus: "SUCCESS",
      BehaviorOnMxFailure: "REJECT_MESSAGE",
    });
    cloud.ses.choices.mailFromAgain = "restarts";
    await put(NAME, "USE_DEFAULT_VALUE");
    assert.equal(await status(), "PENDING");
    await put(`other.${DOMAIN}`);
    assert.equal(await status(), "PENDING");
  });

  it("is cleared by a call without a domain", async () => {
    for (const nothing of [undefined, ""]) {
      await put(NAME, "REJECT_MESSAGE");
      await put(nothing);
      assert.deepEqual(await get(), { BehaviorOnMxFailure: "USE_DEFAULT_VALUE" });
    }
    zone.put(NAME, "MX", `10 ${HOST}.`);
    await turn(100 * HOUR);
    assert.deepEqual(await get(), { BehaviorOnMxFailure: "USE_DEFAULT_VALUE" });
  });

  it("has to be below the domain of the identity, label by label", async () => {
    for (const odd of [DOMAIN, `bad${DOMAIN}`, "example.com", "com", "a b", `_x.${DOMAIN}`, `bounce.${DOMAIN}.`])
      await assert.rejects(put(odd), bad, odd);
    await assert.rejects(put(NAME, "OTHER" as "REJECT_MESSAGE"), bad);
    assert.deepEqual(await get(), { BehaviorOnMxFailure: "USE_DEFAULT_VALUE" });
    await put(`Bounce.EU.${DOMAIN}`);
    assert.equal((await get())?.MailFromDomain, `bounce.eu.${DOMAIN}`);
    await ses.send(new CreateEmailIdentityCommand({ EmailIdentity: `me@${DOMAIN}` }));
    await put(NAME, undefined, `me@${DOMAIN}`);
    await assert.rejects(put("bounce.example.com", undefined, `me@${DOMAIN}`), bad);
    await assert.rejects(put(NAME, undefined, "absent-example.com"), bad);
  });

  it("may be next to the identity, and may need a verified one, where it is told so", async () => {
    const below = `app.${DOMAIN}`;
    cloud.ses.inject([{ ...SCOPE, name: below, status: "Pending" }]);
    await assert.rejects(put(NAME, undefined, below), bad);
    cloud.ses.choices.mailFromBelow = "registered";
    await put(NAME, undefined, below);
    for (const odd of [below, DOMAIN, "bounce.other-example.com"])
      await assert.rejects(put(odd, undefined, below), bad);
    cloud.ses.choices.mailFromUnverified = "refused";
    await assert.rejects(put(`b.${below}`, undefined, below), { ...bad, message: /not verified/ });
    await put(NAME);
  });

  it("looks for the one host of both regions in China", async () => {
    await cloud.close();
    cloud = await openTestCloud({ accounts: [{ id: ACCOUNT, partition: "aws-cn" }] });
    zone = await openSendingZone(cloud, DOMAIN);
    for (const region of ["cn-north-1", "cn-northwest-1"]) {
      cloud.ses.inject([{ accountId: ACCOUNT, region, name: DOMAIN, mailFrom: { domain: NAME, status: "Pending" } }]);
      zone.put(NAME, "MX", `10 feedback-smtp.${region}.amazonses.com.`);
      await cloud.ses.checkNow();
      const seen = () => cloud.ses.identity(ACCOUNT, region, DOMAIN)?.mailFrom?.status;
      assert.equal(seen(), "Pending");
      zone.put(NAME, "MX", "10 feedback-smtp.ses.cn-northwest-1.amazonaws.com.cn.");
      await cloud.ses.checkNow();
      assert.equal(seen(), "Success");
    }
  });

  it("forces a status, held until the next look where that is asked for", async () => {
    await put(NAME);
    zone.put(NAME, "MX", `10 ${HOST}.`);
    cloud.ses.setMailFromStatus(SCOPE, DOMAIN, "TemporaryFailure", { held: true });
    await turn(100 * HOUR);
    assert.equal(await status(), "TEMPORARY_FAILURE");
    assert.equal(await looked(), "SUCCESS");
    cloud.ses.setMailFromStatus(SCOPE, DOMAIN, "Failed");
    assert.equal(await looked(), "FAILED");
    cloud.ses.inject([{ ...SCOPE, name: "other-example.com" }]);
    assert.throws(() => cloud.ses.setMailFromStatus(SCOPE, "other-example.com", "Failed"), RangeError);
  });
});
