import assert from "node:assert/strict";
import type { Ctx } from "../../../../provider/core/ctx";
import type { Lifecycle, Outlook, Plan } from "../../../../provider/lifecycle/lifecycle";
import { openPluginResource } from "../../../../provider/pulumi/plugin/resource";

type Settings = Parameters<typeof openPluginResource>[1];
type Caller = Parameters<ReturnType<typeof openPluginResource>["check"]>[2];

const QUIET: Plan = { steps: [], held: [], findings: [], unknown: [] };
const INPUTS = {
  domain: "example.com",
  verification: "verified",
  __healthy: "verified",
  __register: 1,
  verified: true,
};
const CALLER = {} as Caller;

/** A resource whose lifecycle only counts its plans. */
function openCounted() {
  let nowMs = 0;
  let plan: Plan = QUIET;
  let plans = 0;
  let during: (() => Promise<unknown>) | undefined;
  const ctx = {
    clock: { now: () => nowMs },
    signal: new AbortController().signal,
    log: { status() {}, info() {}, warn() {}, debug() {} },
  } as unknown as Ctx;
  const lifecycle = {
    settle: (raw: object) => raw,
    async plan(): Promise<Outlook> {
      plans += 1;
      const planned = plan;
      await during?.();
      return { plan: planned, text: "verified", warnings: [], stateWarnings: [], failures: [] };
    },
    asSeen: (state: object) => state,
    apply: async (_: object, state: object) => state,
    remove: async () => {},
    codec: {
      decode: ({ verification, __watched, ...state }: Record<string, unknown>) => state,
      encode: (state: object) => state,
      id: () => "example.com",
    },
  } as unknown as Lifecycle<object, object>;
  const settings = {
    outputs: ["verified"],
    canWatch: () => true,
    ports: { previewCheck: undefined },
    tell: (warnings) => warnings,
    slots: { warningFor: () => undefined },
  } as Settings;
  const resource = openPluginResource(lifecycle, settings);
  const stored = { domain: "example.com", verified: true, verification: "verified", __watched: true };
  return {
    ctx,
    resource,
    stored,
    read: () => resource.read("example.com", stored, INPUTS, undefined, ctx),
    /** How many plans a Diff takes. */
    async plansOfDiff(more: { readonly outputs?: object; readonly oldInputs?: object; readonly inputs?: object } = {}) {
      const before = plans;
      const given = { outputs: { ...stored, ...more.outputs }, oldInputs: { ...INPUTS, ...more.oldInputs } };
      const inputs = { ...INPUTS, ...more.inputs };
      const answer = await resource.diff({ id: "example.com", ...given, inputs, ignored: [], declared: true }, ctx);
      return { plans: plans - before, changes: answer.changes };
    },
    turn: (ms: number) => {
      nowMs += ms;
    },
    finds: (next: Plan) => {
      plan = next;
    },
    whilePlanning: (work: (() => Promise<unknown>) | undefined) => {
      during = work;
    },
  };
}

const LOST: Plan = { ...QUIET, steps: [{ step: "register" } as Plan["steps"][number]] };

describe("what the plugin's Read has planned", () => {
  it("is what both Diffs of the run take, while nothing was to do", async () => {
    const { read, plansOfDiff } = openCounted();
    await read();
    assert.deepEqual(await plansOfDiff(), { plans: 0, changes: false });
    assert.deepEqual(await plansOfDiff(), { plans: 0, changes: false });
  });

  it("is planned again with other arguments, other inputs of the last run or another state", async () => {
    const { read, plansOfDiff, finds } = openCounted();
    for (const other of [
      { inputs: { ttl: 60 } },
      { oldInputs: { ttl: 60 } },
      { outputs: { verifiedAt: "2026-01-01T00:00:00.000Z" } },
      { outputs: { __left: { verified: false } } },
    ]) {
      finds(QUIET);
      await read();
      finds(LOST);
      assert.deepEqual(await plansOfDiff(other), { plans: 1, changes: true }, JSON.stringify(other));
    }
  });

  it("is planned again after a minute", async () => {
    const { read, plansOfDiff, finds, turn } = openCounted();
    await read();
    finds(LOST);
    turn(60_000);
    assert.deepEqual(await plansOfDiff(), { plans: 1, changes: true });
    finds(QUIET);
    await read();
    finds(LOST);
    assert.deepEqual(await plansOfDiff(), { plans: 0, changes: false });
  });

  it("is planned again where there was something to do, or something unknown", async () => {
    for (const plan of [LOST, { ...QUIET, unknown: ["SES was not asked."] }]) {
      const { read, plansOfDiff, finds } = openCounted();
      finds(plan);
      await read();
      assert.equal((await plansOfDiff()).plans, 1);
    }
  });

  it("is planned again once a resource was changed or removed, also while it was planned", async () => {
    const { ctx, read, plansOfDiff, resource, stored, whilePlanning } = openCounted();
    const change = () => resource.apply(INPUTS, stored, undefined, CALLER, ctx);
    await read();
    await change();
    assert.equal((await plansOfDiff()).plans, 1);
    await read();
    await resource.remove(stored, CALLER, ctx);
    assert.equal((await plansOfDiff()).plans, 1);
    whilePlanning(change);
    await read();
    whilePlanning(undefined);
    assert.equal((await plansOfDiff()).plans, 1);
  });
});
