import assert from "node:assert/strict";
import { assertQuiet, US } from "./ownership";
import { openSendingWorld, previewOf, type SendingHost, type SendingWorld } from "./sending";
import type { EngineStack } from "./stack";
import { ACCOUNT, DOMAIN, succeeded } from "./world";

/** The chapters share one stack: each begins where the one before ended. */
export function describeDkim(host: SendingHost): void {
  describe(`CNAME records of DKIM at ${host}, on the engine`, function () {
    this.timeout(180_000);
    let at: SendingWorld;
    let stack: EngineStack;
    let untouched: readonly string[];
    let healthy: readonly string[];

    before(async () => {
      at = await openSendingWorld(host);
      untouched = at.dump();
      stack = await at.open({ dkim: true, dmarc: false });
    });
    after(() => at.close());

    it("up writes three, and waits until SES signs", async () => {
      const up = succeeded(await stack.up());
      assert.equal(up.outputs.ready, true);
      assert.deepEqual(at.ses(), { dkim: "Success", signs: true, mailFrom: undefined });
      healthy = at.dump();
      const ours = healthy.filter((line) => !untouched.includes(line) && !line.startsWith("_amazonses."));
      assert.deepEqual(
        ours.map((line) => line.split(" ").filter((_, index) => index !== 1 && index < 3)),
        [...at.dkimNames()].sort().map((name) => [name, "CNAME"]),
      );
      await assertQuiet(stack);
    });

    it("a preview says which is gone and which is another one, and no more", async () => {
      const [gone, other, intact] = at.dkimNames();
      assert.ok(gone && other && intact);
      at.remove(gone, "CNAME");
      if (host === "cloudflare") await at.proxy(other);
      else at.put(other, "CNAME", ["elsewhere.example.net."]);
      const { dkim = "", ...more } = await previewOf(stack);
      assert.deepEqual(more, {});
      assert.match(dkim, /^publish: /);
      assert.match(dkim, /dkim-cname-(missing|partial)/);
      assert.match(dkim, host === "cloudflare" ? /dkim-cname-flattened/ : /dkim-cname-wrong/);
      assert.deepEqual(
        [gone, other, intact].map((name) => dkim.includes(name)),
        [true, true, false],
        dkim,
      );
    });

    it("up sets both right", async () => {
      succeeded(await stack.up());
      assert.deepEqual(at.dump(), healthy);
      await assertQuiet(stack);
    });

    it("signing that somebody switched off is told, and switched on", async () => {
      at.world.emulator.cloud.ses.setSigning({ accountId: ACCOUNT, region: US }, DOMAIN, false);
      const { dkim = "", ...more } = await previewOf(stack);
      assert.deepEqual(more, {});
      assert.match(dkim, /^set: .*dkim-signing-off/);
      succeeded(await stack.up());
      assert.equal(at.ses().signs, true);
      await assertQuiet(stack);
    });

    it("destroy takes ours, and nothing else", async () => {
      succeeded(await stack.destroy());
      assert.deepEqual(at.world.statuses(), {});
      assert.deepEqual(at.dump(), untouched);
    });
  });
}
