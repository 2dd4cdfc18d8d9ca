import type { Ctx } from "../../core/ctx";
import { explain } from "../../core/errors";
import { expectStep } from "../../core/status-line";
import { counted } from "../../core/words";

/** Says in the tag of one identity that its create has ended. */
export type Settle = (ctx: Ctx) => Promise<void>;

/** So many are left to other creates: what a run that is killed can leave as it was. */
const LEFT_AT_MOST = 60;

/**
 * The last tag of each create. SES accepts one TagResource a second, and each create needs two: one as soon as SES has the
 * identity, and one at its end. While other creates are under way, the first tags go first, and the last create of them writes the rest.
 */
export interface Settling {
  /** An operation begins. Returns how it ends: resolves when nothing is left, or when others that are under way will do it. */
  begin(): (own: readonly Settle[], ctx: Ctx) => Promise<void>;
}

export function openSettling(): Settling {
  let underWay = 0;
  let left: Settle[] = [];

  /** What another create does for this one fails for neither of them, and is told of at the resource that it concerns. */
  function forOthers(settle: Settle, { log }: Ctx): Settle {
    return async function leave(ctx) {
      try {
        await settle({ ...ctx, log });
      } catch (error) {
        // Tried once more with what may still be written after an interrupt.
        if (ctx.signal.aborted) left.push(leave);
        else log.warn(explain(error));
      }
    };
  }

  return {
    begin() {
      underWay += 1;
      let ended = false;
      return async (own, ctx) => {
        if (!ended) underWay -= 1;
        ended = true;
        if (underWay > 0) {
          left.push(...own.map((settle) => forOthers(settle, ctx)));
          const excess = left.splice(0, left.length - LEFT_AT_MOST);
          await Promise.all(excess.map((settle) => settle(ctx)));
          return;
        }
        const rest = left;
        left = [];
        if (rest.length > 0)
          expectStep(`completing the tags of ${counted(rest.length + own.length, "identity", "identities")}`, ctx);
        await Promise.all([...rest, ...own].map((settle) => settle(ctx)));
      };
    },
  };
}
