import assert from "node:assert/strict";
import { fqdn } from "../../provider/core/fqdn";
import { ACCOUNT, type DomainWorld, openDomainWorld } from "../support/emulator/domain";

const REGION = "us-east-1";
const ARGS = { identities: [{ region: REGION }], dns: { kind: "route53" } };
/** Without the first few, whose zones' servers are asked for in any case. */
const LOOKED_AT = 10;

describe("a first preview of many domains at Route 53", () => {
  let world: DomainWorld;
  const names = Array.from({ length: 150 }, (_, at) => `new${String(at).padStart(3, "0")}-example.com`);
  beforeEach(async () => {
    world = await openDomainWorld();
  });
  afterEach(() => world.close());

  it("asks for the zones a hundred at once, and for few of them one by one", async () => {
    for (const name of names) world.emulator.zones.add({ name, account: ACCOUNT });
    await world.emulator.zones.settled();
    world.emulator.requests.reset();
    const run = world.run();
    for (const domain of names) {
      const { failures, warnings } = await run.preview({ ...ARGS, domain, __declared: names.join("\n") });
      assert.deepEqual([failures, warnings], [[], []]);
    }
    const { http } = world.emulator.requests.counts();
    assert.ok((http["route53:ListHostedZonesByName"] ?? 0) <= 4, JSON.stringify(http));
    assert.equal(http["route53:GetHostedZone"], LOOKED_AT);
    assert.equal(http["ses:GetIdentityVerificationAttributes"], 1);
    assert.equal(http["ses:ListEmailIdentities"], 1);
  });

  it("says of each whose delegation leads elsewhere that it does", async () => {
    const elsewhere = [{ name: "ns1.other-host.example", addresses: ["127.77.200.1"] }];
    for (const [at, name] of names.entries()) {
      const isLost = at === 5 || at === 120;
      world.emulator.zones.add({ name, account: ACCOUNT, ...(isLost && { delegated: elsewhere }) });
    }
    await world.emulator.zones.settled();
    const run = world.run();
    for (const at of [...Array(LOOKED_AT).keys(), 119, 120]) {
      const domain = fqdn(names[at] ?? "");
      const { warnings } = await run.preview({ ...ARGS, domain });
      const found = warnings.some((text) => text.startsWith("zone-not-delegated"));
      assert.equal(found, at === 5 || at === 120, `${domain}: ${warnings}`);
    }
  });

  it("says of each that has no zone in the account that it has none", async () => {
    for (const name of names.slice(0, 50)) world.emulator.zones.add({ name, account: ACCOUNT });
    await world.emulator.zones.settled();
    const run = world.run();
    for (const [at, domain] of names.slice(48, 52).entries()) {
      const { failures } = await run.preview({ ...ARGS, domain });
      assert.equal(failures.length, at < 2 ? 0 : 1);
    }
  });
});
