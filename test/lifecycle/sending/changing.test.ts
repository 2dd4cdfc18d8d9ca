import assert from "node:assert/strict";
import type { Props } from "../../../provider/lifecycle/lifecycle";
import {
  ACCOUNT,
  DOMAIN,
  type DomainWorld,
  openDomainWorld,
  type Standing,
  stepsOf,
} from "../../support/emulator/domain";
import { recordsOf, type ZoneRecords } from "../../support/emulator/records";

const REGION = "us-east-1";
const SCOPE = { accountId: ACCOUNT, region: REGION };
const DMARC = `_dmarc.${DOMAIN}`;
const ARGS = { domain: DOMAIN, identities: [{ region: REGION }], dns: { kind: "route53" } };
const MX = [`10 feedback-smtp.${REGION}.amazonses.com.`];

describe("changing how a domain sends", () => {
  let world: DomainWorld;
  let zone: ZoneRecords;
  let empty: readonly string[];
  let standing: Standing | undefined;
  beforeEach(async () => {
    world = await openDomainWorld();
    zone = recordsOf(world.emulator, DOMAIN);
    empty = zone.dump();
    standing = undefined;
  });
  afterEach(() => world.close());

  const ses = () => world.emulator.cloud.ses;
  const identity = () => ses().identity(ACCOUNT, REGION, DOMAIN);
  const cnames = () => zone.dump().filter((line) => line.includes(" CNAME "));
  const mx = (label: string) => zone.values(`${label}.${DOMAIN}`, "MX");
  /** As the engine goes: what a preview shows to do is done; where there is nothing, no update is run. */
  const up = async (more: Props) => {
    const args = { ...ARGS, ...more };
    const preview = await world.run().preview({ ...args, __preview: true }, standing?.inputs);
    assert.deepEqual(preview.failures, []);
    if (standing !== undefined) {
      const { changes } = await world.run().diff(standing.outputs, preview.inputs);
      assert.equal(changes, true, JSON.stringify(more));
    }
    standing = await world.run().up({ ...args, __preview: false }, standing);
    assert.equal(standing.failed, undefined);
    const next = await world.run().preview({ ...args, __preview: true }, standing.inputs);
    assert.deepEqual([stepsOf(next.inputs), next.failures], [[], []]);
    const { changes } = await world.run().diff(standing.outputs, next.inputs);
    assert.equal(changes, false, `${JSON.stringify(more)} has nothing left to do`);
    return standing.outputs;
  };
  /** A program that asks for less: there is nothing to do, so that the engine takes the inputs alone. */
  const drop = async (more: Props) => {
    assert.ok(standing);
    const { inputs, failures } = await world.run().preview({ ...ARGS, ...more, __preview: false }, standing.inputs);
    assert.deepEqual([failures, stepsOf(inputs)], [[], []]);
    assert.equal((await world.run().diff(standing.outputs, inputs)).changes, false);
    standing = { ...standing, inputs };
  };
  const destroyed = async () => {
    assert.ok(standing);
    await world.run().destroy(standing);
    assert.equal(identity(), undefined);
    assert.deepEqual(zone.dump(), empty);
  };

  it("dkim on, off and gone: SES goes on signing, and destroy takes the records", async () => {
    await up({});
    assert.equal((await up({ dkim: true })).readyToSend, true);
    assert.equal(cnames().length, 3);
    const { generation } = identity() ?? {};
    await drop({});
    // Another reason for an update: what it leaves in place stays in the state.
    assert.equal((await up({ feedbackForwarding: false })).readyToSend, undefined);
    assert.deepEqual(
      [cnames().length, ses().dkim(SCOPE, DOMAIN).status, ses().dkim(SCOPE, DOMAIN).signingEnabled],
      [3, "Success", true],
    );
    assert.equal(identity()?.generation, generation);
    await destroyed();
  });

  it("dkim off, and on again", async () => {
    await up({ dkim: true });
    const tokens = ses().dkim(SCOPE, DOMAIN).tokens;
    await drop({});
    await up({ feedbackForwarding: false });
    assert.equal((await up({ dkim: true })).readyToSend, true);
    assert.deepEqual(ses().dkim(SCOPE, DOMAIN).tokens, tokens);
    await destroyed();
  });

  it("signing off and on", async () => {
    await up({ dkim: true });
    for (const signing of [false, true]) {
      assert.equal((await up({ dkim: { signing } })).readyToSend, true);
      assert.equal(ses().dkim(SCOPE, DOMAIN).signingEnabled, signing);
    }
    await destroyed();
  });

  it("mailFrom on, another label, off", async () => {
    await up({});
    await up({ mailFrom: "bounce" });
    assert.deepEqual(mx("bounce"), MX);
    await up({ mailFrom: "news" });
    assert.equal(identity()?.mailFrom?.domain, `news.${DOMAIN}`);
    // Bounces on the way still find the former record, until an update that does something else.
    assert.deepEqual([mx("bounce"), mx("news")], [MX, MX]);
    await up({ mailFrom: "news", dmarc: { ifAbsent: "v=DMARC1; p=none" } });
    assert.deepEqual([mx("bounce"), mx("news")], [[], MX]);
    await up({ dmarc: { ifAbsent: "v=DMARC1; p=none" } });
    assert.deepEqual([identity()?.mailFrom, mx("news"), zone.values(`news.${DOMAIN}`, "TXT")], [undefined, [], []]);
    await destroyed();
  });

  it("mailFrom: another label, and destroyed before another update: both go", async () => {
    await up({ mailFrom: "bounce" });
    await up({ mailFrom: "news" });
    await destroyed();
  });

  it("mailFrom: another label, and back at once", async () => {
    await up({ mailFrom: "bounce" });
    await up({ mailFrom: "news" });
    await up({ mailFrom: "bounce" });
    assert.deepEqual([identity()?.mailFrom?.domain, mx("bounce"), mx("news")], [`bounce.${DOMAIN}`, MX, MX]);
    await destroyed();
  });

  it("onMxFailure: default, reject, default", async () => {
    for (const onMxFailure of ["default", "reject", "default"] as const) {
      await up({ mailFrom: { label: "bounce", onMxFailure } });
      assert.equal(identity()?.mailFrom?.onMxFailure, onMxFailure);
    }
    await destroyed();
  });

  it("mailFrom of an adopted identity: what the last run set may be set otherwise", async () => {
    ses().inject([{ ...SCOPE, name: DOMAIN, token: "byHand", status: "Success" }]);
    ses().configurationSets.create(SCOPE, "first");
    ses().configurationSets.create(SCOPE, "second");
    await up({ mailFrom: "bounce", configurationSet: "first" });
    await up({ mailFrom: "news", configurationSet: "second" });
    assert.deepEqual([identity()?.mailFrom?.domain, identity()?.configurationSet], [`news.${DOMAIN}`, "second"]);
  });

  it("a DMARC record is added, changed and removed with the wish", async () => {
    await up({ dkim: true });
    for (const text of ["v=DMARC1; p=none", "v=DMARC1; p=reject"]) {
      await up({ dkim: true, dmarc: { ifAbsent: text } });
      assert.deepEqual(zone.values(DMARC, "TXT"), [`"${text}"`]);
    }
    await up({ dkim: true, dmarc: "check" });
    assert.deepEqual(zone.values(DMARC, "TXT"), []);
    await destroyed();
  });

  it("identities come and go, with their own wishes", async () => {
    const identities = [{ region: REGION }, { region: "eu-west-1", dkim: false, mailFrom: "eu" }];
    await up({ dkim: true });
    await up({ dkim: true, identities });
    assert.deepEqual(
      [cnames().length, zone.values(`eu.${DOMAIN}`, "MX")],
      [3, ["10 feedback-smtp.eu-west-1.amazonses.com."]],
    );
    await up({ dkim: true, identities: [{ region: REGION }, { region: "eu-west-1" }] });
    assert.deepEqual([cnames().length, zone.values(`eu.${DOMAIN}`, "MX")], [6, []]);
    await up({ dkim: true, identities: [{ region: "eu-west-1" }] });
    assert.deepEqual([cnames().length, identity()], [3, undefined]);
    standing = standing && { ...standing };
    await world.run().destroy(standing as Standing);
    assert.deepEqual(zone.dump(), empty);
  });

  it("configurationSet and feedbackForwarding: set, changed, and then left as they are", async () => {
    for (const name of ["first", "second"]) ses().configurationSets.create(SCOPE, name);
    await up({ configurationSet: "first", feedbackForwarding: false });
    assert.deepEqual([identity()?.configurationSet, identity()?.feedbackForwarding], ["first", false]);
    await up({ configurationSet: "second", feedbackForwarding: true });
    assert.deepEqual([identity()?.configurationSet, identity()?.feedbackForwarding], ["second", true]);
    standing = await world.run().up({ ...ARGS, __preview: false }, standing);
    assert.deepEqual([identity()?.configurationSet, identity()?.feedbackForwarding], ["second", true]);
    await destroyed();
  });
});
