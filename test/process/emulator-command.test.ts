// cspell:ignore execvp waitstatus waitpid
import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { requireProgram } from "../support/servers/programs";

const MAIN = join(__dirname, "../../provider/cli/main.ts");
const SESDOMAIN = ["--import", "tsx", MAIN];

interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

async function emulator(args: readonly string[], input = "", env: NodeJS.ProcessEnv = {}): Promise<Ended> {
  const child = spawn(process.execPath, [...SESDOMAIN, "emulator", ...args], { env: { ...process.env, ...env } });
  const said = { stdout: "", stderr: "" };
  for (const name of ["stdout", "stderr"] as const) {
    child[name].setEncoding("utf8").on("data", (text: string) => {
      said[name] += text;
    });
  }
  child.stdin.end(input);
  const [code] = await once(child, "close");
  return { code, ...said };
}

const script = (text: string) => ["--", process.execPath, "-e", text];

/** How often a signal is sent: two that come at the same moment may count as one. */
const ROUNDS = 5;

/** Says when it is ready and of each signal; ends after the line "end". */
const TELLS_SIGNALS = `
  for (const name of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(name, () => console.log(name));
  require("node:readline").createInterface(process.stdin).on("line", () => process.exit(3));
  fetch(process.env.SESDOMAIN_EMULATOR_CONTROL).then(({ status }) => console.log("ready " + status));`;

describe("sesdomain emulator -- COMMAND", () => {
  it("runs it with the environment set, its input and output untouched, and ends with its exit code", async () => {
    const told = await emulator(
      [
        ...["--zone", "ses-example.com", "--zone", "example.org", "--region", "eu-west-1"],
        ...script(`
          const { AWS_REGION, AWS_ENDPOINT_URL_SES, AWS_PROFILE, AWS_SESSION_TOKEN, KEPT } = process.env;
          console.error("of the command");
          process.stdin.on("data", async (input) => {
            const { status } = await fetch(process.env.SESDOMAIN_EMULATOR_CONTROL);
            const [address] = process.env.SESDOMAIN_DNS_RESOLVERS.split(":");
            const resolver = new (require("node:dns").promises.Resolver)({ tries: 1 });
            resolver.setServers([address + ":" + process.env.SESDOMAIN_DNS_PORT]);
            const zones = await Promise.all(["ses-example.com", "example.org"].map((name) => resolver.resolveSoa(name)));
            console.log(JSON.stringify({ input: String(input), status, zones: zones.length, AWS_REGION, AWS_PROFILE, AWS_SESSION_TOKEN, KEPT,
              ses: AWS_ENDPOINT_URL_SES.startsWith("http://127.") }));
            process.exit(42);
          });`),
      ],
      "typed",
      { AWS_PROFILE: "work", AWS_SESSION_TOKEN: "of-another-key", KEPT: "yes" },
    );
    assert.deepEqual([told.code, told.stderr], [42, "of the command\n"]);
    assert.deepEqual(JSON.parse(told.stdout), {
      input: "typed",
      status: 200,
      zones: 2,
      AWS_REGION: "eu-west-1",
      KEPT: "yes",
      ses: true,
    });
  });

  it("takes a zone's name as people write it, more than once", async () => {
    const told = await emulator([
      ...["--zone", "Bücher.example", "--zone", "xn--bcher-kva.example."],
      ...script(`fetch(process.env.SESDOMAIN_EMULATOR_CONTROL).then(async (reply) => {
        console.log((await reply.json()).zones.map(({ name }) => name).join());
      });`),
    ]);
    assert.deepEqual(told, { code: 0, stdout: "xn--bcher-kva.example\n", stderr: "" });
  });

  it("leaves the command its options, and runs without a zone", async () => {
    const told = await emulator([
      ...script("console.log(process.argv.slice(1).join())"),
      "--",
      "--zone",
      "-h",
      "--",
      "x y",
    ]);
    assert.deepEqual(told, { code: 0, stdout: "--zone,-h,--,x y\n", stderr: "" });
  });

  const refused: readonly (readonly [string, readonly string[], number])[] = [
    ["is not there", ["--", "no-such-command", "-x"], 127],
    ["has no name", ["--", ""], 127],
    ["is not executable", ["--", __filename], 126],
    ["is missing", ["--"], 2],
    ["stands without --", ["true"], 2],
    ["is to share its input", ["--until-stdin-ends", "--", "true"], 2],
    ["comes with a zone that is none", ["--zone", "a b", "--", "true"], 2],
    ["takes the place of the zone", ["--zone", "--", "true"], 2],
    ["comes with an account that is none", ["--account", "12", "--", "true"], 2],
  ];
  for (const [what, args, code] of refused) {
    it(`says so where the command ${what}`, async () => {
      const told = await emulator(args);
      assert.deepEqual([told.code, told.stdout], [code, ""]);
      assert.match(told.stderr, /^\S.*\n$/);
    });
  }

  it("tells of the missing -- rather than of the command's options, and of an option of its own that is misspelt", async () => {
    for (const options of [["--yes"], ["-y"], ["--zone", "example.org", "--yes"], ["--yes", "--", "true"]]) {
      const { code, stdout, stderr } = await emulator(["--zone", "example.com", "pulumi", "up", ...options]);
      assert.deepEqual([code, stdout], [2, ""]);
      assert.match(stderr, /^.*"pulumi".*"--".*\n$/);
    }
    const { code, stderr } = await emulator(["--zne", "example.com", "--", "true"]);
    assert.equal(code, 2);
    assert.match(stderr, /--zne.*--zone/);
    assert.ok(!stderr.includes('"--"'), stderr);
  });

  it("ends as a shell does where a signal ended the command", async () => {
    const told = await emulator(script("process.kill(process.pid, 'SIGKILL')"));
    assert.deepEqual(told, { code: 137, stdout: "", stderr: "" });
  });

  const sent: readonly (readonly [string, (child: ChildProcess) => void, string])[] = [
    ["SIGTERM to it", (child) => child.kill("SIGTERM"), "SIGTERM"],
    ["SIGINT to it", (child) => child.kill("SIGINT"), "SIGINT"],
    ["SIGHUP to it", (child) => child.kill("SIGHUP"), "SIGHUP"],
    ["SIGINT to its group", (child) => process.kill(-(child.pid ?? 0), "SIGINT"), "SIGINT"],
  ];
  for (const [how, send, signal] of sent) {
    it(`passes a signal on once, and waits for the command: ${how}`, async function () {
      if (process.platform === "win32") this.skip();
      const child = spawn(process.execPath, [...SESDOMAIN, "emulator", ...script(TELLS_SIGNALS)], {
        stdio: ["pipe", "pipe", "inherit"],
        detached: true,
      });
      const lines: string[] = [];
      // One more signal each time, which comes after all that the first had this process send.
      const next = signal === "SIGTERM" ? "SIGHUP" : "SIGTERM";
      for await (const line of createInterface(child.stdout)) {
        lines.push(line);
        if (line === signal) child.kill(next);
        else if (lines.length <= 2 * ROUNDS) send(child);
        else if (!child.stdin.writableEnded) child.stdin.end("end\n");
      }
      if (child.exitCode === null) await once(child, "exit");
      const rounds = Array.from({ length: ROUNDS }, () => [signal, next]).flat();
      assert.deepEqual([lines, child.exitCode], [["ready 200", ...rounds], 3]);
    });
  }

  it("lets each Ctrl-C at a terminal reach the command once", async function () {
    const python = requireProgram(this, "python3");
    // The terminal's driver sends the signal to the whole group, which is what a pipe cannot show. SIGTERM comes after all that
    // Ctrl-C had this process send.
    const terminal = `
import os, pty, signal, sys
pid, fd = pty.fork()
if pid == 0:
    os.execvp(sys.argv[1], sys.argv[1:])
seen = b""
interrupt = lambda: os.write(fd, b"\\x03")
barrier = lambda: os.kill(pid, signal.SIGTERM)
end = lambda: os.write(fd, b"end\\n")
steps = [(b"ready 200", 1, interrupt)]
for times in range(1, ${ROUNDS + 1}):
    steps += [(b"SIGINT", times, barrier), (b"SIGTERM", times, interrupt if times < ${ROUNDS} else end)]
while True:
    try:
        data = os.read(fd, 1024)
    except OSError:
        break
    if not data:
        break
    seen += data
    if steps and seen.count(steps[0][0]) == steps[0][1]:
        steps.pop(0)[2]()
    elif steps and seen.count(steps[0][0]) > steps[0][1] or seen.count(b"SIGINT") > ${ROUNDS}:
        steps = []
        end()
code = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
print(seen.count(b"SIGINT"), seen.count(b"SIGTERM"), code)
`;
    const child = spawn(
      python,
      ["-c", terminal, process.execPath, ...SESDOMAIN, "emulator", ...script(TELLS_SIGNALS)],
      { stdio: ["ignore", "pipe", "inherit"] },
    );
    let said = "";
    for await (const text of child.stdout.setEncoding("utf8")) said += text;
    assert.equal(said, `${ROUNDS} ${ROUNDS} 3\n`);
  });
});
