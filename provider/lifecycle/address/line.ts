import { formatDuration } from "../../core/duration";
import { TimeoutError } from "../../core/errors";
import { type LinedCtx, seconds } from "../../core/status-line";
import type { AddressIdentitySeen } from "../../diagnosis/finding";
import { type AddressGoal, maySend } from "./goal";

/** What the wait for a link tells: how many identities are confirmed, each change as a line that stays, what was reached. */
export interface AddressLine {
  saw(seen: readonly AddressIdentitySeen[]): void;
  reached(seen: readonly AddressIdentitySeen[]): void;
  failed(error: unknown): void;
}

export function openAddressLine(
  { address, identities, timeoutMs }: Pick<AddressGoal, "address" | "identities" | "timeoutMs">,
  { clock, line, log, signal }: LinedCtx,
): AddressLine {
  const startedMs = clock.now();
  const statuses = new Map<string, string>();
  let counts = `SES ?/${identities.length}`;
  let details = "";
  const elapsed = () => seconds(clock.now() - startedMs);
  const end = (how: string) => `${how}: ${counts}, ${elapsed()}`;
  const text = () => `${counts}, ${elapsed()} of ${formatDuration(timeoutMs)}${details}`;
  line.expect(text);

  /** Takes in what was seen; returns what is new in it. */
  const keep = (seen: readonly AddressIdentitySeen[]) => {
    counts = `SES ${seen.filter(maySend).length}/${identities.length}`;
    details = `; waiting for the link to be followed: ${seen.map(({ name, status }) => `${name} ${status}`).join(", ")}`;
    return seen.flatMap(({ name, status }) => {
      const before = statuses.get(name);
      if (status === "unknown" || before === status) return [];
      statuses.set(name, status);
      return before === undefined ? [] : [`SES says ${status} for ${name}, after ${before}`];
    });
  };

  return {
    saw(seen) {
      const what = keep(seen);
      if (what.length > 0) log.info(`${counts}, ${elapsed()}: ${what.join("; ")}`);
      line.show(`${counts}${details}`, text);
    },
    reached(seen) {
      const what = keep(seen);
      if (what.length > 0) log.info(`${end(`${address} confirmed`)}; ${what.join("; ")}`);
      line.end(end("confirmed"));
    },
    failed(error) {
      if (signal.aborted) line.end(end("stopped"));
      else line.end(end(error instanceof TimeoutError ? "timed out" : "failed"));
    },
  };
}
