import assert from "node:assert/strict";
import { SESClient, VerifyDomainIdentityCommand } from "@aws-sdk/client-ses";
import {
  CreateEmailIdentityCommand,
  DeleteEmailIdentityCommand,
  GetAccountCommand,
  GetEmailIdentityCommand,
  ListEmailIdentitiesCommand,
  ListTagsForResourceCommand,
  SESv2Client,
  TagResourceCommand,
  UntagResourceCommand,
} from "@aws-sdk/client-sesv2";
import { fqdn } from "../../../provider/core/fqdn";
import { openTestCloud, type TestCloud } from "./cloud-support";

const DOMAIN = "ses-example.com";
const ACCOUNT = "000000000000";
const REGION = "us-east-1";
const ARN = `arn:aws:ses:${REGION}:${ACCOUNT}:identity/${DOMAIN}`;

describe("the emulator's SES, API v2", () => {
  let cloud: TestCloud;
  let ses: SESv2Client;

  beforeEach(async () => {
    cloud = await openTestCloud();
    ses = new SESv2Client(cloud.client());
  });
  afterEach(() => cloud.close());

  const request = async (domain = DOMAIN) => {
    const v1 = new SESClient(cloud.client());
    const { VerificationToken: token } = await v1.send(new VerifyDomainIdentityCommand({ Domain: domain }));
    return token ?? "";
  };
  const get = (name = DOMAIN) => ses.send(new GetEmailIdentityCommand({ EmailIdentity: name }));
  const errorAfterLook = async () => {
    await cloud.ses.checkNow();
    return (await get()).VerificationInfo?.ErrorType;
  };

  it("says what it saw when it last looked", async () => {
    const token = await request();
    assert.deepEqual((await get()).VerificationInfo, {});
    assert.equal(await errorAfterLook(), "HOST_NOT_FOUND");
    const zone = cloud.ground.zones.add({ name: DOMAIN });
    await cloud.ground.zones.settled();
    const put = (name: string, type: string, value: string) =>
      cloud.ground.zones.change(zone.id, [
        { action: "put", set: { name: fqdn(name), type, ttl: 300, values: [value] } },
      ]);
    assert.equal(await errorAfterLook(), "HOST_NOT_FOUND");
    put(`_amazonses.${DOMAIN}`, "A", "192.0.2.1");
    assert.equal(await errorAfterLook(), "TYPE_NOT_FOUND");
    put(`_amazonses.${DOMAIN}`, "TXT", '"another"');
    assert.equal(await errorAfterLook(), "INVALID_VALUE");
    const fault = cloud.ground.faults.dns("*", { silent: "both", within: DOMAIN });
    assert.equal(await errorAfterLook(), "DNS_SERVER_ERROR");
    assert.equal((await get()).VerificationStatus, "PENDING");
    fault.off();
    put(`_amazonses.${DOMAIN}`, "TXT", `"${token}"`);
    assert.equal(await errorAfterLook(), undefined);

    const identity = await get();
    assert.equal(identity.VerificationStatus, "SUCCESS");
    assert.equal(identity.VerifiedForSendingStatus, true);
    assert.equal(identity.IdentityType, "DOMAIN");
    assert.equal(identity.DkimAttributes?.Status, "NOT_STARTED");
    assert.equal(identity.VerificationInfo?.LastCheckedTimestamp?.getTime(), cloud.ground.clock.now());
    assert.equal(identity.VerificationInfo?.LastSuccessTimestamp?.getTime(), cloud.ground.clock.now());
    assert.equal(identity.VerificationInfo?.SOARecord?.PrimaryNameServer, zone.servers[0]?.name);
    assert.equal(identity.VerificationInfo?.SOARecord?.SerialNumber, cloud.ground.zones.get(zone.id)?.serial);
  });

  it("lists with status, a thousand a page, by either address", async () => {
    cloud.ses.inject(
      Array.from({ length: 1001 }, (_, index) => ({
        accountId: ACCOUNT,
        region: REGION,
        name: `d${index}.example`,
        status: index === 7 ? "Failed" : "Success",
      })),
    );
    const first = await ses.send(new ListEmailIdentitiesCommand({ PageSize: 1000 }));
    assert.equal(first.EmailIdentities?.length, 1000);
    assert.deepEqual(first.EmailIdentities?.[7], {
      IdentityType: "DOMAIN",
      IdentityName: "d7.example",
      SendingEnabled: false,
      VerificationStatus: "FAILED",
    });
    const last = await ses.send(new ListEmailIdentitiesCommand({ PageSize: 1000, NextToken: first.NextToken }));
    assert.deepEqual(
      [last.EmailIdentities?.map((one) => one.IdentityName), last.NextToken],
      [["d1000.example"], undefined],
    );
    const failed = await ses.send(new ListEmailIdentitiesCommand({ Filter: { VERIFICATION_STATUS: "FAILED" } }));
    assert.deepEqual(
      failed.EmailIdentities?.map((one) => one.IdentityName),
      ["d7.example"],
    );
    await assert.rejects(ses.send(new ListEmailIdentitiesCommand({ PageSize: 1001 })), { name: "BadRequestException" });
  });

  it("knows an identity that is not there", async () => {
    const missing = { name: "NotFoundException", message: /ses-example\.com does not exist/ };
    await assert.rejects(get(), missing);
    await assert.rejects(ses.send(new DeleteEmailIdentityCommand({ EmailIdentity: DOMAIN })), missing);
    await assert.rejects(ses.send(new ListTagsForResourceCommand({ ResourceArn: ARN })), missing);
    await request();
    await ses.send(new DeleteEmailIdentityCommand({ EmailIdentity: DOMAIN }));
    await assert.rejects(get(), missing);
  });

  it("tags an identity", async () => {
    await request();
    const tags = async () => (await ses.send(new ListTagsForResourceCommand({ ResourceArn: ARN }))).Tags;
    assert.deepEqual(await tags(), []);
    const Tags = [
      { Key: "sesdomain:owner", Value: "project/stack" },
      { Key: "team", Value: "mail" },
    ];
    await ses.send(new TagResourceCommand({ ResourceArn: ARN, Tags }));
    assert.deepEqual(await tags(), Tags);
    assert.deepEqual((await get()).Tags, Tags);
    await ses.send(new UntagResourceCommand({ ResourceArn: ARN, TagKeys: ["team", "absent"] }));
    assert.deepEqual(await tags(), Tags.slice(0, 1));
  });

  it("denies tagging alone where it is told to", async () => {
    await request();
    cloud.accounts.deny(ACCOUNT, "ses:TagResource");
    await assert.rejects(ses.send(new TagResourceCommand({ ResourceArn: ARN, Tags: [] })), {
      name: "AccessDeniedException",
      message: `User: arn:aws:iam::${ACCOUNT}:user/emulator is not authorized to perform: ses:TagResource on resource: ${ARN} because no identity-based policy allows the ses:TagResource action`,
    });
    await ses.send(new ListTagsForResourceCommand({ ResourceArn: ARN }));
  });

  it("makes an identity for DKIM, which has no TXT token until it is asked for", async () => {
    await ses.send(new CreateEmailIdentityCommand({ EmailIdentity: DOMAIN }));
    assert.equal(cloud.ses.identity(ACCOUNT, REGION, DOMAIN)?.token, undefined);
    await assert.rejects(ses.send(new CreateEmailIdentityCommand({ EmailIdentity: DOMAIN })), {
      name: "AlreadyExistsException",
    });
    assert.equal((await request()).length, 44);
  });

  it("refuses keys, secrets and haste in its own names", async () => {
    const as = (credentials: { accessKeyId: string; secretAccessKey: string }) =>
      new SESv2Client({ ...cloud.client(), credentials }).send(new GetAccountCommand({}));
    const { accessKeyId } = cloud.credentials();
    await assert.rejects(as({ accessKeyId: "EMULATEDNOBODY", secretAccessKey: "x" }), {
      name: "UnrecognizedClientException",
    });
    await assert.rejects(as({ accessKeyId, secretAccessKey: "x" }), { name: "InvalidSignatureException" });
    cloud.rateLimits = true;
    await ses.send(new GetAccountCommand({}));
    await assert.rejects(ses.send(new GetAccountCommand({})), { name: "TooManyRequestsException" });
  });

  it("takes names that need escapes in an address", async () => {
    const name = "a+b c/d@one.example";
    cloud.ses.inject([{ accountId: ACCOUNT, region: REGION, name }]);
    assert.equal((await get(name)).IdentityType, "EMAIL_ADDRESS");
  });
});
