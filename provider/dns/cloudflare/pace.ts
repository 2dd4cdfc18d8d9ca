import type { Ctx } from "../../core/ctx";
import { orAbort } from "../../core/flight";

/** Keeps one token's requests under a limit: so many at once, then so many a second, first come, first served. */
export interface Pace {
  /** Resolves when it is the caller's turn. */
  turn(ctx: Pick<Ctx, "clock" | "signal">): Promise<void>;
  /** Nobody's turn comes for so long. */
  hold(ms: number, ctx: Pick<Ctx, "clock">): void;
}

export function openPace(burst: number, perSecond: number): Pace {
  let left = burst;
  let at: number | undefined;
  let heldUntil = 0;
  let tail: Promise<unknown> = Promise.resolve();

  async function take({ clock, signal }: Pick<Ctx, "clock" | "signal">): Promise<void> {
    for (;;) {
      if (signal.aborted) return;
      const now = clock.now();
      left = Math.min(burst, left + (Math.max(0, now - (at ?? now)) / 1000) * perSecond);
      at = now;
      const waitMs = Math.max(heldUntil - now, left >= 1 ? 0 : ((1 - left) / perSecond) * 1000);
      if (waitMs <= 0) break;
      await clock.sleep(Math.ceil(waitMs), signal);
    }
    left -= 1;
  }

  return {
    turn(ctx) {
      const mine = tail.then(() => take(ctx));
      tail = mine.catch(() => undefined);
      return orAbort(mine, ctx.signal);
    },
    hold(ms, { clock }) {
      heldUntil = Math.max(heldUntil, clock.now() + ms);
    },
  };
}
