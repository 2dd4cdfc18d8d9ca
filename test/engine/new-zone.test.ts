import assert from "node:assert/strict";
import type { VerifiedDomainArgs } from "../../provider";
import { fqdn } from "../../provider/core/fqdn";
import type { EngineStack } from "../support/engine/stack";
import { declare, type EngineWorld, Holder, openEngineWorld, succeeded } from "../support/engine/world";

const OTHER = fqdn("new-example.com");

/** A resource of the same program stands for the zone: its id is unknown until `up` has created it. */
describe("a zone that the same program creates, on the engine", function () {
  this.timeout(120_000);
  let world: EngineWorld;
  let stack: EngineStack;
  const program = (dns: (zone: Holder) => VerifiedDomainArgs["dns"], value: string, domain?: string) => async () => {
    const zone = new Holder("zone", { value });
    declare("mail", { regions: ["us-east-1"], dns: dns(zone), ...(domain === undefined ? {} : { domain }) });
  };
  before(async () => {
    world = await openEngineWorld();
    stack = await world.open({ program: async () => undefined });
  });
  after(() => world?.close());

  it("is not found on preview without its id, and the error says to pass it", async () => {
    stack.changeProgram(program(() => ({ kind: "route53" }), "none", OTHER));
    const preview = await stack.preview();
    assert.equal(preview.failed, true);
    assert.match(preview.stdout.replace(/\s+/g, " "), /zoneId: zone\.zoneId/);
  });

  it("may have an id that is unknown on preview, at every kind of host", async () => {
    const kinds: readonly ((zone: Holder) => VerifiedDomainArgs["dns"])[] = [
      ({ made }) => ({ kind: "route53", zoneId: made }),
      ({ made }) => ({ kind: "cloudflare", zoneId: made }),
      ({ id }) => ({ kind: "rfc2136", server: "127.0.0.1:9", zone: id.apply(() => OTHER) }),
      ({ id }) => ({ kind: "powerdns", url: id.apply(() => "http://127.0.0.1:9") }),
    ];
    for (const dns of kinds) {
      stack.changeProgram(program(dns, "an-id", OTHER));
      const preview = succeeded(await stack.preview());
      assert.deepEqual(preview.changes, { create: 3 });
    }
  });

  it("is written once it exists", async () => {
    stack.changeProgram(program(({ made }) => ({ kind: "route53", zoneId: made }), world.zoneId));
    succeeded(await stack.up());
    world.assertVerified(["us-east-1"]);
    const preview = await stack.preview({ expectNoChanges: true });
    assert.equal(preview.exitCode, 0, preview.stdout);
    succeeded(await stack.destroy());
    world.assertUntouched();
  });
});
