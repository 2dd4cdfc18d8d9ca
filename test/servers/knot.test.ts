import { deepEqual, equal, ok } from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { fqdn } from "../../provider/core/fqdn";
import { startKnot } from "../support/servers/knot";
import { requireProgram } from "../support/servers/programs";
import {
  expectAliasesFollowed,
  expectSameAsDig,
  KEY,
  openRealWorld,
  type RealWorld,
} from "../support/servers/real-zones";

describe("reading from Knot DNS", () => {
  let real: RealWorld | undefined;
  before(async function () {
    requireProgram(this, "knotd");
    requireProgram(this, "dig");
    real = await openRealWorld(["127.70.2.1", "127.70.2.2", "127.70.2.3"], startKnot);
  });
  after(() => real?.close());

  it("says what dig says, at every address", async () => {
    ok(real);
    await expectSameAsDig(real);
  });

  it("follows CNAMEs", async () => {
    ok(real);
    await expectAliasesFollowed(real);
  });

  it("sees an update (RFC 2136) at once", async function () {
    const nsupdate = requireProgram(this, "nsupdate");
    ok(real);
    const { world, server } = real;
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
