import assert from "node:assert/strict";
import { fqdn } from "../../../provider/core/fqdn";
import { assertQuiet, inWorld, isMade, marksOf, statusesOf, US, urnIn, watch } from "../../support/engine/ownership";
import { DomainIdentity, VerifiedEmailAddress } from "../../support/engine/resources";
import { ACCOUNT, succeeded } from "../../support/engine/world";

const PARTS = fqdn("parts-example.com");
const ADDRESS = "sender@elsewhere-example.com";

/** The engine calls Create, then Delete, with one URN. */
describe("a resource that Pulumi replaces", function () {
  this.timeout(400_000);

  it("--replace keeps a DomainIdentity and a VerifiedEmailAddress", () =>
    inWorld(async (world) => {
      const stack = await world.open({
        async program() {
          new DomainIdentity("parts", { domain: PARTS, identities: [{ region: US }] });
          new VerifiedEmailAddress("sender", { address: ADDRESS, identities: [{ region: US }] });
        },
      });
      succeeded(await stack.up());
      const { ses } = world.emulator.cloud;
      const { token } = ses.identity(ACCOUNT, US, PARTS) ?? {};
      assert.ok(ses.confirm(ses.mails.at(-1)?.link ?? ""), "the address's link was followed");
      const seen = watch(world, []);
      const names = ["parts", "sender"];
      const up = succeeded(await stack.up({ replace: await Promise.all(names.map((name) => urnIn(stack, name))) }));
      assert.deepEqual(up.changes, { replace: 2, same: 1 });
      assert.deepEqual(seen.deletions, []);
      assert.equal(ses.identity(ACCOUNT, US, PARTS)?.token, token);
      assert.deepEqual(statusesOf(world, ADDRESS), { [US]: "Success" });
      await assertQuiet(stack);
      for (const name of [PARTS, ADDRESS]) {
        assert.equal(isMade(world, US, name), true, name);
        assert.deepEqual(
          marksOf(world, US, name).map(({ state }) => state),
          ["settled"],
        );
      }
      succeeded(await stack.destroy());
      assert.deepEqual([statusesOf(world, PARTS), statusesOf(world, ADDRESS)], [{}, {}]);
    }));
});
