import assert from "node:assert/strict";
import { MADE_TAG } from "../../provider/ses/register";
import {
  ACCOUNT,
  DOMAIN,
  type DomainWorld,
  NAME,
  OTHER_TEAM,
  openDomainWorld,
  SPF,
  type Standing,
} from "../support/emulator/domain";

const BOTH = ["eu-west-1", "us-east-1"];
const args = (...regions: readonly string[]) => ({
  domain: DOMAIN,
  identities: regions.map((region) => ({ region })),
  dns: { kind: "route53" },
});

/** A process that ends here loses all it knew; the cloud keeps what took effect. */
interface Step {
  readonly phase: "before" | "after";
  readonly call: string;
}

/**
 * Every request that an operation makes, before and after it takes effect, is a place to die: at each one the process
 * is stopped, a new one runs the operation again from the state as it was, and all has to be as if nothing had happened.
 * The engine is left out here, so that all of them can be walked: `kills/create.test.ts` kills it at those that change something.
 */
describe("a process that dies at any request", function () {
  this.timeout(120_000);
  let world: DomainWorld;
  beforeEach(async () => {
    world = await openDomainWorld({ ses: { tokenAfterFailure: "new" } });
  });
  afterEach(() => world.close());

  /** Runs `operation` until its k-th event; undefined once it has fewer. */
  async function killAt(k: number, operation: (signal: AbortSignal) => Promise<unknown>): Promise<Step | undefined> {
    const killer = new AbortController();
    let count = 0;
    let underWay = 0;
    let died: Step | undefined;
    const stop = world.emulator.onRequest(({ service, action, phase }) => {
      count += 1;
      if (phase === "after") underWay -= 1;
      if (count < k) {
        if (phase === "before") underWay += 1;
        return;
      }
      died ??= { phase, call: `${service}:${action}` };
      killer.abort(new Error("killed"));
      throw new Error("nobody is there for the answer");
    });
    try {
      await operation(killer.signal);
      assert.equal(died, undefined, "an operation does not succeed after its process was killed");
    } catch (error) {
      if (died === undefined) throw error;
    } finally {
      // What other requests had set out by then is refused, or, where it was inside already, still takes effect.
      for (let turn = 0; turn < 20 || underWay > 0; turn += 1) await new Promise((resolve) => setImmediate(resolve));
      stop();
    }
    return died;
  }

  function restore(
    values: readonly string[],
    statuses: Readonly<Record<string, [token: string, status: "Success" | "Failed"]>>,
  ) {
    const { ses } = world.emulator.cloud;
    for (const { accountId, region, name } of ses.identities()) ses.remove({ accountId, region }, name);
    ses.inject(
      Object.entries(statuses).map(([region, [token, status]]) => ({
        accountId: ACCOUNT,
        region,
        name: DOMAIN,
        token,
        status,
        tags: Object.fromEntries(tagsOf.get(region) ?? []),
      })),
    );
    world.setValues(NAME, [OTHER_TEAM, ...values]);
  }
  const tagsOf = new Map<string, ReadonlyMap<string, string>>();
  function remember(): Map<string, string> {
    for (const { region, tags } of world.emulator.cloud.ses.identities()) tagsOf.set(region, new Map(tags));
    return new Map(world.emulator.cloud.ses.identities().map(({ region, token }) => [region, token ?? ""]));
  }
  const unsigned = () =>
    world.emulator.cloud.ses
      .identities()
      .filter(({ tags }) => !tags.has(MADE_TAG))
      .map(({ region }) => region)
      .sort();

  function assertConverged({ outputs, failed }: Standing, regions: readonly string[], where: string): void {
    assert.equal(failed, undefined, where);
    const held = world.emulator.cloud.ses.identities();
    assert.deepEqual(held.map(({ region }) => region).sort(), [...regions].sort(), where);
    assert.ok(
      held.every(({ status }) => status === "Success"),
      where,
    );
    const values = [OTHER_TEAM, ...held.map(({ token }) => token ?? "")].sort();
    assert.deepEqual(world.at(NAME), { ttl: 1800, values }, where);
    assert.deepEqual(world.at(DOMAIN), { ttl: 3600, values: [SPF] }, where);
    const { verifications, records, verified } = outputs as {
      verifications: { region: string; token: string }[];
      records: { values: string[] }[];
      verified: boolean;
    };
    assert.equal(verified, true, where);
    assert.deepEqual(verifications.map(({ region }) => region).sort(), [...regions].sort(), where);
    assert.deepEqual(records[0]?.values, verifications.map(({ token }) => token).sort(), where);
  }
  const adopted = ({ outputs }: Standing) =>
    (outputs.verifications as { region: string; adopted: boolean }[])
      .filter((one) => one.adopted)
      .map(({ region }) => region)
      .sort();

  it("in create: the next up takes over what is there", async () => {
    let windows = 0;
    for (let k = 1; ; k += 1) {
      restore([], {});
      const step = await killAt(k, (signal) => world.run({ signal }).up(args(...BOTH)));
      if (step === undefined) break;
      const where = `killed ${step.phase} ${step.call} (event ${k})`;
      const orphans = unsigned();
      const standing = await world.run().up(args(...BOTH));
      assertConverged(standing, BOTH, where);
      // Between VerifyDomainIdentity and TagResource nothing tells whose the identity is: it is kept, and left on destroy.
      assert.deepEqual(adopted(standing), orphans, where);
      if (orphans.length === 0) continue;
      windows += 1;
      await world.run().destroy(standing);
      assert.deepEqual(
        Object.keys(world.statuses()).sort(),
        orphans.map((region) => `${ACCOUNT}/${region}`),
        where,
      );
      const left = world.emulator.cloud.ses.identities().map(({ token }) => token ?? "");
      assert.deepEqual(world.at(NAME)?.values, [OTHER_TEAM, ...left].sort(), where);
    }
    assert.ok(windows > 0, "the walk came by the window between asking and signing");
  });

  it("in update: heals, adds a region and removes one", async () => {
    const before = await world.run().up(args("us-east-1", "eu-west-1"));
    const tokens = remember();
    const old = (region: string) => tokens.get(region) ?? "";
    let windows = 0;
    for (let k = 1; ; k += 1) {
      restore([old("eu-west-1")], {
        "us-east-1": [old("us-east-1"), "Failed"],
        "eu-west-1": [old("eu-west-1"), "Success"],
      });
      const after = args("us-east-1", "ap-southeast-2");
      const step = await killAt(k, (signal) => world.run({ signal }).up(after, before));
      if (step === undefined) break;
      const where = `killed ${step.phase} ${step.call} (event ${k})`;
      const orphans = unsigned();
      const standing = await world.run().up(after, before);
      assertConverged(standing, ["us-east-1", "ap-southeast-2"], where);
      assert.ok(
        orphans.every((region) => region === "ap-southeast-2"),
        where,
      );
      assert.deepEqual(adopted(standing), orphans, where);
      if (orphans.length > 0) windows += 1;
      world.emulator.cloud.ses.remove({ accountId: ACCOUNT, region: "ap-southeast-2" }, DOMAIN);
    }
    assert.ok(windows > 0, "the walk came by the window between asking and signing");
  });

  it("in destroy: the next destroy ends it", async () => {
    const standing = await world.run().up(args(...BOTH));
    const tokens = remember();
    for (let k = 1; ; k += 1) {
      restore(
        [...tokens.values()],
        Object.fromEntries([...tokens].map(([region, token]) => [region, [token, "Success"]])),
      );
      const step = await killAt(k, (signal) => world.run({ signal }).destroy(standing));
      if (step !== undefined) await world.run().destroy(standing);
      const where = `killed ${step?.phase} ${step?.call} (event ${k})`;
      assert.deepEqual(world.statuses(), {}, where);
      assert.deepEqual(world.at(NAME), { ttl: 1800, values: [OTHER_TEAM] }, where);
      assert.deepEqual(world.at(DOMAIN), { ttl: 3600, values: [SPF] }, where);
      if (step === undefined) break;
    }
  });
});
