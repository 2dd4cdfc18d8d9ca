import assert from "node:assert/strict";
import { planShown } from "../support/engine/planned";
import { policy, REGIONS } from "../support/engine/policy";
import type { EngineStack } from "../support/engine/stack";
import {
  ACCOUNT,
  declare,
  type EngineWorld,
  HOUR_MS,
  Holder,
  NAME,
  OTHER_TEAM,
  openEngineWorld,
  succeeded,
  warningsOf,
} from "../support/engine/world";

const ROLE = `arn:aws:iam::${ACCOUNT}:role/mail`;

/** The chapters share one stack: each begins where the one before ended. */
describe("the life of a verified domain on the engine, with the least policy", function () {
  this.timeout(180_000);
  let world: EngineWorld;
  let stack: EngineStack;
  let least: ReturnType<typeof policy>;
  const called = new Set<string>();

  before(async () => {
    world = await openEngineWorld({ accounts: [{ id: ACCOUNT, roles: [{ name: "mail" }] }] });
    least = policy({ zoneIds: [world.zoneId], roleArns: [ROLE], verificationOnly: true });
    world.emulator.cloud.accounts.attachPolicy(ACCOUNT, least);
    world.emulator.onRequest(({ service, action }) => void called.add(`${service}:${action}`));
    stack = await world.open({
      async program() {
        const mail = declare("mail", {
          identities: [{ region: "us-east-1" }, { region: "eu-west-1", roleArn: ROLE }],
        });
        new Holder("sender", { arns: mail.identityArns });
        return { arns: mail.identityArns, records: mail.records, verified: mail.verified };
      },
    });
  });
  after(() => world.close());

  it("a first preview knows the ARNs", async () => {
    const first = succeeded(await stack.preview({ diff: true }));
    for (const region of REGIONS) assert.ok(first.stdout.includes(`arn:aws:ses:${region}:${ACCOUNT}:identity/`));
  });

  it("up verifies it in both regions, beside what is there", async () => {
    const up = succeeded(await stack.up());
    assert.deepEqual(up.changes, { create: 3 });
    world.assertVerified(REGIONS);
    assert.deepEqual(up.outputs, {
      arns: Object.fromEntries(
        REGIONS.map((region) => [region, `arn:aws:ses:${region}:${ACCOUNT}:identity/ses-example.com`]),
      ),
      records: [{ name: NAME, type: "TXT", ttl: 300, values: world.tokens(), purpose: "verification", owned: true }],
      verified: true,
    });
  });

  it("a preview right after shows no change", async () => {
    const quiet = await stack.preview({ expectNoChanges: true });
    assert.equal(quiet.exitCode, 0, quiet.stdout);
    assert.deepEqual(warningsOf(quiet), []);
  });

  it("a preview says what is missing, where, and what up will do; a dependent shows nothing", async () => {
    world.setValues(NAME, [OTHER_TEAM]);
    const drift = succeeded(await stack.preview({ diff: true }));
    assert.deepEqual(drift.changes, { same: 2, update: 1 });
    const line = planShown(drift.stdout);
    assert.match(line, /^publish: txt-/);
    assert.ok(line.includes("_amazonses.ses-example.com") && line.includes(OTHER_TEAM), line);
    assert.ok(
      world.tokens().some((token) => line.includes(token)),
      line,
    );
    for (const { name } of world.servers()) assert.ok(line.includes(name), line);
    assert.match(line, /`pulumi up` will publish what is missing/);
    assert.match(warningsOf(drift).join("\n"), /txt-/);
    assert.equal((await stack.preview({ expectNoChanges: true })).failed, true);
  });

  it("up publishes what is missing and does not ask SES", async () => {
    world.emulator.requests.reset();
    const up = succeeded(await stack.up());
    assert.deepEqual(up.changes, { same: 2, update: 1 });
    assert.equal(world.requests()["ses:VerifyDomainIdentity"], undefined);
    world.assertVerified(REGIONS);
    assert.equal((await stack.preview({ expectNoChanges: true })).exitCode, 0);
  });

  it("shows the same drift in words once more when it comes back", async () => {
    world.setValues(NAME, [OTHER_TEAM]);
    const drift = succeeded(await stack.preview({ diff: true }));
    assert.match(planShown(drift.stdout), /^publish: txt-/);
  });

  it("after SES has revoked it, a preview says restart and why", async () => {
    await world.emulator.clock.advance(7 * 24 * HOUR_MS);
    assert.deepEqual(world.statuses(), { "us-east-1": "Failed", "eu-west-1": "Failed" });
    const drift = succeeded(await stack.preview({ diff: true }));
    assert.deepEqual(drift.changes, { same: 2, update: 1 });
    const line = planShown(drift.stdout);
    assert.match(line, /^restart: /);
    assert.match(line, /verification-revoked: SES in us-east-1 \(account 000000000000\) says Failed/);
    assert.match(line, /`pulumi up` will publish what is missing, ask SES again \(us-east-1, eu-west-1\)/);
    assert.match(warningsOf(drift).join("\n"), /verification-revoked/);
  });

  it("up asks SES again, and the domain is verified", async () => {
    const up = succeeded(await stack.up());
    assert.deepEqual(up.changes, { same: 2, update: 1 });
    world.assertVerified(REGIONS);
    assert.match(up.stdout, /SES in us-east-1 was asked again for ses-example\.com/);
  });

  it("a refresh finds nothing changed", async () => {
    const refresh = succeeded(await stack.refresh({ diff: true }));
    assert.deepEqual(refresh.changes, { same: 3 }, refresh.stdout);
    assert.equal((await stack.preview({ expectNoChanges: true })).exitCode, 0);
  });

  it("destroy takes our identities and our values, and nothing else", async () => {
    const destroy = succeeded(await stack.destroy());
    assert.deepEqual(destroy.changes, { delete: 3 });
    world.assertUntouched();
  });

  it("called exactly the actions of the least policy", () => {
    // A user's mark is taken away only where other users stay. AWS asks no permission for the caller's own identity.
    const allowed = least.Statement.flatMap(({ Action }) => Action).filter((one) => one !== "ses:UntagResource");
    const expected = [...allowed, "sts:GetCallerIdentity"];
    assert.deepEqual([...called].sort(), [...expected].sort());
  });
});
