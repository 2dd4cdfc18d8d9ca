import assert from "node:assert/strict";
import { dynamic } from "@pulumi/pulumi";
import { type EngineStack, openStack } from "../support/engine/stack";

describe("the engine", function () {
  this.timeout(120_000);
  let stack: EngineStack | undefined;
  afterEach(() => stack?.close());

  it("creates, previews and destroys a dynamic resource", async () => {
    stack = await openStack({ program: async () => ({ id: new Nothing("one", { text: "a" }).id }) });
    const up = await stack.up();
    assert.equal(up.failed, false, up.stdout);
    assert.deepEqual(up.changes, { create: 2 });
    assert.deepEqual(up.outputs, { id: "nothing" });
    const preview = await stack.preview({ expectNoChanges: true });
    assert.equal(preview.exitCode, 0, preview.stdout);
    const destroy = await stack.destroy();
    assert.deepEqual(destroy.changes, { delete: 2 });
    assert.deepEqual((await stack.exportState()).deployment.resources ?? [], []);
  });

  it("tells of a failure instead of throwing", async () => {
    stack = await openStack({ program: async () => void new Nothing("one", { text: "fail" }) });
    const up = await stack.up();
    assert.equal(up.failed, true);
    assert.match(up.stdout, /the creation was told to fail/);
  });

  it("goes on after being killed in the midst of a creation", async () => {
    stack = await openStack({ program: async () => void new Nothing("one", { text: "hang" }) });
    const running = await stack.spawnUp();
    await seen(() => running.output().includes("hanging"));
    running.kill();
    assert.equal((await running.done).exitCode, null);
    stack.changeProgram(async () => void new Nothing("one", { text: "a" }));
    assert.match((await stack.up()).stderr, /currently locked/);
    await stack.cancel();
    const up = await stack.up();
    assert.equal(up.failed, false, up.stdout);
  });
});

class Nothing extends dynamic.Resource {
  constructor(name: string, props: { text: string }) {
    super(nothing, name, props);
  }
}

const nothing: dynamic.ResourceProvider = {
  async create(inputs) {
    if (inputs.text === "fail") throw new Error("the creation was told to fail");
    if (inputs.text === "hang") {
      console.log("hanging");
      await new Promise((resolve) => setTimeout(resolve, 3_600_000));
    }
    return { id: "nothing", outs: inputs };
  },
  async diff() {
    return { changes: false };
  },
};

async function seen(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve, 20));
}
