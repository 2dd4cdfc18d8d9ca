import assert from "node:assert/strict";
import { DomainVerification, VerifiedDomain } from "../../provider";
import { inWorld, marksOf, US } from "../support/engine/ownership";
import { DOMAIN, succeeded, warningsOf } from "../support/engine/world";

const NAMES = ["one", "two", "three"].map((label) => `${label}.${DOMAIN}`);
const PLACES = 2;

describe("more new domains than the engine has places, on the engine", function () {
  this.timeout(180_000);

  const declareAll = (wait: boolean) => {
    const identities = [{ region: US }];
    const args = { identities, dns: { kind: "route53" as const }, wait };
    const domains = NAMES.map((domain) => new VerifiedDomain(domain, { domain, ...args }));
    if (wait) return;
    const of = domains.map(({ domain, verifications, records }) => ({ domain, identities, verifications, records }));
    new DomainVerification("all", { of });
  };
  /** The warning names how many there are, and the option that gives more. */
  const ofPlaces = (text: string) => text.includes("--parallel");

  it("a preview says once that some begin later, and nothing where one verification waits for all", () =>
    inWorld(async (world) => {
      const env = { PULUMI_PARALLEL: `${PLACES}` };
      const each = await world.open({ stack: "each", program: async () => declareAll(true), env });
      const one = await world.open({ stack: "one", program: async () => declareAll(false), env });
      assert.equal(warningsOf(await each.preview()).filter(ofPlaces).length, 1);
      assert.equal(warningsOf(await one.preview()).filter(ofPlaces).length, 0);
      succeeded(await one.up());
      // Creates that ran at once have left no mark of theirs unfinished.
      for (const name of NAMES) {
        assert.deepEqual(
          marksOf(world, US, name).map(({ state }) => state),
          ["settled"],
          name,
        );
      }
      const after = await one.preview({ expectNoChanges: true });
      assert.equal(after.exitCode, 0, after.stdout);
      succeeded(await one.destroy());
    }));
});
