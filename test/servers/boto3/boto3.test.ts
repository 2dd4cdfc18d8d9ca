import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:net";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { type Emulator, openEmulator } from "../../../emulator";
import { openBoto3 } from "../../support/servers/boto3";
import { run } from "../../support/servers/python";

const ACCOUNT = "123456789012";

interface Report {
  readonly steps: number;
  readonly agreed: number;
  readonly known: Readonly<Record<string, string>>;
  readonly different: readonly { readonly step: string; readonly emulator: unknown; readonly moto: unknown }[];
  readonly stale: readonly string[];
}

describe("the emulator and moto, called by boto3", function () {
  this.timeout(360_000);
  let emulator: Emulator | undefined;
  let moto: ChildProcess | undefined;
  let folder: string;
  let motoUrl: string;

  before(async function () {
    folder = await openBoto3(this);
    const port = await freePort();
    motoUrl = `http://127.0.0.1:${port}`;
    moto = spawn(join(folder, "bin", "moto_server"), ["-H", "127.0.0.1", "-p", String(port)], { stdio: "ignore" });
    await reachable(motoUrl, moto);
    emulator = await openEmulator({
      accounts: [{ id: ACCOUNT, roles: [{ name: "mail" }] }],
      rateLimits: false,
      route53: { insyncMs: 50 },
    });
  });
  after(async () => {
    await emulator?.close();
    if (moto?.exitCode === null) {
      moto.kill();
      await once(moto, "exit");
    }
  });

  it("agree in all that both support, but for moto's known differences", async () => {
    assert.ok(emulator);
    const { accessKeyId, secretAccessKey } = emulator.cloud.credentials(ACCOUNT);
    const { stdout } = await run(
      join(folder, "bin", "python"),
      [
        join(__dirname, "compare.py"),
        ...["--emulator", emulator.cloud.url, "--moto", motoUrl],
        ...["--access-key", accessKeyId, "--secret", secretAccessKey],
      ],
      { timeout: 120_000 },
    );
    const report = JSON.parse(stdout) as Report;
    assert.deepEqual(report.different, []);
    assert.deepEqual(report.stale, []);
    assert.equal(report.agreed + Object.keys(report.known).length, report.steps);
    assert.ok(report.agreed >= 40, `only ${report.agreed} of ${report.steps} calls agree`);
  });
});

/** A port that was free a moment ago. */
async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  server.close();
  await once(server, "close");
  return typeof address === "object" && address ? address.port : 0;
}

async function reachable(url: string, child: ChildProcess): Promise<void> {
  for (let tries = 0; tries < 300; tries++) {
    if (child.exitCode !== null) throw new Error(`moto_server ended with ${child.exitCode}`);
    try {
      await fetch(url);
      return;
    } catch {
      // It does not listen yet.
      await delay(100);
    }
  }
  throw new Error(`moto_server does not listen at ${url}`);
}
