import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";

const worker = join(__dirname, "..", "..", "support", "stop-worker.ts");

async function interrupted(signal: NodeJS.Signals, ...args: readonly string[]) {
  const child = spawn(process.execPath, ["--import", "tsx", worker, ...args], { stdio: ["ignore", "pipe", "inherit"] });
  const closed = once(child, "close");
  let output = "";
  for await (const text of child.stdout.setEncoding("utf8")) {
    output += text;
    if (output === "ready\n") child.kill(signal);
  }
  const [code] = await closed;
  return { code, output };
}

describe("a process that the engine ends", () => {
  for (const signal of ["SIGINT", "SIGTERM"] as const) {
    it(`goes at once where nothing runs (${signal})`, async () => {
      assert.deepEqual(await interrupted(signal), { code: 0, output: "ready\n" });
    });
  }

  it("lets what runs end first", async () => {
    const { code, output } = await interrupted("SIGINT", "busy");
    assert.equal(code, 0);
    assert.equal(output, "ready\nkept: Stopped by SIGINT; what was done is kept.\n");
  });
});
