import assert from "node:assert/strict";
import {
  ACCOUNT,
  DOMAIN,
  type DomainWorld,
  HOUR_MS,
  NAME,
  OTHER_TEAM,
  openDomainWorld,
} from "../support/emulator/domain";

const ONE = { domain: DOMAIN, identities: [{ region: "us-east-1" }], dns: { kind: "route53" } };
const here = { accountId: ACCOUNT, region: "us-east-1" };
type Outputs = Readonly<Record<string, unknown>>;

describe("an SES whose answers lag, or change, while `up` waits", () => {
  let world: DomainWorld;
  beforeEach(async () => {
    world = await openDomainWorld();
  });
  afterEach(() => world.close());

  const ses = () => world.emulator.cloud.ses;
  const token = () => ses().identity(ACCOUNT, here.region, DOMAIN)?.token ?? "";
  const tokens = (outputs: Outputs) => (outputs.verifications as { token: string }[]).map((one) => one.token);
  const values = (outputs: Outputs) => (outputs.records as { values: string[] }[]).flatMap((one) => one.values);
  /** Calls `work` so long after the first request for an identity. */
  const afterRequest = (ms: number, work: () => void, action = "VerifyDomainIdentity") => {
    const off = world.emulator.onRequest((event) => {
      if (event.action !== action || event.phase !== "after") return;
      off();
      if (ms === 0) work();
      else world.emulator.clock.setTimer(ms, work);
    });
  };
  /** Someone else deletes the identity and has it verified again: another token. */
  const giveAnotherToken = () => {
    ses().remove(here, DOMAIN);
    ses().verifyDomain(here, DOMAIN);
  };
  const lie = () => world.emulator.faults.dns("*", { lie: { type: "TXT", values: [] } });

  for (const status of ["Failed", "NotStarted"] as const) {
    it(`goes on where it still says ${status} after a restart`, async () => {
      const up = await world.run().up(ONE);
      world.setValues(NAME, [OTHER_TEAM]);
      await world.emulator.clock.advance(7 * 24 * HOUR_MS);
      assert.equal(ses().identity(ACCOUNT, here.region, DOMAIN)?.status, "Failed");
      afterRequest(0, () => ses().setStatus(ACCOUNT, here.region, DOMAIN, status));
      afterRequest(20_000, () => ses().setStatus(ACCOUNT, here.region, DOMAIN, "Pending"));
      const healed = await world.run().up(ONE, up);
      assert.equal(healed.failed, undefined);
      assert.equal(healed.outputs.verified, true);
      assert.equal(world.emulator.requests.counts().http["ses:VerifyDomainIdentity"], 2);
    });
  }

  it("ends the wait where it fails the domain for good", async () => {
    lie();
    const started = world.clock.now();
    afterRequest(60_000, () => ses().setStatus(ACCOUNT, here.region, DOMAIN, "Failed"));
    const cut = await world.run().up({ ...ONE, timeout: "2h" });
    assert.match(cut.failed ?? "", /SES in us-east-1 .*ses-example\.com/);
    assert.ok(world.clock.now() - started < 10 * 60_000);
  });

  it("publishes the new token, takes the old value away, and keeps the new one in the state", async () => {
    lie();
    let first = "";
    afterRequest(40_000, () => {
      first = token();
      giveAnotherToken();
      world.emulator.faults.clear();
    });
    const up = await world.run().up({ ...ONE, timeout: "10m" });
    assert.equal(up.failed, undefined);
    assert.notEqual(first, token());
    assert.deepEqual(tokens(up.outputs), [token()]);
    assert.deepEqual(values(up.outputs), [token()]);
    assert.deepEqual(world.at(NAME)?.values, [OTHER_TEAM, token()].sort());
    const { inputs } = await world.run().preview(ONE, up.inputs);
    assert.equal((await world.run().diff(up.outputs, inputs)).changes, false);
  });

  it("replaces the value of an earlier run too", async () => {
    const both = { ...ONE, identities: [{ region: "us-east-1" }, { region: "eu-west-1" }] };
    const up = await world.run().up(ONE);
    const old = token();
    afterRequest(0, giveAnotherToken);
    const more = await world.run().up(both, up);
    assert.equal(more.failed, undefined);
    assert.ok(tokens(more.outputs).includes(token()));
    assert.ok(!(world.at(NAME)?.values ?? []).includes(old));
    assert.deepEqual(world.at(NAME)?.values, [OTHER_TEAM, ...tokens(more.outputs)].sort());
  });

  it("keeps the new token, and every value that was written, where `up` then fails", async () => {
    lie();
    let first = "";
    afterRequest(20_000, () => {
      first = token();
      giveAnotherToken();
    });
    const cut = await world.run().up({ ...ONE, timeout: "2m" });
    assert.match(cut.failed ?? "", /was not verified within 2m/);
    assert.deepEqual(tokens(cut.outputs), [token()]);
    assert.deepEqual(values(cut.outputs), [first, token()].sort());
    world.emulator.faults.clear();
    const healed = await world.run().up(ONE, cut);
    assert.equal(healed.failed, undefined);
    assert.deepEqual(world.at(NAME)?.values, [OTHER_TEAM, token()].sort());
    // The identity that is there now was made by someone else, so it stays with its value.
    await world.run().destroy(healed);
    assert.deepEqual(world.at(NAME)?.values, [OTHER_TEAM, token()].sort());
  });

  describe("with the record of another provider", () => {
    const identity = () => world.run({ kind: "DomainIdentity" });
    const verification = () => world.run({ kind: "DomainVerification" });
    const ARGS = { domain: DOMAIN, identities: ONE.identities };

    it("goes on where it still says Failed after the restart by the other resource", async () => {
      const up = await identity().up(ARGS);
      world.setValues(NAME, values(up.outputs));
      ses().setStatus(ACCOUNT, here.region, DOMAIN, "Failed");
      world.emulator.clock.setTimer(20_000, () => ses().setStatus(ACCOUNT, here.region, DOMAIN, "Pending"));
      const verified = await verification().up({ of: [up.outputs] });
      assert.equal(verified.failed, undefined);
    });

    it("says that SES has another token now, and a refresh takes it", async () => {
      const up = await identity().up(ARGS);
      const started = world.clock.now();
      world.emulator.clock.setTimer(40_000, giveAnotherToken);
      const cut = await verification().up({ of: [up.outputs], timeout: "2h" });
      assert.match(cut.failed ?? "", /SES has another token for ses-example\.com in us-east-1/);
      assert.ok(world.clock.now() - started < 10 * 60_000);
      const outputs = (await identity().read(up)) ?? {};
      assert.deepEqual(tokens(outputs), [token()]);
      assert.deepEqual(values(outputs), [token()]);
      world.setValues(NAME, values(outputs));
      const verified = await verification().up({ of: [outputs] }, cut);
      assert.equal(verified.failed, undefined);
    });
  });
});
