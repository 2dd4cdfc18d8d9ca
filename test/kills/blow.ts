import { setTimeout as sleep } from "node:timers/promises";
import type { RequestEvent } from "../../emulator";
import type { EngineRun, EngineStack, Operation, OperationOptions, Running } from "../support/engine/stack";
import { type Blow, isChanging, type Moment } from "./moment";
import type { KillWorld } from "./world";

/** How long a process may go on once its engine is gone. */
const LAST_MS = 10_000;
/** For a signal to be heard before the request goes on. */
const HEARD_MS = 100;
const AGAIN_MS = 400;

export interface Struck {
  /** The request at which it was; undefined where the operation ended before. */
  readonly at: string | undefined;
  /** How many requests of the moment's sort there were. */
  readonly seen: number;
  readonly run: EngineRun;
  /** The command lines of what still ran some time after the engine's end. */
  readonly left: readonly string[];
}

/** Runs an operation and strikes at the moment: the request is held until the signal has been heard. */
export async function strike(
  world: KillWorld,
  stack: EngineStack,
  operation: Operation,
  options: OperationOptions,
  moment: Moment,
  blow: Blow,
): Promise<Struck> {
  let seen = 0;
  let at: string | undefined;
  let underWay = 0;
  let spawned: Promise<Running> | undefined;
  const killsProvider = blow.signal === "SIGKILL" && blow.target !== "leader";
  const hit = async (running: Running) => {
    if (blow.signal === "SIGKILL" && blow.target === "all") return running.kill();
    running.signal(blow.signal, blow.target);
    if (blow.times === 2) {
      await sleep(AGAIN_MS);
      running.signal(blow.signal, blow.target);
    }
    await sleep(HEARD_MS);
  };
  const meet = async (event: RequestEvent) => {
    if (at !== undefined) {
      if (killsProvider) throw new Error("the one who asked is gone");
      return;
    }
    if (event.phase !== moment.phase || (moment.among === "changing" && !isChanging(event))) return;
    seen += 1;
    if (seen < moment.nth || spawned === undefined) return;
    at = `${event.phase} ${event.service}:${event.action}${event.region === "" ? "" : ` in ${event.region}`}`;
    await hit(await spawned);
    if (killsProvider) throw new Error("the one who asked is gone");
  };
  const stop = world.emulator.onRequest(async (event) => {
    if (event.phase === "before") underWay += 1;
    let goesOn = false;
    try {
      await meet(event);
      goesOn = event.phase === "before";
    } finally {
      if (!goesOn) underWay -= 1;
    }
  });
  try {
    spawned = stack.spawn(operation, options);
    const running = await spawned;
    const run = await running.done;
    const left = await waitForEnd(running);
    // What had reached the cloud by then still takes effect there.
    while (underWay > 0) await sleep(20);
    return { at, seen, run, left };
  } finally {
    stop();
  }
}

async function waitForEnd(running: Running): Promise<readonly string[]> {
  const end = performance.now() + LAST_MS;
  for (;;) {
    const left = running.left();
    if (left.length === 0) return [];
    if (performance.now() > end) {
      // What comes next is not to be disturbed by them.
      running.kill();
      return left;
    }
    await sleep(100);
  }
}
