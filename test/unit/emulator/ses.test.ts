import assert from "node:assert/strict";
import {
  DeleteIdentityCommand,
  GetIdentityVerificationAttributesCommand,
  ListIdentitiesCommand,
  SESClient,
  VerifyDomainIdentityCommand,
  VerifyEmailIdentityCommand,
} from "@aws-sdk/client-ses";
import { fqdn } from "../../../provider/core/fqdn";
import { HOUR, openTestCloud, type TestCloud } from "./cloud-support";

const DOMAIN = "ses-example.com";
const ACCOUNT = "000000000000";
const REGION = "us-east-1";

describe("the emulator's SES, query API", () => {
  let cloud: TestCloud;
  let ses: SESClient;
  let zone: string;

  beforeEach(async () => {
    cloud = await openTestCloud({
      accounts: [{ id: ACCOUNT }, { id: "111111111111" }],
      ses: { schedule: { laterLookMs: 6 * HOUR } },
    });
    zone = cloud.ground.zones.add({ name: DOMAIN }).id;
    await cloud.ground.zones.settled();
    ses = new SESClient(cloud.client());
  });
  afterEach(() => cloud.close());

  const ask = async (domain = DOMAIN) => {
    const { VerificationToken: token } = await ses.send(new VerifyDomainIdentityCommand({ Domain: domain }));
    assert.ok(token);
    return token;
  };
  const publish = (value: string | undefined, name = `_amazonses.${DOMAIN}`) => {
    const key = { name: fqdn(name), type: "TXT" };
    cloud.ground.zones.change(zone, [
      value === undefined
        ? { action: "delete", key }
        : { action: "put", set: { ...key, ttl: 300, values: [`"${value}"`] } },
    ]);
  };
  const attributes = async (domain = DOMAIN) => {
    const answer = await ses.send(new GetIdentityVerificationAttributesCommand({ Identities: [domain] }));
    return answer.VerificationAttributes?.[domain];
  };
  const status = async () => (await attributes())?.VerificationStatus;
  const mailKinds = () => cloud.ses.mails.map(({ kind }) => kind);

  it("gives a token of 44 characters, the same while Pending", async () => {
    const token = await ask();
    assert.equal(Buffer.from(token, "base64").length, 32);
    assert.equal(token.length, 44);
    assert.equal(await ask(), token);
    assert.deepEqual(await attributes(), { VerificationStatus: "Pending", VerificationToken: token });
  });

  it("verifies a domain once its servers serve the token, and not before", async () => {
    const token = await ask();
    await cloud.ground.clock.advance(10_000);
    assert.equal(await status(), "Pending");
    publish(token);
    assert.equal(await status(), "Pending");
    await cloud.ground.clock.advance(2000);
    assert.equal(await status(), "Success");
    assert.equal(await ask(), token);
    assert.equal(await status(), "Success");
  });

  it("takes the token at the domain itself, with its prefix", async () => {
    const token = await ask();
    publish(token, DOMAIN);
    await cloud.ground.clock.advance(10_000);
    assert.equal(await status(), "Pending");
    publish(`amazonses:${token}`, DOMAIN);
    await cloud.ground.clock.advance(10_000);
    assert.equal(await status(), "Success");
  });

  it("follows a CNAME", async () => {
    const token = await ask();
    const name = fqdn(`_amazonses.${DOMAIN}`);
    cloud.ground.zones.change(zone, [
      { action: "put", set: { name, type: "CNAME", ttl: 60, values: [`tokens.${DOMAIN}.`] } },
    ]);
    publish(token, `tokens.${DOMAIN}`);
    await cloud.ground.clock.advance(1000);
    assert.equal(await status(), "Success");
  });

  it("fails after 72 hours to the minute, mails it, and begins anew when asked", async () => {
    const token = await ask();
    await cloud.ground.clock.advance(72 * HOUR - 60_000);
    assert.equal(await status(), "Pending");
    await cloud.ground.clock.advance(60_000);
    assert.equal(await status(), "Failed");
    assert.deepEqual(mailKinds(), ["verification-failure"]);
    publish(token);
    await cloud.ground.clock.advance(24 * HOUR);
    assert.equal(await status(), "Failed");
    assert.equal(await ask(), token);
    assert.equal(await status(), "Pending");
    await cloud.ground.clock.advance(1000);
    assert.equal(await status(), "Success");
  });

  it("gives a new token after Failed where it is told to", async () => {
    cloud.ses.tokenAfterFailure = "new";
    const token = await ask();
    cloud.ses.setStatus(ACCOUNT, REGION, DOMAIN, "Failed");
    const next = await ask();
    assert.notEqual(next, token);
    assert.equal(await ask(), next);
  });

  it("warns when the record is gone, stays Success for 72 hours, then revokes", async () => {
    publish(await ask());
    await cloud.ground.clock.advance(1000);
    publish(undefined);
    await cloud.ground.clock.advance(24 * HOUR);
    assert.deepEqual(mailKinds(), ["verification-success", "revocation-warning"]);
    assert.equal(await status(), "Success");
    await cloud.ground.clock.advance(71 * HOUR);
    assert.equal(await status(), "Success");
    await cloud.ground.clock.advance(HOUR);
    assert.equal(await status(), "Failed");
    assert.equal(cloud.ses.mails.at(-1)?.subject, "Domain Verification REVOCATION");
  });

  it("takes the warning back when the record returns in time", async () => {
    const token = await ask();
    publish(token);
    await cloud.ground.clock.advance(1000);
    publish(undefined);
    await cloud.ground.clock.advance(24 * HOUR);
    publish(token);
    await cloud.ground.clock.advance(100 * HOUR);
    assert.equal(await status(), "Success");
    assert.deepEqual(mailKinds(), ["verification-success", "revocation-warning", "revocation-cancelled"]);
  });

  it("says TemporaryFailure while the servers of a verified domain do not answer, and never revokes for it", async () => {
    publish(await ask());
    await cloud.ground.clock.advance(1000);
    const fault = cloud.ground.faults.dns("*", { lame: "SERVFAIL", within: DOMAIN });
    await cloud.ground.clock.advance(200 * HOUR);
    assert.equal(await status(), "TemporaryFailure");
    fault.off();
    await cloud.ground.clock.advance(6 * HOUR);
    assert.equal(await status(), "Success");
  });

  it("keeps accounts and regions apart", async () => {
    const token = await ask();
    const other = new SESClient(cloud.client("111111111111"));
    const elsewhere = new SESClient(cloud.client(ACCOUNT, "eu-west-1"));
    for (const client of [other, elsewhere]) {
      const absent = await client.send(new GetIdentityVerificationAttributesCommand({ Identities: [DOMAIN] }));
      assert.deepEqual(absent.VerificationAttributes, {});
      const answer = await client.send(new VerifyDomainIdentityCommand({ Domain: DOMAIN }));
      assert.notEqual(answer.VerificationToken, token);
    }
  });

  it("closes the connection where SES does not answer", async () => {
    const nowhere = new SESClient(cloud.client(ACCOUNT, "eu-nowhere-1"));
    await assert.rejects(nowhere.send(new ListIdentitiesCommand({})), { code: "ECONNRESET" });
  });

  it("reads at most 100 identities a call, and leaves out those it has not", async () => {
    cloud.ses.inject(
      Array.from({ length: 101 }, (_, index) => ({ accountId: ACCOUNT, region: REGION, name: `d${index}.example` })),
    );
    const names = cloud.ses.identities(ACCOUNT, REGION).map(({ name }) => name);
    await assert.rejects(ses.send(new GetIdentityVerificationAttributesCommand({ Identities: names })), {
      name: "InvalidParameterValue",
    });
    const asked = [...names.slice(0, 99), "absent.example"];
    const answer = await ses.send(new GetIdentityVerificationAttributesCommand({ Identities: asked }));
    assert.equal(Object.keys(answer.VerificationAttributes ?? {}).length, 99);
  });

  it("lists by type, in pages", async () => {
    for (const name of ["one.example", "two.example", "three.example"]) await ask(name);
    await ses.send(new VerifyEmailIdentityCommand({ EmailAddress: "me@one.example" }));
    const first = await ses.send(new ListIdentitiesCommand({ IdentityType: "Domain", MaxItems: 2 }));
    assert.deepEqual(first.Identities, ["one.example", "two.example"]);
    const last = await ses.send(new ListIdentitiesCommand({ IdentityType: "Domain", NextToken: first.NextToken }));
    assert.deepEqual([last.Identities, last.NextToken], [["three.example"], undefined]);
    const addresses = await ses.send(new ListIdentitiesCommand({ IdentityType: "EmailAddress" }));
    assert.deepEqual(addresses.Identities, ["me@one.example"]);
  });

  it("deletes an identity, also one that is not there", async () => {
    await ask();
    await ses.send(new DeleteIdentityCommand({ Identity: DOMAIN }));
    assert.equal(await attributes(), undefined);
    await ses.send(new DeleteIdentityCommand({ Identity: DOMAIN }));
  });

  it("refuses what is no domain", async () => {
    for (const Domain of ["", "com", "trailing.example.", "two..dots", "under_score.example"])
      await assert.rejects(ses.send(new VerifyDomainIdentityCommand({ Domain })), { name: "InvalidParameterValue" });
  });

  it("verifies an address by the link in its mail, for 24 hours", async () => {
    const address = "me@one.example";
    await ses.send(new VerifyEmailIdentityCommand({ EmailAddress: address }));
    const link = cloud.ses.mails.at(-1)?.link ?? "";
    assert.equal((await attributes(address))?.VerificationStatus, "Pending");
    await cloud.ground.clock.advance(24 * HOUR);
    assert.equal((await attributes(address))?.VerificationStatus, "Failed");
    assert.equal((await fetch(`${cloud.url}/confirm/${link}`)).status, 404);
    await ses.send(new VerifyEmailIdentityCommand({ EmailAddress: address }));
    const again = cloud.ses.mails.at(-1)?.link ?? "";
    assert.equal((await fetch(`${cloud.url}/confirm/${again}`)).status, 200);
    assert.deepEqual(await attributes(address), { VerificationStatus: "Success" });
  });

  it("holds a forced status until somebody asks anew", async () => {
    publish(await ask());
    cloud.ses.setStatus(ACCOUNT, REGION, DOMAIN, "Failed");
    await cloud.ses.checkNow();
    await cloud.ground.clock.advance(100 * HOUR);
    assert.equal(await status(), "Failed");
    await ask();
    await cloud.ground.clock.advance(1000);
    assert.equal(await status(), "Success");
  });

  it("says Success without a token for a domain that DKIM verified", async () => {
    cloud.ses.inject([{ accountId: ACCOUNT, region: REGION, name: DOMAIN, dkimOnly: true }]);
    await cloud.ground.clock.advance(200 * HOUR);
    assert.deepEqual(await attributes(), { VerificationStatus: "Success" });
    const token = await ask();
    await cloud.ground.clock.advance(200 * HOUR);
    assert.deepEqual(await attributes(), { VerificationStatus: "Success", VerificationToken: token });
  });

  it("admits one request a second an action, account and region", async () => {
    cloud.rateLimits = true;
    await ask();
    const refused = { name: "Throttling", message: "Rate exceeded" };
    await assert.rejects(ask(), refused);
    await attributes();
    await new SESClient(cloud.client(ACCOUNT, "eu-west-1")).send(new VerifyDomainIdentityCommand({ Domain: DOMAIN }));
    await cloud.ground.clock.advance(1000);
    await ask();
    await assert.rejects(ask(), refused);
  });

  it("denies what an account may not do, in IAM's words", async () => {
    cloud.accounts.deny(ACCOUNT, "ses:Verify*");
    await assert.rejects(ask(), {
      name: "AccessDenied",
      message: /^User: arn:aws:iam::000000000000:user\/emulator is not authorized to perform: ses:VerifyDomainIdentity/,
    });
    assert.equal(await attributes(), undefined);
    cloud.accounts.permitOnly(ACCOUNT, "ses:VerifyDomainIdentity");
    await assert.rejects(attributes(), { name: "AccessDenied" });
    cloud.accounts.permitAll(ACCOUNT);
    await ask();
  });

  it("misbehaves where it is told to, and counts", async () => {
    const { faults, requests } = cloud.ground;
    faults.http({ service: "ses", action: "VerifyDomainIdentity" }, { kind: "cut-after", times: 1 });
    await assert.rejects(ask(), { code: "ECONNRESET" });
    assert.ok(cloud.ses.identity(ACCOUNT, REGION, DOMAIN));
    faults.http({ service: "ses" }, { kind: "cut-before", times: 1 });
    await assert.rejects(ask("other.example"), { code: "ECONNRESET" });
    assert.equal(cloud.ses.identity(ACCOUNT, REGION, "other.example"), undefined);
    faults.http({ service: "ses" }, { kind: "error", times: 1 });
    await assert.rejects(
      ask(),
      (error: { $metadata?: { httpStatusCode?: number } }) => error.$metadata?.httpStatusCode === 503,
    );
    faults.http({ service: "ses" }, { kind: "throttle", times: 1 });
    await assert.rejects(ask(), { name: "Throttling" });
    assert.equal(requests.counts().http["ses:VerifyDomainIdentity"], 4);
  });

  it("holds ten thousand identities, each with the same token every time", async () => {
    const names = Array.from({ length: 10_000 }, (_, index) => `d${index}.example`);
    cloud.ses.inject(names.map((name) => ({ accountId: ACCOUNT, region: REGION, name })));
    const twice = cloud.ses.identity(ACCOUNT, REGION, "d77.example")?.token;
    cloud.ses.remove({ accountId: ACCOUNT, region: REGION }, "d77.example");
    cloud.ses.inject([{ accountId: ACCOUNT, region: REGION, name: "d77.example" }]);
    assert.equal(cloud.ses.identity(ACCOUNT, REGION, "d77.example")?.token, twice);
    assert.equal(cloud.ses.identities().length, 10_000);
  });
});
