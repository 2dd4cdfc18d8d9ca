import assert from "node:assert/strict";
import type { Props } from "../../../provider/lifecycle/lifecycle";
import {
  ACCOUNT,
  DOMAIN,
  type DomainWorld,
  openDomainWorld,
  type Standing,
  stepsOf,
} from "../../support/emulator/domain";
import { recordsOf, type ZoneRecords } from "../../support/emulator/records";

const REGION = "us-east-1";
const SCOPE = { accountId: ACCOUNT, region: REGION };
const BOUNCE = `bounce.${DOMAIN}`;
const ARGS = { domain: DOMAIN, identities: [{ region: REGION }], dns: { kind: "route53" }, timeout: "5m" };
const BOTH = { ...ARGS, dkim: true, mailFrom: "bounce" };

describe("a domain that sends, where something fails on the way", () => {
  let world: DomainWorld;
  let zone: ZoneRecords;
  let empty: readonly string[];
  beforeEach(async () => {
    world = await openDomainWorld();
    zone = recordsOf(world.emulator, DOMAIN);
    empty = zone.dump();
  });
  afterEach(() => world.close());

  const ses = () => world.emulator.cloud.ses;
  const identity = () => ses().identity(ACCOUNT, REGION, DOMAIN);
  const up = async (args: Props, before?: Standing) => {
    const standing = await world.run().up({ ...args, __preview: false }, before);
    assert.equal(standing.failed, undefined);
    return standing;
  };

  it("tells a foreign MX on preview also where MAIL FROM is asked for later", async () => {
    const standing = await up(ARGS);
    zone.put(BOUNCE, "MX", "10 mx.other.example.");
    const { failures } = await world.run().preview({ ...BOTH, __preview: true }, standing.inputs);
    assert.deepEqual(
      failures.map(({ property }) => property),
      ["mailFrom"],
    );
  });

  it("tells once that a DMARC record lacks under check, and has nothing to do for it", async () => {
    const standing = await up(BOTH);
    const run = world.run();
    const { inputs, warnings } = await run.preview({ ...BOTH, __preview: true }, standing.inputs);
    const diff = await run.diff(standing.outputs, inputs);
    assert.deepEqual([stepsOf(inputs), diff.changes], [[], false]);
    const told = [...warnings, ...diff.warnings].filter((text) => text.includes(`_dmarc.${DOMAIN}`));
    assert.equal(told.length, 1, [...warnings, ...diff.warnings].join("\n"));
    const off = await world.run().preview({ ...BOTH, dmarc: false, __preview: true }, standing.inputs);
    assert.deepEqual(off.warnings, []);
  });

  it("a create that ends while no server answers goes on over an up, and leaves nothing over a destroy", async () => {
    const servers = world.emulator.zones.named(DOMAIN)?.servers ?? [];
    const faults = servers.map(({ name }) => world.emulator.faults.dns(name, { lame: "SERVFAIL" }));
    const first = await world.run().up({ ...BOTH, timeout: "1m" });
    assert.ok(first.failed);
    assert.equal(first.outputs.readyToSend, false);
    for (const fault of faults) fault.off();
    const second = await up(BOTH, first);
    assert.equal(second.outputs.readyToSend, true);
    await world.run().destroy(second);
    assert.deepEqual([identity(), zone.dump()], [undefined, empty]);
  });

  it("a create that ended early is destroyed whole", async () => {
    const fault = world.emulator.faults.http({ action: "PutEmailIdentityMailFromAttributes" }, { kind: "deny" });
    const first = await world.run().up(BOTH);
    assert.ok(first.failed);
    fault.off();
    await world.run().destroy(first);
    assert.deepEqual([identity(), zone.dump()], [undefined, empty]);
  });

  it("a MAIL FROM domain that may not be cleared keeps no destroy from its end", async () => {
    const standing = await up(BOTH);
    world.emulator.faults.http({ action: "PutEmailIdentityMailFromAttributes" }, { kind: "deny" });
    world.emulator.faults.http({ action: "SetIdentityMailFromDomain" }, { kind: "deny" });
    await world.run().destroy(standing);
    assert.deepEqual([identity(), zone.dump()], [undefined, empty]);
  });

  it("a destroy is done twice without harm", async () => {
    const standing = await up({ ...BOTH, dmarc: { ifAbsent: "v=DMARC1; p=none" } });
    await world.run().destroy(standing);
    await world.run().destroy(standing);
    assert.deepEqual([identity(), zone.dump()], [undefined, empty]);
  });

  it("another MAIL FROM that came meanwhile is not cleared where the argument goes", async () => {
    const standing = await up({ ...ARGS, mailFrom: "bounce" });
    ses().setMailFrom(SCOPE, DOMAIN, `theirs.${DOMAIN}`, "default");
    await up(ARGS, standing);
    assert.equal(identity()?.mailFrom?.domain, `theirs.${DOMAIN}`);
  });

  it("without a look at preview, up refuses what contradicts, and touches none of it", async () => {
    for (const name of ["ours", "theirs"]) ses().configurationSets.create(SCOPE, name);
    const easy = { method: { kind: "easy", keyLength: 2048 } } as const;
    for (const [asks, there] of [
      [{ dkim: { keyLength: 1024 } }, { dkim: easy }],
      [{ dkim: { signing: false } }, { dkim: easy }],
      [{ mailFrom: "bounce" }, { mailFrom: { domain: `mail.${DOMAIN}` } }],
      [{ configurationSet: "ours" }, { configurationSet: "theirs" }],
    ] as const) {
      ses().remove(SCOPE, DOMAIN);
      ses().inject([{ ...SCOPE, name: DOMAIN, token: "byHand", ...there }]);
      const before = [ses().dkim(SCOPE, DOMAIN), identity()?.mailFrom?.domain, identity()?.configurationSet];
      const standing = await world.run().up({ ...ARGS, ...asks, previewCheck: "off" });
      assert.ok(standing.failed?.includes(Object.keys(asks)[0] ?? ""), JSON.stringify(asks));
      assert.deepEqual([ses().dkim(SCOPE, DOMAIN), identity()?.mailFrom?.domain, identity()?.configurationSet], before);
      await world.run().destroy(standing);
      assert.notEqual(identity(), undefined);
    }
  });

  it("dkim that is only watched counts as ready, also where it is asked for later", async () => {
    ses().inject([{ ...SCOPE, name: DOMAIN, token: "byHand", dkim: {} }]);
    const { tokens, zone: at } = ses().dkim(SCOPE, DOMAIN);
    for (const token of tokens) zone.put(`${token}._domainkey.${DOMAIN}`, "CNAME", `${token}.${at}.`);
    const standing = await up(ARGS);
    const shown = await world.run().preview({ ...ARGS, dkim: "keep", __preview: true }, standing.inputs);
    assert.equal((await world.run().diff(standing.outputs, shown.inputs)).changes, true);
    const watched = await up({ ...ARGS, dkim: "keep" }, standing);
    assert.equal(watched.outputs.readyToSend, true);
    zone.remove(`${tokens[0]}._domainkey.${DOMAIN}`, "CNAME");
    const { inputs } = await world.run().preview({ ...ARGS, dkim: "keep", __preview: true }, watched.inputs);
    assert.match(String(inputs.dkim), /dkim-cname/);
    assert.deepEqual(stepsOf(inputs), []);
  });
});
