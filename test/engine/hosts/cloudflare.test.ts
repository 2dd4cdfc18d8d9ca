import assert from "node:assert/strict";
import {
  DNS_ACCOUNT,
  type EngineHost,
  FOREIGN,
  openBindHost,
  openCloudflareHost,
  openPowerdnsApiHost,
  openRoute53Host,
  openTwoHosts,
} from "../../support/engine/hosts";
import { openSpill } from "../../support/engine/spill";
import type { EngineStack, Running } from "../../support/engine/stack";
import { ACCOUNT, declare, type EngineWorld, openEngineWorld, succeeded } from "../../support/engine/world";
import { requireProgram } from "../../support/servers/programs";

const STATE = "state/.pulumi/stacks/sesdomain-test/test.json";

interface Story {
  readonly name: string;
  /** What has to be installed. */
  readonly programs?: readonly string[];
  open(world: EngineWorld): Promise<EngineHost>;
  /** Default: stack config, which the engine itself writes into its log from verbosity 9 on. */
  readonly secretsIn?: "environment";
  /** What an operation with a wrong secret says. */
  readonly refusal: RegExp;
}

const STORIES: readonly Story[] = [
  { name: "Route 53 in another account", open: openRoute53Host, refusal: /Route 53: .*at-route53-example\.com/ },
  { name: "Cloudflare", open: openCloudflareHost, refusal: /Cloudflare: .*at-cloudflare-example\.com/ },
  {
    name: "BIND, by RFC 2136",
    programs: ["named", "dig", "nsupdate"],
    open: openBindHost,
    secretsIn: "environment",
    refusal: /RFC 2136 .*at-bind-example\.com/,
  },
  {
    name: "PowerDNS, by its API",
    programs: ["pdns_server", "pdnsutil", "sqlite3", "dig", "nsupdate"],
    open: openPowerdnsApiHost,
    refusal: /PowerDNS .*at-powerdns-example\.com/,
  },
  {
    name: "Route 53 and Knot together",
    programs: ["knotd", "dig", "nsupdate"],
    open: openTwoHosts,
    refusal: /RFC 2136 .*at-two-hosts-example\.com/,
  },
];

for (const story of STORIES) {
  /** The chapters share one stack: each begins where the one before ended. Everything is logged, and kept. */
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
      assert.match(preview.stdout, /verification: "verified" => "publish: txt-/);
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
