import assert from "node:assert/strict";
import { txt } from "../../../emulator/text";
import { fqdn } from "../../../provider/core/fqdn";
import type { Props } from "../../../provider/lifecycle/lifecycle";
import {
  ACCOUNT,
  DOMAIN,
  type DomainWorld,
  HOUR_MS,
  openDomainWorld,
  type Standing,
  stepsOf,
} from "../../support/emulator/domain";
import { recordsOf, type ZoneRecords } from "../../support/emulator/records";

const REGION = "us-east-1";
const BOUNCE = `bounce.${DOMAIN}`;
const DMARC = `_dmarc.${DOMAIN}`;
const ARGS = { domain: DOMAIN, identities: [{ region: REGION }], dns: { kind: "route53" } };
const SPF = "v=spf1 include:amazonses.com ~all";
const MX = `10 feedback-smtp.${REGION}.amazonses.com.`;
const WISH = "v=DMARC1; p=none";

describe("records of others where a domain sends", () => {
  let world: DomainWorld;
  let zone: ZoneRecords;
  beforeEach(async () => {
    world = await openDomainWorld();
    zone = recordsOf(world.emulator, DOMAIN);
  });
  afterEach(() => world.close());

  const preview = (args: Props, olds?: Props) => world.run().preview({ ...args, __preview: true }, olds);
  const up = async (args: Props, before?: Standing) => {
    const standing = await world.run().up({ ...args, __preview: false }, before);
    assert.equal(standing.failed, undefined);
    return standing;
  };
  const made = () => world.emulator.cloud.ses.identity(ACCOUNT, REGION, DOMAIN);

  /** What is at the MAIL FROM name before; and whether that is in the way. */
  const AT_MAIL_FROM: readonly (readonly [
    title: string,
    sets: Readonly<Record<string, readonly string[]>>,
    conflict: boolean,
  ])[] = [
    ["nothing", {}, false],
    ["the same MX and SPF", { MX: [MX], TXT: [txt(SPF)] }, false],
    ["the same MX in other letters", { MX: [MX.toUpperCase()] }, false],
    [
      "another SPF that includes SES",
      { TXT: [txt("v=spf1 include:amazonses.com include:_spf.other.example -all")] },
      false,
    ],
    ["another SPF that ends in -all", { TXT: [txt("v=spf1 include:amazonses.com -all")] }, false],
    ["an SPF without SES", { TXT: [txt("v=spf1 include:_spf.other.example -all")] }, true],
    ["an SPF that only rejects SES", { TXT: [txt("v=spf1 -include:amazonses.com -all")] }, true],
    ["an SPF that includes a name like SES's", { TXT: [txt("v=spf1 include:amazonses.com.other.example ~all")] }, true],
    ["two SPF records", { TXT: [txt(SPF), txt("v=spf1 mx -all")] }, true],
    ["another text", { TXT: [txt("some-verification=1")] }, false],
    ["a foreign MX", { MX: ["10 mx.other.example."] }, true],
    ["a foreign MX in addition to the same", { MX: [MX, "20 mx.other.example."] }, true],
    ["the MX of another region", { MX: ["10 feedback-smtp.eu-west-1.amazonses.com."] }, true],
    ["the same MX with another preference", { MX: [MX.replace("10", "20")] }, true],
    ["a CNAME", { CNAME: ["elsewhere.example."] }, true],
    ["an address", { A: ["192.0.2.1"] }, false],
  ];
  for (const [title, sets, isConflict] of AT_MAIL_FROM) {
    it(`${title} at the MAIL FROM name ${isConflict ? "is a conflict on preview" : "stays"}, also over a destroy`, async () => {
      for (const [type, values] of Object.entries(sets)) zone.put(BOUNCE, type, ...values);
      const before = zone.dump();
      const args = { ...ARGS, mailFrom: "bounce" };
      const { failures } = await preview(args);
      assert.deepEqual([...new Set(failures.map(({ property }) => property))], isConflict ? ["mailFrom"] : []);
      if (isConflict) {
        assert.ok(failures.every(({ reason }) => reason.includes(BOUNCE)));
        await assert.rejects(async () => up(args));
        assert.deepEqual([zone.dump(), made()], [before, undefined]);
        return;
      }
      const standing = await up(args);
      assert.equal(standing.outputs.readyToSend, true);
      const spfs = zone.values(BOUNCE, "TXT").filter((value) => value.includes("v=spf1"));
      assert.deepEqual([spfs.length, zone.values(BOUNCE, "MX").length], [1, 1]);
      const next = await preview(args, standing.inputs);
      assert.deepEqual([stepsOf(next.inputs), next.failures], [[], []]);
      await world.run().destroy(standing);
      const left = zone.dump();
      const lost = before.filter((line) => !left.includes(line) && !isEqualToOurs(line));
      assert.deepEqual([lost, left.filter((line) => !before.includes(line))], [[], []]);
    });
  }

  for (const [title, sets, wish, expected] of [
    ["nothing", [], WISH, [WISH]],
    [
      "another tool's record",
      [[DMARC, "v=DMARC1; p=reject; rua=mailto:d@ses-example.com"]],
      WISH,
      ["v=DMARC1; p=reject; rua=mailto:d@ses-example.com"],
    ],
    ["the same record", [[DMARC, WISH]], WISH, [WISH]],
    ["a record that receivers do not take", [[DMARC, "v=DMARC1 p=none"]], WISH, ["v=DMARC1 p=none"]],
    ["another text", [[DMARC, "some-verification=1"]], WISH, ["some-verification=1", WISH]],
  ] as const) {
    it(`DMARC: ${title} is there`, async () => {
      for (const [name, value] of sets) zone.put(name, "TXT", txt(value));
      const before = zone.dump();
      const args = { ...ARGS, dkim: true, dmarc: { ifAbsent: wish } };
      const standing = await up(args);
      assert.deepEqual([...zone.values(DMARC, "TXT")].sort(), expected.map((value) => txt(value)).sort());
      const next = await preview(args, standing.inputs);
      assert.deepEqual([stepsOf(next.inputs), next.failures], [[], []]);
      const { changes } = await world.run().diff(standing.outputs, next.inputs);
      assert.equal(changes, false);
      await world.run().destroy(standing);
      assert.deepEqual(zone.dump(), before);
    });
  }

  it("DMARC: a policy of the organisational domain that asks for more is not weakened", async () => {
    zone.put(DMARC, "TXT", txt("v=DMARC1; p=reject"));
    const domain = `app.${DOMAIN}`;
    const args = { ...ARGS, domain, dkim: true, dmarc: { ifAbsent: WISH } };
    const { inputs } = await preview(args);
    assert.ok(!stepsOf(inputs).includes("publish "));
    const standing = await up(args);
    assert.deepEqual(zone.values(`_dmarc.${domain}`, "TXT"), []);
    const next = await preview(args, standing.inputs);
    assert.deepEqual(stepsOf(next.inputs), []);
    const stricter = await up({ ...args, dmarc: { ifAbsent: "v=DMARC1; p=reject" } }, standing);
    assert.deepEqual(zone.values(`_dmarc.${domain}`, "TXT"), [txt("v=DMARC1; p=reject")]);
    await world.run().destroy(stricter);
    assert.deepEqual(zone.values(DMARC, "TXT"), [txt("v=DMARC1; p=reject")]);
  });

  it("DMARC: the own record, changed by hand, is theirs from then on", async () => {
    const args = { ...ARGS, dkim: true, dmarc: { ifAbsent: WISH } };
    const standing = await up(args);
    const theirs = txt("v=DMARC1; p=quarantine");
    zone.put(DMARC, "TXT", theirs);
    const shown = await preview(args, standing.inputs);
    assert.equal((await world.run().diff(standing.outputs, shown.inputs)).changes, true);
    const second = await up(args, standing);
    assert.deepEqual(zone.values(DMARC, "TXT"), [theirs]);
    const next = await preview(args, second.inputs);
    assert.equal((await world.run().diff(second.outputs, next.inputs)).changes, false);
    await world.run().destroy(second);
    assert.deepEqual(zone.values(DMARC, "TXT"), [theirs]);
  });

  it("DMARC: changed by hand right before a destroy, it stays", async () => {
    const standing = await up({ ...ARGS, dkim: true, dmarc: { ifAbsent: WISH } });
    const theirs = [txt("v=DMARC1; p=quarantine"), txt("note")];
    zone.put(DMARC, "TXT", ...theirs);
    await world.run().destroy(standing);
    assert.deepEqual([...zone.values(DMARC, "TXT")].sort(), [...theirs].sort());
  });

  it("DMARC: the own record, removed, is written again", async () => {
    const args = { ...ARGS, dkim: true, dmarc: { ifAbsent: WISH } };
    const standing = await up(args);
    zone.remove(DMARC, "TXT");
    await world.emulator.clock.advance(HOUR_MS);
    const shown = await preview(args, standing.inputs);
    assert.deepEqual(stepsOf(shown.inputs).filter((one) => one.startsWith("publish")).length, 1);
    await up(args, standing);
    assert.deepEqual(zone.values(DMARC, "TXT"), [txt(WISH)]);
  });

  it("DMARC: with servers that do not tell, nothing is written", async () => {
    const standing = await up({ ...ARGS, dkim: true });
    const [found] = world.emulator.zones.list().filter(({ name }) => name === fqdn(DOMAIN));
    const faults = (found?.servers ?? []).map(({ name }) =>
      world.emulator.faults.dns(name, { lame: "SERVFAIL", within: DMARC }),
    );
    const args = { ...ARGS, dkim: true, dmarc: { ifAbsent: WISH } };
    const run = world.run();
    const second = await run.up({ ...args, __preview: false }, standing);
    assert.deepEqual([zone.values(DMARC, "TXT"), second.failed], [[], undefined]);
    assert.equal(run.lines.filter((line) => line.startsWith("warning:") && line.includes(DMARC)).length, 1);
    for (const fault of faults) fault.off();
    await up(args, second);
    assert.deepEqual(zone.values(DMARC, "TXT"), [txt(WISH)]);
  });

  for (const [name, property, asks] of [
    [`_domainkey.${DOMAIN}`, "dkim", { dkim: true }],
    [BOUNCE, "mailFrom", { mailFrom: "bounce" }],
  ] as const) {
    it(`${name} that is delegated elsewhere is a conflict on preview`, async () => {
      zone.put(name, "NS", "ns1.other.example.");
      const { failures } = await preview({ ...ARGS, ...asks });
      assert.deepEqual([...new Set(failures.map((one) => one.property))], [property]);
      assert.ok(failures.every(({ reason }) => reason.includes(name) && reason.includes("ns1.other.example")));
      await assert.rejects(async () => up({ ...ARGS, ...asks }));
      assert.equal(made(), undefined);
    });

    it(`${name} that is delegated to a zone of its own: that one has the records`, async () => {
      const own = await world.emulator.addZone({ name, account: ACCOUNT });
      zone.put(name, "NS", ...own.servers.map((server) => `${server.name}.`));
      const before = zone.dump();
      const standing = await up({ ...ARGS, ...asks });
      assert.equal(standing.outputs.readyToSend, true);
      assert.deepEqual(
        zone.dump().filter((line) => !line.includes("_amazonses")),
        before.filter((line) => !line.includes("_amazonses")),
      );
      assert.ok(recordsOf(world.emulator, own.name).dump().length >= 2);
      await world.run().destroy(standing);
      assert.deepEqual(recordsOf(world.emulator, own.name).dump(), []);
    });
  }
});

/** One that equals ours was taken as ours. */
function isEqualToOurs(line: string): boolean {
  const text = line.toLowerCase();
  return text.includes(` mx ${MX}`) || line.includes(SPF);
}
