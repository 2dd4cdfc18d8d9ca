import assert from "node:assert/strict";
import { AssumeRoleCommand, GetCallerIdentityCommand, STSClient } from "@aws-sdk/client-sts";
import { openTestCloud, type TestCloud } from "./cloud-support";

const ROLE = "arn:aws:iam::222222222222:role/mail";

describe("the emulator's STS", () => {
  let cloud: TestCloud;
  before(async () => {
    cloud = await openTestCloud({
      accounts: [
        { id: "111111111111" },
        {
          id: "222222222222",
          roles: [
            { name: "mail" },
            { name: "guarded", externalId: "word" },
            { name: "closed", trusts: ["333333333333"] },
          ],
        },
        { id: "444444444444", partition: "aws-us-gov" },
      ],
    });
  });
  after(() => cloud.close());

  const sts = (accountId?: string, region?: string) => new STSClient(cloud.client(accountId, region));

  it("names account, ARN and user of the key", async () => {
    const identity = await sts("222222222222").send(new GetCallerIdentityCommand());
    assert.equal(identity.Account, "222222222222");
    assert.equal(identity.Arn, "arn:aws:iam::222222222222:user/emulator");
    assert.match(identity.UserId ?? "", /^AIDA[A-Z2-7]{17}$/);
  });

  it("puts the partition into the ARN, and knows the key in its own partition only", async () => {
    const identity = await sts("444444444444", "us-gov-west-1").send(new GetCallerIdentityCommand());
    assert.equal(identity.Arn, "arn:aws-us-gov:iam::444444444444:user/emulator");
    await assert.rejects(sts("444444444444", "us-east-1").send(new GetCallerIdentityCommand()), {
      name: "InvalidClientTokenId",
    });
  });

  it("lets the key of a role's session act as the role's account", async () => {
    const { Credentials, AssumedRoleUser } = await sts("111111111111").send(
      new AssumeRoleCommand({ RoleArn: ROLE, RoleSessionName: "test" }),
    );
    assert.equal(AssumedRoleUser?.Arn, "arn:aws:sts::222222222222:assumed-role/mail/test");
    assert.ok((Credentials?.Expiration?.getTime() ?? 0) > Date.now());
    const credentials = {
      accessKeyId: Credentials?.AccessKeyId ?? "",
      secretAccessKey: Credentials?.SecretAccessKey ?? "",
      sessionToken: Credentials?.SessionToken ?? "",
    };
    const within = new STSClient({ ...cloud.client(), credentials });
    assert.equal((await within.send(new GetCallerIdentityCommand())).Account, "222222222222");
    const stolen = new STSClient({ ...cloud.client(), credentials: { ...credentials, sessionToken: "other" } });
    await assert.rejects(stolen.send(new GetCallerIdentityCommand()), { name: "InvalidClientTokenId" });
  });

  it("asks for the external id where the role demands one", async () => {
    const guarded = { RoleArn: "arn:aws:iam::222222222222:role/guarded", RoleSessionName: "test" };
    await assert.rejects(sts("111111111111").send(new AssumeRoleCommand(guarded)), {
      name: "AccessDenied",
      message: /not authorized to perform: sts:AssumeRole on resource: arn:aws:iam::222222222222:role\/guarded/,
    });
    await sts("111111111111").send(new AssumeRoleCommand({ ...guarded, ExternalId: "word" }));
  });

  it("refuses roles that are not there and callers that are not trusted", async () => {
    for (const name of ["none", "closed"]) {
      const asked = { RoleArn: `arn:aws:iam::222222222222:role/${name}`, RoleSessionName: "test" };
      await assert.rejects(sts("111111111111").send(new AssumeRoleCommand(asked)), { name: "AccessDenied" });
    }
  });

  it("refuses what it does not read, so that no session is without the limits that were asked for", async () => {
    const role = { RoleArn: ROLE, RoleSessionName: "test" };
    for (const more of [
      { Policy: "{}" },
      { PolicyArns: [{ arn: "arn:aws:iam::aws:policy/ReadOnlyAccess" }] },
      { SourceIdentity: "someone" },
      { Tags: [{ Key: "a", Value: "b" }] },
      { SerialNumber: "arn:aws:iam::111111111111:mfa/user", TokenCode: "123456" },
    ])
      await assert.rejects(
        sts("111111111111").send(new AssumeRoleCommand({ ...role, ...more })),
        { name: "ValidationError" },
        JSON.stringify(more),
      );
  });

  it("knows a wrong secret from an unknown key", async () => {
    const { accessKeyId } = cloud.credentials();
    const as = (credentials: { accessKeyId: string; secretAccessKey: string }) =>
      new STSClient({ ...cloud.client(), credentials }).send(new GetCallerIdentityCommand());
    await assert.rejects(as({ accessKeyId, secretAccessKey: "wrong" }), { name: "SignatureDoesNotMatch" });
    await assert.rejects(as({ accessKeyId: "EMULATEDNOBODY", secretAccessKey: "wrong" }), {
      name: "InvalidClientTokenId",
    });
  });

  it("refuses a request that nobody signed", async () => {
    const response = await fetch(cloud.url, { method: "POST", body: "Action=GetCallerIdentity&Version=2011-06-15" });
    assert.equal(response.status, 403);
    assert.match(await response.text(), /<Code>MissingAuthenticationToken<\/Code>/);
  });
});
