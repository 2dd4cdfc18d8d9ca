import { deepEqual, equal } from "node:assert/strict";
import { fqdn } from "../../provider/core/fqdn";
import { startBind } from "../support/servers/bind";
import { describeReading } from "../support/servers/real-zones";

describe("reading from BIND", () => {
  const real = describeReading("named", ["127.0.0.1", "::1"], startBind);

  it("takes a server that is gone for unreachable", async () => {
    await real().server.stop();
    const { world, servers } = real();
    const verdict = await world.authority.check(fqdn("_amazonses.example.com"), "TXT", ["any"], world.ctx);
    equal(verdict.state, "unknown");
    deepEqual(
      verdict.servers,
      servers.map(({ name }) => ({ server: name, state: "unreachable" })),
    );
  });
});
