import assert from "node:assert/strict";
import { iamPolicy } from "../../provider/aws/policy";
import { checkPolicyArgs } from "../../provider/lifecycle/arguments/policy-args";
import { ACCOUNT, DOMAIN, type DomainWorld, NAME, OTHER_TEAM, openDomainWorld, SPF } from "../support/emulator/domain";

const REGIONS = ["us-east-1", "eu-west-1"];
const ARGS = {
  domain: DOMAIN,
  identities: REGIONS.map((region) => ({ region })),
  dns: { kind: "route53" },
};
const ADDRESS = `some*body@${DOMAIN}`;

describe("with the policy that is printed, and nothing else allowed", () => {
  let world: DomainWorld;
  let zoneId: string;
  beforeEach(async () => {
    world = await openDomainWorld();
    zoneId = world.emulator.zones.list().find(({ name }) => name === DOMAIN)?.id ?? "";
  });
  afterEach(() => world.close());

  function attach(raw: object): void {
    const checked = checkPolicyArgs({ domains: [DOMAIN], regions: REGIONS, accountId: ACCOUNT, ...raw });
    assert.ok(checked.kind === "checked", JSON.stringify(checked));
    world.emulator.cloud.accounts.permitAll(ACCOUNT);
    world.emulator.cloud.accounts.attachPolicy(ACCOUNT, iamPolicy(checked.request));
  }
  /** From its creation, over a loss of the value, to its end. */
  async function live(args: object) {
    const up = await world.run().up({ ...args });
    assert.equal(up.failed, undefined);
    const quiet = await world.run().preview({ ...args }, up.inputs);
    assert.deepEqual(quiet.warnings, []);
    world.setValues(NAME, [OTHER_TEAM]);
    world.setValues(DOMAIN, [SPF]);
    const healed = await world.run().up({ ...args }, up);
    assert.equal(healed.failed, undefined);
    assert.ok(await world.run().read(healed));
    await world.run().destroy(healed);
    assert.deepEqual(world.statuses(), {});
    assert.deepEqual([world.at(NAME)?.values, world.at(DOMAIN)?.values], [[OTHER_TEAM], [SPF]]);
  }

  it("a domain lives, with everything named", async () => {
    attach({ zoneIds: [zoneId] });
    await live(ARGS);
  });

  for (const sending of [
    { dkim: true, mailFrom: "bounce" },
    { dkim: { signing: false }, mailFrom: { label: "bounce", onMxFailure: "reject" } },
  ]) {
    it(`a domain that sends lives, with ${JSON.stringify(sending)}`, async () => {
      attach({ zoneIds: [zoneId] });
      await live({ ...ARGS, ...sending, dmarc: { ifAbsent: "v=DMARC1; p=none" } });
    });
  }

  it("a domain lives, with only what is required", async () => {
    attach({ zoneIds: [zoneId], requiredOnly: true });
    await live({ ...ARGS, dns: { kind: "route53", zoneId } });
  });

  for (const placement of ["apex", "split"]) {
    it(`a domain lives whose placement is ${placement}`, async () => {
      attach({ zoneIds: [zoneId], placement });
      await live({ ...ARGS, placement });
    });
  }

  it("an address lives", async () => {
    attach({ domains: undefined, resources: ["VerifiedEmailAddress"], emailAddresses: [ADDRESS] });
    const run = () => world.run({ kind: "VerifiedEmailAddress" });
    const args = { address: ADDRESS, identities: ARGS.identities };
    const up = await run().up(args);
    assert.equal(up.failed, undefined);
    const users = world.emulator.cloud.ses.tags({ accountId: ACCOUNT, region: "us-east-1" }, ADDRESS);
    assert.ok((users?.size ?? 0) > 0, "the identity is tagged");
    await run().destroy(up);
    assert.deepEqual(world.statuses(), {});
  });

  it("the building blocks live", async () => {
    attach({ resources: ["DomainIdentity", "DomainVerification"] });
    const { dns: _dns, ...args } = ARGS;
    const identity = await world.run({ kind: "DomainIdentity" }).up(args);
    assert.equal(identity.failed, undefined);
    const [record] = identity.outputs.records as readonly { readonly values: readonly string[] }[];
    world.setValues(NAME, record?.values ?? []);
    const of = [identity.outputs];
    const verification = await world.run({ kind: "DomainVerification" }).up({ of });
    assert.equal(verification.failed, undefined);
    await world.run({ kind: "DomainIdentity" }).destroy(identity);
    assert.deepEqual(world.statuses(), {});
  });

  it("a preview looks at everything with what is for reading, and up is refused", async () => {
    const up = await world.run().up(ARGS);
    attach({ zoneIds: [zoneId], readOnly: true });
    const quiet = await world.run({ previewCheck: "strict" }).preview(ARGS, up.inputs);
    assert.deepEqual([quiet.warnings, quiet.failures], [[], []]);
    world.setValues(NAME, [OTHER_TEAM]);
    const drift = await world.run({ previewCheck: "strict" }).preview(ARGS, up.inputs);
    assert.deepEqual(drift.failures, []);
    assert.match(String(drift.inputs.verification), /^publish: /);
    const refused = await world.run().up(ARGS, up);
    assert.match(refused.failed ?? "", /route53:ChangeResourceRecordSets/);
    assert.deepEqual(world.at(NAME)?.values, [OTHER_TEAM]);
  });

  for (const [what, more, action] of [
    ["another zone", { zoneIds: ["Z0OTHER"] }, /route53:/],
    [
      "another domain's record",
      { domains: ["other-example.com"], zoneIds: undefined },
      /route53:ChangeResourceRecordSets/,
    ],
    [
      "one of the two regions",
      { regions: ["us-east-1"] },
      /ses:GetIdentityVerificationAttributes.*eu-west-1|eu-west-1.*ses:GetIdentityVerificationAttributes/,
    ],
  ] as const) {
    it(`up is refused where the policy names ${what}`, async () => {
      attach({ zoneIds: [zoneId], ...more });
      const outcome = await world
        .run()
        .up(ARGS)
        .then(({ failed }) => failed ?? "", String);
      assert.match(outcome, action);
      assert.deepEqual(world.at(NAME)?.values, [OTHER_TEAM]);
    });
  }
});
