import assert from "node:assert/strict";
import { adopted, CHANGE, killAt, pending, TAG } from "./killed-engine";
import { assertQuiet } from "./ownership";
import { DMARC, openSendingWorld, type SendingHost } from "./sending";
import { succeeded } from "./world";

/** A call that changes something: killed before the n-th takes effect, or before its caller hears of it. */
type Moment = Parameters<typeof killAt>[3];

const TO_SEND = { dkim: true, mailFrom: "bounce", dmarc: { ifAbsent: "v=DMARC1; p=none" } } as const;

/** The sixth set of records is the last before the DMARC record. */
const DMARC_CHANGE = 7;

/**
 * What a create that is killed after its last writes cannot know later: Pulumi has saved no state, so that the DMARC record that
 * it wrote is taken for one that was there; and once its mark is settled, the identity is taken for another user's.
 */
function lostWith({ phase, call, nth = 1 }: Moment): { readonly dmarc: boolean; readonly identity: boolean } {
  const isLast = call === TAG;
  const wroteDmarc = call === CHANGE && nth === DMARC_CHANGE && phase === "after";
  return { dmarc: isLast || wroteDmarc, identity: isLast && phase === "after" };
}

/** SIGKILL at the moment; then `up` ends it, with nothing of others lost or changed, and `destroy` leaves the zone as it was. */
export async function killedCreate(host: SendingHost, moment: Moment): Promise<void> {
  const at = await openSendingWorld(host);
  try {
    const untouched = at.dump();
    const theirs = untouched.filter((line) => !line.startsWith("_amazonses."));
    const stack = await at.open(TO_SEND);
    const { where, orphans } = await killAt(at.world, stack, "up", moment);
    assertHeld(theirs, at.dump(), where);
    await stack.cancel();
    const up = succeeded(await stack.up());
    assert.equal(up.outputs.ready, true, where);
    assertHeld(theirs, at.dump(), where);
    assert.equal(at.dump().length, untouched.length + 6, `${where}: ${at.dump().join("\n")}`);
    const state = await stack.exportState();
    assert.deepEqual(adopted(state), orphans, where);
    if (pending(state).length > 0) succeeded(await stack.refresh({ clearPendingCreates: true }));
    await assertQuiet(stack);
    succeeded(await stack.destroy());
    const lost = lostWith(moment);
    if (orphans.length === 0 && !lost.identity) {
      assert.deepEqual(at.world.statuses(), {}, where);
      const left = at.dump().filter((line) => !(lost.dmarc && line.startsWith(`${DMARC} `)));
      assert.deepEqual(left, untouched, where);
    } else assertHeld(theirs, at.dump(), where);
  } finally {
    await at.close();
  }
}

/** Every line of others is as it was. */
function assertHeld(theirs: readonly string[], now: readonly string[], where: string): void {
  assert.deepEqual(
    theirs.filter((line) => !now.includes(line)),
    [],
    `${where}: records of others that were lost or changed`,
  );
}
