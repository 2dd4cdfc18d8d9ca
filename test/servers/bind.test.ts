import { deepEqual, equal, ok } from "node:assert/strict";
import { fqdn } from "../../provider/core/fqdn";
import { startBind } from "../support/servers/bind";
import { requireProgram } from "../support/servers/programs";
import { expectAliasesFollowed, expectSameAsDig, openRealWorld, type RealWorld } from "../support/servers/real-zones";

describe("reading from BIND", () => {
  let real: RealWorld | undefined;
  before(async function () {
    requireProgram(this, "named");
    requireProgram(this, "dig");
    real = await openRealWorld(["127.0.0.1", "::1"], startBind);
  });
  after(() => real?.close());

  it("says what dig says, over IPv4 and IPv6", async () => {
    ok(real);
    await expectSameAsDig(real);
  });

  it("follows CNAMEs", async () => {
    ok(real);
    await expectAliasesFollowed(real);
  });

  it("takes a server that is gone for unreachable", async () => {
    ok(real);
    await real.server.stop();
    const { world, servers } = real;
    const verdict = await world.authority.check(fqdn("_amazonses.example.com"), "TXT", ["any"], world.ctx);
    equal(verdict.state, "unknown");
    deepEqual(
      verdict.servers,
      servers.map(({ name }) => ({ server: name, state: "unreachable" })),
    );
  });
});
