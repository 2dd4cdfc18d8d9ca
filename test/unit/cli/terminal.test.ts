import assert from "node:assert/strict";
import { stripVTControlCharacters } from "node:util";
import { linkToPage } from "../../../provider/cli/doctor/links";
import { coloured, plain } from "../../../provider/cli/doctor/paint";
import { renderFindings } from "../../../provider/cli/doctor/render";
import { guarded } from "../../../provider/cli/doctor/terminal";
import { mayColour } from "../../../provider/cli/terminal/colour";
import { linked, mayLink } from "../../../provider/cli/terminal/hyperlink";
import { openSpinner } from "../../../provider/cli/terminal/spinner";
import { pageAddress } from "../../../provider/doctor/page-address";

type Env = Readonly<Record<string, string>>;
const told = (env: Env) =>
  Object.entries(env)
    .map(([name, value]) => `${name}=${value}`)
    .join(" ") || "nothing set";

describe("mayColour", () => {
  /** On a terminal, and elsewhere. */
  const CASES: readonly (readonly [Env, boolean, boolean])[] = [
    [{}, true, false],
    [{ NO_COLOR: "" }, true, false],
    [{ NO_COLOR: "1" }, false, false],
    [{ NO_COLOR: "0" }, false, false],
    [{ FORCE_COLOR: "" }, true, false],
    [{ FORCE_COLOR: "0" }, false, false],
    [{ FORCE_COLOR: "false" }, false, false],
    [{ FORCE_COLOR: "FALSE" }, false, false],
    [{ FORCE_COLOR: "1" }, true, true],
    [{ FORCE_COLOR: "2" }, true, true],
    [{ FORCE_COLOR: "3" }, true, true],
    [{ FORCE_COLOR: "true" }, true, true],
    [{ CLICOLOR_FORCE: "" }, true, false],
    [{ CLICOLOR_FORCE: "0" }, true, false],
    [{ CLICOLOR_FORCE: "1" }, true, true],
    [{ CLICOLOR: "0" }, false, false],
    [{ CLICOLOR: "1" }, true, false],
    [{ CLICOLOR: "" }, true, false],
    [{ TERM: "dumb" }, false, false],
    [{ TERM: "xterm-256color" }, true, false],
    // One against the other.
    [{ NO_COLOR: "1", FORCE_COLOR: "1" }, false, false],
    [{ NO_COLOR: "1", CLICOLOR_FORCE: "1" }, false, false],
    [{ NO_COLOR: "", FORCE_COLOR: "1" }, true, true],
    [{ FORCE_COLOR: "0", CLICOLOR_FORCE: "1" }, false, false],
    [{ FORCE_COLOR: "1", CLICOLOR: "0" }, true, true],
    [{ FORCE_COLOR: "1", TERM: "dumb" }, true, true],
    [{ FORCE_COLOR: "", CLICOLOR_FORCE: "1" }, true, true],
    [{ CLICOLOR_FORCE: "1", CLICOLOR: "0" }, true, true],
    [{ CLICOLOR_FORCE: "1", TERM: "dumb" }, true, true],
    [{ CLICOLOR: "1", TERM: "dumb" }, false, false],
  ];
  for (const [env, onTerminal, elsewhere] of CASES) {
    it(`${told(env)}: ${onTerminal} on a terminal, ${elsewhere} elsewhere`, () => {
      assert.deepEqual([mayColour(true, env), mayColour(false, env)], [onTerminal, elsewhere]);
    });
  }
});

describe("mayLink", () => {
  const CASES: readonly (readonly [Env, boolean])[] = [
    [{}, false],
    [{ TERM: "xterm-256color" }, false],
    [{ WT_SESSION: "a" }, true],
    [{ VTE_VERSION: "5000" }, false],
    [{ VTE_VERSION: "0.50.0" }, false],
    [{ VTE_VERSION: "5001" }, true],
    [{ VTE_VERSION: "4999" }, false],
    [{ VTE_VERSION: "7006" }, true],
    [{ VTE_VERSION: "0.76.2" }, true],
    [{ VTE_VERSION: "nonsense" }, false],
    [{ TERM_PROGRAM: "iTerm.app", TERM_PROGRAM_VERSION: "3.0.9" }, false],
    [{ TERM_PROGRAM: "iTerm.app", TERM_PROGRAM_VERSION: "3.5.0" }, true],
    [{ TERM_PROGRAM: "iTerm.app" }, false],
    [{ TERM_PROGRAM: "WezTerm", TERM_PROGRAM_VERSION: "20200608-110940" }, false],
    [{ TERM_PROGRAM: "WezTerm", TERM_PROGRAM_VERSION: "20240203-110809-5046fc22" }, true],
    [{ TERM_PROGRAM: "vscode", TERM_PROGRAM_VERSION: "1.71.9" }, false],
    [{ TERM_PROGRAM: "vscode", TERM_PROGRAM_VERSION: "1.104.0" }, true],
    [{ TERM_PROGRAM: "ghostty" }, true],
    [{ TERM_PROGRAM: "Apple_Terminal", TERM_PROGRAM_VERSION: "455" }, false],
    [{ TERM_PROGRAM: "constructor" }, false],
    [{ KONSOLE_VERSION: "200400" }, false],
    [{ KONSOLE_VERSION: "230804" }, true],
    [{ TERM: "xterm-kitty" }, true],
    [{ TERM: "alacritty" }, true],
    [{ WT_SESSION: "a", TMUX: "/tmp/tmux" }, false],
    [{ WT_SESSION: "a", CI: "true" }, false],
    [{ WT_SESSION: "a", CI: "false" }, true],
    [{ WT_SESSION: "a", TEAMCITY_VERSION: "2024" }, false],
    [{ WT_SESSION: "a", TERM: "dumb" }, false],
    [{ WT_SESSION: "a", NO_COLOR: "1" }, false],
    [{ WT_SESSION: "a", FORCE_COLOR: "1" }, true],
    [{ WT_SESSION: "a", CLICOLOR_FORCE: "1" }, true],
    [{ WT_SESSION: "a", FORCE_HYPERLINK: "0" }, false],
    [{ WT_SESSION: "a", FORCE_HYPERLINK: "" }, true],
  ];
  for (const [env, expected] of CASES) {
    it(`${told(env)}: ${expected} on a terminal, never elsewhere`, () => {
      assert.deepEqual([mayLink(true, env), mayLink(false, env)], [expected, false]);
    });
  }

  it("does as FORCE_HYPERLINK says, everywhere", () => {
    for (const isTerminal of [true, false]) {
      assert.ok(mayLink(isTerminal, { FORCE_HYPERLINK: "1", TERM: "dumb", NO_COLOR: "1" }));
      assert.ok(!mayLink(isTerminal, { FORCE_HYPERLINK: "0", VTE_VERSION: "7006" }));
    }
  });
});

describe("links", () => {
  const finding = {
    code: "txt-missing",
    severity: "error",
    identities: ["us-east-1"],
    seen: "Nothing.",
    why: "So.",
    fix: "Publish.",
    command: undefined,
  } as const;
  const write = (text: string) => {
    let out = "";
    const sink = {
      write(more: string) {
        out += more;
      },
      say: () => undefined,
    };
    guarded({ ...sink, width: 80, height: undefined, paint: plain }).write(text);
    return out;
  };

  it("lead from a finding's code to its page, and leave the text as it is", () => {
    const without = renderFindings([finding], { width: 80, paint: coloured });
    const text = renderFindings([finding], { width: 80, paint: coloured, link: linkToPage });
    const address = pageAddress("txt-missing");
    assert.ok(address !== undefined && text.includes(linked("txt-missing", address)));
    assert.equal(stripVTControlCharacters(text), stripVTControlCharacters(without));
  });

  it("come through the guard where they lead to our pages, and are shown as text where they do not", () => {
    const own = linkToPage("txt-missing");
    assert.equal(write(own), own);
    for (const url of ["https://attacker.example/", `${pageAddress("x")}/../y`, "file:///etc/passwd"]) {
      assert.ok(!write(linked("txt-missing", url)).includes(`\u001b]8;;${url}`), url);
    }
  });

  it("are made of no address with a space or a control character", () => {
    assert.equal(linked("a", "https://example.com/\u0007"), "a");
    assert.equal(linked("a", "https://example.com/ b"), "a");
  });
});

describe("openSpinner", () => {
  const screen = (columns = 80) => {
    return {
      isTTY: true,
      columns,
      out: "",
      write(text: string) {
        this.out += text;
      },
    };
  };

  it("draws on a terminal at once, and takes all of it back", () => {
    const stream = screen();
    const spinner = openSpinner(stream, { TERM: "xterm" });
    const activity = spinner.begin();
    activity.status("example.com: asking SES");
    assert.ok(stream.out.includes("example.com: asking SES"));
    activity.end();
    assert.ok(stream.out.endsWith("\r\u001b[K"));
    const before = stream.out;
    spinner.clear();
    activity.status("late");
    assert.equal(stream.out, before);
  });

  it("keeps within the window, and shows nothing that acts on a terminal", () => {
    const stream = screen(30);
    const activity = openSpinner(stream, {}).begin();
    activity.status(`${"long ".repeat(40)}\n\u001b[2J`);
    activity.end();
    for (const line of stream.out.split("\r\u001b[K")) {
      assert.ok(line.length < 30 && !line.includes("\n") && !line.includes("\u001b"), line);
    }
  });

  it("says how many more things are being done", () => {
    const stream = screen();
    const spinner = openSpinner(stream, {});
    const all = ["one", "two", "three"].map((name) => {
      const activity = spinner.begin();
      activity.status(name);
      return activity;
    });
    all[0]?.end();
    assert.ok(stream.out.includes("one") && !stream.out.includes("three"));
    spinner.stop();
    all[1]?.status("again");
    assert.ok(!stream.out.includes("again"));
  });

  it("writes nothing elsewhere", () => {
    for (const [isTTY, env] of [
      [false, {}],
      [undefined, {}],
      [true, { TERM: "dumb" }],
      [true, { CI: "true" }],
      [true, { CI: "1" }],
    ] as const) {
      const stream = { ...screen(), isTTY };
      const spinner = openSpinner(stream, env);
      const activity = spinner.begin();
      activity.status("something");
      spinner.clear();
      activity.end();
      spinner.stop();
      assert.equal(stream.out, "");
    }
  });
});
