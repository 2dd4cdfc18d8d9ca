import assert from "node:assert/strict";
import { txt } from "../../emulator/text";
import { parseConfig, parseState, type RunProgram } from "../../provider/cli/doctor/stack";
import type { EmailAddress } from "../../provider/core/address";
import { fqdn } from "../../provider/core/fqdn";
import { encodeAddressState } from "../../provider/lifecycle/address/state";
import { encodeState } from "../../provider/lifecycle/domain/state";
import { madeTag, type UserState, userTag } from "../../provider/ses/register";
import { doctor, T1, useEnvironment } from "../support/doctor/doctor";
import { ACCOUNT, type DomainWorld, openDomainWorld } from "../support/emulator/domain";
import { txtFor } from "../support/lifecycle/required";

const DOMAINS = 100;
const KIND = "pulumi-nodejs:dynamic/sesdomain:VerifiedDomain";
const urnOf = (name: string, type = KIND) => `urn:pulumi:dev::demo::${type}::${name}`;
const domainOf = (index: number) => fqdn(`d${index}.many-example.com`);
const tokenOf = (index: number) => Buffer.from(`token ${index}`.padEnd(32, ".")).toString("base64");

function resource(index: number, more: object = {}) {
  const domain = domainOf(index);
  const outputs = encodeState({
    domain,
    identities: [{ name: "us-east-1", region: "us-east-1" }],
    dns: [{ kind: "route53" }],
    verifications: [
      {
        name: "us-east-1",
        region: "us-east-1",
        accountId: ACCOUNT,
        identityArn: `arn:aws:ses:us-east-1:${ACCOUNT}:identity/${domain}`,
        token: tokenOf(index),
        status: "Success",
        adopted: false,
      },
    ],
    requirements: [txtFor("us-east-1", fqdn(`_amazonses.${domain}`), tokenOf(index))],
    verified: true,
    verifiedAt: "2026-01-01T00:00:00.000Z",
    leaving: [],
    mark: "0123456789abcdef",
    unmarked: [],
    asked: {},
  });
  return { urn: urnOf(`d${index}`), type: KIND, custom: true, inputs: {}, outputs, ...more };
}

function stateOf(resources: readonly object[]): string {
  return JSON.stringify({ version: 3, deployment: { resources } });
}

/** `pulumi` as far as the doctor calls it. */
function pulumi(state: string, config: Readonly<Record<string, string>> = {}): { run: RunProgram; calls: string[] } {
  const calls: string[] = [];
  return {
    calls,
    run: async (command, args) => {
      calls.push([command, ...args].join(" "));
      const values = Object.fromEntries(Object.entries(config).map(([key, value]) => [key, { value, secret: false }]));
      return { stdout: args[0] === "config" ? JSON.stringify(values) : state, stderr: "", exitCode: 0 };
    },
  };
}

describe("sesdomain doctor --stack", () => {
  let world: DomainWorld;
  before(async () => {
    world = await openDomainWorld({ rateLimits: false });
    const sets = Array.from({ length: DOMAINS }, (_, index) => ({
      name: fqdn(`_amazonses.${domainOf(index)}`),
      type: "TXT",
      ttl: 300,
      values: [txt(tokenOf(index))],
    }));
    await world.emulator.addZone({ name: "many-example.com", account: ACCOUNT, sets });
    world.emulator.cloud.ses.inject(
      sets.map((_, index) => ({
        accountId: ACCOUNT,
        region: "us-east-1",
        name: domainOf(index),
        token: tokenOf(index),
      })),
    );
  });
  after(() => world.close());
  useEnvironment(() => world.emulator.env);
  beforeEach(() => world.emulator.requests.reset());

  /** What was asked, without the questions on DKIM and MAIL FROM: these travel together, a few domains a request or a hundred. */
  function lists() {
    const {
      "ses:GetIdentityDkimAttributes": dkim = 0,
      "ses:GetIdentityMailFromDomainAttributes": mailFrom = 0,
      ...rest
    } = world.emulator.requests.counts().http;
    assert.ok(dkim >= 1 && dkim <= 4, `${dkim} requests for DKIM`);
    assert.equal(dkim, mailFrom);
    return rest;
  }

  it("looks at a hundred healthy domains with a few requests to SES", async () => {
    const state = stateOf(Array.from({ length: DOMAINS }, (_, index) => resource(index)));
    const told = await doctor(world, undefined, { stack: true }, pulumi(state));
    assert.equal(told.code, 0, told.out);
    assert.match(told.out, /^100 of 100 domains are verified and published\.$/m);
    assert.match(told.out, /^d7\.many-example\.com: verified, published on 3 of 3 name servers; not-ready-to-send$/m);
    assert.match(told.out, /^0 of 100 domains are ready to send\.$/m);
    assert.deepEqual(lists(), { "sts:GetCallerIdentity": 1, "ses:ListEmailIdentities": 1, "ses:GetAccount": 1 });
  });

  it("asks by pages of a hundred where the credentials may not list", async () => {
    const fault = world.emulator.faults.http({ action: "ListEmailIdentities" }, { kind: "deny" });
    const state = stateOf(Array.from({ length: DOMAINS }, (_, index) => resource(index)));
    const told = await doctor(world, undefined, { stack: true }, pulumi(state));
    fault.off();
    assert.equal(told.code, 0, told.out);
    assert.deepEqual(lists(), {
      "sts:GetCallerIdentity": 1,
      "ses:ListEmailIdentities": 1,
      "ses:GetIdentityVerificationAttributes": 1,
      "ses:GetAccount": 1,
    });
  });

  it("looks into twenty sick domains, and costs no more where all are", async () => {
    const { ses } = world.emulator.cloud;
    const all = Array.from({ length: 60 }, (_, index) => index);
    const state = stateOf(all.map((index) => resource(index)));
    for (const index of all) ses.remove({ accountId: ACCOUNT, region: "us-east-1" }, domainOf(index));
    const told = await doctor(world, undefined, { stack: true }, pulumi(state));
    const { http } = world.emulator.requests.counts();
    for (const index of all) {
      ses.inject([{ accountId: ACCOUNT, region: "us-east-1", name: domainOf(index), token: tokenOf(index) }]);
    }
    assert.equal(told.code, 1);
    assert.equal(told.out.match(/^error identity-missing/gm)?.length ?? 0, 60);
    const cost = Object.values(http).reduce((sum, count) => sum + count, 0);
    assert.ok(cost < 20 * 5 + 60, JSON.stringify(http));
  });

  it("lists who uses an identity, and says which user the stack's state holds", async () => {
    const { ses } = world.emulator.cloud;
    const scope = { accountId: ACCOUNT, region: "us-east-1" };
    const user = (mark: string, state: UserState, label: string) =>
      userTag({ mark, state, urnHash: "0123456789abcdef", label });
    const tags = [
      user("0123456789abcdef", "settled", "demo/dev/d1"),
      user("aaaaaaaaaaaaaaaa", "leaving", "demo/prod/d1"),
      madeTag({ urnHash: "", label: "demo/dev/d1" }),
    ];
    ses.setTags(scope, domainOf(1), new Map(tags.map(({ Key, Value }) => [Key, Value])));
    const { run } = pulumi(stateOf([resource(1)]));
    const told = await doctor(world, undefined, { stack: true, json: true }, { run });
    const text = await doctor(world, undefined, { stack: true }, { run });
    ses.setTags(scope, domainOf(1), new Map());
    assert.deepEqual(JSON.parse(told.out).domains[0].identities[0].usage, {
      arn: `arn:aws:ses:us-east-1:${ACCOUNT}:identity/${domainOf(1)}`,
      made: true,
      users: [
        { mark: "0123456789abcdef", state: "settled", label: "demo/dev/d1", inStack: true },
        { mark: "aaaaaaaaaaaaaaaa", state: "leaving", label: "demo/prod/d1", inStack: false },
      ],
    });
    assert.match(text.out, /aws sesv2 untag-resource .*sesdomain:user:MARK/);
  });

  it("tells of the one that is not well, and exits 1", async () => {
    world.emulator.cloud.ses.setStatus(ACCOUNT, "us-east-1", domainOf(3), "Failed");
    const state = stateOf([resource(2), resource(3), resource(4)]);
    const { run, calls } = pulumi(state);
    const told = await doctor(world, undefined, { stack: "dev" }, { run });
    const json = await doctor(world, undefined, { stack: true, json: true }, { run });
    world.emulator.cloud.ses.setStatus(ACCOUNT, "us-east-1", domainOf(3), "Success");
    assert.equal(told.code, 1);
    assert.match(told.out, /^error verification-revoked \(us-east-1\)$/m);
    assert.match(told.out, /^2 of 3 domains are verified and published\.$/m);
    assert.deepEqual(calls.slice(0, 2), [
      "pulumi stack export --stack dev --non-interactive",
      "pulumi config --json --show-secrets --stack dev --non-interactive",
    ]);
    const { domains } = JSON.parse(json.out);
    assert.deepEqual(
      domains.map((one: { resource: string; outcome: string }) => [one.resource, one.outcome]),
      [
        [urnOf("d2"), "healthy"],
        [urnOf("d3"), "problems"],
        [urnOf("d4"), "healthy"],
      ],
    );
  });

  it("reaches AWS as the stack's config says, and never in another account than the state's", async () => {
    const { accessKeyId, secretAccessKey } = world.emulator.cloud.credentials();
    delete process.env.AWS_ACCESS_KEY_ID;
    delete process.env.AWS_SECRET_ACCESS_KEY;
    const config = { "aws:region": "us-east-1", "aws:accessKey": accessKeyId, "aws:secretKey": secretAccessKey };
    const told = await doctor(world, undefined, { stack: true }, pulumi(stateOf([resource(1)]), config));
    assert.equal(told.code, 0, told.out);
    assert.ok(!`${told.out}${told.err}`.includes(secretAccessKey));

    const moved = resource(1);
    const outputs = JSON.parse(JSON.stringify(moved.outputs).replaceAll(ACCOUNT, "111122223333"));
    const other = await doctor(world, undefined, { stack: true }, pulumi(stateOf([{ ...moved, outputs }]), config));
    assert.equal(other.code, 2);
    assert.match(other.out, /is in account 111122223333/);
  });

  it("looks at addresses beside the domains", async () => {
    const address = "somebody@one-example.com";
    const type = "pulumi-nodejs:dynamic/sesdomain:VerifiedEmailAddress";
    const identityArn = `arn:aws:ses:us-east-1:${ACCOUNT}:identity/${address}`;
    const own = { name: "us-east-1", region: "us-east-1", accountId: ACCOUNT, identityArn, adopted: false };
    const outputs = encodeAddressState({
      mark: undefined,
      unmarked: [],
      address: address as EmailAddress,
      identities: [{ name: "us-east-1", region: "us-east-1" }],
      verifications: [{ ...own, status: "Pending" }],
      verified: false,
      verifiedAt: undefined,
    });
    const { ses } = world.emulator.cloud;
    ses.inject([{ accountId: ACCOUNT, region: "us-east-1", name: address, status: "Pending" }]);
    const state = stateOf([resource(1), { urn: urnOf("post", type), type, custom: true, inputs: {}, outputs }]);
    const waiting = await doctor(world, undefined, { stack: true }, pulumi(state));
    assert.equal(waiting.code, 1);
    assert.match(waiting.out, /^warning address-unconfirmed \(us-east-1\)$/m);
    assert.match(waiting.out, /^0 of 1 addresses may send\.$/m);
    ses.setStatus(ACCOUNT, "us-east-1", address, "Success");
    const done = await doctor(world, undefined, { stack: true }, pulumi(state));
    assert.equal(done.code, 0, done.out);
    assert.match(done.out, /^somebody@one-example\.com: verified$/m);
    ses.remove({ accountId: ACCOUNT, region: "us-east-1" }, address);
  });

  it("says what it cannot look at, and why", async () => {
    const secret = { "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270", ciphertext: "v1:x" };
    const unread = resource(5, { urn: urnOf("hidden") });
    const hidden = { ...unread, outputs: { ...unread.outputs, domain: secret } };
    const told = await doctor(world, undefined, { stack: true }, pulumi(stateOf([resource(1), hidden])));
    assert.equal(told.code, 2);
    assert.match(told.err, /::hidden was not looked at: its name is a secret/);
    const json = { stack: true, json: true };
    const all = await doctor(world, undefined, json, pulumi(stateOf([hidden])));
    assert.deepEqual([all.code, JSON.parse(all.out).exitCode], [2, 2]);
    const some = await doctor(world, undefined, json, pulumi(stateOf([resource(1), hidden])));
    assert.deepEqual([some.code, JSON.parse(some.out).exitCode], [2, 2]);

    const none = await doctor(world, undefined, { stack: true }, pulumi(stateOf([])));
    assert.equal(none.code, 2);
    assert.match(none.err, /The stack is empty: nothing has been deployed yet/);
    const errorOf = async (state: string, more = {}) =>
      (await doctor(world, undefined, { stack: true, ...more }, pulumi(state))).err;
    assert.match(await errorOf(stateOf([{ urn: "x", type: "aws:s3:Bucket" }])), /holds no VerifiedDomain/);
    const waiting = { urn: "x", type: "pulumi-nodejs:dynamic/sesdomain:DomainVerification" };
    assert.match(await errorOf(stateOf([waiting])), /holds a DomainVerification, which waits .* name the domain/);
    assert.match(await errorOf(""), /pulumi stack export printed nothing\./);
    assert.match(await errorOf(stateOf([resource(1)]), { cwd: "/nonexistent" }), /There is no folder \/nonexistent/);
    const failing: RunProgram = async () => ({ stdout: "", stderr: "error: no stack selected\n", exitCode: 255 });
    const failed = await doctor(world, undefined, { stack: true }, { run: failing });
    assert.equal(failed.code, 2);
    assert.match(failed.err, /error: no stack selected/);
    const away = await doctor(world, undefined, { stack: true });
    assert.equal(away.code, 2);
    assert.match(away.err, /pulumi program cannot be run/);
    for (const options of [{ watch: true }, { token: [T1] }, { identity: ["us-east-1"] }]) {
      assert.equal((await doctor(world, undefined, { stack: true, ...options }, pulumi(stateOf([])))).code, 2);
    }
  });
});

describe("what a stack's state says", () => {
  const parse = (...resources: readonly object[]) => parseState(stateOf(resources), undefined);

  it("are our domains and identities, and none that is about to be deleted", () => {
    const kinds = ["DomainIdentity", "DomainVerification", "VerifiedEmailAddress"];
    const others = kinds.map((kind) => {
      const type = `pulumi-nodejs:dynamic/sesdomain:${kind}`;
      return resource(1, { type, urn: urnOf(kind, type) });
    });
    const { domains } = parse(resource(0), ...others, resource(2, { delete: true }), {
      urn: "x",
      type: "aws:s3:Bucket",
    });
    assert.deepEqual(
      domains.map(({ resource: urn }) => urn),
      [urnOf("d0"), urnOf("DomainIdentity", "pulumi-nodejs:dynamic/sesdomain:DomainIdentity")],
    );
  });

  it("are the plugin's resources too", () => {
    const type = (kind: string) => `sesdomain:index:${kind}`;
    const kinds = ["VerifiedDomain", "DomainIdentity"].map((kind) =>
      resource(1, { type: type(kind), urn: urnOf(kind, type(kind)) }),
    );
    assert.deepEqual(
      parse(...kinds).domains.map(({ resource: urn }) => urn),
      [urnOf("VerifiedDomain", type("VerifiedDomain")), urnOf("DomainIdentity", type("DomainIdentity"))],
    );
  });

  it("says where each value is, how DNS is read, and who writes", () => {
    const [one] = parse(
      resource(0, { inputs: { dnsCheck: { mode: "off", resolvers: ["192.0.2.1"], port: 5300 } } }),
    ).domains;
    assert.deepEqual(one?.subject.expected, [txtFor("us-east-1", fqdn(`_amazonses.${domainOf(0)}`), tokenOf(0))]);
    assert.deepEqual(one?.subject.dnsCheck, { mode: "authoritative", resolvers: ["192.0.2.1"], port: 5300 });
    assert.deepEqual(one?.subject.hosts, [{ kind: "route53" }]);
    assert.deepEqual(one?.subject.identities[0]?.accountId, ACCOUNT);
  });

  it("has config by full key, structured values as JSON", () => {
    const text = JSON.stringify({
      "aws:region": { value: "eu-west-1", secret: false },
      "sesdomain:credentials": {
        value: '{"eu":{"profile":"eu"}}',
        objectValue: { eu: { profile: "eu" } },
        secret: false,
      },
      "demo:hidden": { secret: true },
    });
    assert.deepEqual(
      [...parseConfig(text)],
      [
        ["aws:region", "eu-west-1"],
        ["sesdomain:credentials", '{"eu":{"profile":"eu"}}'],
      ],
    );
  });
});
