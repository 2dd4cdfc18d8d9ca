import { countRound, NO_ROUNDS } from "../provider/authority/rounds";
import { openSchedule } from "../provider/lifecycle/observation/wait/schedule";
import { openDice } from "../test/support/dice";
import { say } from "./support/measure";
import { PEERS } from "./support/peer-schedules";

/** In all, the same number for each stretch. */
const DRAWS = 12_000;
const SECOND = 1_000;
const MINUTE = 60 * SECOND;
/** When the domain is verified, in ms since the wait began. */
const STRETCHES = [
  { stretch: "0-10 s", fromMs: 0, toMs: 10 * SECOND },
  { stretch: "10-60 s", fromMs: 10 * SECOND, toMs: MINUTE },
  { stretch: "1-5 min", fromMs: MINUTE, toMs: 5 * MINUTE },
  { stretch: "5-15 min", fromMs: 5 * MINUTE, toMs: 15 * MINUTE },
  { stretch: "15-60 min", fromMs: 15 * MINUTE, toMs: 60 * MINUTE },
  { stretch: "1-8 h", fromMs: 60 * MINUTE, toMs: 480 * MINUTE },
] as const;
/** How long one round of DNS and one request to SES take. */
const READ_MS = 80;
const ASK_MS = 120;
const TIMEOUT_MS = 72 * 60 * MINUTE;

interface Row {
  readonly stretch: string;
  readonly p50_ms: number;
  readonly p95_ms: number;
  /** Of max(5 s, 5 % of the time gone): the 95th percentile of that share. At most 1 is the aim. */
  readonly of_goal: number;
  readonly calls_per_second: number;
  readonly peers: readonly { readonly name: string; readonly p50_ms: number; readonly p95_ms: number }[];
}

/** How long after a domain is verified a wait ends, by the schedule of `up` and by those that peers publish. Without a network. */
export function run(): Promise<{ readonly draws: number; readonly rows: readonly Row[] }> {
  const dice = openDice(20_261_126);
  const rows = STRETCHES.map(({ stretch, fromMs, toMs }): Row => {
    const each = Math.ceil(DRAWS / STRETCHES.length);
    const ours: number[] = [];
    const shares: number[] = [];
    const peers = PEERS.map(({ name, first, next }) => ({ name, first, next, late: [] as number[] }));
    let [calls, waitedMs] = [0, 0];
    for (let draw = 0; draw < each; draw += 1) {
      const lastMs = fromMs + dice.below(toMs - fromMs);
      const otherMs = dice.below(lastMs + 1);
      const [dnsMs, sesMs] = draw % 2 === 0 ? [lastMs, otherMs] : [otherMs, lastMs];
      const { endedMs, asked } = wait(dnsMs, sesMs, dice.below(2_500));
      const lateMs = endedMs - lastMs;
      ours.push(lateMs);
      shares.push(lateMs / Math.max(5 * SECOND, 0.05 * lastMs));
      calls += asked;
      waitedMs += endedMs;
      for (const { first, next, late } of peers) {
        let atMs = first;
        for (let attempt = 1; atMs + ASK_MS < lastMs + ASK_MS; attempt += 1) atMs += ASK_MS + next(attempt, dice);
        late.push(atMs + ASK_MS - lastMs);
      }
    }
    const row: Row = {
      stretch,
      ...percentiles(ours),
      of_goal: Number(percentile(shares, 0.95).toFixed(2)),
      calls_per_second: Number(((calls * SECOND) / waitedMs).toFixed(3)),
      peers: peers.map(({ name, late }) => ({ name, ...percentiles(late) })),
    };
    say(`${stretch}: p50 ${row.p50_ms} ms, p95 ${row.p95_ms} ms`);
    return row;
  });
  return Promise.resolve({ draws: DRAWS, rows });
}

/** One wait: all servers serve the value from `dnsMs`, SES says Success from `sesMs`. `phaseMs`: of the clock's ticks. */
function wait(dnsMs: number, sesMs: number, phaseMs: number): { readonly endedMs: number; readonly asked: number } {
  const schedule = openSchedule(phaseMs, TIMEOUT_MS, { hasDns: true, hasSes: true });
  let nowMs = phaseMs;
  let rounds = NO_ROUNDS;
  let verified = false;
  let readMs = nowMs;
  let asked = 0;
  for (;;) {
    const beganMs = nowMs;
    const due = schedule.due(nowMs);
    const state = beganMs - phaseMs >= dnsMs ? "published" : "missing";
    if (due.ses) {
      asked += 1;
      verified = beganMs - phaseMs >= sesMs;
    }
    nowMs += due.ses ? ASK_MS : READ_MS;
    if (due.dns) {
      readMs = beganMs + READ_MS;
      rounds = countRound(rounds, [{ state }], verified);
    }
    if (verified && rounds.ready) return { endedMs: nowMs - phaseMs, asked };
    const facts = { due, beganMs, nowMs, readMs, rounds, verified, late: false, renewed: false };
    nowMs = Math.max(nowMs + 1, schedule.after(facts));
  }
}

function percentiles(values: readonly number[]) {
  return { p50_ms: Math.round(percentile(values, 0.5)), p95_ms: Math.round(percentile(values, 0.95)) };
}

function percentile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}
