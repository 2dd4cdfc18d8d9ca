import assert from "node:assert/strict";
import { child } from "../../../provider/core/fqdn";
import { DOMAIN, type DomainWorld, openDomainWorld } from "../../support/emulator/domain";

const BOUNCE = child("bounce", DOMAIN);
const program = (more: object = {}) => ({
  domain: DOMAIN,
  identities: [{ region: "us-east-1" }],
  dns: { kind: "route53" },
  mailFrom: "bounce",
  ...more,
});

describe("a MAIL FROM domain that keeps its name and gets another MX record", () => {
  let world: DomainWorld;
  beforeEach(async () => {
    world = await openDomainWorld();
  });
  afterEach(() => world.close());

  const view = () => {
    const zone = world.emulator.zones.named(DOMAIN);
    assert.ok(zone);
    return world.emulator.zones.view(zone.id);
  };
  const mx = () => view().find({ name: BOUNCE, type: "MX" })?.values;

  async function becomes(next: object, wanted: string): Promise<void> {
    const first = await world.run().up({ ...program(), __preview: false });
    assert.equal(first.failed, undefined);
    const preview = await world.run().preview({ ...program(next), __preview: true }, first.inputs);
    assert.deepEqual(preview.failures, []);
    assert.doesNotMatch(String(preview.inputs.mailFrom), /^conflict/);
    const second = await world.run().up({ ...program(next), __preview: false }, first);
    assert.equal(second.failed, undefined);
    assert.deepEqual(mx(), [wanted]);
    await world.run().destroy(second);
    assert.equal(mx(), undefined);
  }

  it("moves with its identity to another region", () =>
    becomes({ identities: [{ region: "eu-west-1" }] }, "10 feedback-smtp.eu-west-1.amazonses.com."));

  it("takes the host that the program names", () =>
    becomes({ mailFrom: { label: "bounce", mx: "mx.example.org" } }, "10 mx.example.org."));
});

describe("records of others in the place of those of a MAIL FROM domain", () => {
  let world: DomainWorld;
  beforeEach(async () => {
    world = await openDomainWorld();
  });
  afterEach(() => world.close());

  for (const [type, value] of [
    ["MX", "10 mx.example.net."],
    ["TXT", '"v=spf1 ip4:192.0.2.25 -all"'],
  ] as const) {
    it(`are told as a conflict by a preview, and \`up\` refuses: ${type}`, async () => {
      const first = await world.run().up({ ...program(), __preview: false });
      const zone = world.emulator.zones.named(DOMAIN);
      assert.ok(zone);
      world.emulator.zones.change(zone.id, [{ action: "put", set: { name: BOUNCE, type, ttl: 300, values: [value] } }]);
      const preview = await world.run().preview({ ...program(), __preview: true }, first.inputs);
      assert.match(String(preview.inputs.mailFrom), /^conflict: /);
      const second = await world.run().up({ ...program(), __preview: false }, first);
      assert.match(second.failed ?? "", /bounce\.ses-example\.com/);
      assert.deepEqual(world.emulator.zones.view(zone.id).find({ name: BOUNCE, type })?.values, [value]);
    });
  }
});

describe("a record of others at the name of a CNAME record of DKIM", () => {
  for (const [type, value] of [
    ["A", "192.0.2.80"],
    ["TXT", '"v=DKIM1; p="'],
  ] as const) {
    it(`is told as a conflict by a preview, and \`up\` refuses: ${type}`, async () => {
      const world = await openDomainWorld();
      try {
        const args = { ...program(), mailFrom: false, dkim: true };
        const first = await world.run().up({ ...args, __preview: false });
        const zone = world.emulator.zones.named(DOMAIN);
        assert.ok(zone);
        const view = world.emulator.zones.view(zone.id);
        const name = view.all().find((set) => set.type === "CNAME")?.name;
        assert.ok(name);
        world.emulator.zones.change(zone.id, [
          { action: "delete", key: { name, type: "CNAME" } },
          { action: "put", set: { name, type, ttl: 300, values: [value] } },
        ]);
        const preview = await world.run().preview({ ...args, __preview: true }, first.inputs);
        assert.match(String(preview.inputs.dkim), /^conflict: /);
        const second = await world.run().up({ ...args, __preview: false }, first);
        assert.ok(second.failed?.includes(name), second.failed);
        assert.deepEqual(
          view.at(name).map((set) => [set.type, set.values]),
          [[type, [value]]],
        );
      } finally {
        await world.close();
      }
    });
  }
});
