import type { Ctx } from "../../core/ctx";
import { PartialFailure } from "../../core/partial-failure";
import type { Failure } from "../../lifecycle/arguments/types";
import type { Meeting } from "../../lifecycle/identity/meeting";
import type { Parted } from "../../lifecycle/identity/parting-words";
import type { Caller, Lifecycle, Props } from "../../lifecycle/lifecycle";
import { notLearned, oncePerOutage } from "../../lifecycle/observation/words";
import { programsOf, rememberedOf, toWire } from "../inputs";
import type { Slots } from "../slots";
import { declaredIn, rememberIn, shownIn } from "./inputs";

/** What Pulumi's Create returns. */
export interface Created {
  readonly id: string;
  readonly outputs: Props;
}

export interface CheckAnswer {
  readonly inputs: Props;
  readonly failures: readonly Failure[];
  readonly warnings: readonly string[];
  /** Identities that are there already and that the resource begins to use; `warnings` says the same in words. */
  readonly met: readonly Meeting[];
}

export interface DiffAnswer {
  readonly changes: boolean;
  readonly replaces: readonly string[];
  readonly warnings: readonly string[];
}

/** A resource as Pulumi's dynamic providers are called: props in, props out. */
export interface DynamicResource {
  /** `olds`: the inputs of the last run, empty for a new resource. */
  check(news: Props, olds: Props, caller: Caller, ctx: Ctx): Promise<CheckAnswer>;
  /** `outputs`: the state. */
  diff(outputs: Props, inputs: Props, ctx: Ctx): Promise<DiffAnswer>;
  /** Create, or update with the outputs of the last run. Throws `PartialFailure<Created>` with what exists. */
  apply(inputs: Props, outputs: Props | undefined, caller: Caller, ctx: Ctx): Promise<Created>;
  /** `undefined`: nothing of it is left. */
  refresh(outputs: Props, ctx: Ctx): Promise<Props | undefined>;
  remove(outputs: Props, caller: Caller, ctx: Ctx): Promise<readonly Parted[]>;
}

/**
 * A lifecycle behind the calls of a dynamic provider. Its Check is given no state and its Diff no way to say which property
 * changes and why: so Check plans with what the last inputs remember, and shows the plan as an input; Diff plans again,
 * with the state. `tell`: a resource's warnings as they are shown. `slots`: of the engine.
 */
export function openDynamicResource<Args, State>(
  lifecycle: Lifecycle<Args, State>,
  tell: (warnings: readonly string[]) => readonly string[] = (warnings) => warnings,
  slots?: Slots,
): DynamicResource {
  const { codec } = lifecycle;
  /** One outage in several regions is one warning, wherever it is told. */
  const say = (warnings: readonly string[]) => oncePerOutage(tell(warnings));
  const created = (state: State): Created => ({ id: codec.id(state), outputs: codec.encode(state) });
  return {
    async check(news, olds, caller, ctx) {
      lifecycle.expect?.(declaredIn(news));
      const raw = programsOf(news);
      const remembered = rememberedOf(olds, news);
      const checked = await lifecycle.check(raw, remembered, caller, ctx);
      const { args, healthy, met = [] } = checked;
      const inputs = toWire(checked.inputs);
      if (checked.failures.length > 0) {
        return { inputs, failures: checked.failures, warnings: say(checked.warnings), met };
      }
      const outlook = args === undefined ? undefined : await lifecycle.plan(args, { remembered }, ctx);
      const told = outlook ?? { text: healthy, isNew: !remembered.planned };
      const unknown = [...checked.unknown, ...(outlook?.plan.unknown ?? [])];
      const crowd = outlook && slots?.warningFor(outlook);
      const warnings = [...checked.warnings, ...(outlook?.warnings ?? []), ...(crowd === undefined ? [] : [crowd])];
      const { strict, strictBy = "previewCheck", subject } = checked;
      const failures = [
        ...(outlook?.failures ?? []),
        ...(strict ? oncePerOutage(unknown).map((reason) => notLearned(strictBy, subject, reason)) : []),
      ];
      if (failures.length > 0) return { inputs, failures, warnings: say(warnings), met };
      return {
        inputs: { ...inputs, ...shownIn(news, rememberIn(olds, told, checked.arns, inputs), told, olds, healthy) },
        failures,
        warnings: say([...warnings, ...unknown]),
        met,
      };
    },

    async diff(outputs, inputs, ctx) {
      const args = lifecycle.settle(programsOf(inputs));
      if (args === undefined) return { changes: true, replaces: [], warnings: [] };
      const { plan, stateWarnings } = await lifecycle.plan(args, { state: codec.decode(outputs) }, ctx);
      return {
        changes: plan.steps.length > 0,
        replaces: plan.steps.flatMap((one) => (one.step === "replace" ? [one.property] : [])),
        warnings: say(stateWarnings),
      };
    },

    async apply(inputs, outputs, caller, ctx) {
      const args = lifecycle.settle(programsOf(inputs));
      if (args === undefined) throw new TypeError("the arguments are not valid; run `pulumi preview` for details");
      const state = outputs === undefined ? undefined : codec.decode(outputs);
      try {
        return created(await lifecycle.apply(args, state, caller, ctx));
      } catch (error) {
        if (!(error instanceof PartialFailure)) throw error;
        throw new PartialFailure<Created>(error.cause, created(error.state as State));
      }
    },

    async refresh(outputs, ctx) {
      const state = await lifecycle.refresh(codec.decode(outputs), ctx);
      return state === undefined ? undefined : codec.encode(state);
    },

    remove: (outputs, caller, ctx) => lifecycle.remove(codec.decode(outputs), caller, ctx),
  };
}
