import assert from "node:assert/strict";
import type { Adoption } from "../../../provider/lifecycle/arguments/types";
import { byHand } from "../../support/engine/adopting";
import { inWorld, isMade, marksOf, statusesOf, tokensOf, US } from "../../support/engine/ownership";
import { DomainIdentity, VerifiedEmailAddress } from "../../support/engine/resources";
import { ACCOUNT, DOMAIN, succeeded } from "../../support/engine/world";

const ADDRESS = "sender@elsewhere-example.com";

/** An identity that a person made, or another stack of this package. */
describe("an identity that is there already", function () {
  this.timeout(400_000);

  it("the same of a DomainIdentity and a VerifiedEmailAddress", () =>
    inWorld(async (world) => {
      byHand(world);
      world.emulator.cloud.ses.inject([{ accountId: ACCOUNT, region: US, name: ADDRESS }]);
      const parts = (adopt: Adoption) => async () => {
        const identities = [{ region: US }];
        new DomainIdentity("parts", { domain: DOMAIN, identities, adopt });
        new VerifiedEmailAddress("sender", { address: ADDRESS, identities, adopt });
      };
      const keeps = await world.open({ stack: "keeps", program: parts("keep") });
      const owns = await world.open({ stack: "owns", program: parts("own") });
      succeeded(await keeps.up());
      succeeded(await keeps.destroy());
      assert.deepEqual([statusesOf(world), statusesOf(world, ADDRESS)], [{ [US]: "Success" }, { [US]: "Success" }]);
      assert.deepEqual([marksOf(world), marksOf(world, US, ADDRESS)], [[], []]);
      succeeded(await keeps.up());
      succeeded(await owns.up());
      for (const name of [DOMAIN, ADDRESS]) {
        assert.equal(isMade(world, US, name), true, name);
        assert.equal(marksOf(world, US, name).length, 2, name);
      }
      succeeded(await owns.destroy());
      assert.deepEqual([statusesOf(world), statusesOf(world, ADDRESS)], [{ [US]: "Success" }, { [US]: "Success" }]);
      succeeded(await keeps.destroy());
      assert.deepEqual([statusesOf(world), statusesOf(world, ADDRESS)], [{}, {}]);
      assert.equal(tokensOf(world).length, 0);
    }));
});
