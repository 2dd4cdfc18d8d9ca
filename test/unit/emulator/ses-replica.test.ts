import assert from "node:assert/strict";
import { generateKeyPairSync } from "node:crypto";
import { DeleteIdentityCommand, SESClient } from "@aws-sdk/client-ses";
import {
  CreateEmailIdentityCommand,
  DeleteEmailIdentityCommand,
  GetEmailIdentityCommand,
  PutEmailIdentityDkimSigningAttributesCommand,
  SESv2Client,
} from "@aws-sdk/client-sesv2";
import { openSendingZone, type SendingZone } from "../../support/emulator/sending";
import { HOUR, openTestCloud, type TestCloud } from "./cloud-support";

const DOMAIN = "ses-example.com";
const ACCOUNT = "000000000000";
const PARENT = "us-east-1";
const REPLICA = "eu-west-1";

describe("the emulator's SES: a domain that signs with the key of another region", () => {
  let cloud: TestCloud;
  let zone: SendingZone;
  beforeEach(async () => {
    cloud = await openTestCloud();
    zone = await openSendingZone(cloud, DOMAIN);
  });
  afterEach(() => cloud.close());

  const at = (region: string) => new SESv2Client(cloud.client(ACCOUNT, region));
  const create = (region: string, origin?: string) =>
    at(region).send(
      new CreateEmailIdentityCommand({
        EmailIdentity: DOMAIN,
        ...(origin && { DkimSigningAttributes: { DomainSigningAttributesOrigin: origin as "AWS_SES_US_EAST_1" } }),
      }),
    );
  const get = (region: string) => at(region).send(new GetEmailIdentityCommand({ EmailIdentity: DOMAIN }));
  const remove = (region: string) => at(region).send(new DeleteEmailIdentityCommand({ EmailIdentity: DOMAIN }));
  const reason = async (region = REPLICA) => {
    await cloud.ses.checkNow();
    const { DkimAttributes, VerificationInfo } = await get(region);
    return [DkimAttributes?.Status, VerificationInfo?.ErrorType];
  };

  it("has its parent's tokens and zone, and is verified by its records", async () => {
    const parent = (await create(PARENT)).DkimAttributes;
    const made = (await create(REPLICA, "AWS_SES_US_EAST_1")).DkimAttributes;
    assert.deepEqual([made?.Tokens, made?.SigningHostedZone], [parent?.Tokens, parent?.SigningHostedZone]);
    assert.equal((await get(REPLICA)).DkimAttributes?.SigningAttributesOrigin, "AWS_SES_US_EAST_1");
    zone.publishDkim(parent?.Tokens ?? [], parent?.SigningHostedZone ?? "");
    await cloud.ground.clock.advance(4000);
    assert.equal((await get(REPLICA)).VerifiedForSendingStatus, true);
    const scope = (region: string) => ({ accountId: ACCOUNT, region });
    assert.ok(cloud.ses.signingKey(scope(REPLICA), DOMAIN));
    assert.equal(cloud.ses.signingKey(scope(REPLICA), DOMAIN), cloud.ses.signingKey(scope(PARENT), DOMAIN));
  });

  it("follows a change of its parent's key", async () => {
    await create(PARENT);
    await create(REPLICA, "AWS_SES_US_EAST_1");
    const { DkimTokens } = await at(PARENT).send(
      new PutEmailIdentityDkimSigningAttributesCommand({
        EmailIdentity: DOMAIN,
        SigningAttributesOrigin: "AWS_SES",
        SigningAttributes: { NextSigningKeyLength: "RSA_1024_BIT" },
      }),
    );
    const { DkimAttributes } = await get(REPLICA);
    assert.deepEqual(DkimAttributes?.Tokens, DkimTokens);
    assert.equal(DkimAttributes?.NextSigningKeyLength, "RSA_1024_BIT");
  });

  it("keeps its parent from being deleted, by either API", async () => {
    await create(PARENT);
    await create(REPLICA, "AWS_SES_US_EAST_1");
    await assert.rejects(remove(PARENT), { name: "BadRequestException" });
    const v1 = new SESClient(cloud.client(ACCOUNT, PARENT));
    await assert.rejects(v1.send(new DeleteIdentityCommand({ Identity: DOMAIN })), { name: "InvalidParameterValue" });
    await remove(REPLICA);
    await remove(PARENT);
    assert.deepEqual(cloud.ses.identities(), []);
  });

  it("says why it is not verified", async () => {
    for (const [origin, wanted] of [
      ["AWS_SES_US_EAST_1", "REPLICATION_PRIMARY_NOT_FOUND"],
      ["AWS_SES_EU_WEST_1", "REPLICATION_PRIMARY_INVALID_REGION"],
      ["AWS_SES_XX_NOWHERE_1", "REPLICATION_PRIMARY_INVALID_REGION"],
    ] as const) {
      await create(REPLICA, origin);
      assert.deepEqual(await reason(), ["PENDING", wanted], origin);
      await remove(REPLICA);
    }
    cloud.ses.verifyDomain({ accountId: ACCOUNT, region: PARENT }, DOMAIN);
    await create(REPLICA, "AWS_SES_US_EAST_1");
    assert.deepEqual(await reason(), ["PENDING", "REPLICATION_PRIMARY_NOT_FOUND"]);
    const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 1024 });
    await at(PARENT).send(
      new PutEmailIdentityDkimSigningAttributesCommand({
        EmailIdentity: DOMAIN,
        SigningAttributesOrigin: "EXTERNAL",
        SigningAttributes: {
          DomainSigningSelector: "mine",
          DomainSigningPrivateKey: privateKey.export({ format: "der", type: "pkcs8" }).toString("base64"),
        },
      }),
    );
    assert.deepEqual(await reason(), ["PENDING", "REPLICATION_PRIMARY_BYO_DKIM_NOT_SUPPORTED"]);
    await create("us-west-2", "AWS_SES_EU_WEST_1");
    assert.deepEqual(await reason("us-west-2"), ["PENDING", "REPLICATION_REPLICA_AS_PRIMARY_NOT_SUPPORTED"]);
    await cloud.ground.clock.advance(73 * HOUR);
    assert.equal((await get(REPLICA)).DkimAttributes?.Status, "FAILED");
  });

  it("needs the permission to replicate, on the parent's ARN and for its own region", async () => {
    await create(PARENT);
    const replicate = (region: string, parent = PARENT) => ({
      Effect: "Allow",
      Action: "ses:ReplicateEmailIdentityDKIMSigningKey",
      Resource: `arn:aws:ses:${parent}:${ACCOUNT}:identity/${DOMAIN}`,
      Condition: { "ForAllValues:StringEquals": { "ses:ReplicaRegion": region } },
    });
    const others = {
      Effect: "Allow",
      Action: ["ses:CreateEmailIdentity", "ses:DeleteEmailIdentity", "ses:Get*"],
      Resource: "*",
    };
    for (const [statements, wanted] of [
      [[others], "REPLICATION_ACCESS_DENIED"],
      [[others, replicate("eu-west-2")], "REPLICATION_ACCESS_DENIED"],
      [[others, replicate(REPLICA, "us-east-2")], "REPLICATION_ACCESS_DENIED"],
      [[others, replicate(REPLICA)], "HOST_NOT_FOUND"],
    ] as const) {
      cloud.accounts.attachPolicy(ACCOUNT, { Version: "2012-10-17", Statement: statements });
      await create(REPLICA, "AWS_SES_US_EAST_1");
      assert.deepEqual(await reason(), ["PENDING", wanted]);
      await remove(REPLICA);
    }
  });

  it("may become one later", async () => {
    const { DkimAttributes } = await create(PARENT);
    await create(REPLICA);
    const answer = await at(REPLICA).send(
      new PutEmailIdentityDkimSigningAttributesCommand({
        EmailIdentity: DOMAIN,
        SigningAttributesOrigin: "AWS_SES_US_EAST_1",
      }),
    );
    assert.deepEqual([answer.DkimStatus, answer.DkimTokens], ["PENDING", DkimAttributes?.Tokens]);
  });
});
