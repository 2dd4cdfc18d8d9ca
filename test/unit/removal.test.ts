import assert from "node:assert/strict";
import { silentLog } from "../../provider/core/ctx";
import { fqdn } from "../../provider/core/fqdn";
import type { Edit } from "../../provider/dns/changes";
import { addedBy, removedBy, untilGone, untilThere } from "../../provider/dns/removal";
import { untilRemoved } from "../../provider/ses/read";
import { openHastyClock } from "../support/hasty-clock";

/** Where an effect is looked for: `there` says at each look whether it does not show yet. */
type Look = (there: () => boolean, ctx: ReturnType<typeof open>) => Promise<void>;

const LOOKS: Readonly<Record<string, Look>> = {
  SES: (there, ctx) =>
    untilRemoved(
      fqdn("example.com"),
      "us-east-1",
      async () => (there() ? { status: "Pending", token: "token" } : undefined),
      ctx,
    ),
  "a DNS host": (there, ctx) => untilGone(["token"], async () => new Set(there() ? ["token"] : []), "removing", ctx),
  "an addition at a DNS host": (lacks, ctx) =>
    untilThere(["one", "two"], async () => new Set(lacks() ? ["one"] : ["one", "two"]), "adding", ctx),
};

const open = () => ({ clock: openHastyClock(), log: silentLog, signal: new AbortController().signal });

describe("what a write shows", () => {
  for (const [what, look] of Object.entries(LOOKS)) {
    for (const forgottenMs of [5_000, 15_000, 30_000]) {
      it(`counts where it shows after ${forgottenMs / 1_000} s: ${what}`, async () => {
        // The time between two looks is random.
        for (let run = 0; run < 50; run += 1) {
          const ctx = open();
          await look(() => ctx.clock.now() < forgottenMs, ctx);
          assert.ok(ctx.clock.now() >= forgottenMs);
        }
      });
    }
    it(`does not count where it never shows, after few looks: ${what}`, async () => {
      const ctx = open();
      let looks = 0;
      const there = () => {
        looks += 1;
        return true;
      };
      await assert.rejects(look(there, ctx), { retryable: true });
      assert.ok(ctx.clock.now() >= 30_000 && ctx.clock.now() <= 60_000, String(ctx.clock.now()));
      assert.ok(looks <= 40, String(looks));
    });
  }

  it("is looked for of what the edits leave out in the end", () => {
    const name = fqdn("_amazonses.example.com");
    const edit = (kind: Edit["kind"], ...texts: string[]): Edit => ({
      kind,
      records: texts.map((text) => ({ type: "TXT", name, text, ttl: 300 })),
    });
    const edits = [edit("remove", "a", "b"), edit("add", "a", "c"), edit("remove", "c")];
    assert.deepEqual([removedBy(edits), addedBy(edits)], [["b", "c"], ["a"]]);
  });
});
