import type { SingleFlight } from "../core/queues";
import { isLimit } from "./allowance";
import type { QueryLimits } from "./exchange";

/**
 * Runs shared work. Where it fails because the allowance of the look that began it is used up, and that of this look is not,
 * it is run again on the allowance of this look.
 */
export async function runShared<T>(
  share: SingleFlight<T>,
  key: string,
  run: (signal: AbortSignal) => Promise<T>,
  { signal, budget }: QueryLimits,
): Promise<T> {
  try {
    return await share(key, run, signal);
  } catch (error) {
    if (!isLimit(error) || budget?.isUsedUp("server") !== false) throw error;
    return run(signal);
  }
}
