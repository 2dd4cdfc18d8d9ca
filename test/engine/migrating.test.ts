import assert from "node:assert/strict";
import type { Adoption } from "../../provider/lifecycle/arguments/types";
import { AwsDomainIdentity, TxtRecord } from "../support/engine/aws-resources";
import {
  assertGone,
  assertQuiet,
  assertStands,
  inWorld,
  statusesOf,
  tokensOf,
  US,
  watch,
} from "../support/engine/ownership";
import type { EngineStack } from "../support/engine/stack";
import {
  ACCOUNT,
  DOMAIN,
  declare,
  type EngineWorld,
  NAME,
  OTHER_TEAM,
  succeeded,
  warningsOf,
} from "../support/engine/world";

type Declared = "aws" | "aws, retained" | "ours" | "ours, retained" | "nothing";

/** A program that declares the domain with resources of the AWS provider at first, and with ours later. */
interface Program {
  readonly stack: EngineStack;
  /** Changes the program, and runs `up`. */
  becomes(declared: Declared): Promise<readonly string[]>;
  previewOf(declared: Declared): ReturnType<EngineStack["preview"]>;
}

/** From what people have to a VerifiedDomain, as docs/migrating.md says it. */
describe("moving to a VerifiedDomain", function () {
  this.timeout(300_000);

  it("from the AWS provider's resources, retained first: token, TTL and status never change", () =>
    inWorld(async (world) => {
      const program = await open(world, "own");
      await program.becomes("aws");
      await verified(world);
      const before = standing(world);
      const seen = watch(world);
      await program.becomes("aws, retained");
      const plan = succeeded(await program.previewOf("ours"));
      assert.equal(plan.changes.create, 1);
      await program.becomes("ours");
      seen.assertNone();
      assert.deepEqual(standing(world), before);
      assertStands(world);
      await assertQuiet(program.stack);
      succeeded(await program.stack.destroy());
      assertGone(world);
    }));

  it("and back: retained by ours, everything stays for the resources that come next", () =>
    inWorld(async (world) => {
      const program = await open(world, "own");
      await program.becomes("aws, retained");
      await verified(world);
      await program.becomes("ours");
      const before = standing(world);
      const seen = watch(world);
      await program.becomes("ours, retained");
      await program.becomes("nothing");
      seen.assertNone();
      assert.deepEqual(standing(world), before);
    }));

  it("without retaining: preview warns that another resource may take it away; the next preview shows that, and up heals it", () =>
    inWorld(async (world) => {
      const program = await open(world, "own");
      await program.becomes("aws");
      await verified(world);
      const plan = succeeded(await program.previewOf("ours"));
      assert.deepEqual(plan.changes, { same: 1, create: 1, delete: 2 });
      const warned = warningsOf(plan).filter((text) => text.includes(DOMAIN) && text.includes("retainOnDelete"));
      assert.equal(warned.length, 1, plan.stdout);
      await program.becomes("ours");
      assert.deepEqual(statusesOf(world), {});
      const drift = await program.stack.preview({ expectNoChanges: true });
      assert.notEqual(drift.exitCode, 0, drift.stdout);
      succeeded(await program.stack.up());
      assert.deepEqual(statusesOf(world), { [US]: "Success" });
      assert.deepEqual(world.at(NAME)?.values, tokensOf(world));
    }));

  for (const adopt of ["own", "keep"] as const) {
    it(`from an identity and a record that an API made, ${adopt}: they stay as they are`, () =>
      inWorld(async (world) => {
        const { ses } = world.emulator.cloud;
        ses.inject([{ accountId: ACCOUNT, region: US, name: DOMAIN }]);
        world.setValues(NAME, [OTHER_TEAM, ...tokensOf(world)]);
        const program = await open(world, adopt);
        const before = standing(world);
        const seen = watch(world);
        const warnings = warningsOf(succeeded(await program.previewOf("ours")));
        assert.equal(warnings.filter((text) => text.includes(DOMAIN)).length, 1, warnings.join("\n"));
        await program.becomes("ours");
        seen.assertNone();
        assert.deepEqual(standing(world), before);
        assertStands(world, { made: adopt === "own" });
        await assertQuiet(program.stack);
      }));
  }

  it("from another stack: the second joins, the first goes, and nothing changes", () =>
    inWorld(async (world) => {
      const first = await open(world, "keep", "first");
      await first.becomes("ours");
      const before = standing(world);
      const second = await open(world, "keep", "second");
      const seen = watch(world);
      await second.becomes("ours");
      succeeded(await first.stack.destroy());
      seen.assertNone();
      assert.deepEqual(standing(world), before);
      assertStands(world);
      await assertQuiet(second.stack);
    }));

  it("from one host to another: both first, then the delegation, then the new one alone", () =>
    inWorld(async (world) => {
      const { emulator } = world;
      const cloudflare = await emulator.addZone({ name: DOMAIN, account: "cloudflare", delegated: false });
      emulator.cloudflare.tokens.add({ token: "not-a-token", account: "cloudflare", zones: [DOMAIN] });
      const [route53, other] = [{ kind: "route53" }, { kind: "cloudflare" }] as const;
      let dns: Parameters<typeof declare>[1] = { dns: route53 };
      const stack = await world.open({
        program: async () => void declare("mail", { regions: [US], ...dns }),
        config: {
          "cloudflare:apiToken": { secret: "not-a-token" },
          "cloudflare:baseUrl": emulator.env.CLOUDFLARE_BASE_URL ?? "",
        },
      });
      succeeded(await stack.up());
      const [token = ""] = tokensOf(world);
      dns = { dns: [route53, other] };
      succeeded(await stack.up());
      emulator.zones.delegate(cloudflare.id, true);
      await emulator.zones.settled();
      await emulator.clock.advance(600_000);
      assert.deepEqual(statusesOf(world), { [US]: "Success" });
      dns = { dns: other };
      succeeded(await stack.up());
      assert.deepEqual(tokensOf(world), [token]);
      assert.deepEqual(statusesOf(world), { [US]: "Success" });
      assert.deepEqual(world.at(NAME)?.values, [OTHER_TEAM]);
      await assertQuiet(stack);
    }));
});

async function open(world: EngineWorld, adopt: Adoption, name = "test"): Promise<Program> {
  let declared: Declared = "nothing";
  const stack = await world.open({
    stack: name,
    async program() {
      if (declared === "nothing") return;
      const retainOnDelete = declared.endsWith("retained");
      if (declared.startsWith("ours")) return void declare("mail", { regions: [US], adopt }, { retainOnDelete });
      const identity = new AwsDomainIdentity("identity", { domain: DOMAIN, region: US }, { retainOnDelete });
      const values = identity.verificationToken.apply((token) => [OTHER_TEAM, token]);
      new TxtRecord("record", { zoneId: world.zoneId, name: NAME, ttl: 1800, values }, { retainOnDelete });
    },
  });
  return {
    stack,
    async becomes(next) {
      declared = next;
      return warningsOf(succeeded(await stack.up()));
    },
    previewOf(next) {
      declared = next;
      return stack.preview({ diff: true });
    },
  };
}

async function verified(world: EngineWorld): Promise<void> {
  await world.emulator.cloud.ses.checkNow();
  assert.deepEqual(statusesOf(world), { [US]: "Success" });
}

/** What must not change in a move. */
function standing(world: EngineWorld) {
  return { tokens: tokensOf(world), statuses: statusesOf(world), set: world.at(NAME) };
}
