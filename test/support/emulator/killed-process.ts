import assert from "node:assert/strict";
import { MADE_TAG } from "../../../provider/ses/register";
import { ACCOUNT, DOMAIN, type DomainWorld, NAME, OTHER_TEAM, openDomainWorld, SPF, type Standing } from "./domain";

export const BOTH = ["eu-west-1", "us-east-1"];
export const args = (...regions: readonly string[]) => ({
  domain: DOMAIN,
  identities: regions.map((region) => ({ region })),
  dns: { kind: "route53" },
});

/** A process that ends here loses all it knew; the cloud keeps what took effect. */
interface Step {
  readonly phase: "before" | "after";
  readonly call: string;
}

/** A domain's world, and what it takes to stop an operation at any of its requests. */
export async function openKilledWorld() {
  const world: DomainWorld = await openDomainWorld({ ses: { tokenAfterFailure: "new" } });

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

  return { world, killAt, restore, remember, unsigned, assertConverged, adopted };
}

export type KilledWorld = Awaited<ReturnType<typeof openKilledWorld>>;
