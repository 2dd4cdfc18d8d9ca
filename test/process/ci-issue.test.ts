import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";

const SCRIPT = join(__dirname, "..", "..", "docs", "ci", "github-issue.sh");

/** Keeps issues in files: `open` holds the number of the open one, `body` its text. It stands for GitHub alone. */
const GH = `#!/bin/sh
echo "$1 $2" >>"$STORE/calls"
for last; do :; done
case "$1 $2" in
  "issue list") cat "$STORE/open" 2>/dev/null || true ;;
  "issue create") echo 7 >"$STORE/open"; cp "$last" "$STORE/body" ;;
  "issue edit") cp "$last" "$STORE/body" ;;
  "issue close") rm "$STORE/open" ;;
esac
`;

describe("the script that keeps one issue", () => {
  let folder: string;
  before(function () {
    if (process.platform === "win32") this.skip();
  });
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "sesdomain-issue-"));
    writeFileSync(join(folder, "gh"), GH, { mode: 0o755 });
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  const run = (code: string, report: string) => {
    const file = join(folder, "report.txt");
    writeFileSync(file, report);
    const env = { ...process.env, STORE: folder, PATH: `${folder}${delimiter}${process.env.PATH}` };
    const { status, stderr } = spawnSync("sh", [SCRIPT, code, file], { env, encoding: "utf8" });
    assert.equal(status, 0, stderr);
  };
  const isOpen = () => existsSync(join(folder, "open"));
  const body = () => readFileSync(join(folder, "body"), "utf8");
  const created = () =>
    readFileSync(join(folder, "calls"), "utf8")
      .split("\n")
      .filter((line) => line === "issue create").length;

  it("opens it once, brings it up to date, leaves it where nothing is known, and closes it", () => {
    run("0", "clean");
    assert.equal(isOpen(), false);
    run("7", "first drift");
    assert.ok(isOpen() && body().includes("first drift"));
    run("7", "second drift");
    assert.ok(body().includes("second drift"));
    assert.equal(created(), 1);
    run("1", "not known");
    assert.ok(isOpen() && body().includes("second drift"));
    run("0", "clean");
    assert.equal(isOpen(), false);
  });

  it("opens none without a report", () => {
    const env = { ...process.env, STORE: folder, PATH: `${folder}${delimiter}${process.env.PATH}` };
    const { status } = spawnSync("sh", [SCRIPT, "7", join(folder, "none")], { env });
    assert.deepEqual([status, isOpen()], [1, false]);
  });

  it("takes a report of any length, and shows it as it is", () => {
    run("7", `\`\`\`\n<script>\n${"x".repeat(200_000)}`);
    assert.ok(body().length < 65_536);
    assert.ok(body().includes("    ```\n    <script>\n"));
    run("7", "x\n".repeat(50_000));
    assert.ok(body().length < 65_536);
  });
});
