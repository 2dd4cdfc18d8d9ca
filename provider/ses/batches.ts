import type { AwsAction } from "../aws/permissions";
import type { Ctx } from "../core/ctx";
import { openBatcher, type Take } from "../core/queues";
import type { IdentityName } from "./port";

/** SES API reference, GetIdentityVerificationAttributes and its siblings: at most 100 identities a call. */
const BATCH = 100;

/** Waits for the tick of the waits that ask by this action. */
export type Tick = (action: AwsAction, ctx: Ctx) => Promise<void>;

/** Questions that go 100 a request; those of waits (`Ctx.waits`) go on the tick, apart from the others. */
export function openBatches<K extends IdentityName, V>(
  action: AwsAction,
  tick: Tick,
  read: (take: Take<K>, ctx: Ctx) => Promise<ReadonlyMap<K, V>>,
): (name: K, ctx: Ctx) => Promise<V | undefined> {
  const now = openBatcher<K, V>(BATCH, read);
  const waiting = openBatcher<K, V>(BATCH, async (take, ctx) => {
    await tick(action, ctx);
    return read(take, ctx);
  });
  return (name, ctx) => (ctx.waits === true ? waiting : now)(name, ctx);
}
