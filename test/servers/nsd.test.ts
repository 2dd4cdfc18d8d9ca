import { ok } from "node:assert/strict";
import { startNsd } from "../support/servers/nsd";
import { requireProgram } from "../support/servers/programs";
import { expectAliasesFollowed, expectSameAsDig, openRealWorld, type RealWorld } from "../support/servers/real-zones";

describe("reading from NSD", () => {
  let real: RealWorld | undefined;
  before(async function () {
    requireProgram(this, "nsd");
    requireProgram(this, "dig");
    real = await openRealWorld(["127.70.4.1", "127.70.4.2", "127.70.4.3"], startNsd);
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
});
