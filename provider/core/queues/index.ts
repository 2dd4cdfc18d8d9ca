/*
 * How calls wait for one another. Which to take:
 *
 * - `RateLimiter`: so many calls in a time, as a service allows; slows down when the service throttles.
 * - `Semaphore`: so many calls at once, whatever they take; `KeyedSemaphore`: so many for each key.
 * - `openFlight`: one piece of work that several callers wait for; it stops when all of them have gone.
 *   `SingleFlight`: the same by key, for as long as the work runs. `openMemo`: the same, and the result is kept.
 * - `openBatcher`: many questions of one kind go out in few requests, each caller gets its own answer.
 * - `openWriteQueue`: writes to one target go one after the other, and those that wait go together as the next.
 *
 * All of them serve in the order of arrival, by the clock that they are handed. A caller that aborts leaves at once and
 * takes no turn.
 */
export { openBatcher, type Take } from "./batcher";
export {
  openRateLimiter,
  openRateLimiters,
  type RateLimiter,
  type RateLimiters,
  type RateLimits,
} from "./rate-limiter";
export { openKeyedSemaphore, openSemaphore } from "./semaphore";
export { type Flight, openFlight, openMemo, openSingleFlight, type SingleFlight } from "./single-flight";
export { type Apply, openWriteQueue } from "./write-queue";
