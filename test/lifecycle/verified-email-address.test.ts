import assert from "node:assert/strict";
import {
  ACCOUNT,
  DOMAIN,
  type DomainWorld,
  HOUR_MS,
  openDomainWorld,
  type Standing,
  stepsOf,
} from "../support/emulator/domain";

const ADDRESS = `Some.Body@${DOMAIN}`;
const REGIONS = ["us-east-1", "eu-west-1"];
const ARGS = { address: ADDRESS, identities: REGIONS.map((region) => ({ region })) };
const ONE = { address: ADDRESS, identities: [{ region: "us-east-1" }] };
const here = { accountId: ACCOUNT, region: "us-east-1" };

describe("the life of a verified address", () => {
  let world: DomainWorld;
  beforeEach(async () => {
    world = await openDomainWorld();
  });
  afterEach(() => world.close());

  const run = (more: Parameters<DomainWorld["run"]>[0] = {}) => world.run({ kind: "VerifiedEmailAddress", ...more });
  const mails = () => world.emulator.cloud.ses.mails.filter(({ kind }) => kind === "confirm-address");
  const clickAll = () => {
    for (const { link } of mails()) if (link !== undefined) world.emulator.cloud.ses.confirm(link);
  };
  const previewed = async (args: object, standing: Standing) => {
    const later = run();
    const { inputs, warnings, failures } = await later.preview({ ...args }, standing.inputs);
    const { changes } = await later.diff(standing.outputs, inputs);
    return { inputs, warnings, failures, changes };
  };
  const codes = (warnings: readonly string[]) => warnings.map((text) => text.slice(0, text.indexOf(":")));

  it("has SES send one mail in each region, and does not wait for the click", async () => {
    const up = await run().up(ARGS);
    assert.equal(up.failed, undefined);
    assert.deepEqual(
      mails().map(({ identity, region }) => [identity, region]),
      REGIONS.map((region) => [ADDRESS, region]),
    );
    assert.equal(up.outputs.verified, false);
    assert.deepEqual(
      up.outputs.identityArns,
      Object.fromEntries(REGIONS.map((one) => [one, `arn:aws:ses:${one}:${ACCOUNT}:identity/${ADDRESS}`])),
    );
    const { changes, warnings } = await previewed(ARGS, up);
    assert.equal(changes, false);
    assert.deepEqual(codes(warnings), ["mail-no-server", "address-unconfirmed"]);
    assert.match(warnings.join(), /\(The same for eu-west-1\.\)/);
    const again = await run().up(ARGS, up);
    assert.equal(again.failed, undefined);
    assert.equal(mails().length, 2);
  });

  it("tells nothing more once the link was followed, and a refresh writes it down", async () => {
    const up = await run().up(ARGS);
    clickAll();
    const { changes, warnings } = await previewed(ARGS, up);
    assert.deepEqual([changes, warnings], [false, []]);
    const read = await run().read(up);
    assert.equal(read?.verified, true);
    assert.ok(read.verifiedAt);
  });

  it("waits for the click where the program says so", async () => {
    world.emulator.onRequest(({ action, phase }) => {
      if (action === "GetIdentityVerificationAttributes" && phase === "after" && mails().length === 2) clickAll();
    });
    const up = await run().up({ ...ARGS, wait: true });
    assert.equal(up.failed, undefined);
    assert.equal(up.outputs.verified, true);
    assert.equal((await previewed({ ...ARGS, wait: true }, up)).changes, false);
  });

  it("says in time why nobody clicked, and waits on without another mail", async () => {
    const args = { ...ONE, wait: true, timeout: "10m" };
    const late = await run().up(args);
    assert.match(late.failed ?? "", /Some\.Body@ses-example\.com .*10m/);
    assert.match(late.failed ?? "", /error mail-no-server/);
    assert.match(late.failed ?? "", /warning address-unconfirmed \(us-east-1\)/);
    assert.doesNotMatch(late.failed ?? "", /undefined/);
    clickAll();
    const done = await run().up(args, late);
    assert.equal(done.failed, undefined);
    assert.equal(mails().length, 1);
  });

  it("says that the link is dead after a day, and sends again on request only", async () => {
    const up = await run().up(ONE);
    await world.emulator.clock.advance(25 * HOUR_MS);
    const dead = await previewed(ONE, up);
    assert.equal(dead.changes, false);
    assert.ok(codes(dead.warnings).includes("address-expired"), dead.warnings.join("\n"));
    await run().up(ONE, up);
    assert.equal(mails().length, 1);

    const asked = { ...ONE, resendTrigger: "2" };
    assert.equal((await previewed(asked, up)).changes, true);
    const again = await run().up(asked, up);
    assert.equal(mails().length, 2);
    assert.equal((await previewed(asked, again)).changes, false);
    clickAll();
    assert.deepEqual((await previewed(asked, again)).warnings, []);
  });

  it("fails at once where it waits for a link that is dead", async () => {
    const up = await run().up(ONE);
    await world.emulator.clock.advance(25 * HOUR_MS);
    const waiting = await run().up({ ...ONE, wait: true }, up);
    assert.match(waiting.failed ?? "", /^error address-expired/m);
    assert.match(waiting.failed ?? "", /Change resendTrigger/);
  });

  it("asks again where somebody deleted the identity, and a preview says so", async () => {
    const up = await run().up(ONE);
    clickAll();
    world.emulator.cloud.ses.remove(here, ADDRESS);
    const gone = await previewed(ONE, up);
    assert.equal(gone.changes, true);
    assert.deepEqual(stepsOf(gone.inputs), ["request us-east-1"]);
    const again = await run().up(ONE, up);
    assert.equal(again.failed, undefined);
    assert.equal(mails().length, 2);
    assert.equal((await previewed(ONE, again)).changes, false);
    world.emulator.cloud.ses.remove(here, ADDRESS);
    assert.equal(await run().read(again), undefined);
  });

  it("says that it is not needed where the domain, or one above it, is verified", async () => {
    const up = await run().up(ONE);
    world.emulator.cloud.ses.inject([{ ...here, name: DOMAIN }]);
    assert.deepEqual(codes((await previewed(ONE, up)).warnings), ["address-not-needed"]);
    const waiting = await run().up({ ...ONE, wait: true }, up);
    assert.equal(waiting.failed, undefined);
    assert.equal(waiting.outputs.verified, true);

    const below = { address: `somebody@mail.${DOMAIN}`, identities: [{ region: "us-east-1" }] };
    const { warnings } = await run({ name: "below" }).preview(below);
    assert.deepEqual(codes(warnings), ["address-not-needed"]);
  });

  it("says before anything is sent that the address looks like another one, or like a slip", async () => {
    world.emulator.cloud.ses.inject([{ ...here, name: `Some.Bdoy@${DOMAIN}` }]);
    const { warnings } = await run().preview(ONE);
    assert.ok(codes(warnings).includes("address-looks-alike"), warnings.join("\n"));
    const slip = await run({ name: "slip" }).preview({ ...ONE, address: "somebody@gmial.com" });
    assert.match(slip.warnings.join("\n"), /address-misspelt: somebody@gmial\.com .*gmail\.com/);
    assert.match(slip.warnings.join("\n"), /mail-domain-unknown/);
    assert.deepEqual(mails(), []);
  });

  it("does without the account's list where that may not be read", async () => {
    world.emulator.cloud.accounts.permitOnly(
      ACCOUNT,
      "ses:VerifyEmailIdentity",
      "ses:GetIdentityVerificationAttributes",
      "ses:DeleteIdentity",
    );
    const up = await run().up(ONE);
    assert.equal(up.failed, undefined);
    world.emulator.cloud.ses.inject([{ ...here, name: DOMAIN }]);
    assert.deepEqual(codes((await previewed(ONE, up)).warnings), ["address-not-needed"]);
    await run().destroy(up);
    assert.equal(world.emulator.cloud.ses.identity(ACCOUNT, "us-east-1", ADDRESS), undefined);
  });

  it("names the permission that is missing", async () => {
    world.emulator.cloud.accounts.permitOnly(ACCOUNT, "ses:GetIdentityVerificationAttributes");
    await assert.rejects(run().up(ONE), /ses:VerifyEmailIdentity/);
  });

  it("takes regions in and out in place", async () => {
    const one = await run().up(ONE);
    const both = await run().up(ARGS, one);
    assert.equal(mails().length, 2);
    const other = { ...ONE, identities: [{ region: "eu-west-1" }] };
    assert.equal((await previewed(other, both)).changes, true);
    const left = await run().up(other, both);
    assert.equal(left.failed, undefined);
    assert.deepEqual(Object.keys(world.statuses()), [`${ACCOUNT}/eu-west-1`]);
    assert.deepEqual(left.outputs.identities, [{ name: "eu-west-1", region: "eu-west-1" }]);
  });

  it("keeps what exists when one region fails, and sends no second mail afterwards", async () => {
    const denied = world.emulator.faults.http(
      { service: "ses", action: "VerifyEmailIdentity", region: "eu-west-1" },
      { kind: "deny" },
    );
    const half = await run().up(ARGS);
    assert.match(half.failed ?? "", /ses:VerifyEmailIdentity/);
    assert.equal(mails().length, 1);
    denied.off();
    const whole = await run().up(ARGS, half);
    assert.equal(whole.failed, undefined);
    assert.deepEqual(
      mails().map(({ region }) => region),
      REGIONS,
    );
    await run().destroy(whole);
    assert.deepEqual(world.statuses(), {});
  });

  it("uses an address that was there, and leaves it", async () => {
    world.emulator.cloud.ses.inject([{ ...here, name: ADDRESS }]);
    const up = await run().up(ONE);
    assert.deepEqual([up.outputs.verified, mails().length], [true, 0]);
    await run().destroy(up);
    assert.equal(world.statuses()[`${ACCOUNT}/us-east-1`], "Success");

    const refused = await run({ name: "other" }).preview({ ...ONE, adopt: "refuse" });
    assert.match(refused.failures[0]?.reason ?? "", /adopt is "refuse"/);
    const owned = await run().up({ ...ONE, adopt: "own" });
    await run().destroy(owned);
    assert.deepEqual(world.statuses(), {});
  });

  it("renamed without an alias stays, as the new resource's", async () => {
    const before = await run().up(ONE);
    clickAll();
    const after = await run({ name: "renamed" }).up(ONE);
    await run().destroy(before);
    assert.equal(world.statuses()[`${ACCOUNT}/us-east-1`], "Success");
    assert.equal(mails().length, 1);
    await run({ name: "renamed" }).destroy(after);
    assert.deepEqual(world.statuses(), {});
  });

  it("an unknown state changes nothing, and fails a strict preview", async () => {
    const up = await run().up(ONE);
    const cut = world.emulator.faults.http({ service: "ses" }, { kind: "deny" });
    const { changes, warnings } = await previewed(ONE, up);
    assert.equal(changes, false);
    assert.deepEqual(codes(warnings), ["ses-permission-missing"]);
    const strict = await previewed({ ...ONE, previewCheck: "strict" }, up);
    assert.equal(strict.failures[0]?.property, "previewCheck");
    cut.off();
  });
});
