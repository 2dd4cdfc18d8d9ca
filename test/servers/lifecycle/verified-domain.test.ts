import assert from "node:assert/strict";
import {
  ACCOUNT,
  DOMAIN,
  type DomainWorld,
  HOUR_MS,
  NAME,
  OTHER_TEAM,
  openDomainWorld,
  SPF,
  type Standing,
} from "../../support/domain";

const ARGS = {
  domain: DOMAIN,
  identities: [{ region: "us-east-1" }, { region: "eu-west-1" }],
  dns: { kind: "route53" },
};
const both = (status: string) => ({ [`${ACCOUNT}/us-east-1`]: status, [`${ACCOUNT}/eu-west-1`]: status });

interface Verification {
  readonly name: string;
  readonly token: string;
  readonly adopted: boolean;
}
const verifications = ({ outputs }: Standing) => outputs.verifications as readonly Verification[];
const tokens = (standing: Standing) => verifications(standing).map(({ token }) => token);

describe("the life of a verified domain", () => {
  let world: DomainWorld;
  beforeEach(async () => {
    world = await openDomainWorld();
  });
  afterEach(() => world.close());

  it("asks SES, publishes beside what is there, and returns when it is verified", async () => {
    const up = await world.run().up(ARGS);
    assert.equal(up.failed, undefined);
    assert.deepEqual(world.statuses(), both("Success"));
    assert.deepEqual(world.at(NAME), { ttl: 1800, values: [OTHER_TEAM, ...tokens(up)].sort() });
    assert.deepEqual(world.at(DOMAIN)?.values, [SPF]);
    assert.equal(up.outputs.verified, true);
    assert.deepEqual(up.outputs.identityArns, {
      "us-east-1": `arn:aws:ses:us-east-1:${ACCOUNT}:identity/${DOMAIN}`,
      "eu-west-1": `arn:aws:ses:eu-west-1:${ACCOUNT}:identity/${DOMAIN}`,
    });
    assert.deepEqual(up.outputs.identityArns, up.inputs.identityArns);
  });

  it("sees nothing to do afterwards", async () => {
    const up = await world.run().up(ARGS);
    const later = world.run();
    const { inputs, warnings } = await later.preview(ARGS, up.inputs);
    assert.deepEqual(inputs, up.inputs);
    assert.deepEqual(warnings, []);
    assert.equal((await later.diff(up.outputs, inputs)).changes, false);
  });

  it("shows what is gone, and heals it without asking SES while SES holds", async () => {
    const up = await world.run().up(ARGS);
    world.setValues(NAME, [OTHER_TEAM]);
    const preview = await world.run().preview(ARGS, up.inputs);
    assert.match(String(preview.inputs.verification), /^publish: txt-/);
    assert.match(String(preview.inputs.verification), /_amazonses\.ses-example\.com/);
    world.emulator.requests.reset();
    const healed = await world.run().up(ARGS, up);
    assert.equal(healed.failed, undefined);
    assert.deepEqual(tokens(healed), tokens(up));
    assert.equal(world.emulator.requests.counts().http["ses:VerifyDomainIdentity"], undefined);
    assert.deepEqual(world.at(NAME)?.values, [OTHER_TEAM, ...tokens(up)].sort());
  });

  it("tells another team's token from ours, though it is the only one left where one should be", async () => {
    const one = { ...ARGS, identities: [{ region: "us-east-1" }] };
    const up = await world.run().up(one);
    world.emulator.requests.reset();
    assert.equal((await world.run().preview(one, up.inputs)).inputs.verification, "verified");
    assert.equal(world.emulator.requests.counts().http["ses:GetIdentityVerificationAttributes"], undefined);
    world.setValues(NAME, [OTHER_TEAM]);
    const { inputs } = await world.run().preview(one, up.inputs);
    assert.match(String(inputs.verification), /^publish: txt-other-identity/);
  });

  for (const tokenAfterFailure of ["same", "new"] as const) {
    it(`restarts what SES has revoked, and replaces the value where SES gives ${tokenAfterFailure === "new" ? "a new token" : "the same token"}`, async () => {
      world.emulator.cloud.ses.tokenAfterFailure = tokenAfterFailure;
      const up = await world.run().up(ARGS);
      world.setValues(NAME, [OTHER_TEAM]);
      await world.emulator.clock.advance(24 * 7 * HOUR_MS);
      assert.deepEqual(world.statuses(), both("Failed"));
      const { inputs } = await world.run().preview(ARGS, up.inputs);
      assert.match(String(inputs.verification), /^restart: /);
      const healed = await world.run().up(ARGS, up);
      assert.equal(healed.failed, undefined);
      assert.deepEqual(world.statuses(), both("Success"));
      assert.deepEqual(world.at(NAME)?.values, [OTHER_TEAM, ...tokens(healed)].sort());
      assert.equal(tokens(healed).join() === tokens(up).join(), tokenAfterFailure === "same");
    });
  }

  it("says so and stops where restart is never", async () => {
    const args = { ...ARGS, restart: "never" };
    const up = await world.run().up(args);
    world.emulator.cloud.ses.setStatus(ACCOUNT, "us-east-1", DOMAIN, "Failed");
    const { inputs, warnings } = await world.run().preview(args, up.inputs);
    assert.equal(inputs.verification, "verified");
    assert.match(warnings.join("\n"), /restart is "never"/);
  });

  it("asks again for an identity that somebody deleted", async () => {
    const up = await world.run().up(ARGS);
    world.emulator.cloud.ses.remove({ accountId: ACCOUNT, region: "us-east-1" }, DOMAIN);
    const { inputs } = await world.run().preview(ARGS, up.inputs);
    assert.match(String(inputs.verification), /^restart: verification-revoked: SES in us-east-1 .* has no identity/);
    const healed = await world.run().up(ARGS, up);
    assert.deepEqual(world.statuses(), both("Success"));
    assert.deepEqual(world.at(NAME)?.values, [OTHER_TEAM, ...tokens(healed)].sort());
  });

  it("asks for a token where the identity was made for DKIM", async () => {
    const args = { ...ARGS, identities: [{ region: "us-east-1" }] };
    world.emulator.cloud.ses.createForDkim({ accountId: ACCOUNT, region: "us-east-1" }, DOMAIN);
    const up = await world.run().up(args);
    assert.equal(up.failed, undefined);
    assert.equal(tokens(up)[0]?.length, 44);
    assert.deepEqual(world.at(NAME)?.values, [OTHER_TEAM, ...tokens(up)].sort());
  });

  it("destroys our identities and our values, and nothing else", async () => {
    const up = await world.run().up(ARGS);
    await world.run().destroy(up);
    assert.deepEqual(world.statuses(), {});
    assert.deepEqual(world.at(NAME), { ttl: 1800, values: [OTHER_TEAM] });
    assert.deepEqual(world.at(DOMAIN)?.values, [SPF]);
    await world.run().destroy(up);
  });

  it("adds and removes regions in place", async () => {
    const one = { ...ARGS, identities: [{ region: "us-east-1" }] };
    const up = await world.run().up(one);
    const more = await world.run().up(ARGS, up);
    assert.deepEqual(world.statuses(), both("Success"));
    assert.equal(tokens(more)[0], tokens(up)[0]);
    const other = { ...ARGS, identities: [{ region: "eu-west-1" }] };
    const preview = await world.run().preview(other, more.inputs);
    assert.deepEqual(await world.run().diff(more.outputs, preview.inputs), {
      changes: true,
      replaces: [],
      warnings: [],
    });
    const less = await world.run().up(other, more);
    assert.deepEqual(world.statuses(), { [`${ACCOUNT}/eu-west-1`]: "Success" });
    assert.deepEqual(world.at(NAME)?.values, [OTHER_TEAM, ...tokens(less)].sort());
  });

  it("replaces the resource for another domain", async () => {
    const up = await world.run().up(ARGS);
    await world.emulator.addZone({ name: "other-example.com", account: ACCOUNT });
    const { inputs } = await world.run().preview({ ...ARGS, domain: "other-example.com" }, up.inputs);
    assert.deepEqual((await world.run().diff(up.outputs, inputs)).replaces, ["domain"]);
  });

  describe("an identity that was there before", () => {
    const here = { accountId: ACCOUNT, region: "us-east-1" };
    const args = { ...ARGS, identities: [{ region: "us-east-1" }] };

    it("is used, and left with its value on destroy", async () => {
      const token = world.emulator.cloud.ses.verifyDomain(here, DOMAIN);
      const up = await world.run().up(args);
      assert.deepEqual(
        verifications(up).map(({ adopted }) => adopted),
        [true],
      );
      assert.deepEqual(tokens(up), [token]);
      await world.run().destroy(up);
      assert.deepEqual(world.statuses(), { [`${ACCOUNT}/us-east-1`]: "Success" });
      assert.deepEqual(world.at(NAME)?.values, [OTHER_TEAM, token].sort());
    });

    it("is taken over where adopt is own", async () => {
      world.emulator.cloud.ses.verifyDomain(here, DOMAIN);
      const up = await world.run().up({ ...args, adopt: "own" });
      await world.run().destroy(up);
      assert.deepEqual(world.statuses(), {});
    });

    it("is refused on preview where adopt is refuse", async () => {
      world.emulator.cloud.ses.verifyDomain(here, DOMAIN);
      const { failures } = await world.run().preview({ ...args, adopt: "refuse" });
      assert.equal(failures[0]?.property, "identities[0]");
      assert.match(failures[0]?.reason ?? "", /already.*adopt/);
    });
  });

  it("stays verified when its resource is renamed without an alias", async () => {
    const up = await world.run().up(ARGS);
    const renamed = await world.run({ name: "post" }).up(ARGS);
    assert.equal(
      verifications(renamed).some(({ adopted }) => adopted),
      false,
    );
    const before = world.at(NAME);
    await world.run().destroy(up);
    assert.deepEqual(world.statuses(), both("Success"));
    assert.deepEqual(world.at(NAME), before);
    await world.run({ name: "post" }).destroy(renamed);
    assert.deepEqual(world.statuses(), {});
  });

  it("leaves an identity to another stack that has it", async () => {
    const up = await world.run().up(ARGS);
    const other = await world.run({ project: "another" }).up(ARGS);
    await world.run({ project: "another" }).destroy(other);
    assert.deepEqual(world.statuses(), both("Success"));
    assert.deepEqual(world.at(NAME)?.values, [OTHER_TEAM, ...tokens(up)].sort());
  });

  it("does not wait where wait is false, and takes Pending for healthy", async () => {
    world.emulator.faults.http({ action: "GetIdentityVerificationAttributes" }, { kind: "delay" });
    const args = { ...ARGS, wait: false };
    const up = await world.run().up(args);
    assert.equal(up.outputs.verified, false);
    const later = world.run();
    const { inputs, warnings } = await later.preview(args, up.inputs);
    assert.equal(inputs.verification, "requested");
    assert.deepEqual(warnings, []);
    assert.equal((await later.diff(up.outputs, inputs)).changes, false);
  });

  it("keeps what exists when the wait ends, and goes on with the same tokens", async () => {
    world.emulator.faults.dns("*", { lie: { type: "TXT", values: [] } });
    const cut = await world.run().up({ ...ARGS, timeout: "2m" });
    assert.match(cut.failed ?? "", /was not verified within 2m/);
    assert.match(cut.failed ?? "", /txt-missing|txt-/);
    assert.doesNotMatch(cut.failed ?? "", /undefined|null/);
    assert.equal(cut.outputs.verified, false);
    world.emulator.faults.clear();
    const done = await world.run().up(ARGS, cut);
    assert.equal(done.failed, undefined);
    assert.deepEqual(tokens(done), tokens(cut));
  });

  it("writes again, and says, what another controller erases during the wait", async () => {
    let erased = 0;
    world.emulator.onRequest(({ action, phase }) => {
      if (action !== "GetIdentityVerificationAttributes" || phase !== "after") return;
      if (erased >= 2 || (world.at(NAME)?.values.length ?? 0) < 3) return;
      erased += 1;
      world.setValues(NAME, [OTHER_TEAM]);
    });
    const run = world.run();
    const up = await run.up(ARGS);
    assert.equal(up.failed, undefined);
    assert.ok(erased > 0);
    assert.match(run.lines.join("\n"), /erased/);
    assert.equal(world.at(NAME)?.values.length, 3);
  });

  it("never takes a failing SES or silent servers for a revocation", async () => {
    const up = await world.run().up(ARGS);
    world.emulator.faults.http({ service: "ses" }, { kind: "error" });
    world.emulator.faults.dns("*", { lame: "SERVFAIL" });
    const { inputs, warnings, failures } = await world.run().preview(ARGS, up.inputs);
    assert.equal(inputs.verification, "verified");
    assert.deepEqual(failures, []);
    assert.notDeepEqual(warnings, []);
    const strict = await world.run().preview({ ...ARGS, previewCheck: "strict" }, up.inputs);
    assert.equal(strict.failures[0]?.property, "previewCheck");
  });

  it("refuses another account's credentials, by name, and changes nothing", async () => {
    await world.close();
    world = await openDomainWorld({ accounts: [{ id: ACCOUNT }, { id: "222222222222" }] });
    const up = await world.run().up(ARGS);
    const { failures } = await world.run({ account: "222222222222" }).preview(ARGS, up.inputs);
    assert.match(failures[0]?.reason ?? "", new RegExp(`${ACCOUNT}.*222222222222`));
    await assert.rejects(world.run({ account: "222222222222" }).destroy(up), /222222222222/);
    await assert.rejects(world.run({ account: "222222222222" }).read(up), /222222222222/);
    assert.deepEqual(world.statuses(), both("Success"));
  });

  describe("a refresh", () => {
    it("changes nothing where nothing has changed", async () => {
      const up = await world.run().up(ARGS);
      assert.deepEqual(await world.run().read(up), up.outputs);
    });

    it("says gone only when every identity and every value is gone", async () => {
      const up = await world.run().up(ARGS);
      world.setValues(NAME, [OTHER_TEAM]);
      assert.equal((await world.run().read(up))?.verified, false);
      for (const region of ["us-east-1", "eu-west-1"]) {
        world.emulator.cloud.ses.remove({ accountId: ACCOUNT, region }, DOMAIN);
      }
      assert.equal(await world.run().read(up), undefined);
    });

    it("leaves the state as it was where SES cannot be asked", async () => {
      const up = await world.run().up(ARGS);
      world.emulator.faults.http({ action: "GetIdentityVerificationAttributes" }, { kind: "error" });
      assert.deepEqual(await world.run().read(up), up.outputs);
    });
  });

  describe("placement", () => {
    for (const placement of ["apex", "split"] as const) {
      it(`${placement} is verified, and moving there leaves no moment without a value`, async () => {
        const up = await world.run().up(ARGS);
        const held: boolean[] = [];
        world.emulator.zones.subscribe(() => {
          const all = [...(world.at(NAME)?.values ?? []), ...(world.at(DOMAIN)?.values ?? [])];
          held.push(tokens(up).every((token) => all.includes(token) || all.includes(`amazonses:${token}`)));
        });
        const args = { ...ARGS, placement };
        const { inputs } = await world.run().preview(args, up.inputs);
        assert.equal((await world.run().diff(up.outputs, inputs)).changes, true);
        const moved = await world.run().up(args, up);
        assert.equal(moved.failed, undefined);
        assert.ok(held.length > 0 && held.every(Boolean));
        const [first, second] = tokens(up);
        const expected =
          placement === "apex"
            ? { under: [OTHER_TEAM], apex: [SPF, `amazonses:${first}`, `amazonses:${second}`] }
            : { under: [OTHER_TEAM, first], apex: [SPF, `amazonses:${second}`] };
        assert.deepEqual(world.at(NAME)?.values, expected.under.sort());
        assert.deepEqual(world.at(DOMAIN)?.values, expected.apex.sort());
        await world.run().destroy(moved);
        assert.deepEqual(world.at(DOMAIN)?.values, [SPF]);
        assert.deepEqual(world.at(NAME)?.values, [OTHER_TEAM]);
      });
    }
  });
});
