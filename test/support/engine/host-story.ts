import assert from "node:assert/strict";
import { requireProgram } from "../servers/programs";
import { DNS_ACCOUNT, type EngineHost, FOREIGN } from "./hosts";
import { planShown } from "./planned";
import { openSpill } from "./spill";
import type { EngineStack, Running } from "./stack";
import { ACCOUNT, declare, type EngineWorld, openEngineWorld, succeeded } from "./world";

const STATE = "state/.pulumi/stacks/sesdomain-test/test.json";

/** A host of which the whole life of a domain is told. */
export interface HostStory {
  readonly name: string;
  /** What has to be installed. */
  readonly programs?: readonly string[];
  open(world: EngineWorld): Promise<EngineHost>;
  /** Default: stack config, which the engine itself writes into its log from verbosity 9 on. */
  readonly secretsIn?: "environment";
  /** What an operation with a wrong secret says. */
  readonly refusal: RegExp;
}

/** The chapters share one stack: each begins where the one before ended. Everything is logged, and kept. */
export function describeHost(story: HostStory): void {
  describe(`a verified domain at ${story.name}, on the engine`, function () {
    this.timeout(240_000);
    let world: EngineWorld;
    let host: EngineHost;
    let stack: EngineStack;
    const spill = openSpill();
    const debug = story.secretsIn === "environment" ? 9 : 8;
    const published = async () => {
      const wanted = [FOREIGN, ...world.tokens()].sort();
      for (const values of await host.values()) assert.deepEqual([...values].sort(), wanted);
    };

    before(async function () {
      for (const program of story.programs ?? []) requireProgram(this, program);
      world = await openEngineWorld({ accounts: [{ id: ACCOUNT }, { id: DNS_ACCOUNT }] });
      host = await story.open(world);
      const { domain, dns, wrong } = host;
      stack = await world.open({
        program: async () => ({
          arns: declare("mail", { domain, dns, regions: ["us-east-1"] }).identityArns,
        }),
        ...wrong,
      });
    });
    after(async () => {
      await host?.close();
      await world?.close();
    });

    it("is refused with a wrong secret, in words that name host and zone; SES is not asked", async () => {
      const up = spill.keep("refused up", await stack.up({ debug }));
      assert.equal(up.failed, true, up.stdout);
      assert.match(up.stdout.replace(/\s+/g, " "), story.refusal);
      assert.deepEqual(world.statuses(), {});
      spill.keepFiles("after the refusal", stack);
    });

    it("up verifies it, beside what is there", async () => {
      await stack.changeConfig(host.access.config ?? {});
      stack.changeEnv(host.access.env ?? {});
      const held = host.holdBack?.();
      const running = await stack.spawnUp({ debug });
      if (held !== undefined) {
        await shown(running, "1/2 DNS, ", `${held.server} lacks`);
        held.release();
      }
      const up = spill.keep("up", succeeded(await running.done));
      assert.deepEqual(up.outputs.arns, {
        "us-east-1": `arn:aws:ses:us-east-1:${ACCOUNT}:identity/${host.domain}`,
      });
      assert.deepEqual(world.statuses(), { "us-east-1": "Success" });
      assert.equal(world.tokens().length, 1);
      await published();
    });

    it("a preview shows that somebody deleted it", async () => {
      await host.put([FOREIGN]);
      const preview = spill.keep("preview", succeeded(await stack.preview({ diff: true, debug })));
      assert.deepEqual(preview.changes, { same: 1, update: 1 });
      assert.match(planShown(preview.stdout), /^publish: txt-/);
      assert.ok(preview.stdout.includes(world.tokens()[0] ?? "no token"));
      const warned = preview.diagnostics.filter(
        ({ urn, severity }) => severity === "warning" && urn?.endsWith("::mail"),
      );
      assert.match(warned.map(({ message }) => message).join("\n"), /txt-/, "the provider's own words are in the log");
    });

    it("up publishes it again", async () => {
      spill.keep("second up", succeeded(await stack.up({ debug })));
      await published();
      spill.keepFiles("after the second up", stack);
    });

    it("destroy takes ours, and nothing else", async () => {
      spill.keep("destroy", succeeded(await stack.destroy({ debug })));
      assert.deepEqual(world.statuses(), {});
      await published();
      spill.keepFiles("after destroy", stack);
    });

    it("no secret stands in display, log, events, outputs, state or any file", () => {
      // What is searched is what it says: the domain stands in each, and the log is the whole one.
      for (const part of ["up: display", "up: log", "up: events", "up: outputs", `after the second up: ${STATE}`]) {
        assert.ok(spill.holding(host.domain).includes(part), part);
      }
      assert.ok(spill.holding(`"v":${debug}`).includes("up: log"));
      spill.assertNone(host.secrets);
    });
  });
}

/** Resolves once the operation has said so, and while it is still under way. */
async function shown(running: Running, ...texts: readonly string[]): Promise<void> {
  let ended = false;
  const end = () => {
    ended = true;
  };
  running.done.then(end, end);
  const has = (line: string) => texts.every((text) => line.includes(text));
  while (!ended && !running.output().split("\n").some(has)) await new Promise((resolve) => setTimeout(resolve, 50));
  assert.equal(ended, false, `it ended without "${texts.join(" … ")}":\n${running.output()}`);
}
