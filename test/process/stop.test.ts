import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { createServer, type Socket } from "node:net";
import { join } from "node:path";

const worker = join(__dirname, "..", "support", "process", "stop-worker.ts");

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

  it("goes by itself once its engine is gone, also in the midst of an operation", async () => {
    const states = await Promise.all([bereft("idle"), bereft("busy"), bereft("stuck")]);
    assert.deepEqual(states, [
      { code: 0, output: "ready\n" },
      { code: 0, output: "ready\nkept: The engine has ended.\n" },
      { code: 0, output: "ready\n" },
    ]);
  });

  it("stays where it has never reached an engine, and where the engine closes a connection", async () => {
    const engine = await openEngine();
    const child = start("idle", engine.address);
    let connections = 0;
    await new Promise<void>((resolve) => {
      engine.onConnection((socket) => {
        connections += 1;
        if (connections === 3) resolve();
        else socket.destroy();
      });
    });
    assert.equal(child.exitCode, null);
    await engine.close();
    const [code] = await once(child, "exit");
    assert.equal(code, 0);

    const alone = start("idle", engine.address);
    await once(alone.stdout, "data");
    // As long as it takes to find out that no process listens there, several times.
    await new Promise((resolve) => setTimeout(resolve, 2_500));
    assert.equal(alone.exitCode, null);
    alone.kill("SIGKILL");
  });
});

function start(...args: readonly string[]) {
  return spawn(process.execPath, ["--import", "tsx", worker, ...args], { stdio: ["ignore", "pipe", "inherit"] });
}

/** What a provider sees of an engine: a port that it can connect to. */
async function openEngine() {
  const sockets = new Set<Socket>();
  let listener: (socket: Socket) => void = () => undefined;
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on("error", () => undefined);
    listener(socket);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  return {
    address: `127.0.0.1:${typeof address === "object" ? address?.port : ""}`,
    onConnection(next: (socket: Socket) => void) {
      listener = next;
    },
    async close() {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

async function bereft(state: string) {
  const engine = await openEngine();
  const connected = new Promise((resolve) => engine.onConnection(resolve));
  const child = start(state, engine.address);
  const closed = once(child, "close");
  let output = "";
  for await (const text of child.stdout.setEncoding("utf8")) {
    output += text;
    if (output !== "ready\n") continue;
    await connected;
    await engine.close();
  }
  const [code] = await closed;
  return { code, output };
}
