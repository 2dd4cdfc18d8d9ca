import type { SingleFlight } from "../core/queues";
import { isLimit } from "./allowance";
import type { Terms } from "./exchange";

/**
 * Runs shared work; where it fails because the allowance of whoever began it is used up, and one's own is not, it is run
 * again at one's own expense.
 */
export async function byShare<T>(
  share: SingleFlight<T>,
  key: string,
  run: (signal: AbortSignal) => Promise<T>,
  { signal, budget }: Terms,
): Promise<T> {
  try {
    return await share(key, run, signal);
  } catch (error) {
    if (!isLimit(error) || budget?.isUsedUp("server") !== false) throw error;
    return run(signal);
  }
}
