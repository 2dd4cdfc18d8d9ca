import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { stripVTControlCharacters } from "node:util";
import { T1 } from "../support/doctor/doctor";
import { ACCOUNT, DOMAIN, type DomainWorld, NAME, openDomainWorld } from "../support/emulator/domain";
import { COMPILED_CLI, compile, quietEnvironment, runCli } from "../support/process/cli";
import { onTerminal, type TerminalSettings } from "../support/process/terminal";
import { requireProgram } from "../support/servers/programs";

const ESCAPE = "\u001b";
const CLEARED = "\r\u001b[K";

describe("the command line", function () {
  this.timeout(120_000);
  before(compile);

  it("prints its version", async () => {
    const manifest = JSON.parse(readFileSync(join(__dirname, "..", "..", "package.json"), "utf8")) as {
      version: string;
    };
    for (const flag of ["--version", "-V"]) {
      assert.deepEqual(await runCli([flag]), { out: `${manifest.version}\n`, err: "", code: 0 });
    }
  });

  it("prints its help where it is asked for, and on standard error with 2 where no command is named", async () => {
    const { out, err, code } = await runCli(["--help"]);
    assert.deepEqual([err, code], ["", 0]);
    assert.deepEqual(await runCli(["help"]), { out, err: "", code: 0 });
    assert.deepEqual(await runCli([]), { out: "", err: out, code: 2 });
  });

  it("gives every command a help with examples, 80 columns wide, without empty defaults", async () => {
    const { out: overview } = await runCli(["--help"]);
    const names = [...(overview.split("Commands:")[1] ?? "").matchAll(/^ {2}([a-z]\S*)/gm)].map(
      ([, name]) => name ?? "",
    );
    assert.ok(["doctor", "emulator", "completion", "help"].every((name) => names.includes(name)));
    const page = readFileSync(join(__dirname, "..", "..", "docs", "cli.md"), "utf8");
    const rows = [...page.matchAll(/^\| `sesdomain (\S+)` \|/gm)].map(([, name]) => name);
    assert.deepEqual(rows.sort(), [...names].sort());
    for (const name of names) {
      const help = await runCli(["help", name]);
      assert.deepEqual(await runCli([name, "--help"]), help);
      assert.deepEqual([help.err, help.code], ["", 0]);
      for (const line of help.out.split("\n")) assert.ok(line.length <= 80, line);
      assert.doesNotMatch(help.out, /default: (\[\]|""|undefined|false)/);
      if (name !== "help") assert.match(help.out, /^Examples:\n {2}\S/m, name);
    }
  });

  const MEANT: readonly (readonly [readonly string[], string])[] = [
    [["docter"], "doctor"],
    [["emulater"], "emulator"],
    [["help", "docter"], "doctor"],
    [["doctor", "--identiy", "us-east-1"], "--identity"],
    [["emulator", "--zones", "example.com"], "--zone"],
    [["doctor", "--explain", "txt-mising"], "txt-missing"],
    [["doctor", "--explain", "TXT_MISSING"], "txt-missing"],
    [["doctor", "--explain", "verification-pendig"], "verification-pending"],
    [["doctor", DOMAIN, "--identity", "us-esat-1"], "us-east-1"],
    [["doctor", DOMAIN, "--identity", "eu-west1@mail"], "eu-west-1"],
    [["doctor", "somebody@example.com", "--identity", "ue-west-1"], "eu-west-1"],
    [["emulator", "--region", "eu-wst-1"], "eu-west-1"],
  ];
  for (const [args, meant] of MEANT) {
    it(`says what was probably meant by sesdomain ${args.join(" ")}`, async () => {
      const { out, err, code } = await runCli(args);
      assert.deepEqual([out, code], ["", 2]);
      assert.ok(err.includes(meant), err);
      assert.doesNotMatch(err, /^ +at |\?\./m);
    });
  }

  describe("on a terminal", () => {
    let python: string;
    let world: DomainWorld;
    before(async function () {
      python = requireProgram(this, "python3");
      world = await openDomainWorld({ rateLimits: false });
      world.emulator.cloud.ses.inject([{ accountId: ACCOUNT, region: "us-east-1", name: DOMAIN, token: T1 }]);
      world.setValues(NAME, ["another"]);
    });
    after(() => world?.close());

    const doctor = (
      own: Readonly<Record<string, string>>,
      settings: Partial<TerminalSettings> = {},
      more: string[] = [],
    ) =>
      onTerminal(python, [process.execPath, COMPILED_CLI, "doctor", DOMAIN, ...more], {
        env: quietEnvironment({ ...world.emulator.env, LANG: "C.UTF-8", ...own }),
        ...settings,
      });

    it("shows what is being asked, on standard error, and takes it away before the report", async () => {
      const { terminal, out, code } = await doctor({}, { stdout: "pipe" });
      assert.equal(code, 1);
      assert.match(terminal, /\d+ s {2}\S/);
      assert.ok(terminal.includes(DOMAIN));
      assert.ok(terminal.endsWith(CLEARED));
      assert.ok(!out.includes(ESCAPE));
      // No cursor is hidden that would have to be shown again.
      assert.ok(!terminal.includes(`${ESCAPE}[?25`));
    });

    it("leaves the report as it is in a pipe", async () => {
      const quiet = await doctor({ CI: "true", NO_COLOR: "1" });
      const { terminal } = await doctor({ NO_COLOR: "1" });
      assert.equal(terminal.slice(terminal.lastIndexOf(CLEARED) + CLEARED.length), quiet.terminal);
      assert.ok(!quiet.terminal.includes(ESCAPE));
    });

    it("shows it also with --json, whose output stays JSON", async () => {
      const { terminal, out } = await doctor({ FORCE_COLOR: "1", FORCE_HYPERLINK: "1" }, { stdout: "pipe" }, [
        "--json",
      ]);
      assert.ok(terminal.endsWith(CLEARED));
      assert.equal((JSON.parse(out) as { exitCode: number }).exitCode, 1);
    });

    it("writes nothing of it where TERM is dumb, in CI, or where standard error is no terminal", async () => {
      for (const [own, settings] of [
        [{ TERM: "dumb" }, {}],
        [{ CI: "true", NO_COLOR: "1" }, {}],
        [{ NO_COLOR: "1" }, { stderr: "pipe" }],
      ] as const) {
        const { terminal, err } = await doctor(own, settings);
        assert.ok(!terminal.includes(ESCAPE), JSON.stringify(own));
        assert.equal(err, "");
      }
    });

    it("leaves a whole line behind where it is interrupted", async () => {
      world.emulator.faults.dns("*", { silent: "both" });
      try {
        const { terminal, code } = await doctor({}, { stdout: "pipe", interruptAfter: "asking" });
        assert.notEqual(code, null);
        assert.ok(!terminal.includes(`${ESCAPE}[?25`));
        const after = terminal.slice(terminal.lastIndexOf(CLEARED) + CLEARED.length);
        assert.ok(!after.includes("asking"), terminal);
      } finally {
        world.emulator.faults.clear();
      }
    });

    it("links a finding's code to its page where the terminal shows links", async () => {
      const link = `${ESCAPE}]8;;file:`;
      assert.ok((await doctor({ VTE_VERSION: "7006" })).terminal.includes(link));
      assert.ok(!(await doctor({})).terminal.includes(`${ESCAPE}]8`));
      assert.ok(!(await doctor({ VTE_VERSION: "7006" }, { stdout: "pipe" })).out.includes(ESCAPE));
      assert.ok((await doctor({ FORCE_HYPERLINK: "1" }, { stdout: "pipe" })).out.includes(link));
    });
  });

  describe("in a pipe", () => {
    let world: DomainWorld;
    before(async () => {
      world = await openDomainWorld({ rateLimits: false });
      world.emulator.cloud.ses.inject([{ accountId: ACCOUNT, region: "us-east-1", name: DOMAIN, token: T1 }]);
      world.setValues(NAME, ["another"]);
    });
    after(() => world.close());
    const doctor = (own: Readonly<Record<string, string>>) =>
      runCli(["doctor", DOMAIN], quietEnvironment({ ...world.emulator.env, ...own }));

    it("colours where it is made to, and only then", async () => {
      const plain = await doctor({});
      assert.ok(!plain.out.includes(ESCAPE));
      for (const own of [{ FORCE_COLOR: "1" }, { CLICOLOR_FORCE: "1" }]) {
        const { out, err } = await doctor(own);
        assert.ok(out.includes(`${ESCAPE}[31m`), JSON.stringify(own));
        assert.equal(stripVTControlCharacters(out), plain.out);
        assert.equal(err, "");
      }
      for (const own of [{ NO_COLOR: "1", FORCE_COLOR: "1" }, { FORCE_COLOR: "0" }, { CLICOLOR_FORCE: "0" }]) {
        assert.equal((await doctor(own)).out, plain.out, JSON.stringify(own));
      }
    });
  });
});
