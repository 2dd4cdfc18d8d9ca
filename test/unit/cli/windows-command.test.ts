import assert from "node:assert/strict";
import { windowsCommand } from "../../../provider/cli/emulator/windows-command";

const ENV = {
  Path: 'C:\\Windows;"C:\\Program Files\\nodejs";C:\\p\\node_modules\\.bin',
  ComSpec: "C:\\Windows\\cmd.exe",
};
const FILES = new Set(
  [
    "C:\\Program Files\\nodejs\\npx.cmd",
    "C:\\Program Files\\nodejs\\node.exe",
    "C:\\p\\node_modules\\.bin\\tsx.cmd",
  ].map((path) => path.toLowerCase()),
);
const started = (program: string, ...args: string[]) =>
  windowsCommand(program, args, ENV, (path) => FILES.has(path.toLowerCase()));

describe("a command on Windows", () => {
  it("is started as it is where it is a program, or is not found", () => {
    for (const [program, file] of [
      ["node", "C:\\Program Files\\nodejs\\node.exe"],
      ["node.exe", "C:\\Program Files\\nodejs\\node.exe"],
      ["nosuch", "nosuch"],
    ] as const) {
      assert.deepEqual(started(program, "a b"), { file, args: ["a b"], verbatim: false });
    }
  });

  it("goes through cmd.exe where it is a batch file, each character as it is", () => {
    const cases: Readonly<Record<string, string>> = {
      plain: '^"plain^"',
      "a b": '^"a^ b^"',
      'say "hi"': '^"say^ \\^"hi\\^"^"',
      "end\\": '^"end\\\\^"',
      "%PATH%": '^"^%PATH^%^"',
      "a&calc": '^"a^&calc^"',
      "": '^"^"',
    };
    for (const [arg, line] of Object.entries(cases)) {
      assert.deepEqual(started("npx", arg), {
        file: "C:\\Windows\\cmd.exe",
        args: ["/d", "/s", "/c", `"C:\\Program^ Files\\nodejs\\npx.cmd ${line}"`],
        verbatim: true,
      });
    }
  });

  it("is quoted twice where npm's batch file hands its arguments on", () => {
    assert.equal(started("tsx", "a&b").args[3], '"C:\\p\\node_modules\\.bin\\tsx.cmd ^^^"a^^^&b^^^""');
  });
});
