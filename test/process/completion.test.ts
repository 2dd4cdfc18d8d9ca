import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { CATALOGUE } from "../../provider/diagnosis/catalogue";
import { compile, quietEnvironment, runCli } from "../support/process/cli";
import { onTerminal } from "../support/process/terminal";
import { requireProgram } from "../support/servers/programs";

const run = promisify(execFile);

/** zsh completes only at a prompt: its matches are caught where they are added, and written to a file. */
const ZSH_SETUP = `
autoload -U compinit
compinit -u -d \${OFFERED:h}/zcompdump
source $SCRIPT
compadd() {
  if [[ \${@[1,(i)(-|--)]} == *-(O|A|D)\\ * ]]; then
    builtin compadd "$@"
    return
  fi
  local -a found
  builtin compadd -A found "$@"
  offered+=($found)
}
caught() {
  typeset -ga offered
  offered=()
  _main_complete
  print -rl -- \${(u)offered} > $OFFERED
  print -n written > /dev/tty
}
zle -C catch list-choices caught
bindkey '^X' catch
PS1='go$ '
`;

describe("sesdomain completion", function () {
  this.timeout(120_000);
  let folder: string;
  const scriptOf = (shell: string) => join(folder, `completion.${shell}`);
  before("write the scripts", async () => {
    compile();
    folder = mkdtempSync(join(tmpdir(), "sesdomain-completion-"));
    mkdirSync(join(folder, "a folder"));
    mkdirSync(join(folder, "another"));
    writeFileSync(join(folder, "file"), "");
    await Promise.all(
      ["bash", "zsh", "fish"].map(async (shell) => {
        const { out, err, code } = await runCli(["completion", shell]);
        assert.deepEqual([err, code], ["", 0]);
        writeFileSync(scriptOf(shell), out);
      }),
    );
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  it("refuses a shell that it does not know, and none", async () => {
    for (const args of [["completion"], ["completion", "tcsh"], ["completion", "bash", "zsh"]]) {
      const { out, err, code } = await runCli(args);
      assert.deepEqual([out, code], ["", 2]);
      assert.match(err, /\S/);
    }
  });

  /** What a shell offers for the last of these words. */
  type Complete = (...words: readonly string[]) => Promise<readonly string[]>;

  function completes(complete: Complete) {
    it("completes commands and the program's own options", async () => {
      assert.deepEqual(await complete("doc"), ["doctor"]);
      const all = await complete("");
      for (const name of ["doctor", "emulator", "completion", "help"]) assert.ok(all.includes(name), name);
      assert.deepEqual(await complete("--ver"), ["--version"]);
    });

    it("completes the options of a command, and of no other", async () => {
      assert.deepEqual(await complete("doctor", "--ident"), ["--identity"]);
      assert.deepEqual(await complete("doctor", "example.com", "--expl"), ["--explain"]);
      assert.deepEqual(await complete("emulator", "--ident"), []);
      assert.deepEqual(await complete("emulator", "--dns"), ["--dns-port"]);
    });

    it("completes regions, wherever one is asked for", async () => {
      assert.deepEqual(await complete("doctor", "example.com", "--identity", "eu-west-"), [
        "eu-west-1",
        "eu-west-2",
        "eu-west-3",
      ]);
      assert.deepEqual(await complete("emulator", "--region", "sa-"), ["sa-east-1"]);
    });

    it("completes what a policy can be asked for", async () => {
      assert.deepEqual(await complete("iam-policy", "--host", "p"), ["powerdns"]);
      assert.deepEqual(await complete("iam-policy", "--host", "ot"), ["other"]);
      assert.deepEqual(await complete("iam-policy", "--resource", "VerifiedE"), ["VerifiedEmailAddress"]);
      assert.deepEqual(await complete("iam-policy", "--placement", "ap"), ["apex"]);
      assert.deepEqual(await complete("iam-policy", "--partition", "aws-us"), ["aws-us-gov"]);
      assert.deepEqual(await complete("iam-policy", "--region", "sa-"), ["sa-east-1"]);
    });

    it("completes the codes of problems, commands after help, and shells", async () => {
      const codes = await complete("doctor", "--explain", "");
      assert.deepEqual([...codes].sort(), CATALOGUE.map(({ code }) => code as string).sort());
      assert.deepEqual(await complete("doctor", "--explain", "txt-mi"), ["txt-missing"]);
      assert.deepEqual(await complete("help", "emu"), ["emulator"]);
      assert.deepEqual([...(await complete("completion", ""))].sort(), ["bash", "fish", "zsh"]);
    });

    it("offers nothing where a value is free", async () => {
      assert.deepEqual(await complete("doctor", "example.com", "--token", ""), []);
      assert.deepEqual(await complete("emulator", "--port", "1"), []);
    });
  }

  describe("in bash", () => {
    let bash: string;
    before(function () {
      bash = requireProgram(this, "bash");
    });
    const complete: Complete = async (...words) => {
      const program = `source "$1"; shift; COMP_WORDS=(sesdomain "$@"); COMP_CWORD=$#; COMP_LINE="\${COMP_WORDS[*]}"
        COMP_POINT=\${#COMP_LINE}; _sesdomain sesdomain "\${COMP_WORDS[COMP_CWORD]}" "\${COMP_WORDS[COMP_CWORD-1]}"
        for one in "\${COMPREPLY[@]}"; do printf '%s\\n' "$one"; done`;
      const { stdout, stderr } = await run(bash, ["--norc", "-u", "-c", program, "bash", scriptOf("bash"), ...words], {
        cwd: folder,
      });
      assert.equal(stderr, "");
      return stdout.split("\n").filter((line) => line !== "");
    };
    completes(complete);

    it("completes folders, also with spaces", async () => {
      assert.deepEqual([...(await complete("doctor", "--cwd", "a"))].sort(), ["a folder", "another"]);
    });

    it("completes a value behind an equals sign, which divides words or not", async () => {
      assert.deepEqual(await complete("doctor", "--identity", "=", "us-gov-e"), ["us-gov-east-1"]);
      assert.ok((await complete("doctor", "--identity", "=")).includes("us-east-1"));
      assert.deepEqual(await complete("doctor", "--identity=us-gov-e"), ["--identity=us-gov-east-1"]);
      assert.deepEqual(await complete("doctor", "--identity", "us-east-1", "@", "ma"), []);
    });

    it("completes at a prompt", async function () {
      const python = requireProgram(this, "python3");
      const { terminal } = await onTerminal(python, [bash, "--norc", "--noprofile", "-i"], {
        env: quietEnvironment({ PS1: "ready$ ", HISTFILE: "" }),
        seconds: 20,
        type: [
          { after: "ready$ ", text: `source '${scriptOf("bash")}'\n` },
          { after: "ready$ ", text: "echo sesdomain; sesdomain doc\t--ident\teu-west-2\u0015echo end; exit\n" },
        ],
      });
      assert.match(terminal, /sesdomain doctor --identity eu-west-2/);
    });
  });

  describe("in zsh", () => {
    let zsh: string;
    let python: string;
    before(function () {
      zsh = requireProgram(this, "zsh");
      python = requireProgram(this, "python3");
    });
    completes(async (...words) => {
      writeFileSync(join(folder, "setup.zsh"), ZSH_SETUP);
      await onTerminal(python, [zsh, "-f", "-i"], {
        env: quietEnvironment({
          PS1: "ready$ ",
          HISTFILE: "",
          SCRIPT: scriptOf("zsh"),
          OFFERED: join(folder, "offered"),
        }),
        columns: 200,
        seconds: 30,
        type: [
          { after: "ready$ ", text: `source '${join(folder, "setup.zsh")}'\n` },
          { after: "go$ ", text: `sesdomain ${words.join(" ")}\u0018` },
          { after: "written", text: "\u0015exit\n" },
        ],
      });
      return readFileSync(join(folder, "offered"), "utf8")
        .split("\n")
        .filter((line) => line !== "");
    });
  });

  describe("in fish", () => {
    let fish: string;
    before(function () {
      fish = requireProgram(this, "fish");
    });
    completes(async (...words) => {
      const line = `sesdomain ${words.join(" ")}`;
      const program = `source ${scriptOf("fish")}; complete -C '${line}'`;
      const { stdout, stderr } = await run(fish, ["--no-config", "-c", program], {
        cwd: folder,
        env: { ...process.env, HOME: folder },
      });
      assert.equal(stderr, "");
      return stdout.split("\n").flatMap((each) => (each === "" ? [] : [each.split("\t")[0] ?? ""]));
    });
  });
});
