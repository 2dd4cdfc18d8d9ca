import type { Rounds } from "../../../authority/rounds";
import { formatDuration } from "../../../core/duration";
import { TimeoutError } from "../../../core/errors";
import type { LinedCtx } from "../../../core/status-line";
import { seconds } from "../../../core/status-line";
import { openChanges } from "./changes";
import { countsOf, countsText, detailsOf } from "./progress";
import type { Goal, WaitRound } from "./round";

/** What a wait tells while it goes on: counts, time, then details; each change as a line that stays; what was reached. */
export interface WaitLine {
  /** After each round. `evidence`: the last one that was not cut short. */
  saw(goal: Goal, round: WaitRound, evidence: WaitRound, rounds: Rounds): void;
  reached(goal: Goal, round: WaitRound): void;
  failed(error: unknown): void;
  /** Counts and details, as they stand. */
  summary(): string;
}

/** What is awaited where all servers serve the value for the first time. */
export const ONE_MORE = "one more look at DNS";

const ENDS: Readonly<Record<string, string>> = { "servers-unreachable": "no server answers" };

export function openWaitLine(wanted: Goal, { clock, line, log, signal }: LinedCtx): WaitLine {
  const startedMs = clock.now();
  const changes = openChanges();
  let counts = countsText(countsOf(wanted, undefined));
  let details = "";
  const elapsed = (nowMs: number) => seconds(nowMs - startedMs);
  const text = (nowMs: number) =>
    `${counts}, ${elapsed(nowMs)} of ${formatDuration(wanted.timeoutMs)}${details === "" ? "" : `; ${details}`}`;
  const end = (how: string) => `${how}: ${counts}, ${elapsed(clock.now())}`;
  let told = false;
  line.expect(text);

  const tell = (goal: Goal, round: WaitRound, how?: string) => {
    const what = changes.since(goal, round);
    if (what.length === 0 && !(told && how !== undefined)) return;
    told = true;
    const head = how === undefined ? `${counts}, ${elapsed(clock.now())}` : end(`${goal.domain} ${how}`);
    log.info(what.length === 0 ? head : `${head}; ${what.join("; ")}`);
  };
  const keep = (goal: Goal, evidence: WaitRound) => {
    counts = countsText(countsOf(goal, evidence));
    details = detailsOf(goal, evidence);
  };

  return {
    saw(goal, round, evidence, { clean, ready }) {
      keep(goal, evidence);
      // One clean round may come from a single site of an anycast server.
      if (clean > 0 && !ready) details = `${ONE_MORE}${details === "" ? "" : `, ${details}`}`;
      tell(goal, round);
      line.show(`${counts} ${details}`, text);
    },
    reached(goal, round) {
      keep(goal, round);
      const how = goal.ses ? "verified" : "served everywhere";
      tell(goal, round, how);
      line.end(end(how));
    },
    failed(error) {
      if (signal.aborted) line.end(end("stopped"));
      else line.end(end(error instanceof TimeoutError ? (ENDS[error.code] ?? "timed out") : "failed"));
    },
    summary: () => (details === "" ? counts : `${counts}; ${details}`),
  };
}
