import type { Ctx } from "../../core/ctx";
import { explain } from "../../core/errors";
import { expectStep } from "../../core/status-line";
import { counted } from "../../core/words";

/** Says in the tag of one identity that its create has ended. */
export type Settle = (ctx: Ctx) => Promise<void>;

/** So many are left to other creates: what a run that is killed can leave as it was. */
const LEFT_AT_MOST = 60;

/**
 * The order of tags where creates run at once. SES accepts one TagResource a second, and each create needs two: one as soon
 * as SES has the identity, and one at its end. A create does not wait for its second tag while others are under way: it is written
 * when no first tag waits, and the last create of them writes what is left.
 */
export interface Settling {
  /** A first tag is written now: those that are left wait. */
  first<T>(write: () => Promise<T>): Promise<T>;
  /** An operation begins. Returns how it ends: resolves when nothing is left, or when others that are under way will do it. */
  begin(): (own: readonly Settle[], ctx: Ctx) => Promise<void>;
}

export function openSettling(): Settling {
  let underWay = 0;
  let firstTags = 0;
  let noFirstTag: (() => void) | undefined;
  let left: Settle[] = [];
  let writing: Promise<void> | undefined;

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

  async function writeLeft(ctx: Ctx): Promise<void> {
    while (!ctx.signal.aborted) {
      while (firstTags > 0) {
        await new Promise<void>((resolve) => {
          noFirstTag = resolve;
        });
      }
      const settle = left.shift();
      if (settle === undefined) return;
      await settle(ctx);
    }
  }

  return {
    async first(write) {
      firstTags += 1;
      try {
        return await write();
      } finally {
        firstTags -= 1;
        if (firstTags === 0) noFirstTag?.();
      }
    },
    begin() {
      underWay += 1;
      let ended = false;
      return async (own, ctx) => {
        if (!ended) underWay -= 1;
        ended = true;
        if (underWay > 0) {
          left.push(...own.map((settle) => forOthers(settle, ctx)));
          const excess = left.splice(0, left.length - LEFT_AT_MOST);
          writing ??= writeLeft(ctx).finally(() => {
            writing = undefined;
          });
          await Promise.all(excess.map((settle) => settle(ctx)));
          return;
        }
        const rest = left;
        left = [];
        const count = rest.length + own.length;
        if (rest.length > 0) expectStep(`completing the tags of ${counted(count, "identity", "identities")}`, ctx);
        await Promise.all([writing, ...[...rest, ...own].map((settle) => settle(ctx))]);
      };
    },
  };
}
