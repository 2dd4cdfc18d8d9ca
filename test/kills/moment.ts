import type { RequestEvent } from "../../emulator";
import type { Dice } from "../support/dice";
import type { Target } from "../support/engine/process";
import type { OperationName } from "./scenarios";

/** What happens to the processes. */
export interface Blow {
  readonly signal: "SIGKILL" | "SIGINT" | "SIGTERM";
  readonly target: Target;
  readonly times: 1 | 2;
}

/** When: at the n-th request of this sort, before or after its effect. */
export interface Moment {
  readonly among: "all" | "changing";
  readonly phase: RequestEvent["phase"];
  readonly nth: number;
}

const TREE: Blow = { signal: "SIGKILL", target: "all", times: 1 };
const BLOWS: readonly [Blow, ...Blow[]] = [
  TREE,
  TREE,
  TREE,
  { signal: "SIGKILL", target: "plugins", times: 1 },
  { signal: "SIGKILL", target: "plugins", times: 1 },
  { signal: "SIGKILL", target: "leader", times: 1 },
  { signal: "SIGINT", target: "leader", times: 1 },
  { signal: "SIGINT", target: "leader", times: 2 },
  { signal: "SIGTERM", target: "leader", times: 1 },
  { signal: "SIGTERM", target: "leader", times: 2 },
  { signal: "SIGTERM", target: "plugins", times: 1 },
];

/**
 * About how many requests an operation makes, and how many of them change something. Where it makes fewer than was drawn,
 * `reduced` says where to try again.
 */
const REQUESTS: Readonly<Record<OperationName, { readonly all: number; readonly changing: number }>> = {
  create: { all: 16, changing: 5 },
  heal: { all: 16, changing: 3 },
  move: { all: 16, changing: 2 },
  replace: { all: 20, changing: 6 },
  regions: { all: 20, changing: 4 },
  rename: { all: 12, changing: 1 },
  destroy: { all: 10, changing: 3 },
};

export function drawBlow(dice: Dice): Blow {
  return dice.oneOf(BLOWS);
}

/** Most of them at requests that change something: between two of those nothing is lost that was not before. */
export function drawMoment(operation: OperationName, dice: Dice): Moment {
  const among = dice.below(3) === 0 ? "all" : "changing";
  return { among, phase: dice.oneOf(["before", "after"]), nth: 1 + dice.below(REQUESTS[operation][among]) };
}

/** A moment that an operation with only so many requests comes to. */
export function reduced({ among, phase, nth }: Moment, seen: number): Moment {
  return seen > 0 ? { among, phase, nth: 1 + ((nth - 1) % seen) } : { among: "all", phase: "before", nth: 1 };
}

export function isChanging({ action }: Pick<RequestEvent, "action">): boolean {
  return /^(Verify(Domain|Email)|Delete|Tag|Untag|Change|Create|Put|Update|Set)/.test(action);
}

export function describeBlow({ signal, target, times }: Blow): string {
  const to = { leader: "the engine", plugins: "the provider", all: "engine and provider" }[target];
  return `${signal}${times === 2 ? " twice" : ""} to ${to}`;
}
