import assert from "node:assert/strict";
import { txt } from "../../../emulator";
import { assertQuiet, said } from "./ownership";
import { BOUNCE, openSendingWorld, previewOf, type SendingHost, type SendingWorld } from "./sending";
import type { EngineStack } from "./stack";
import { SPF, succeeded } from "./world";

const MX = "10 feedback-smtp.us-east-1.amazonses.com";
const OTHER_TEXT = txt("another team's value");
const OTHER_SPF = txt("v=spf1 ip4:192.0.2.25 -all");

/** The chapters share one stack: each begins where the one before ended. */
export function describeMailFrom(host: SendingHost): void {
  describe(`the records of a MAIL FROM domain at ${host}, on the engine`, function () {
    this.timeout(180_000);
    let at: SendingWorld;
    let stack: EngineStack;
    let untouched: readonly string[];
    let healthy: readonly string[];

    before(async () => {
      const sets = [{ name: BOUNCE, type: "TXT", ttl: 900, values: [OTHER_TEXT] }];
      at = await openSendingWorld(host, { sets });
      untouched = at.dump();
      stack = await at.open({ mailFrom: "bounce", dmarc: false });
    });
    after(() => at.close());

    it("up writes one MX, and SPF next to another text", async () => {
      const up = succeeded(await stack.up());
      assert.equal(up.outputs.ready, true);
      assert.equal(at.ses().mailFrom, `${BOUNCE} Success`);
      assert.deepEqual(at.at(BOUNCE, "MX"), [MX]);
      assert.deepEqual(at.at(BOUNCE, "TXT"), [OTHER_TEXT, txt(SPF)].sort());
      healthy = at.dump();
      await assertQuiet(stack);
    });

    it("a second MX is told and refused, and stays", async () => {
      at.put(BOUNCE, "MX", [MX, "20 mx.example.net."]);
      const { mailFrom = "", ...more } = await previewOf(stack);
      assert.deepEqual(more, {});
      assert.match(mailFrom, /^conflict: .*mail-from-mx-several/);
      assert.ok(mailFrom.includes(BOUNCE));
      const broken = at.dump();
      const up = await stack.up();
      assert.equal(up.failed, true, up.stdout);
      assert.ok(said(up).includes("mx.example.net"), said(up));
      assert.deepEqual(at.dump(), broken);
      at.put(BOUNCE, "MX", [MX]);
    });

    it("an SPF record that somebody changed is told and refused, and stays", async () => {
      at.put(BOUNCE, "TXT", [OTHER_TEXT, OTHER_SPF]);
      const { mailFrom = "", ...more } = await previewOf(stack);
      assert.deepEqual(more, {});
      assert.match(mailFrom, /^conflict: .*spf-without-ses/);
      assert.ok(mailFrom.includes(BOUNCE));
      const broken = at.dump();
      const up = await stack.up();
      assert.equal(up.failed, true, up.stdout);
      assert.ok(said(up).includes("192.0.2.25"), said(up));
      assert.deepEqual(at.dump(), broken);
      at.put(BOUNCE, "TXT", [OTHER_TEXT]);
    });

    it("an MX and an SPF that are gone are told, and written again", async () => {
      at.remove(BOUNCE, "MX");
      const { mailFrom = "", ...more } = await previewOf(stack);
      assert.deepEqual(more, {});
      assert.match(mailFrom, /^publish: /);
      assert.match(mailFrom, /mail-from-mx-missing/);
      assert.match(mailFrom, /spf-missing/);
      succeeded(await stack.up());
      assert.deepEqual(at.dump(), healthy);
      await assertQuiet(stack);
    });

    it("destroy takes ours, and nothing else", async () => {
      succeeded(await stack.destroy());
      assert.deepEqual(at.world.statuses(), {});
      assert.deepEqual(at.dump(), untouched);
    });
  });
}
