import { openDice } from "../support/dice";
import type { EngineRun, EngineStack } from "../support/engine/stack";
import { aftermathOf } from "./aftermath";
import { type Struck, strike } from "./blow";
import { type Blow, describeBlow, drawBlow, drawMoment, type Moment, reduced } from "./moment";
import { drawScenario, OPERATIONS, type Scenario, type Wish } from "./scenarios";
import { bringTo } from "./template";
import { adoptedIn, domainsIn, faultsAfterDestroy, faultsAfterUp, pendingIn } from "./verdict";
import { openWatch, type Watch } from "./watch";
import { type KillWorld, openKillWorld, programOf } from "./world";

/** What a case was, for people, and what did not hold. */
export interface Result {
  readonly title: string;
  readonly faults: readonly string[];
}

const OPERATION_RUNS = 2;

/** Case `number` (from 1) of a seed: the same each time, as far as the order of requests that go side by side is. */
export async function runCase(seed: number, number: number): Promise<Result> {
  const dice = openDice(Math.imul(seed, 0x9e3779b1) ^ number);
  const operation = OPERATIONS[(number - 1) % OPERATIONS.length] ?? "create";
  const scenario = drawScenario(operation, dice);
  const blow = drawBlow(dice);
  const title = (at: string) => `${titleOf(scenario)}: ${describeBlow(blow)} ${at}`;
  let moment = drawMoment(operation, dice);
  for (;;) {
    const attempt = await attemptCase(scenario, blow, moment);
    if (attempt.at !== undefined) return { title: title(attempt.at), faults: attempt.faults };
    if (attempt.faults.length > 0) return { title: title("never came"), faults: attempt.faults };
    // The operation was over before: what it did without a blow is no case.
    moment = reduced(moment, attempt.seen);
  }
}

function titleOf({ what, before, after, others }: Scenario): string {
  const wish = after ?? before;
  const identities = wish?.identities.length === 1 ? "1 identity" : `${wish?.identities.length} identities`;
  return `${what}; ${identities}, ${wish?.host}, ${wish?.placement}, ${others} other values`;
}

interface Attempt {
  readonly at: string | undefined;
  readonly seen: number;
  readonly faults: readonly string[];
}

async function attemptCase(scenario: Scenario, blow: Blow, moment: Moment): Promise<Attempt> {
  const { before, after } = scenario;
  const world = await openKillWorld(scenario);
  try {
    const first = before ?? after;
    if (first === undefined) throw new TypeError("a scenario begins or ends with a program");
    const stack = await world.open(first);
    if (before !== undefined) await bringTo(before, scenario, world, stack);
    if (after !== undefined) stack.changeProgram(programOf(after));
    const watch = openWatch(world, scenario);
    const replace = scenario.operation === "replace" ? domainsIn(await stack.exportState()).map(({ urn }) => urn) : [];
    const options = replace.length > 0 ? { replace } : {};
    const struck = await strike(world, stack, after === undefined ? "destroy" : "up", options, moment, blow);
    if (struck.at === undefined) {
      const ended = struck.run.failed ? [`it failed without a blow:\n${tailOf(struck.run)}`] : [];
      return { at: undefined, seen: struck.seen, faults: ended };
    }
    const faults = await repair(scenario, blow, world, stack, watch, struck);
    watch.stop();
    return { at: struck.at, seen: struck.seen, faults: [...watch.violations(), ...faults] };
  } finally {
    await world.close();
  }
}

/** As a user would after the blow: `pulumi cancel`, the same again until it succeeds, and in the end `pulumi destroy`. */
async function repair(
  scenario: Scenario,
  blow: Blow,
  world: KillWorld,
  stack: EngineStack,
  watch: Watch,
  { left }: Struck,
): Promise<readonly string[]> {
  const { before, after, standing, delegationMoved } = scenario;
  const { unsigned, lost, faults: early } = aftermathOf(scenario, blow, world, await stack.exportState());
  const faults = [...left.map((command) => `still runs 10 s after its engine: ${command}`), ...early];
  const lostMarks = lost.map(({ mark }) => mark);
  await stack.cancel();
  const kept = standing !== undefined && (after ?? before)?.adopt === "keep" ? [standing.region] : [];
  let stay = kept;
  if (after !== undefined) {
    const failed = await repeat(() => stack.up());
    if (failed !== undefined) return [...faults, `up does not succeed:\n${failed}`];
    const pending = pendingIn(await stack.exportState());
    if (pending.length > 0) await stack.refresh({ clearPendingCreates: true });
    const state = await stack.exportState();
    const leaving: Wish[] = before !== undefined && before.host !== after.host && !delegationMoved ? [before] : [];
    const allowance = { mayBeAdopted: [...kept, ...unsigned], mustBeAdopted: kept, lostMarks, leaving };
    faults.push(...faultsAfterUp(after, world, watch, state, allowance));
    const preview = await stack.preview({ expectNoChanges: true });
    if (preview.failed) faults.push(`a preview is not clean:\n${tailOf(preview)}`);
    stay = [...new Set([...adoptedIn(state), ...lost.map(({ region }) => region)])];
    watch.allowDestroy();
  }
  const failed = await repeat(() => stack.destroy());
  if (failed !== undefined) return [...faults, `destroy does not succeed:\n${failed}`];
  return [...faults, ...faultsAfterDestroy(world, watch, await stack.exportState(), stay, lostMarks)];
}

/** What the last run said, where none of them succeeded. */
async function repeat(work: () => Promise<EngineRun>): Promise<string | undefined> {
  let said = "";
  for (let turn = 0; turn < OPERATION_RUNS; turn += 1) {
    const run = await work();
    if (!run.failed) return undefined;
    said = tailOf(run);
  }
  return said;
}

function tailOf({ stdout, stderr }: EngineRun): string {
  return `${stdout}\n${stderr}`.trim().split("\n").slice(-25).join("\n");
}
