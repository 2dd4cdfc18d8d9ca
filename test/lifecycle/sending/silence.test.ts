import assert from "node:assert/strict";
import type { Props } from "../../../provider/lifecycle/lifecycle";
import {
  ACCOUNT,
  DOMAIN,
  type DomainWorld,
  HOUR_MS,
  openDomainWorld,
  type Standing,
  stepsOf,
} from "../../support/emulator/domain";

const REGION = "us-east-1";
const SCOPE = { accountId: ACCOUNT, region: REGION };
const ARGS = {
  domain: DOMAIN,
  identities: [{ region: REGION }],
  dns: { kind: "route53" },
  dkim: true,
  mailFrom: "bounce",
};
const WRITES = /^(?:Create|Delete|Put|Set|Verify)/;

describe("a domain that sends while SES does not tell", () => {
  let world: DomainWorld;
  let standing: Standing;
  beforeEach(async () => {
    world = await openDomainWorld();
    standing = await world.run().up({ ...ARGS, __preview: false });
    assert.deepEqual([standing.failed, standing.outputs.readyToSend], [undefined, true]);
    world.emulator.requests.reset();
  });
  afterEach(() => world.close());

  const ses = () => world.emulator.cloud.ses;
  const writes = () =>
    world.emulator.requests.log().filter(({ service, action }) => service === "ses" && WRITES.test(action));

  for (const action of ["GetIdentityDkimAttributes", "GetIdentityMailFromDomainAttributes", "GetIdentity*"]) {
    for (const kind of ["throttle", "error", "cut-before", "deny"] as const) {
      it(`${action}: ${kind} is unknown, and no step`, async () => {
        const fault = world.emulator.faults.http({ action }, { kind });
        const { inputs, failures } = await world
          .run({ silenceMs: 500 })
          .preview({ ...ARGS, __preview: true }, standing.inputs);
        assert.deepEqual([stepsOf(inputs), failures, writes()], [[], [], []]);
        const { changes, warnings } = await world.run({ silenceMs: 500 }).diff(standing.outputs, inputs);
        assert.equal(changes, false, warnings.join("\n"));
        fault.off();
      });
    }
  }

  it("a refresh while SES does not tell keeps what the state has", async () => {
    world.emulator.faults.http({ service: "ses" }, { kind: "error" });
    const outputs = (await world.run({ silenceMs: 500 }).read(standing)) as Props;
    assert.deepEqual([outputs.readyToSend, outputs.verifications], [true, standing.outputs.verifications]);
  });

  it("a refresh tells what SES says, and that it is ready no longer", async () => {
    for (const [set, expected] of [
      [() => ses().setDkimStatus(SCOPE, DOMAIN, "TemporaryFailure"), ["TemporaryFailure", "Success"]],
      [() => ses().setDkimStatus(SCOPE, DOMAIN, "Failed"), ["Failed", "Success"]],
      [() => ses().setMailFromStatus(SCOPE, DOMAIN, "TemporaryFailure"), ["Failed", "TemporaryFailure"]],
    ] as const) {
      set();
      const outputs = (await world.run().read(standing)) as Props;
      const [one] = outputs.verifications as readonly { dkim: Props; mailFrom: Props }[];
      assert.deepEqual([one?.dkim.status, one?.mailFrom.status], expected);
      assert.deepEqual([outputs.readyToSend, outputs.readyAt, outputs.sendingArns], [false, undefined, {}]);
    }
    assert.deepEqual(writes(), []);
  });

  it("a refresh tells signing that was switched off", async () => {
    ses().setSigning(SCOPE, DOMAIN, false);
    const outputs = (await world.run().read(standing)) as Props;
    assert.equal(outputs.readyToSend, false);
    const next = await world.run().preview({ ...ARGS, __preview: true }, standing.inputs);
    assert.ok(stepsOf(next.inputs).includes(`set ${REGION}`));
    const healed = await world.run().up({ ...ARGS, __preview: false }, standing);
    assert.deepEqual(
      [healed.failed, healed.outputs.readyToSend, ses().dkim(SCOPE, DOMAIN).signingEnabled],
      [undefined, true, true],
    );
  });

  it("a refresh of a state from before DKIM changes nothing", async () => {
    const plain = { domain: DOMAIN, identities: [{ region: REGION }], dns: { kind: "route53" } };
    const other = await openDomainWorld();
    try {
      const old = await other.run().up({ ...plain, __preview: false });
      assert.deepEqual(await other.run().read(old), old.outputs);
      assert.equal("readyToSend" in old.outputs, false);
    } finally {
      await other.close();
    }
  });

  for (const [title, lapse, part] of [
    ["DKIM", () => ses().setDkimStatus(SCOPE, DOMAIN, "Failed"), "dkim"],
    ["MAIL FROM", () => ses().setMailFromStatus(SCOPE, DOMAIN, "Failed"), "mailFrom"],
  ] as const) {
    it(`${title} that SES gave up is asked for again with the same records, and never under restart "never"`, async () => {
      lapse();
      const never = { ...ARGS, restart: "never" };
      const held = await world.run().preview({ ...never, __preview: true }, standing.inputs);
      assert.deepEqual(
        stepsOf(held.inputs).filter((one) => one.startsWith("set")),
        [],
      );
      assert.match(String(held.inputs[part]), /^held/);
      const shown = await world.run().preview({ ...ARGS, __preview: true }, standing.inputs);
      assert.deepEqual(
        stepsOf(shown.inputs).filter((one) => one.startsWith("set")),
        [`set ${REGION}`],
      );
      const { generation } = ses().identity(ACCOUNT, REGION, DOMAIN) ?? {};
      const healed = await world.run().up({ ...ARGS, __preview: false }, standing);
      assert.deepEqual([healed.failed, healed.outputs.readyToSend], [undefined, true]);
      assert.equal(ses().identity(ACCOUNT, REGION, DOMAIN)?.generation, generation);
      await world.emulator.clock.advance(HOUR_MS);
      const next = await world.run().preview({ ...ARGS, __preview: true }, healed.inputs);
      assert.deepEqual(stepsOf(next.inputs), []);
    });
  }

  it("destroy clears MAIL FROM, removes the identity, and then the records", async () => {
    world.emulator.requests.reset();
    await world.run().destroy(standing);
    const order = world.emulator.requests
      .log()
      .flatMap(({ action }) =>
        /^(?:PutEmailIdentityMail|SetIdentityMail|DeleteI|DeleteE|ChangeR)/.test(action) ? [action] : [],
      );
    assert.match(order.join(" "), /^\S*MailFrom\S* Delete\S*Identity ChangeResourceRecordSets/);
  });

  it("destroy leaves what another stack uses, with its records", async () => {
    const other = await world.run({ stack: "other" }).up({ ...ARGS, __preview: false });
    assert.equal(other.failed, undefined);
    const before = world.emulator.zones.list().flatMap(({ id }) => world.emulator.zones.view(id).all());
    await world.run().destroy(standing);
    assert.equal(ses().identity(ACCOUNT, REGION, DOMAIN)?.mailFrom?.domain, `bounce.${DOMAIN}`);
    const isRecord = ({ type }: { type: string }) => type !== "SOA";
    assert.deepEqual(
      world.emulator.zones
        .list()
        .flatMap(({ id }) => world.emulator.zones.view(id).all())
        .filter(isRecord),
      before.filter(isRecord),
    );
    await world.run({ stack: "other" }).destroy(other);
    assert.equal(ses().identity(ACCOUNT, REGION, DOMAIN), undefined);
  });
});
