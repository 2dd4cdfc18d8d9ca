import assert from "node:assert/strict";
import { DOMAIN, type DomainWorld, NAME, OTHER_TEAM, openDomainWorld } from "../support/emulator/domain";

const IDENTITY = { domain: DOMAIN, identities: [{ region: "us-east-1" }] };
const ONE = { ...IDENTITY, dns: { kind: "route53" } };
const ADDRESS = `postmaster@${DOMAIN}`;

describe("the line of an operation at an emulated cloud", () => {
  let world: DomainWorld;
  const open = async (options: Parameters<typeof openDomainWorld>[0] = {}) => {
    world = await openDomainWorld(options);
  };
  afterEach(() => world.close());
  const ses = () => world.emulator.cloud.ses;
  const last = (lines: readonly string[]) => lines.at(-1) ?? "";
  /** The seconds of lines that end in a time. */
  const timesOf = (lines: readonly string[]) =>
    lines.flatMap((line) => {
      const [, minutes = "0", seconds] = /, (?:(\d+)m)?(\d+)s$/.exec(line) ?? [];
      return seconds === undefined ? [] : [60 * Number(minutes) + Number(seconds)];
    });

  it("moves while Route 53 brings a change to its servers, and ends with the domain verified", async () => {
    await open({ route53: { insyncMs: 40_000 } });
    const up = world.run();
    assert.equal((await up.up(ONE)).failed, undefined);
    const writing = timesOf(up.lines.filter((line) => line.includes("route53")));
    assert.ok(writing.length >= 5, up.lines.join("\n"));
    assert.ok(
      writing.every((time, index) => index === 0 || time - (writing[index - 1] ?? 0) <= 6),
      writing.join(),
    );
    assert.match(last(up.lines), /^verified: 3\/3 DNS, SES 1\/1, /);
  });

  it("moves while Route 53 takes long at a destroy, and says how that ended", async () => {
    await open();
    const up = await world.run().up(ONE);
    const off = world.emulator.faults.http(
      { service: "route53", action: "ChangeResourceRecordSets" },
      { kind: "throttle" },
    );
    world.emulator.clock.setTimer(20_000, () => off.off());
    const destroy = world.run();
    await destroy.destroy(up);
    assert.ok(timesOf(destroy.lines).length >= 2, destroy.lines.join("\n"));
    assert.match(last(destroy.lines), /^done, \d+s$/);
    assert.deepEqual(world.at(NAME)?.values, [OTHER_TEAM]);
  });

  it("ends with the addresses that are confirmed, or with how many were in time", async () => {
    await open();
    const args = {
      address: ADDRESS,
      identities: [{ region: "us-east-1" }, { region: "eu-west-1" }],
      wait: true,
      timeout: "10m",
    };
    const confirm = (count: number) => {
      for (const { link } of ses().mails.slice(0, count)) if (link !== undefined) ses().confirm(link);
    };
    world.emulator.clock.setTimer(60_000, () => confirm(1));
    const late = world.run({ kind: "VerifiedEmailAddress" });
    const cut = await late.up(args);
    assert.match(cut.failed ?? "", /10m/);
    assert.match(last(late.lines), /: SES 1\/2, 10m/);
    assert.equal(late.lines.filter((line) => /^SES 1\/2, .*Success/.test(line) && !line.includes(" of ")).length, 1);
    world.emulator.clock.setTimer(30_000, () => confirm(2));
    const again = world.run({ kind: "VerifiedEmailAddress" });
    assert.equal((await again.up(args, cut)).failed, undefined);
    assert.match(last(again.lines), /^confirmed: SES 2\/2, \d+s$/);
  });

  it("ends with what another provider's record has come to", async () => {
    await open();
    const identity = await world.run({ kind: "DomainIdentity" }).up(IDENTITY);
    const [record] = identity.outputs.records as readonly { readonly values: readonly string[] }[];
    const late = world.run({ kind: "DomainVerification" });
    const cut = await late.up({ of: [identity.outputs], timeout: "1m" });
    assert.match(last(late.lines), /^timed out: 0\/3 DNS, SES 0\/1, 1m/);
    world.setValues(NAME, record?.values ?? []);
    const done = world.run({ kind: "DomainVerification" });
    assert.equal((await done.up({ of: [identity.outputs] }, cut)).failed, undefined);
    assert.match(last(done.lines), /^verified: 3\/3 DNS, SES 1\/1, /);
  });

  it("counts domains where there are several", async () => {
    await open();
    const domains = [`a.${DOMAIN}`, `b.${DOMAIN}`];
    const made = [];
    for (const domain of domains) {
      const args = { ...IDENTITY, domain };
      made.push(await world.run({ kind: "DomainIdentity", name: domain }).up(args));
    }
    const values = made.map(({ outputs }) => outputs.records as readonly { name: string; values: string[] }[]);
    const publish = (index: number) => {
      for (const { name, values: own } of values[index] ?? []) world.setValues(name as typeof NAME, own);
    };
    publish(0);
    world.emulator.clock.setTimer(90_000, () => publish(1));
    const all = world.run({ kind: "DomainVerification" });
    const up = await all.up({ of: made.map(({ outputs }) => outputs) });
    assert.equal(up.failed, undefined);
    assert.match(last(all.lines), /^verified: 2 of 2 domains, /);
    assert.ok(
      all.lines.some((line) => line.startsWith("1 of 2 domains ")),
      all.lines.join("\n"),
    );
  });
});
