import assert from "node:assert/strict";
import { txt } from "../../../emulator";
import { assertQuiet, said } from "./ownership";
import { DMARC, openSendingWorld, previewOf, type SendingHost, type SendingWorld } from "./sending";
import type { EngineStack } from "./stack";
import { succeeded, warningsOf } from "./world";

const OURS = txt("v=DMARC1; p=none; rua=mailto:dmarc@ses-example.com");
const THEIRS = txt("v=DMARC1; p=reject");

/** The chapters share one stack: each begins where the one before ended. */
export function describeDmarc(host: SendingHost): void {
  describe(`the DMARC record at ${host}, on the engine`, function () {
    this.timeout(180_000);
    let at: SendingWorld;
    let stack: EngineStack;
    let untouched: readonly string[];
    before(async () => {
      at = await openSendingWorld(host);
      untouched = at.dump();
      stack = await at.open({ dkim: true });
    });
    after(() => at.close());

    it("is warned of where there is none and none is to be written", async () => {
      const up = succeeded(await stack.up());
      assert.equal(up.outputs.ready, true);
      assert.equal(at.at(DMARC, "TXT"), undefined);
      const quiet = await stack.preview({ expectNoChanges: true });
      assert.equal(quiet.exitCode, 0, quiet.stdout);
      assert.match(warningsOf(quiet).join("\n"), /dmarc-missing/);
    });

    it("is written where the program has one, and again where it is gone", async () => {
      stack.changeProgram(at.program({ dkim: true, dmarc: { ifAbsent: JSON.parse(OURS) } }));
      succeeded(await stack.up());
      assert.deepEqual(at.at(DMARC, "TXT"), [OURS]);
      await assertQuiet(stack);
      at.remove(DMARC, "TXT");
      const { dmarc = "", ...more } = await previewOf(stack);
      assert.deepEqual(more, {});
      assert.match(dmarc, /^publish: .*dmarc-missing/);
      succeeded(await stack.up());
      assert.deepEqual(at.at(DMARC, "TXT"), [OURS]);
      await assertQuiet(stack);
    });

    it("that somebody changed is theirs from then on: told once, kept on destroy", async () => {
      at.put(DMARC, "TXT", [THEIRS]);
      const preview = succeeded(await stack.preview());
      assert.deepEqual(preview.changes, { same: 1, update: 1 });
      assert.ok(said(preview).includes(DMARC), said(preview));
      const up = succeeded(await stack.up());
      assert.ok(said(up).includes(DMARC), said(up));
      assert.deepEqual(at.at(DMARC, "TXT"), [THEIRS]);
      await assertQuiet(stack);
      succeeded(await stack.destroy());
      assert.deepEqual(at.at(DMARC, "TXT"), [THEIRS]);
      at.remove(DMARC, "TXT");
      assert.deepEqual(at.dump(), untouched);
    });
  });
}
