import assert from "node:assert/strict";
import { systemClock } from "../../../provider/core/clock";
import type { Log } from "../../../provider/core/ctx";
import type { Lifecycle } from "../../../provider/lifecycle/lifecycle";
import { openResource } from "../../../provider/pulumi/dynamic/dynamic";
import type { InterruptNote } from "../../../provider/pulumi/interrupt-note";
import type { Process } from "../../../provider/pulumi/process";

const URN = "urn:pulumi:prod::mail::pulumi-nodejs:dynamic:Resource::site";
const NO_STEPS = { steps: [], held: [], findings: [], unknown: [] };
const NOTHING_FOUND = {
  failures: [],
  warnings: [],
  unknown: [],
  healthy: "verified",
  strict: false,
  subject: "site",
} as const;

/** A resource whose lifecycle tells what is under way, at a process that notes what is said and noted. */
function open(lifecycle: Partial<Lifecycle> = {}) {
  const lines: string[] = [];
  const notes: string[] = [];
  const keep = (text: string) => void lines.push(text);
  const log: Log = { status: keep, info: keep, warn: keep, debug: keep };
  const interrupts: InterruptNote = {
    async during(log, work) {
      notes.push("begins");
      try {
        return await work(log);
      } finally {
        notes.push("ends");
      }
    },
  };
  const process = {
    during: <T>(work: () => Promise<T>) => work(),
    interrupts,
    ports: { clients: {} },
    ctxFor: () => ({ clock: systemClock, log, signal: new AbortController().signal }),
    whoIs: () => ({}),
  } as unknown as Process;
  const whole: Lifecycle = {
    settle: (raw) => raw,
    check: async (raw) => ({ ...NOTHING_FOUND, args: raw, inputs: raw }),
    plan: async () => ({ plan: NO_STEPS, text: "verified", warnings: [], stateWarnings: [], failures: [] }),
    asSeen: (state) => state,
    apply: async () => ({}),
    refresh: async () => ({}),
    remove: async () => [],
    codec: { encode: () => ({}), decode: () => ({}), id: () => "1" },
    ...lifecycle,
  };
  const resource = openResource(
    () => whole,
    () => process,
  );
  return { resource, lines, notes };
}

const props = { __urn: URN };

describe("a resource at the host for dynamic resources", () => {
  const config = { config: { get: () => undefined } };

  const LONG: Readonly<Record<string, (resource: ReturnType<typeof openResource>) => Promise<unknown>>> = {
    create: (resource) => resource.create(props),
    update: (resource) => resource.update("1", props, props),
    read: (resource) => resource.read("1", props),
    delete: (resource) => resource.delete("1", props),
  };
  for (const [what, run] of Object.entries(LONG)) {
    it(`lets what Ctrl-C does be told while it takes long, and no longer: ${what}`, async () => {
      const { resource, notes } = open();
      await resource.configure(config);
      await run(resource);
      assert.deepEqual(notes, ["begins", "ends"]);
      const fail = () => Promise.reject(new Error("it fails"));
      const failing = open({ apply: fail, refresh: fail, remove: fail });
      await failing.resource.configure(config);
      await assert.rejects(run(failing.resource), /it fails/);
      assert.deepEqual(failing.notes, ["begins", "ends"]);
    });
  }

  const regions = ["eu-west-1", "us-east-1"];
  const warnings = regions.map((region) => `asking SES in ${region} failed`);
  const failures = [{ property: "domain", reason: "no" }] as const;
  const outlook = { plan: NO_STEPS, text: "verified", warnings: [], stateWarnings: [], failures: [] };
  const WAYS: Readonly<Record<string, Partial<Lifecycle>>> = {
    "a check that refuses": {
      check: async (raw) => ({ ...NOTHING_FOUND, args: raw, inputs: raw, failures, warnings }),
    },
    "a plan that refuses": { plan: async () => ({ ...outlook, warnings, failures }) },
    "a preview": { plan: async () => ({ ...outlook, warnings }) },
    "a diff": { plan: async () => ({ ...outlook, stateWarnings: warnings }) },
  };
  for (const [what, lifecycle] of Object.entries(WAYS)) {
    it(`tells one outage of two regions once: ${what}`, async () => {
      const { resource, lines } = open(lifecycle);
      await resource.configure(config);
      if (what === "a diff") await resource.diff("1", props, props);
      else await resource.check({}, props);
      assert.equal(lines.length, 1, lines.join("\n"));
      for (const region of regions) assert.ok(lines[0]?.includes(region));
    });
  }

  it("tells no secret while it checks", async () => {
    const { resource, lines } = open({
      async check(raw, _remembered, _caller, { log }) {
        for (const level of ["status", "info", "warn", "debug"] as const) log[level]("asking hush.example.com");
        return { ...NOTHING_FOUND, args: undefined, inputs: raw, warnings: ["hush.example.com is away"] };
      },
    });
    await resource.configure(config);
    await resource.check({}, { ...props, domain: "Hush.example.com.", __secrets: ["domain"] });
    assert.deepEqual(lines, [...Array(4).fill("asking [secret]"), "[secret] is away"]);
  });
});
