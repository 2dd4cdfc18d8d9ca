import assert from "node:assert/strict";
import { isPlugin } from "../support/engine/door";
import { serveProgram } from "../support/engine/language-server";
import { openWindow, type Window } from "../support/engine/window";
import { ACCOUNT, DOMAIN, declare, type EngineWorld, openEngineWorld } from "../support/engine/world";
import { requireProgram } from "../support/servers/programs";

const REGIONS = ["us-east-1", "eu-west-1"];
/** From narrow to wide: a terminal that is made narrower wraps what was drawn before. */
const WIDTHS = [80, 100, 120, 200];
/** The least room for counts: where Pulumi's other columns leave less, nothing can be told there. */
const COUNTS = "2/3 DNS, SES 1/2";

describe("the line of a resource that waits, in a window of 80, 100, 120 and 200 columns", function () {
  this.timeout(120_000);
  let world: EngineWorld;
  let window: Window;
  let release: () => Promise<void>;
  let closeProgram: () => void;
  before(async function () {
    const tmux = requireProgram(this, "tmux");
    world = await openEngineWorld();
    const program = async () => void declare("mail", { regions: REGIONS });
    // Names as short as they get: the stack has a row of its own, and the longest name takes room from all.
    const stack = await world.open({ program, project: "m", stack: "dev" });
    const { ses } = world.emulator.cloud;
    const lagging = world.emulator.faults.dns(world.servers().at(-1)?.name ?? "", { lagMs: "frozen" });
    const stop = world.emulator.onRequest(({ action, region, phase }) => {
      if (action === "VerifyDomainIdentity" && region === "eu-west-1" && phase === "after")
        ses.setStatus(ACCOUNT, region, DOMAIN, "Pending", { held: true });
    });
    release = async () => {
      stop();
      lagging.off();
      await ses.checkNow();
    };
    const served = await serveProgram(program);
    closeProgram = served.close;
    window = openWindow(tmux, stack.inShell("up", "--yes", "--skip-preview", `--client=${served.address}`), 80);
  });
  after(async () => {
    window?.close();
    closeProgram?.();
    await world?.close();
  });

  it("holds the counts of DNS and SES wherever there is room for them, and the time moves", async () => {
    for (const width of WIDTHS) {
      window.resize(width);
      const lines = await window.screenWith((lines) => isDrawn(lines, width) && isTold(lines, width));
      if (!hasRoom(lines, width)) assert.equal(width, 80, `Pulumi leaves no room: ${lines.join("\n")}`);
    }
    const before = readLine(window.screen());
    assert.ok(before?.seconds !== undefined);
    await window.screenWith((lines) => (readLine(lines)?.seconds ?? 0) > (before.seconds ?? 0));
  });

  it("ends with what was reached, and the changes stay with it", async () => {
    await release();
    const lines = await window.screenWith((lines) => lines.some((line) => line.startsWith("Duration:")));
    const text = lines.join("\n");
    const after = text.slice(text.indexOf("Diagnostics:"));
    assert.match(after, /3\/3 DNS/);
    assert.match(after, /verified: 3\/3 DNS, SES 2\/2, \d+s/);
    assert.match(after, /eu-west-1/);
    assert.ok(after.includes(world.servers().at(-1)?.name ?? ""));
    world.assertVerified(REGIONS);
  });
});

interface Shown {
  /** Columns that stand before the information. */
  readonly room: number;
  readonly info: string;
  readonly counts: string | undefined;
  readonly seconds: number | undefined;
}

/**
 * Whether Pulumi has drawn what a waiting resource tells. The row of the stack is long, and fills the window with dynamic
 * resources. The plugin's type is short: there is room for the column in each window, once there is something to tell.
 */
function isDrawn(lines: readonly string[], width: number): boolean {
  return isPlugin ? Number.isFinite(readLine(lines)?.room) : Math.max(...lines.map(({ length }) => length)) > width - 4;
}

function hasRoom(lines: readonly string[], width: number): boolean {
  return width - 1 - (readLine(lines)?.room ?? 0) >= COUNTS.length;
}

/** Whether the row is drawn, with the counts where there is room for them. */
function isTold(lines: readonly string[], width: number): boolean {
  const row = readLine(lines);
  return row !== undefined && (!hasRoom(lines, width) || row.info.startsWith(COUNTS));
}

/** The domain's row as the window shows it; undefined while it has none. */
function readLine(lines: readonly string[]): Shown | undefined {
  const header = lines.find((line) => /^ +Type +Name/.test(line)) ?? "";
  const row = lines.find((line) => /sesdomain:(index:)?VerifiedDomain/.test(line) && line.startsWith(" +"));
  if (row === undefined) return undefined;
  const at = header.indexOf("Info");
  const room = at === -1 ? Number.POSITIVE_INFINITY : at;
  const info = at === -1 ? "" : row.slice(at);
  const [, counts, seconds] = /^(\d+\/\d+ DNS, SES \d+\/\d+)(?:, (\d+)s)?/.exec(info) ?? [];
  return { room, info, counts, seconds: seconds === undefined ? undefined : Number(seconds) };
}
