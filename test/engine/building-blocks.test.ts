import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import { fqdn } from "../../provider/core/fqdn";
import { awsIdentity } from "../../provider/resources/aws-provider";
import { DomainIdentity } from "../../provider/resources/domain-identity";
import { DomainVerification } from "../../provider/resources/domain-verification";
import { TxtRecord } from "../support/engine/aws-resources";
import type { EngineStack } from "../support/engine/stack";
import {
  ACCOUNT,
  DOMAIN,
  type EngineWorld,
  HOUR_MS,
  NAME,
  OTHER_TEAM,
  openEngineWorld,
  succeeded,
  warningsOf,
} from "../support/engine/world";

const REGIONS = ["us-east-1", "eu-west-1"];

/** The chapters share one stack: each begins where the one before ended. */
describe("identity, another provider's record, and verification on the engine", function () {
  this.timeout(180_000);
  let world: EngineWorld;
  let stack: EngineStack;
  let timeout = "2m";

  before(async () => {
    world = await openEngineWorld();
    stack = await world.open({ program: async () => program() });
  });
  after(() => world.close());

  function program() {
    const identity = new DomainIdentity("mail", { domain: DOMAIN, identities: REGIONS.map((region) => ({ region })) });
    const set = identity.records.apply(([first]) => first);
    const record = new TxtRecord("mail", {
      zoneId: world.zoneId,
      name: set.apply((one) => one?.name ?? ""),
      ttl: 1800,
      values: set.apply((one) => [OTHER_TEAM, ...(one?.values ?? [])]),
    });
    const verification = new DomainVerification("mail", { of: identity, timeout }, { dependsOn: record });
    return { arns: verification.identityArns, verified: verification.verified };
  }

  it("the very first preview plans all three, though nothing is known", async () => {
    const plan = succeeded(await stack.preview());
    assert.deepEqual(plan.changes, { create: 4 });
    assert.deepEqual(warningsOf(plan), []);
    world.assertUntouched();
  });

  it("up asks SES, has the record written, and waits", async () => {
    const up = succeeded(await stack.up());
    assert.deepEqual(up.changes, { create: 4 });
    world.assertVerified(REGIONS);
    const arns = REGIONS.map((region) => [region, `arn:aws:ses:${region}:${ACCOUNT}:identity/${DOMAIN}`]);
    assert.deepEqual(up.outputs, { arns: { [DOMAIN]: Object.fromEntries(arns) }, verified: true });
  });

  it("a preview right after shows no change", async () => {
    const quiet = await stack.preview({ expectNoChanges: true });
    assert.equal(quiet.exitCode, 0, quiet.stdout);
    assert.deepEqual(warningsOf(quiet), []);
  });

  it("a preview says that the value is gone, and who has to bring it back", async () => {
    world.setValues(NAME, [OTHER_TEAM]);
    const drift = succeeded(await stack.preview({ diff: true }));
    assert.deepEqual(drift.changes, { same: 3, update: 1 });
    const line = lineWith(drift.stdout, "verification:");
    assert.match(line, /"verified" => "wait: txt-/);
    assert.match(line, /writes no DNS: .*pulumi up --refresh/);
    assert.match(warningsOf(drift).join("\n"), /pulumi up --refresh/);
  });

  it("up without a refresh waits in vain, and says the same", async () => {
    timeout = "5s";
    const up = await stack.up();
    assert.equal(up.failed, true);
    assert.match(up.stdout, /was not verified within 5s/);
    assert.match(up.stdout, /pulumi up --refresh/);
    assert.deepEqual(world.at(NAME)?.values, [OTHER_TEAM]);
  });

  it("up with a refresh has the record's provider write it again", async () => {
    timeout = "2m";
    succeeded(await stack.up({ refresh: true }));
    world.assertVerified(REGIONS);
    const quiet = await stack.preview({ expectNoChanges: true });
    assert.equal(quiet.exitCode, 0, quiet.stdout);
  });

  it("a value that somebody brings back leaves nothing to do", async () => {
    const values = world.at(NAME)?.values ?? [];
    world.setValues(NAME, [OTHER_TEAM]);
    assert.match(lineWith((await stack.preview({ diff: true })).stdout, "verification:"), /=> "wait: txt-/);
    world.setValues(NAME, values);
    const quiet = await stack.preview({ expectNoChanges: true });
    assert.equal(quiet.exitCode, 0, quiet.stdout);
  });

  it("after a revocation, up with a refresh asks SES again, writes, and waits", async () => {
    world.setValues(NAME, [OTHER_TEAM]);
    await world.emulator.clock.advance(7 * 24 * HOUR_MS);
    assert.deepEqual(world.statuses(), { "us-east-1": "Failed", "eu-west-1": "Failed" });
    const drift = succeeded(await stack.preview({ diff: true }));
    assert.match(lineWith(drift.stdout, "verification:"), /=> "restart: verification-revoked/);
    succeeded(await stack.up({ refresh: true }));
    world.assertVerified(REGIONS);
  });

  it("destroy takes the identities; the record goes with its own provider", async () => {
    const destroy = succeeded(await stack.destroy());
    assert.deepEqual(destroy.changes, { delete: 4 });
    assert.deepEqual(world.statuses(), {});
    assert.equal(world.at(NAME), undefined);
  });
});

describe("an identity of an aws.Provider on the engine", function () {
  this.timeout(180_000);
  let world: EngineWorld;
  before(async () => {
    world = await openEngineWorld({ accounts: [{ id: ACCOUNT, roles: [{ name: "mail" }] }] });
  });
  after(() => world.close());

  it("is asked for in the provider's region and role, and shows no change afterwards", async () => {
    const stack = await world.open({
      async program() {
        const provider = {
          urn: pulumi.output("urn:pulumi:test::test::pulumi:providers:aws::mail"),
          region: pulumi.output<string | undefined>("eu-west-1"),
          profile: pulumi.output<string | undefined>(undefined),
          assumeRoles: pulumi.secret(JSON.stringify([{ roleArn: `arn:aws:iam::${ACCOUNT}:role/mail` }])),
        };
        new DomainIdentity("mail", { domain: DOMAIN, identities: [awsIdentity(provider)] });
      },
    });
    succeeded(await stack.up());
    assert.deepEqual(world.statuses(), { "eu-west-1": "Pending" });
    assert.equal(world.requests()["sts:AssumeRole"], 1);
    const quiet = await stack.preview({ expectNoChanges: true });
    assert.equal(quiet.exitCode, 0, quiet.stdout);
  });

  it("fails in words where the provider holds keys", async () => {
    const stack = await world.open({
      async program() {
        const nothing = pulumi.output<string | undefined>(undefined);
        const provider = {
          urn: pulumi.output("urn"),
          region: nothing,
          profile: nothing,
          accessKey: pulumi.secret("AKIAFAKE"),
        };
        new DomainIdentity("mail", { domain: DOMAIN, identities: [awsIdentity(provider)] });
      },
    });
    const plan = await stack.preview();
    assert.equal(plan.failed, true);
    assert.match(plan.stdout, /it holds accessKey.*sesdomain:credentials/);
    assert.doesNotMatch(plan.stdout + plan.stderr, /AKIAFAKE/);
  });
});

describe("one verification of many domains on the engine", function () {
  this.timeout(180_000);
  const domains = Array.from({ length: 20 }, (_, index) => fqdn(`team${index + 1}-example.com`));
  let world: EngineWorld;
  before(async () => {
    world = await openEngineWorld();
  });
  after(() => world.close());

  it("waits for all of them, and names the ones that lapse", async () => {
    const zones = new Map<string, string>();
    for (const name of domains) zones.set(name, (await world.emulator.addZone({ name })).id);
    const stack = await world.open({
      async program() {
        const parts = domains.map((domain) => {
          const identity = new DomainIdentity(domain, { domain, identities: [{ region: "us-east-1" }] });
          const set = identity.records.apply(([first]) => first);
          const record = new TxtRecord(domain, {
            zoneId: zones.get(domain) ?? "",
            name: set.apply((one) => one?.name ?? ""),
            ttl: 300,
            values: set.apply((one) => one?.values ?? []),
          });
          return { identity, record };
        });
        const of = parts.map(({ identity }) => identity);
        const all = new DomainVerification(
          "all",
          { of, timeout: "2m" },
          { dependsOn: parts.map(({ record }) => record) },
        );
        return { domains: all.domains, verified: all.verified };
      },
    });
    const up = succeeded(await stack.up());
    assert.deepEqual(up.outputs, { domains, verified: true });
    const quiet = await stack.preview({ expectNoChanges: true });
    assert.equal(quiet.exitCode, 0, quiet.stdout);
    assert.deepEqual(warningsOf(quiet), []);

    const lapsed = domains[6] ?? "";
    world.emulator.zones.change(zones.get(lapsed) ?? "", [
      { action: "delete", key: { name: fqdn(`_amazonses.${lapsed}`), type: "TXT" } },
    ]);
    const drift = succeeded(await stack.preview({ diff: true }));
    assert.deepEqual(drift.changes, { same: 41, update: 1 });
    assert.match(lineWith(drift.stdout, "verification:"), /"wait: txt-missing: .*_amazonses\.team7-example\.com/);
    succeeded(await stack.up({ refresh: true }));
    assert.equal((await stack.preview({ expectNoChanges: true })).exitCode, 0);
  });
});

function lineWith(text: string, part: string): string {
  const line = text.split("\n").find((one) => one.includes(part));
  assert.ok(line, `no line with ${part} in:\n${text}`);
  return line;
}
