import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { inspect } from "node:util";
import { openAws } from "../../provider/aws/aws";
import { IAM_ACTIONS } from "../../provider/aws/permissions";
import { SesDomainError, SesError } from "../../provider/core/errors";
import { fqdn } from "../../provider/core/fqdn";
import { MADE_TAG, USER_PREFIX, keysOf as userKeys } from "../../provider/ses/register";
import { openSes } from "../../provider/ses/ses";
import { type AwsCloud, awsConfig, openAwsCloud } from "../support/aws/cloud";

const ACCOUNT = "111111111111";
const OTHER = "222222222222";
const domain = fqdn("ses-example.com");
const user = {
  mark: "0123456789abcdef",
  state: "creating",
  urnHash: "fedcba9876543210",
  label: "mail/prod/site",
} as const;
const tagsUpTo = (count: number) =>
  Object.fromEntries(Array.from({ length: count - 1 }, (_, index) => [`team-${index}`, "x"]));

describe("SES", () => {
  let cloud: AwsCloud;
  beforeEach(async () => {
    cloud = await openAwsCloud({
      accounts: [
        { id: ACCOUNT, roles: [{ name: "mailer", externalId: "agreed" }] },
        { id: OTHER, roles: [{ name: "mailer" }] },
        { id: "333333333333", partition: "aws-cn" },
      ],
    });
  });
  const seenActions = new Set<string>();
  afterEach(async () => {
    for (const action of Object.keys(cloud.counts())) seenActions.add(action);
    await cloud.close();
  });
  const port = (config: Record<string, string> = {}, wish = {}) => openSes(cloud.aws(config).session(wish));
  const failure = async (run: Promise<unknown>): Promise<SesError> => {
    const error = await run.then(
      () => assert.fail("it succeeded"),
      (reason: unknown) => reason,
    );
    assert.ok(error instanceof SesError, inspect(error));
    return error;
  };

  it("asks for a domain with the same token each time, and reads its status", async () => {
    const ses = port();
    const ctx = cloud.ctx();
    assert.equal(await ses.status(domain, ctx), undefined);
    const token = await ses.request(domain, ctx);
    assert.deepEqual(await ses.status(domain, ctx), { status: "Pending", token });
    assert.equal(await ses.request(domain, ctx), token);
    await ses.remove(domain, ctx);
    await ses.remove(domain, ctx);
    assert.equal(await ses.status(domain, ctx), undefined);
  });

  it("knows an identity without a token, and every status", async () => {
    const statuses = ["Pending", "Success", "Failed", "TemporaryFailure", "NotStarted"] as const;
    cloud.ses.inject(
      statuses.map((status) => ({ accountId: ACCOUNT, region: "us-east-1", name: `${status}.example`, status })),
    );
    cloud.ses.inject([{ accountId: ACCOUNT, region: "us-east-1", name: "dkim.example", dkimOnly: true }]);
    const ses = port();
    for (const status of statuses) {
      assert.equal((await ses.status(fqdn(`${status}.example`), cloud.ctx()))?.status, status);
    }
    assert.deepEqual(await ses.status(fqdn("dkim.example"), cloud.ctx()), { status: "Success", token: undefined });
    const listing = await ses.listing(cloud.ctx());
    assert.equal(listing?.size, 6);
    for (const status of statuses) assert.equal(listing?.get(fqdn(`${status}.example`)), status);
  });

  it("takes a status that it does not know for neither verified nor failed", async () => {
    const odd = `<GetIdentityVerificationAttributesResponse><GetIdentityVerificationAttributesResult><VerificationAttributes><entry><key>${domain}</key><value>
      <VerificationStatus>Pondering</VerificationStatus><VerificationToken>token</VerificationToken>
      </value></entry></VerificationAttributes></GetIdentityVerificationAttributesResult></GetIdentityVerificationAttributesResponse>`;
    cloud.ground.faults.http(
      { action: "GetIdentityVerificationAttributes" },
      { kind: "reply", body: odd, contentType: "text/xml" },
    );
    assert.deepEqual(await port().status(domain, cloud.ctx()), { status: "TemporaryFailure", token: "token" });
    const listed = { EmailIdentities: [{ IdentityName: domain, VerificationStatus: "PONDERING" }] };
    cloud.ground.faults.http({ action: "ListEmailIdentities" }, { kind: "reply", body: JSON.stringify(listed) });
    assert.equal((await port().listing(cloud.ctx()))?.get(domain), "TemporaryFailure");
  });

  it("reads 250 statuses asked together in three requests, at one a second", async () => {
    const ses = port();
    const names = Array.from({ length: 250 }, (_, at) => fqdn(`d${at}.example`));
    cloud.ses.inject(names.map((name) => ({ accountId: ACCOUNT, region: "us-east-1", name })));
    const started = cloud.clock.now();
    const seen = await Promise.all(names.map((name) => ses.status(name, cloud.ctx())));
    assert.ok(seen.every((status) => status?.status === "Success"));
    assert.equal(cloud.counts()["ses:GetIdentityVerificationAttributes"], 3);
    assert.equal(cloud.clock.now() - started, 2000);
  });

  it("reads the list only as far as the identity that is looked for, and all of it for one that it lacks", async () => {
    const names = Array.from({ length: 2500 }, (_, at) => fqdn(`d${at}.example`));
    cloud.ses.inject(names.map((name) => ({ accountId: ACCOUNT, region: "us-east-1", name })));
    const ses = port();
    const pages = () => cloud.counts()["ses:ListEmailIdentities"];
    assert.equal(await ses.listed(fqdn("d999.example"), cloud.ctx()), "Success");
    assert.deepEqual((await ses.listedSoFar(cloud.ctx()))?.isWhole, false);
    assert.equal(pages(), 1);
    const both = [fqdn("d1000.example"), fqdn("d1500.example")].map((name) => ses.listed(name, cloud.ctx()));
    assert.deepEqual(await Promise.all(both), ["Success", "Success"]);
    assert.equal(pages(), 2);
    assert.equal(await ses.listed(fqdn("d2500.example"), cloud.ctx()), "absent");
    assert.equal(await ses.listed(fqdn("d2499.example"), cloud.ctx()), "Success");
    assert.equal(pages(), 3);
    assert.equal((await ses.listing(cloud.ctx()))?.size, 2500);
    assert.equal(pages(), 3);
  });

  it("goes on with the list where one who read it has gone, and begins again after a failure", async () => {
    const names = Array.from({ length: 2500 }, (_, at) => fqdn(`d${at}.example`));
    cloud.ses.inject(names.map((name) => ({ accountId: ACCOUNT, region: "us-east-1", name })));
    const ses = port();
    const control = new AbortController();
    const gone = ses.listed(fqdn("d2499.example"), cloud.ctx({ signal: control.signal }));
    const stays = ses.listed(fqdn("d1500.example"), cloud.ctx());
    control.abort(new Error("Ctrl-C"));
    await assert.rejects(gone, /Ctrl-C/);
    assert.equal(await stays, "Success");
    const broken = cloud.ground.faults.http({ action: "ListEmailIdentities" }, { kind: "error" });
    await assert.rejects(ses.listed(fqdn("d2499.example"), cloud.ctx()), { code: "ses-unavailable" });
    broken.off();
    assert.equal(await ses.listed(fqdn("d2499.example"), cloud.ctx()), "Success");
  });

  it("reads 250 statuses that are waited for in three requests, one in 2.5 s, for all credentials of an account", async () => {
    const aws = cloud.aws({ "sesdomain:credentials": JSON.stringify({ same: keysOf(ACCOUNT) }) });
    const ports = [openSes(aws.session()), openSes(aws.session({ credentials: "same" }))];
    const names = Array.from({ length: 250 }, (_, at) => fqdn(`d${at}.example`));
    cloud.ses.inject(names.map((name) => ({ accountId: ACCOUNT, region: "us-east-1", name })));
    const started = cloud.clock.now();
    const waiting = { ...cloud.ctx(), waits: true };
    await Promise.all(names.map((name, at) => ports[at < 200 ? 0 : 1]?.status(name, waiting)));
    assert.equal(cloud.counts()["ses:GetIdentityVerificationAttributes"], 3);
    assert.ok(cloud.clock.now() - started >= 5_000, `${cloud.clock.now() - started} ms`);
    // A question that is not waited for takes the next turn.
    const asked = cloud.clock.now();
    await Promise.all([ports[0]?.status(domain, cloud.ctx()), ports[0]?.status(domain, waiting)]);
    assert.ok(cloud.clock.now() - asked >= 2_500);
    assert.equal(cloud.counts()["ses:GetIdentityVerificationAttributes"], 5);
  });

  it("lists 2,500 domains in three requests, once a process, without the addresses", async () => {
    const names = Array.from({ length: 2500 }, (_, at) => `d${at}.example`);
    cloud.ses.inject(names.map((name) => ({ accountId: ACCOUNT, region: "us-east-1", name })));
    cloud.ses.verifyAddress({ accountId: ACCOUNT, region: "us-east-1" }, "someone@d1.example");
    const ses = port();
    const both = await Promise.all([ses.listing(cloud.ctx()), ses.listing(cloud.ctx())]);
    assert.equal(both[0], both[1]);
    assert.deepEqual([...(both[0]?.keys() ?? [])], names);
    await ses.listing(cloud.ctx());
    assert.equal(cloud.counts()["ses:ListEmailIdentities"], 3);
  });

  it("goes one request a second for each action, and is not throttled by a cloud that counts", async () => {
    const ses = port();
    const names = ["a", "b", "c", "d"].map((label) => fqdn(`${label}.example`));
    await Promise.all(names.map((name) => ses.request(name, cloud.ctx())));
    assert.equal(cloud.counts()["ses:VerifyDomainIdentity"], 4);
    assert.equal(cloud.ses.identities(ACCOUNT).length, 4);
  });

  it("shares the limit among all resources and all credentials of an account", async () => {
    const aws = cloud.aws({ "sesdomain:credentials": JSON.stringify({ same: keysOf(ACCOUNT) }) });
    const [one, same] = [openSes(aws.session()), openSes(aws.session({ credentials: "same" }))];
    assert.notEqual(one, same);
    assert.equal(openSes(aws.session()), one);
    await Promise.all([one.remove(fqdn("a.example"), cloud.ctx()), same.remove(fqdn("b.example"), cloud.ctx())]);
    assert.equal(cloud.counts()["ses:DeleteIdentity"], 2);
  });

  it("waits out throttling by others, and slows down", async () => {
    const session = cloud.aws().session();
    const ses = openSes(session);
    cloud.ground.faults.http({ action: "VerifyDomainIdentity" }, { kind: "throttle", times: 4 });
    assert.ok(await ses.request(domain, cloud.ctx()));
    assert.equal(cloud.counts()["ses:VerifyDomainIdentity"], 5);
    const pace = { spacingMs: 1_000, from: "answer" } as const;
    const limiter = (action: string) => session.limiters.for(`aws ${ACCOUNT} us-east-1 ${action}`, pace);
    assert.equal(limiter("ses:VerifyDomainIdentity").spacingMs, 12_000);
    assert.equal(limiter("ses:GetIdentityVerificationAttributes").spacingMs, 1_000);
  });

  it("goes on after a 5xx and after connections cut before and after the effect, with the same token", async () => {
    const ses = port();
    await ses.status(domain, cloud.ctx());
    for (const kind of ["error", "cut-before", "cut-after"] as const) {
      cloud.ground.faults.http({ action: "VerifyDomainIdentity" }, { kind, times: 1 });
    }
    const token = await ses.request(domain, cloud.ctx());
    assert.equal(cloud.ses.identity(ACCOUNT, "us-east-1", domain)?.token, token);
    cloud.ground.faults.http({ action: "DeleteIdentity" }, { kind: "cut-after", times: 1 });
    await ses.remove(domain, cloud.ctx());
    assert.equal(await ses.status(domain, cloud.ctx()), undefined);
  });

  it("gives up in bounded time where throttling or trouble does not end", async () => {
    const ses = port();
    await ses.status(domain, cloud.ctx());
    const started = cloud.clock.now();
    cloud.ground.faults.http({ action: "VerifyDomainIdentity" }, { kind: "throttle" });
    const throttled = await failure(ses.request(domain, cloud.ctx()));
    assert.equal(throttled.code, "throttled");
    assert.ok(throttled.retryable);
    cloud.ground.faults.clear();
    cloud.ground.faults.http({ action: "VerifyDomainIdentity" }, { kind: "cut-before" });
    const away = await failure(ses.request(domain, cloud.ctx()));
    assert.equal(away.code, "ses-unavailable");
    assert.ok(away.retryable);
    assert.ok(cloud.clock.now() - started < 600_000);
  });

  it("names the permission that is missing, at once", async () => {
    cloud.accounts.permitOnly(ACCOUNT, "ses:GetIdentityVerificationAttributes");
    const ses = port();
    const error = await failure(ses.request(domain, cloud.ctx()));
    assert.equal(error.code, "permission-missing");
    assert.match(error.message, /ses:VerifyDomainIdentity/);
    assert.equal(cloud.counts()["ses:VerifyDomainIdentity"], 1);
  });

  it("does without what it may do without", async () => {
    cloud.accounts.permitOnly(ACCOUNT, ...IAM_ACTIONS.filter(({ optional }) => !optional).map(({ action }) => action));
    const ses = port();
    await ses.request(domain, cloud.ctx());
    assert.equal(await ses.listing(cloud.ctx()), undefined);
    assert.equal(await ses.info(domain, cloud.ctx()), undefined);
    assert.equal(await ses.register(domain, cloud.ctx()), "denied");
    assert.equal(await ses.mark(domain, user, true, cloud.ctx()), "denied");
    assert.equal(await ses.unmark(domain, userKeys(user.mark, { former: undefined }), cloud.ctx()), "denied");
  });

  it("writes, reads and removes the mark of a user", async () => {
    const ses = port();
    assert.equal(await ses.register(domain, cloud.ctx()), "absent");
    assert.equal(await ses.mark(domain, user, true, cloud.ctx()), "absent");
    await ses.request(domain, cloud.ctx());
    const none = { made: false, users: [], keys: [], former: undefined, foreign: [] };
    assert.deepEqual(await ses.register(domain, cloud.ctx()), none);
    assert.equal(await ses.mark(domain, user, true, cloud.ctx()), "done");
    assert.equal(cloud.counts()["ses:TagResource"], 2);
    const keys = [`${USER_PREFIX}${user.mark}`, MADE_TAG];
    assert.deepEqual(await ses.register(domain, cloud.ctx()), { ...none, made: true, users: [user], keys });
    assert.equal(await ses.unmark(domain, userKeys(user.mark, none), cloud.ctx()), "done");
    assert.deepEqual(await ses.register(domain, cloud.ctx()), { ...none, made: true, keys: [MADE_TAG] });
    cloud.ses.setTags({ accountId: ACCOUNT, region: "us-east-1" }, domain, new Map(Object.entries(tagsUpTo(50))));
    assert.equal(await ses.mark(domain, user, true, cloud.ctx()), "refused");
  });

  it("tells what SES itself saw, once it has looked", async () => {
    const ses = port();
    assert.equal(await ses.info(domain, cloud.ctx()), undefined);
    await ses.request(domain, cloud.ctx());
    await cloud.ses.checkNow();
    const info = await ses.info(domain, cloud.ctx());
    assert.ok(info?.lastChecked !== undefined && info.lastSuccess === undefined, inspect(info));
    assert.ok(info.errorType === "HOST_NOT_FOUND" || info.errorType === "TYPE_NOT_FOUND", inspect(info));
  });

  it("learns account and partition, asking STS once", async () => {
    const ses = port();
    const both = await Promise.all([ses.account(cloud.ctx()), ses.account(cloud.ctx())]);
    assert.deepEqual(both[0], { id: ACCOUNT, partition: "aws" });
    assert.equal(cloud.counts()["sts:GetCallerIdentity"], 1);
    const china = openSes(cloud.aws(awsConfig(cloud, "333333333333")).session({ region: "cn-north-1" }));
    assert.deepEqual(await china.account(cloud.ctx()), { id: "333333333333", partition: "aws-cn" });
  });

  it("assumes roles, with external id, and does not ask STS for their account", async () => {
    const role = (id: string) => `arn:aws:iam::${id}:role/mailer`;
    const wished = port({}, { roleArn: role(ACCOUNT), externalId: "agreed" });
    await wished.request(domain, cloud.ctx());
    const chained = port({
      "aws:assumeRoles": JSON.stringify([{ roleArn: role(ACCOUNT), externalId: "agreed" }, { roleArn: role(OTHER) }]),
    });
    assert.equal((await chained.account(cloud.ctx())).id, OTHER);
    await chained.request(fqdn("other.example"), cloud.ctx());
    assert.ok(cloud.ses.identity(OTHER, "us-east-1", "other.example"));
    assert.equal(cloud.counts()["sts:GetCallerIdentity"], undefined);
    assert.equal(cloud.counts()["sts:AssumeRole"], 3);
    const refused = await failure(
      port({}, { roleArn: role(ACCOUNT), externalId: "wrong" }).status(domain, cloud.ctx()),
    );
    assert.equal(refused.code, "permission-missing");
    assert.match(refused.message, /sts:AssumeRole.*role\/mailer/);
  });

  it("refuses another account than the one that is meant, and names both", async () => {
    const cases: readonly [string, Record<string, string>, object][] = [
      ["account-mismatch", {}, { accountId: OTHER }],
      ["account-forbidden", { "aws:allowedAccountIds": `["${OTHER}"]` }, {}],
      ["account-forbidden", { "aws:forbiddenAccountIds": ACCOUNT }, {}],
    ];
    for (const [code, config, wish] of cases) {
      const error = await failure(port(config, wish).status(domain, cloud.ctx()));
      assert.equal(error.code, code);
      assert.match(error.message, new RegExp(ACCOUNT));
    }
    assert.match((await failure(port({}, { accountId: OTHER }).account(cloud.ctx()))).message, new RegExp(OTHER));
    assert.equal(cloud.counts()["ses:GetIdentityVerificationAttributes"], undefined);
  });

  it("says that a region has no SES, soon, and that a name is none at once", async () => {
    const started = cloud.clock.now();
    for (const look of ["status", "info"] as const) {
      const error = await failure(port({}, { region: "eu-moon-1" })[look](domain, cloud.ctx()));
      assert.equal(error.code, "region-unknown");
      assert.match(error.message, /eu-moon-1/);
    }
    assert.ok(cloud.clock.now() - started < 20_000);
    assert.throws(() => port({}, { region: "moon" }), { code: "region-unknown" });
    assert.throws(() => port({ "aws:region": "" }), { code: "region-unknown" });
  });

  it("stops with the signal's reason while it waits its turn, and leaves others be", async () => {
    const ses = port();
    const control = new AbortController();
    const reason = new Error("Ctrl-C");
    const gone = ses.status(domain, cloud.ctx({ signal: control.signal }));
    const stays = ses.status(fqdn("b.example"), cloud.ctx());
    control.abort(reason);
    await assert.rejects(gone, (error) => error === reason);
    assert.equal(await stays, undefined);
    await assert.rejects(ses.request(domain, cloud.ctx({ signal: control.signal })), (error) => error === reason);
  });

  it("tells no secret in any error or log line", async () => {
    const lines: string[] = [];
    const keep = (text: string) => void lines.push(text);
    const log = { status: keep, info: keep, warn: keep, debug: keep };
    const ctx = cloud.ctx({ log });
    const secret = "not-the-secret-that-aws-knows";
    const wrongs: Promise<unknown>[] = [
      port({ "aws:secretKey": secret }).status(domain, ctx),
      port({ "aws:accessKey": "FAKEUNKNOWNKEY" }).status(domain, ctx),
      port({ "aws:token": "fake-token-nobody-gave" }).status(domain, ctx),
    ];
    for (const wrong of wrongs) {
      const error = await failure(wrong);
      assert.equal(error.code, "credentials-refused");
      lines.push(inspect(error, { depth: 12, showHidden: true }), `${error.message} ${error.hint} ${error.stack}`);
    }
    const { accessKeyId, secretAccessKey } = cloud.credentials();
    const secrets = [secret, "FAKEUNKNOWNKEY", "fake-token-nobody-gave", accessKeyId, secretAccessKey, "Signature="];
    for (const each of secrets) for (const line of lines) assert.ok(!line.includes(each), line);
  });

  it("is reached as every AWS tool reaches it: by the environment, and by a profile in the shared files", async () => {
    const folder = mkdtempSync(join(tmpdir(), "sesdomain-"));
    const before = { ...process.env };
    const keys = cloud.credentials(OTHER);
    const file = join(folder, "credentials");
    writeFileSync(
      file,
      `[eu]\nregion = eu-west-1\naws_access_key_id = ${keys.accessKeyId}\naws_secret_access_key = ${keys.secretAccessKey}\n`,
    );
    try {
      Object.assign(process.env, cloud.environment(ACCOUNT), { AWS_REGION: "us-east-1" });
      const plain = openAws({ get: () => undefined });
      await openSes(plain.session()).request(domain, cloud.ctx());
      assert.ok(cloud.ses.identity(ACCOUNT, "us-east-1", domain));
      process.env.AWS_SHARED_CREDENTIALS_FILE = file;
      delete process.env.AWS_REGION;
      const profiled = openSes(openAws({ get: () => undefined }).session({ profile: "eu" }));
      await profiled.request(domain, cloud.ctx());
      assert.ok(cloud.ses.identity(OTHER, "eu-west-1", domain));
    } finally {
      for (const key of Object.keys(process.env)) if (!(key in before)) delete process.env[key];
      Object.assign(process.env, before);
      rmSync(folder, { recursive: true });
    }
  });

  it("says that there are no credentials", async () => {
    const error = await failure(port({ "aws:accessKey": "", "aws:secretKey": "" }).status(domain, cloud.ctx()));
    assert.equal(error.code, "credentials-missing");
    assert.ok(error instanceof SesDomainError && error.hint?.includes("aws:profile"));
    const unknown = await failure(port({}, { profile: "nobody" }).status(domain, cloud.ctx()));
    assert.equal(unknown.code, "credentials-missing");
    assert.match(unknown.message, /profile nobody/);
  });

  it("calls nothing that its list of IAM actions does not hold", () => {
    const listed = new Set<string>(IAM_ACTIONS.map(({ action }) => action));
    for (const action of seenActions) assert.ok(listed.has(action), action);
    assert.ok(seenActions.size >= 8, [...seenActions].join());
  });

  function keysOf(id: string) {
    const { accessKeyId, secretAccessKey } = cloud.credentials(id);
    return { accessKey: accessKeyId, secretKey: secretAccessKey };
  }
});
