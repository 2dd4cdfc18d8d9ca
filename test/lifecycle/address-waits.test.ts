import assert from "node:assert/strict";
import { ACCOUNT, DOMAIN, type DomainWorld, openDomainWorld, type Standing } from "../support/emulator/domain";

const ADDRESS = `somebody@${DOMAIN}`;
const ONE = { address: ADDRESS, identities: [{ region: "us-east-1" }] };
const here = { accountId: ACCOUNT, region: "us-east-1" };

describe("an address that waits", () => {
  let world: DomainWorld;
  beforeEach(async () => {
    world = await openDomainWorld();
  });
  afterEach(() => world.close());

  const run = () => world.run({ kind: "VerifiedEmailAddress" });
  const ses = () => world.emulator.cloud.ses;
  const mails = () => ses().mails.filter(({ kind }) => kind === "confirm-address");
  const onceAfter = (action: string, work: () => void) => {
    const off = world.emulator.onRequest((event) => {
      if (event.action !== action || event.phase !== "after") return;
      off();
      work();
    });
  };
  const changes = async (args: object, standing: Standing) => {
    const later = run();
    const { inputs } = await later.preview({ ...args }, standing.inputs);
    return (await later.diff(standing.outputs, inputs)).changes;
  };

  for (const wait of [false, true]) {
    it(`sends no mail where this run verified its domain meanwhile${wait ? ", and does not wait" : ""}`, async () => {
      // The preview of the address reads the account's list; then the domain of the same program is verified.
      onceAfter("ListEmailIdentities", () => ses().inject([{ ...here, name: DOMAIN }]));
      const args = { ...ONE, wait };
      const up = await run().up(args);
      assert.equal(up.failed, undefined);
      assert.deepEqual(mails(), []);
      assert.equal(ses().identity(ACCOUNT, here.region, ADDRESS), undefined);
      assert.equal(await changes(args, up), false);
      assert.notEqual(await run().read(up), undefined);
      await run().destroy(up);

      ses().remove(here, DOMAIN);
      const uncovered = await run().preview(args, up.inputs);
      assert.match(String(uncovered.inputs.verification), /^send: address-missing/);
      await run().up({ ...args, wait: false }, up);
      assert.equal(mails().length, 1);
    });
  }

  it("leaves an address that somebody else had confirmed since, where it sent no mail itself", async () => {
    ses().inject([{ ...here, name: DOMAIN }]);
    const up = await run().up(ONE);
    ses().inject([{ ...here, name: ADDRESS }]);
    await run().destroy(up);
    assert.notEqual(ses().identity(ACCOUNT, here.region, ADDRESS), undefined);
  });

  it("ends the wait once its domain is verified", async () => {
    world.emulator.clock.setTimer(60_000, () => ses().inject([{ ...here, name: DOMAIN }]));
    const up = await run().up({ ...ONE, wait: true, timeout: "2h" });
    assert.equal(up.failed, undefined);
    assert.equal(mails().length, 1);
  });

  for (const status of ["Failed", "NotStarted"] as const) {
    it(`goes on where SES still says ${status} right after the mail was sent`, async () => {
      onceAfter("VerifyEmailIdentity", () => {
        ses().setStatus(ACCOUNT, here.region, ADDRESS, status);
        world.emulator.clock.setTimer(20_000, () => ses().setStatus(ACCOUNT, here.region, ADDRESS, "Pending"));
        world.emulator.clock.setTimer(60_000, () => void ses().confirm(mails()[0]?.link ?? ""));
      });
      const up = await run().up({ ...ONE, wait: true });
      assert.equal(up.failed, undefined);
      assert.equal(up.outputs.verified, true);
    });
  }

  it("ends the wait where the link dies, and where the identity is deleted", async () => {
    const started = world.clock.now();
    world.emulator.clock.setTimer(60_000, () => ses().setStatus(ACCOUNT, here.region, ADDRESS, "Failed"));
    const dead = await run().up({ ...ONE, wait: true, timeout: "2h" });
    assert.match(dead.failed ?? "", /^error address-expired/m);
    world.emulator.clock.setTimer(60_000, () => void ses().remove(here, ADDRESS));
    const gone = await run().up({ ...ONE, resendTrigger: "2", wait: true, timeout: "2h" }, dead);
    assert.match(gone.failed ?? "", /SES in us-east-1 has no identity somebody@ses-example\.com any more/);
    assert.ok(world.clock.now() - started < 20 * 60_000);
  });
});
