import type { AuthorityOptions } from "../authority/authority";
import type { Clock } from "../core/clock";
import { type Ctx, type Log, silentLog } from "../core/ctx";
import { AuthorityError } from "../core/errors";
import { formatDuration } from "../lifecycle/arguments";
import type { Subject } from "./subject";

/** What is being done, as long as it is: `status` says it in words, `end` says that it is over. */
export interface Activity {
  status(text: string): void;
  end(): void;
}

/** What a look reaches in addition to AWS and DNS. */
export interface LookPorts {
  readonly clock: Clock;
  /** Interrupts: what was seen so far is reported. */
  readonly signal: AbortSignal;
  /** Something that takes a while begins, which a terminal may show; left out where none does. */
  readonly begin?: (() => Activity) | undefined;
}

/** One look, whatever happens, in ms. */
export const LOOK_MS = 60_000;
/** Domains of one run that are looked at at once. */
const AT_ONCE = 64;
/** How many domains with a problem are looked into, with requests to AWS for each. More of them mostly have one cause. */
export const INVESTIGATED_AT_MOST = 20;

/** With the ports and resolvers that are really asked, so that the lines for the shell ask the same. */
export function settled<S extends Pick<Subject, "dnsCheck">>(
  subject: S,
  settle: (options: AuthorityOptions) => AuthorityOptions,
): S {
  return { ...subject, dnsCheck: settle(subject.dnsCheck) };
}

/** All of them in their order, so many at once. */
export async function inTurns<T, R>(all: readonly T[], work: (one: T) => Promise<R>): Promise<R[]> {
  const waiting = [...all.entries()];
  const results: R[] = [];
  const next = async () => {
    for (let turn = waiting.shift(); turn; turn = waiting.shift()) results[turn[0]] = await work(turn[1]);
  };
  await Promise.all(Array.from({ length: Math.min(AT_ONCE, waiting.length) }, next));
  return results;
}

/** A look that ends in time: what is not known by then counts as unknown, with that reason. */
export async function within<T>(ms: number, ports: LookPorts, work: (ctx: Ctx) => Promise<T>): Promise<T> {
  const control = new AbortController();
  const late = () =>
    control.abort(
      new AuthorityError("timed-out", `There was no answer within ${formatDuration(ms)}.`, { retryable: true }),
    );
  const timer = setTimeout(late, ms);
  const activity = ports.begin?.();
  const log: Log = { ...silentLog, status: (text) => activity?.status(text) };
  try {
    return await work({ clock: ports.clock, log, signal: AbortSignal.any([ports.signal, control.signal]) });
  } finally {
    activity?.end();
    clearTimeout(timer);
  }
}
