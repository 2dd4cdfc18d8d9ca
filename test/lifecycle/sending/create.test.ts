import assert from "node:assert/strict";
import type { EmulatorOptions } from "../../../emulator";
import type { SesChoices } from "../../../emulator/ses/choices";
import type { Props } from "../../../provider/lifecycle/lifecycle";
import { MADE_TAG } from "../../../provider/ses/register";
import { ACCOUNT, DOMAIN, type DomainWorld, HOUR_MS, openDomainWorld, stepsOf } from "../../support/emulator/domain";
import { recordsOf, type ZoneRecords } from "../../support/emulator/records";

const REGION = "us-east-1";
const SCOPE = { accountId: ACCOUNT, region: REGION };
const DMARC = `_dmarc.${DOMAIN}`;
const ARGS = { domain: DOMAIN, identities: [{ region: REGION }], dns: { kind: "route53" } };
const WISH = "v=DMARC1; p=none";
const ALL = { ...ARGS, dkim: true, mailFrom: { label: "bounce", onMxFailure: "reject" }, dmarc: { ifAbsent: WISH } };

describe("making a domain ready to send", () => {
  let world: DomainWorld;
  let zone: ZoneRecords;
  const open = async (options: EmulatorOptions = {}) => {
    await world?.close();
    world = await openDomainWorld(options);
    zone = recordsOf(world.emulator, DOMAIN);
  };
  after(() => world.close());

  const ses = () => world.emulator.cloud.ses;
  const calls = () =>
    world.emulator.requests.log().flatMap(({ service, action }) => (service === "ses" ? [action] : []));
  const first = (action: string) => calls().indexOf(action);
  const identity = () => ses().identity(ACCOUNT, REGION, DOMAIN);
  const up = async (args: Props) => {
    const standing = await world.run().up({ ...args, __preview: false });
    assert.equal(standing.failed, undefined);
    return standing;
  };
  const settled = async (args: Props, inputs: Props) => {
    const next = await world.run().preview({ ...args, __preview: true }, inputs);
    assert.deepEqual([stepsOf(next.inputs), next.failures], [[], []]);
  };

  it("asks SES in its order, and each step after what it needs", async () => {
    await open();
    const seen: string[] = [];
    world.emulator.onRequest(({ phase, action }) => {
      if (phase === "before" && action === "PutEmailIdentityMailFromAttributes") {
        seen.push(`dkim ${ses().dkim(SCOPE, DOMAIN).status}, mail-from ${identity()?.mailFrom?.status}`);
      }
      if (phase === "after" && action === "CreateEmailIdentity") {
        seen.push(`made with ${ses().tags(SCOPE, DOMAIN)?.has(MADE_TAG) ? "its mark" : "no mark"}`);
      }
      if (
        phase === "before" &&
        action === "ChangeResourceRecordSets" &&
        identity()?.mailFrom?.onMxFailure === "reject"
      ) {
        seen.push(`a record after reject, DMARC ${zone.values(DMARC, "TXT").length}`);
      }
    });
    const standing = await up(ALL);
    assert.deepEqual(seen, [
      "made with its mark",
      "dkim Success, mail-from undefined",
      "dkim Success, mail-from Success",
      "a record after reject, DMARC 0",
    ]);
    assert.deepEqual(zone.values(DMARC, "TXT"), [`"${WISH}"`]);
    assert.ok(first("CreateEmailIdentity") >= 0);
    assert.ok(first("CreateEmailIdentity") < first("VerifyDomainIdentity"));
    assert.equal(calls().filter((one) => one === "CreateEmailIdentity").length, 1);
    assert.ok(!calls().includes("DeleteIdentity") && !calls().includes("DeleteEmailIdentity"));
    const { readyToSend, readyAt, sendingArns } = standing.outputs as Props;
    assert.deepEqual([readyToSend, typeof readyAt, Object.keys(sendingArns as Props)], [true, "string", [REGION]]);
    await settled(ALL, standing.inputs);
  });

  it("makes nothing by SESv2 where DKIM is not asked for", async () => {
    for (const args of [ARGS, { ...ARGS, dkim: "keep" }, { ...ARGS, mailFrom: "bounce" }]) {
      await open();
      await up(args);
      assert.deepEqual(
        [calls().includes("CreateEmailIdentity"), ses().dkim(SCOPE, DOMAIN).status],
        [false, "NotStarted"],
      );
      if (args !== ARGS) continue;
      assert.deepEqual(
        calls().filter((one) => /Dkim|MailFrom|EmailIdentity$/.test(one) && !/^List|^Get/.test(one)),
        [],
      );
    }
  });

  const CHOICES: readonly Partial<SesChoices>[] = [
    { tokenWithDkim: "given" },
    { v1DkimDelayMs: 5_000 },
    { mailFromUnverified: "refused" },
    { dkimOfUnknown: "not-started" },
    { mailFromAgain: "restarts" },
    {
      tokenWithDkim: "given",
      v1DkimDelayMs: 20_000,
      mailFromUnverified: "refused",
      dkimOfUnknown: "not-started",
      mailFromAgain: "restarts",
    },
  ];
  for (const choices of CHOICES) {
    for (const wait of ["ready", "verified", false] as const) {
      it(`gets there with ${JSON.stringify(choices)}, wait: ${wait}`, async () => {
        await open({ ses: { choices } });
        const args = { ...ALL, wait };
        let standing = await up(args);
        assert.equal(standing.outputs.readyToSend, wait === "ready");
        for (let runs = 1; runs <= 3 && standing.outputs.readyToSend !== true; runs += 1) {
          await world.emulator.clock.advance(HOUR_MS);
          standing = await world.run().up({ ...args, __preview: false }, standing);
          assert.equal(standing.failed, undefined);
        }
        assert.equal(standing.outputs.readyToSend, true);
        assert.deepEqual([ses().dkim(SCOPE, DOMAIN).status, identity()?.mailFrom?.onMxFailure], ["Success", "reject"]);
        assert.deepEqual(zone.values(DMARC, "TXT"), [`"${WISH}"`]);
        assert.ok(!calls().some((one) => one.startsWith("Delete")));
        await settled(args, standing.inputs);
      });
    }
  }

  for (const [title, dkim, expected] of [
    ["no signing", { signing: false }, [false, 2048]],
    ["a short key", { keyLength: 1024 }, [true, 1024]],
    ["a long key", { keyLength: 2048 }, [true, 2048]],
  ] as const) {
    it(`sets up DKIM with ${title}`, async () => {
      await open();
      const args = { ...ARGS, dkim };
      const standing = await up(args);
      const { signingEnabled, currentKeyLength } = ses().dkim(SCOPE, DOMAIN);
      assert.deepEqual([signingEnabled, currentKeyLength, standing.outputs.readyToSend], [...expected, true]);
      await settled(args, standing.inputs);
    });
  }

  it("records tell type, purpose, identity and whose they are", async () => {
    await open();
    const { outputs } = await up(ALL);
    const records = outputs.records as readonly Props[];
    assert.deepEqual(
      records.map(({ type, purpose, identity: name, owned }) => [type, purpose, name, owned].join(" ")).sort(),
      [
        ...["CNAME dkim us-east-1 true", "CNAME dkim us-east-1 true", "CNAME dkim us-east-1 true"],
        ...[
          "MX mail-from us-east-1 true",
          "TXT dmarc  true",
          "TXT spf us-east-1 true",
          "TXT verification us-east-1 true",
        ],
      ],
    );
  });

  it("several identities have a MAIL FROM domain each, and each its own DKIM records", async () => {
    await open();
    const args = {
      ...ALL,
      identities: [
        { region: REGION },
        { region: "eu-west-1" },
        { region: "eu-central-1", dkim: false, mailFrom: false },
      ],
    };
    const standing = await up(args);
    assert.deepEqual(
      [standing.outputs.readyToSend, Object.keys(standing.outputs.sendingArns as Props).sort()],
      [true, ["eu-central-1", "eu-west-1", REGION].sort()],
    );
    const cnames = zone.dump().filter((line) => line.includes(" CNAME "));
    assert.equal(cnames.length, 6);
    assert.deepEqual(zone.values(`bounce-eu-west-1.${DOMAIN}`, "MX"), ["10 feedback-smtp.eu-west-1.amazonses.com."]);
    assert.equal(zone.values(`bounce-eu-central-1.${DOMAIN}`, "MX").length, 0);
    await settled(args, standing.inputs);
  });

  it("tells once, at the creation, what a sender lacks, or what DKIM costs to delete", async () => {
    for (const [args, word] of [
      [ARGS, "dkim"],
      [{ ...ARGS, dkim: true }, "retainOnDelete"],
    ] as const) {
      await open();
      const run = world.run();
      const standing = await run.up(args);
      assert.equal(run.lines.filter((line) => line.includes(word)).length, 1, run.lines.join("\n"));
      const again = world.run();
      await again.up(args, standing);
      assert.equal(again.lines.filter((line) => line.includes(word)).length, 0);
    }
  });

  for (const [action, args] of [
    ["CreateEmailIdentity", { ...ARGS, dkim: true }],
    ["GetEmailIdentity", { ...ARGS, dkim: true }],
    ["PutEmailIdentityMailFromAttributes", { ...ARGS, mailFrom: "bounce" }],
    ["PutEmailIdentityDkimAttributes", { ...ARGS, dkim: { signing: false } }],
    ["PutEmailIdentityConfigurationSetAttributes", { ...ARGS, dkim: true, configurationSet: "main" }],
    ["PutEmailIdentityFeedbackAttributes", { ...ARGS, feedbackForwarding: false }],
  ] as const) {
    it(`names the permission ${action} where it lacks, and goes on once it is there`, async () => {
      await open();
      ses().configurationSets.create(SCOPE, "main");
      const fault = world.emulator.faults.http({ action }, { kind: "deny" });
      let told = "";
      let before: Awaited<ReturnType<typeof up>> | undefined;
      try {
        before = await world.run().up(args);
        told = before.failed ?? "";
      } catch (error) {
        told = String(error);
      }
      assert.ok(told.includes(`ses:${action}`), told);
      fault.off();
      const standing = await world.run().up(args, before);
      assert.deepEqual([standing.failed, standing.outputs.verified], [undefined, true]);
      await settled(args, standing.inputs);
    });
  }
});
