import assert from "node:assert/strict";
import { fqdn } from "../../provider/core/fqdn";
import { TxtRecord } from "../support/engine/aws-resources";
import { planShown } from "../support/engine/planned";
import { DomainIdentity, DomainVerification } from "../support/engine/resources";
import { type EngineWorld, openEngineWorld, succeeded, warningsOf } from "../support/engine/world";

describe("one verification of many domains on the engine", function () {
  this.timeout(180_000);
  const domains = Array.from({ length: 20 }, (_, index) => fqdn(`team${index + 1}-example.com`));
  let world: EngineWorld;
  before(async () => {
    world = await openEngineWorld();
  });
  after(() => world.close());

  it("waits for all of them, and names the ones that lapse", async () => {
    const zones = new Map<string, string>();
    for (const name of domains) zones.set(name, (await world.emulator.addZone({ name })).id);
    const stack = await world.open({
      async program() {
        const parts = domains.map((domain) => {
          const identity = new DomainIdentity(domain, { domain, identities: [{ region: "us-east-1" }] });
          const set = identity.records.apply(([first]) => first);
          const record = new TxtRecord(domain, {
            zoneId: zones.get(domain) ?? "",
            name: set.apply((one) => one?.name ?? ""),
            ttl: 300,
            values: set.apply((one) => one?.values ?? []),
          });
          return { identity, record };
        });
        const of = parts.map(({ identity }) => identity);
        const all = new DomainVerification(
          "all",
          { of, timeout: "2m" },
          { dependsOn: parts.map(({ record }) => record) },
        );
        return { domains: all.domains, verified: all.verified };
      },
    });
    const up = succeeded(await stack.up());
    assert.deepEqual(up.outputs, { domains, verified: true });
    const quiet = await stack.preview({ expectNoChanges: true });
    assert.equal(quiet.exitCode, 0, quiet.stdout);
    assert.deepEqual(warningsOf(quiet), []);

    const lapsed = domains[6] ?? "";
    world.emulator.zones.change(zones.get(lapsed) ?? "", [
      { action: "delete", key: { name: fqdn(`_amazonses.${lapsed}`), type: "TXT" } },
    ]);
    const drift = succeeded(await stack.preview({ diff: true }));
    assert.deepEqual(drift.changes, { same: 41, update: 1 });
    assert.match(planShown(drift.stdout), /^wait: txt-missing: .*_amazonses\.team7-example\.com/);
    succeeded(await stack.up({ refresh: true }));
    assert.equal((await stack.preview({ expectNoChanges: true })).exitCode, 0);
  });
});
