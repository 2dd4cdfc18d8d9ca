import assert from "node:assert/strict";
import { idOf } from "../../emulator/http/cloudflare/zones";
import { unquoteText } from "../../provider/dns/txt";
import {
  ACCOUNT,
  DOMAIN,
  type DomainWorld,
  NAME,
  OTHER_TEAM,
  openDomainWorld,
  type Standing,
} from "../support/emulator/domain";

const ROUTE53 = { kind: "route53" };
const US = { region: "us-east-1" };
const EU = { region: "eu-west-1" };
const ARGS = { domain: DOMAIN, identities: [US, EU], dns: ROUTE53 };
const TOKEN = "not-a-token-but-of-two-zones";

/** What Pulumi is told to have changed: `up` does nothing where Diff sees nothing. */
describe("what is a change of a domain", () => {
  let world: DomainWorld;
  beforeEach(async () => {
    world = await openDomainWorld();
  });
  afterEach(() => world.close());

  const changes = async (args: object, before: Standing, config: Readonly<Record<string, string>> = {}) => {
    const run = world.run({ config });
    const { inputs } = await run.preview({ ...args }, before.inputs);
    return (await run.diff(before.outputs, inputs)).changes;
  };

  it("another zone by its id, which is another host", async () => {
    const zones = await Promise.all(
      ["one", "two"].map(() => world.emulator.addZone({ name: DOMAIN, account: "cloudflare", delegated: false })),
    );
    world.emulator.cloudflare.tokens.add({ token: TOKEN, account: "cloudflare" });
    const config = { "cloudflare:apiToken": TOKEN, "cloudflare:baseUrl": world.emulator.env.CLOUDFLARE_BASE_URL ?? "" };
    const [first, second] = zones.map((zone) => ({
      ...ARGS,
      dns: [ROUTE53, { kind: "cloudflare", zoneId: idOf(zone) }],
    }));
    assert.ok(first !== undefined && second !== undefined);
    const up = await world.run({ config }).up(first);
    assert.deepEqual([await changes(first, up, config), await changes(second, up, config)], [false, true]);

    const moved = await world.run({ config }).up(second, up);
    assert.equal(moved.failed, undefined);
    const held = zones.map(({ id }) =>
      (world.emulator.zones.view(id).find({ name: NAME, type: "TXT" })?.values ?? []).map((one) =>
        unquoteText(one, "octal"),
      ),
    );
    const tokens = (moved.outputs.verifications as readonly { readonly token: string }[]).map(({ token }) => token);
    assert.deepEqual(
      held.map((values) => values.sort()),
      [[], tokens.sort()],
    );
    assert.equal(await changes(ARGS, moved, config), true);
  });

  it("`adopt: own`, for an identity that was adopted, and for no other", async () => {
    const own = await world.run().up({ ...ARGS, identities: [EU] });
    assert.equal(await changes({ ...ARGS, identities: [EU], adopt: "own" }, own), false);
    const here = { accountId: ACCOUNT, ...US };
    world.emulator.cloud.ses.inject([{ ...here, name: DOMAIN, token: "byHandByHandByHand", status: "Success" }]);
    const adopted = await world.run({ name: "post" }).up({ ...ARGS, identities: [US] });
    assert.equal(await changes({ ...ARGS, identities: [US] }, adopted), false);
    assert.equal(await changes({ ...ARGS, identities: [US], adopt: "own" }, adopted), true);
  });

  it("a placement where the values are not, once the program names it", async () => {
    // By the state alone: what is missing where it should be is a change of its own.
    const args = { ...ARGS, previewCheck: "off" };
    const expected = { underscore: ["apex", "split"], apex: ["underscore", "split"], split: ["underscore", "apex"] };
    let before = await world.run().up(args);
    assert.equal(await changes({ ...args, placement: "underscore" }, before), false);
    for (const [placement, others] of Object.entries(expected)) {
      before = await world.run().up({ ...args, placement }, before);
      assert.equal(before.failed, undefined);
      const seen = [];
      for (const other of Object.keys(expected))
        if (await changes({ ...args, placement: other }, before)) seen.push(other);
      assert.deepEqual(seen, others);
    }
  });

  it("an identity more, or less, or another host", async () => {
    const up = await world.run().up(ARGS);
    const one = await world.run({ name: "post" }).up({ ...ARGS, identities: [US] });
    assert.equal(await changes({ ...ARGS, identities: [US] }, up), true);
    assert.equal(await changes(ARGS, one), true);
    assert.equal(await changes({ ...ARGS, dns: { kind: "manual" } }, up), true);
    assert.equal(await changes({ ...ARGS, dns: [ROUTE53, { kind: "manual" }] }, up), true);
    assert.equal(await changes({ ...ARGS, identities: [EU, US], ttl: 60 }, up), false);
  });

  it("that it waits now, where the last `up` did not see the domain verified", async () => {
    const up = await world.run().up({ ...ARGS, wait: false });
    assert.equal(up.outputs.verified, false);
    assert.deepEqual([await changes({ ...ARGS, wait: false }, up), await changes(ARGS, up)], [false, true]);
  });
});

describe("what a refresh says of a domain", () => {
  let world: DomainWorld;
  beforeEach(async () => {
    world = await openDomainWorld();
  });
  afterEach(() => world.close());

  const removeFromSes = (region: string) => world.emulator.cloud.ses.remove({ accountId: ACCOUNT, region }, DOMAIN);

  it("that it is there while one identity is", async () => {
    const up = await world.run().up(ARGS);
    world.setValues(NAME, []);
    removeFromSes(US.region);
    const read = await world.run().read(up);
    assert.equal(read?.verified, false);
    removeFromSes(EU.region);
    assert.equal(await world.run().read(up), undefined);
  });

  it("that it is there while one value is: it has to go with the resource", async () => {
    const up = await world.run().up(ARGS);
    for (const { region } of [US, EU]) removeFromSes(region);
    for (const { token } of up.outputs.verifications as readonly { readonly token: string }[]) {
      world.setValues(NAME, [OTHER_TEAM, token]);
      const read = await world.run().read(up);
      assert.equal(read?.verified, false);
      assert.deepEqual(read?.records, up.outputs.records);
    }
    world.setValues(NAME, [OTHER_TEAM]);
    assert.equal(await world.run().read(up), undefined);
  });

  it("what it was where its host cannot be asked", async () => {
    const up = await world.run().up(ARGS);
    world.emulator.faults.http({ service: "route53" }, { kind: "deny" });
    assert.deepEqual(await world.run().read(up), up.outputs);
  });
});
