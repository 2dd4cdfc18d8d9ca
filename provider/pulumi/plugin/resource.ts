import type { Ctx } from "../../core/ctx";
import { withDeadline } from "../../core/deadline";
import { explain } from "../../core/errors";
import { PartialFailure } from "../../core/partial-failure";
import { LONGEST_TIMEOUT_MS } from "../../lifecycle/arguments/domain-args";
import { type Failure, UNKNOWN } from "../../lifecycle/arguments/types";
import type { Caller, Lifecycle, Ports, Props } from "../../lifecycle/lifecycle";
import { notLearned, oncePerOutage, strictBy } from "../../lifecycle/observation/words";
import { programsOf, rememberedOf } from "../inputs";
import type { Slots } from "../slots";
import { inputChanges, type PropertyChange } from "./detailed-diff";
import { asLeft, constantInputs, healthyIn, loweredIn, verificationText, WANTED_OUTPUTS } from "./inputs";
import { isKeeping, isLeftOut, isNoneLeft, reasonIn, withTidied } from "./judge-outlook";
import { type Handed, openQuietLooks, type PlannedLook } from "./quiet-looks";

/** What Create and Update return. `watched`: the engine reads the resource before each preview and `up`. */
export interface Made {
  readonly id: string;
  readonly outputs: Props;
  readonly watched: boolean;
}

interface CheckAnswer {
  readonly inputs: Props;
  readonly failures: readonly Failure[];
  readonly warnings: readonly string[];
}

interface DiffAnswer {
  readonly changes: boolean;
  /** By path. */
  readonly properties: ReadonlyMap<string, PropertyChange>;
  readonly failures: readonly Failure[];
  readonly warnings: readonly string[];
}

interface ReadAnswer extends Made {
  readonly inputs: Props;
  readonly warnings: readonly string[];
}

interface DiffQuestion {
  readonly id: string;
  readonly outputs: Props;
  readonly oldInputs: Props;
  readonly inputs: Props;
  /** Of `ignoreChanges`. */
  readonly ignored: readonly string[];
  /** Whether the program declares it in this run. A refresh asks for a difference to draw it, and must not fail. */
  readonly declared: boolean;
}

/** A resource as the engine calls a plugin. All props are plain: secrets out of their envelopes, `UNKNOWN` for what is not known. */
export interface PluginResource {
  check(news: Props, olds: Props, caller: Caller, ctx: Ctx): Promise<CheckAnswer>;
  diff(question: DiffQuestion, ctx: Ctx): Promise<DiffAnswer>;
  /** What a create or an update on a preview will bring, as far as that is known. */
  foresee(inputs: Props, outputs: Props | undefined, ctx: Ctx): Promise<Props>;
  /** Create, or update with the outputs of the last run. Throws `PartialFailure<Made>` with what exists. `timeoutMs`: of `customTimeouts`. */
  apply(
    inputs: Props,
    outputs: Props | undefined,
    timeoutMs: number | undefined,
    caller: Caller,
    ctx: Ctx,
  ): Promise<Made>;
  /** The resource as it is seen now. What cannot be learned stays as it was, with a warning. `undefined`: nothing is left. */
  read(
    id: string,
    outputs: Props,
    inputs: Props,
    timeoutMs: number | undefined,
    ctx: Ctx,
  ): Promise<ReadAnswer | undefined>;
  /** Import. `undefined`: there is nothing of that id. */
  adopt(id: string, caller: Caller, ctx: Ctx): Promise<ReadAnswer | undefined>;
  remove(outputs: Props, caller: Caller, ctx: Ctx): Promise<void>;
}

export interface ResourceSettings {
  /** The outputs by name: what an update may change of them is not known on its preview. */
  readonly outputs: readonly string[];
  /** Whether the engine can read resources before a preview. */
  readonly canWatch: () => boolean;
  readonly ports: Pick<Ports, "previewCheck">;
  /** Warnings as they are shown. */
  readonly tell: (warnings: readonly string[]) => readonly string[];
  readonly slots: Slots;
}

/** Outputs of the arguments alone. */
const FROM_ARGUMENTS = ["domain", "address", "identities"] as const;
/** What such steps leave as it is. */
const KEPT_OUTPUTS = ["records", "domains"] as const;

/** A lifecycle behind the calls of the protocol of plugins. */
export function openPluginResource<Args, State>(
  lifecycle: Lifecycle<Args, State>,
  { outputs: outputNames, canWatch, ports, tell, slots }: ResourceSettings,
): PluginResource {
  const { codec } = lifecycle;
  const quietLooks = openQuietLooks<State>();
  const say = (warnings: readonly string[]) => oncePerOutage(tell(warnings));
  const watches = outputNames.includes("verified");
  const previewCheckOf = (inputs: Props) => ports.previewCheck ?? inputs.previewCheck ?? "live";
  const isWatched = (inputs: Props) => canWatch() && previewCheckOf(inputs) !== "off";
  /** `former`: the outputs of the last run. */
  const made = (state: State, inputs: Props, verification: unknown, former: Props = {}): Made => {
    const watched = isWatched(inputs);
    const outputs = codec.encode(state);
    // A state of version 0.1 is known at SES by its former URN, until the resource is registered.
    const owner = outputs.__mark === undefined && former.__urn !== undefined ? { __urn: former.__urn } : {};
    return { id: codec.id(state), outputs: { ...outputs, ...owner, verification, __watched: watched }, watched };
  };

  return {
    async check(news, olds, caller, ctx) {
      const raw = programsOf(news);
      const remembered = rememberedOf(olds, news);
      const checked = await lifecycle.check(raw, remembered, caller, ctx);
      const { args, healthy, strict, strictBy: by = "previewCheck", subject } = checked;
      const inputs = {
        ...checked.inputs,
        ...constantInputs(raw, healthy, { isNew: !remembered.planned, watches, arns: checked.arns }),
      };
      if (checked.failures.length > 0 || args === undefined) {
        return { inputs, failures: checked.failures, warnings: say([...checked.warnings, ...checked.unknown]) };
      }
      // Of a resource with a state, Diff plans.
      const outlook = remembered.planned ? undefined : await lifecycle.plan(args, { remembered }, ctx);
      const crowd = outlook && slots.warningFor(outlook);
      const unknown = [...checked.unknown, ...(outlook?.plan.unknown ?? [])];
      const warnings = [...checked.warnings, ...(outlook?.warnings ?? []), ...(crowd === undefined ? [] : [crowd])];
      return {
        inputs,
        failures: [
          ...(outlook?.failures ?? []),
          ...(strict ? oncePerOutage(unknown).map((reason) => notLearned(by, subject, reason)) : []),
        ],
        warnings: say(strict ? warnings : [...warnings, ...unknown]),
      };
    },

    async diff({ id, outputs, oldInputs, inputs, ignored, declared }, ctx) {
      const before = programsOf(oldInputs);
      const now = programsOf(inputs);
      const handed = { outputs, oldInputs, inputs };
      const seen = quietLooks.find(id, handed, ctx.clock) ?? (await lookAt(id, handed, ctx));
      const tidied = ["__provider", "__urn"].filter((name) => outputs[name] !== undefined);
      const tidying = tidied.length > 0 ? [TIDIED] : [];
      if (seen === undefined) {
        const properties = withTidied(inputChanges(before, now, []), tidied);
        return { changes: true, properties, failures: [], warnings: tidying };
      }
      const { state, outlook } = seen;
      const { steps, unknown } = outlook.plan;
      const replaces = steps.flatMap((one) => (one.step === "replace" ? [one.property] : []));
      const own = inputChanges(before, now, replaces);
      const drifted = WANTED_OUTPUTS.filter((name) => outputs[name] === false && inputs[name] === true);
      const isDrift = own.size === 0 && steps.length > 0;
      const isIgnored = isDrift && isLeftOut(drifted, ignored);
      const isToWatch = isWatched(now) && outputs.__watched !== true;
      const changes = (steps.length > 0 && !isIgnored) || tidied.length > 0 || isToWatch;
      const properties = new Map(changes ? own : []);
      if (changes && steps.length > 0 && !isIgnored) {
        for (const name of drifted) properties.set(name, SHOWN);
        const isTold = typeof outputs.verification === "string" && outputs.verification !== inputs.verification;
        if (isTold) properties.set("verification", SHOWN);
      }
      const strict = declared && previewCheckOf(now) === "strict" ? oncePerOutage(unknown) : [];
      const subject = codec.id(state);
      return {
        changes,
        properties: withTidied(properties, tidied),
        failures: [
          ...(declared ? outlook.failures : []),
          ...strict.map((reason) => notLearned(strictBy(ports.previewCheck), subject, reason)),
        ],
        warnings: say([
          ...tidying,
          ...reasonIn(outlook, inputs, outputs),
          ...outlook.warnings,
          ...outlook.stateWarnings,
          ...(strict.length > 0 ? [] : unknown),
        ]),
      };
    },

    async foresee(inputs, outputs, ctx) {
      const raw = programsOf(inputs);
      const args = lifecycle.settle(raw);
      const prior = outputs && args && (await lifecycle.plan(args, { state: codec.decode(asLeft(outputs)) }, ctx));
      const keeps = prior?.plan.steps.every((step) => isKeeping(step, outputs)) === true;
      // With nothing to do, what was seen is what the update writes down.
      const seen =
        outputs && prior?.plan.steps.length === 0
          ? lifecycle.asSeen(codec.decode(outputs), prior, ctx.clock.now())
          : undefined;
      const given: Props = {
        ...Object.fromEntries(FROM_ARGUMENTS.map((name) => [name, raw[name]])),
        ...(keeps ? Object.fromEntries(KEPT_OUTPUTS.map((name) => [name, outputs?.[name]])) : {}),
        ...(seen === undefined ? {} : codec.encode(seen)),
        identityArns: inputs.identityArns,
        verification: healthyIn(inputs),
      };
      return Object.fromEntries(outputNames.map((name) => [name, given[name] ?? UNKNOWN]));
    },

    async apply(inputs, outputs, timeoutMs, caller, ctx) {
      const raw = programsOf(inputs);
      const bounded =
        timeoutMs === undefined || !outputNames.includes("verifiedAt") ? raw : withTimeout(raw, timeoutMs);
      const args = lifecycle.settle(bounded);
      if (args === undefined) throw new TypeError("the arguments are not valid; run `pulumi preview` for details");
      const state = outputs === undefined ? undefined : codec.decode(asLeft(outputs));
      try {
        const applied = await quietLooks.changing(() => lifecycle.apply(args, state, caller, ctx));
        return made(applied, raw, healthyIn(inputs));
      } catch (error) {
        if (!(error instanceof PartialFailure)) throw error;
        throw new PartialFailure<Made>(error.cause, made(error.state as State, raw, UNFINISHED, outputs));
      }
    },

    async read(id, outputs, inputs, timeoutMs, ctx) {
      const raw = programsOf(inputs);
      const watched = isWatched(raw);
      const kept: ReadAnswer = { id, inputs, outputs: { ...outputs, __watched: watched }, watched, warnings: [] };
      // Asked for by the flag in the state, of a run whose previews were to look: this one is not.
      if (outputs.__watched === true && previewCheckOf(raw) === "off") return { ...kept, warnings: [LOOKS_NO_MORE] };
      const look = async (ctx: Ctx): Promise<ReadAnswer | undefined> => {
        const seen = watched ? await lookAt(id, { outputs, oldInputs: inputs, inputs }, ctx) : undefined;
        if (seen === undefined) {
          const state = codec.decode(asLeft(outputs));
          const now = await lifecycle.refresh(state, ctx);
          return now && { ...kept, outputs: readOutputs(now, outputs, outputs.verification, watched) };
        }
        const { state, outlook } = seen;
        // What the DNS hosts still hold of it, only they can tell.
        const isGone = isNoneLeft(outlook) && (await lifecycle.refresh(state, ctx)) === undefined;
        if (isGone) return undefined;
        const now = lifecycle.asSeen(state, outlook, ctx.clock.now());
        const text = verificationText(outlook, healthyIn(inputs));
        const unknown = previewCheckOf(raw) === "strict" ? [] : outlook.plan.unknown;
        const failures = outlook.failures.map(({ property, reason }) => `${property}: ${reason}`);
        return {
          ...kept,
          outputs: readOutputs(now, outputs, text, watched),
          warnings: say([...outlook.warnings, ...unknown, ...failures]),
        };
      };
      try {
        if (timeoutMs === undefined) return await look(ctx);
        return await withDeadline({ withinMs: timeoutMs }, ctx.signal, (signal) => look({ ...ctx, signal }));
      } catch (error) {
        // It comes before a destroy too: what cannot be read now must not keep a resource from being removed.
        if (ctx.signal.aborted) throw error;
        return { ...kept, warnings: [`${explain(error)} The state was left as it was.`] };
      }
    },

    async adopt(id, caller, ctx) {
      const found = await lifecycle.adopt?.(id, caller, ctx);
      if (found === undefined) return undefined;
      const { state, inputs } = found;
      const checked = await lifecycle.check(inputs, rememberedOf({}, inputs), caller, ctx);
      const constants = constantInputs(inputs, checked.healthy, { isNew: false, watches, arns: checked.arns });
      const outlook = checked.args && (await lifecycle.plan(checked.args, { state }, ctx));
      const text = outlook === undefined ? checked.healthy : verificationText(outlook, checked.healthy);
      return { ...made(state, inputs, text), inputs: { ...inputs, ...constants }, warnings: say(checked.unknown) };
    },

    async remove(outputs, caller, ctx) {
      const state = codec.decode(outputs);
      await quietLooks.changing(() => lifecycle.remove(state, caller, ctx));
    },
  };

  /** Undefined where the arguments are refused. */
  async function lookAt(id: string, handed: Handed, ctx: Ctx): Promise<PlannedLook<State> | undefined> {
    const keep = quietLooks.begin(id, handed, ctx.clock);
    const args = lifecycle.settle(programsOf(handed.inputs));
    if (args === undefined) return undefined;
    const state = codec.decode(asLeft(handed.outputs));
    const remembered = rememberedOf(handed.oldInputs, handed.inputs);
    const look = { state, outlook: await lifecycle.plan(args, { state, remembered }, ctx) };
    keep(look);
    return look;
  }

  /** With the former URN of a resource that moved: the update that tidies is still to come. */
  function readOutputs(state: State, before: Props, verification: unknown, watched: boolean): Props {
    const { __urn } = before;
    const outputs = codec.encode(state);
    return {
      ...outputs,
      ...(__urn === undefined ? {} : { __urn }),
      ...loweredIn(outputs, before),
      verification,
      __watched: watched,
    };
  }
}

const SHOWN: PropertyChange = { kind: "update", isInput: false, replaces: false };

const LOOKS_NO_MORE =
  "previewCheck is off, so the state was left as it was. The next `pulumi up` or `pulumi refresh` ends this look before each preview.";

const UNFINISHED = "unfinished: the last `up` failed or was stopped; the next one goes on.";

const TIDIED =
  "This resource came from the dynamic provider. `pulumi up` removes what that kept in the state, and writes this resource's name on its identities' tags. Nothing else changes.";

/** `customTimeouts` says how long the whole operation may take; the wait tells what is missing when it is over. */
function withTimeout(raw: Props, timeoutMs: number): Props {
  const ms = Math.min(Math.max(timeoutMs, 1_000), LONGEST_TIMEOUT_MS);
  return { ...raw, timeout: `${Math.floor(ms / 1_000)}s` };
}
