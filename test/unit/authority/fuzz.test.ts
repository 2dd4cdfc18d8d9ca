import { ok } from "node:assert/strict";
import { checkPackets } from "../../support/hostile/packet-check";
import { sampled } from "../../support/sample";

const SEED = 20_261_124;
const PACKETS = sampled(100_000);

describe("authority: hostile packets", () => {
  it("are read without a throw, in few steps, and yield what they hold or nothing", () => {
    const seen = checkPackets(SEED, (index) => index < PACKETS);
    // Enough of each kind that the checks mean something.
    for (const kind of ["values", "cname", "absent", "referral", "lame", "nothing"] as const) {
      ok((seen.get(kind) ?? 0) > PACKETS / 100, `${kind}: ${seen.get(kind)}`);
    }
  }).timeout(60_000);
});
