import assert from "node:assert/strict";
import { pollsUntil } from "../support/engine/polls";
import type { EngineRun, Running } from "../support/engine/stack";
import { ACCOUNT, DOMAIN, declare, type EngineWorld, openEngineWorld, succeeded } from "../support/engine/world";

const REGIONS = ["us-east-1", "eu-west-1"];

describe("what up tells while it waits", function () {
  this.timeout(180_000);

  /** A network without port 53: its half minute goes by while the other tests run. */
  let blocked: { readonly world: EngineWorld; readonly up: Promise<EngineRun> };
  before(async () => {
    const world = await openEngineWorld();
    // The emulator's resolver has to ask the root and the registries itself: they stay within reach.
    for (const { name } of world.servers()) world.emulator.faults.dns(name, { silent: "both", refuseTcp: true });
    const stack = await world.open({ program: async () => void declare("mail", { regions: ["us-east-1"] }) });
    const running = await stack.spawnUp();
    blocked = { world, up: running.done };
  });
  after(() => blocked.world.close());

  it("begins with what is there of how much, moves, tells each change once, and ends with what was reached", async () => {
    const world = await openEngineWorld();
    try {
      // In CI a line that tells only the time comes once a minute.
      const env = { PULUMI_DISABLE_CI_DETECTION: "true" };
      const stack = await world.open({ program: async () => void declare("mail", { regions: REGIONS }), env });
      const last = world.servers().at(-1)?.name ?? "";
      const lagging = world.emulator.faults.dns(last, { lagMs: "frozen" });
      const { ses } = world.emulator.cloud;
      // One region's SES takes its time.
      const stop = world.emulator.onRequest(({ action, region, phase }) => {
        if (action === "VerifyDomainIdentity" && region === "eu-west-1" && phase === "after")
          ses.setStatus(ACCOUNT, region, DOMAIN, "Pending", { held: true });
      });
      const running = await stack.spawnUp();
      const waiting = () => linesOf(running).filter((line) => line.startsWith("2/3 DNS, SES 1/2, "));
      await pollsUntil(world, () => new Set(waiting().map(elapsedIn)).size > 1);
      const lag = waiting().at(-1) ?? "";
      assert.ok(lag.includes(`${last} lacks`), lag);
      assert.match(lag, /us-east-1 Success.*eu-west-1 Pending/);
      lagging.off();
      await pollsUntil(world, () => linesOf(running).some((line) => line.startsWith("3/3 DNS, SES 1/2")));
      stop();
      await ses.checkNow();
      const up = succeeded(await running.done);

      assert.match(linesOf(up).at(-1) ?? "", /^verified: 3\/3 DNS, SES 2\/2, \d+s$/);
      const staying = up.diagnostics.filter(
        ({ urn, ephemeral }) => urn?.includes("VerifiedDomain") && ephemeral !== true,
      );
      const changes = staying.map(({ message }) => message.trim()).filter((text) => /\d\/\d DNS/.test(text));
      assert.equal(changes.filter((text) => text.includes(last)).length, 1, changes.join("\n"));
      assert.equal(changes.filter((text) => text.includes("eu-west-1")).length, 1, changes.join("\n"));
      assert.ok(changes.length <= 4, changes.join("\n"));
      for (const text of changes) assert.ok(up.stdout.includes(text), "plain output has every change");
    } finally {
      await world.close();
    }
  });

  it("verifies with one dead name server of three, warns, and sees no change afterwards", async () => {
    const world = await openEngineWorld();
    try {
      const stack = await world.open({ program: async () => void declare("mail", { regions: ["us-east-1"] }) });
      const dead = world.servers()[0]?.name ?? "";
      world.emulator.faults.dns(dead, { silent: "both", refuseTcp: true });
      const up = succeeded(await stack.up());
      world.assertVerified(["us-east-1"]);
      assert.ok(
        warnings(up).some((text) => text.includes("server-unreachable") && text.includes(dead)),
        up.stdout,
      );
      const quiet = await stack.preview({ expectNoChanges: true });
      assert.equal(quiet.exitCode, 0, quiet.stdout);
      assert.ok(
        warnings(quiet).some((text) => text.includes(dead)),
        quiet.stdout,
      );
    } finally {
      await world.close();
    }
  });

  it("says within a minute that no name server of the domain answers, where those above do", async () => {
    const up = await blocked.up;
    assert.equal(up.failed, true);
    // From the last answer on, which here is the beginning; from a minute on the words would name minutes.
    assert.match(up.stdout, /No authoritative name server of ses-example\.com answered for [2-5]\ds\./);
    assert.match(up.stdout, /error server-unreachable/);
    assert.doesNotMatch(up.stdout, /port-53-blocked/);
    // What exists is kept: SES was asked, and the value is written.
    assert.deepEqual(Object.keys(blocked.world.statuses()), ["us-east-1"]);
  });
});

/** `41s` in `2/3 DNS, SES 1/2, 41s of 45m; …`. */
function elapsedIn(line: string): string | undefined {
  return /(\d+m)?\d+s(?= of )/.exec(line)?.[0];
}

/** The status lines on the domain's own line, as they came. */
function linesOf({ events }: Pick<Running, "events"> | EngineRun): string[] {
  return (typeof events === "function" ? events() : events).flatMap(({ diagnosticEvent }) =>
    diagnosticEvent?.urn?.includes("VerifiedDomain") && diagnosticEvent.ephemeral ? diagnosticEvent.message.trim() : [],
  );
}

function warnings({ diagnostics }: EngineRun): string[] {
  return diagnostics
    .filter(({ severity, urn }) => severity === "warning" && urn?.includes("VerifiedDomain"))
    .map(({ message }) => message);
}
