import { deepEqual, equal } from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { fqdn } from "../../provider/core/fqdn";
import { startKnot } from "../support/servers/knot";
import { requireProgram } from "../support/servers/programs";
import { describeReading, KEY } from "../support/servers/real-zones";

describe("reading from Knot DNS", () => {
  const real = describeReading("knotd", ["127.70.2.1", "127.70.2.2", "127.70.2.3"], startKnot);

  it("sees an update (RFC 2136) at once", async function () {
    const nsupdate = requireProgram(this, "nsupdate");
    const { world, server } = real();
    const name = fqdn("_amazonses.new.example.com");
    equal((await world.authority.check(name, "TXT", ["fresh"], world.ctx)).state, "missing");
    const script = [
      `server 127.70.2.1 ${server.port}`,
      "zone example.com",
      `key ${KEY.algorithm}:${KEY.name} ${KEY.secret}`,
      `update add ${name} 60 TXT "fresh"`,
      "send",
      "",
    ].join("\n");
    execFileSync(nsupdate, [], { input: script });
    const verdict = await world.authority.check(name, "TXT", ["fresh"], world.ctx);
    equal(verdict.state, "published");
    deepEqual(
      verdict.servers.map(({ state }) => state),
      ["serves", "serves", "serves"],
    );
  });
});
