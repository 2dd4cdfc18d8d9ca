import assert from "node:assert/strict";
import { WIRE_UNKNOWN } from "../../provider/pulumi/inputs";
import { ACCOUNT, DOMAIN, type DomainWorld, NAME, OTHER_TEAM, openDomainWorld } from "../support/emulator/domain";

const US = { region: "us-east-1" };
const EU = { region: "eu-west-1" };
const args = (more: object = {}) => ({ domain: DOMAIN, identities: [US, EU], dns: { kind: "route53" }, ...more });
/** As a program says which run it is. */
const inPreview = (given: object) => ({ ...given, __preview: true });
const inUp = (given: object) => ({ ...given, __preview: false });

/** How many of the texts name a region. */
const naming = (texts: readonly string[], region: string) => texts.filter((text) => text.includes(region)).length;

describe("what a user reads", () => {
  let world: DomainWorld;
  beforeEach(async () => {
    world = await openDomainWorld();
  });
  afterEach(() => world.close());

  const servers = () => world.emulator.zones.list().find((zone) => zone.name === DOMAIN)?.servers ?? [];
  const setStatus = (status: "Pending" | "Success" | "Failed") => {
    const { ses } = world.emulator.cloud;
    for (const { region } of ses.identities()) ses.setStatus(ACCOUNT, region, DOMAIN, status, { held: true });
  };

  describe("of an outage", () => {
    for (const [what, match] of [
      ["SES", { service: "ses" }],
      ["STS", { service: "sts" }],
    ] as const) {
      it(`of ${what} in two regions: once, whole, with both named; what SES said earlier is told as said`, async () => {
        const up = await world.run().up(args());
        world.setValues(NAME, [OTHER_TEAM]);
        world.emulator.faults.http(match, { kind: "error", status: 503 });
        const run = world.run();
        const { inputs, warnings, failures } = await run.preview(args(), up.inputs);
        assert.deepEqual(failures, []);
        assert.deepEqual([warnings.length, naming(warnings, "us-east-1"), naming(warnings, "eu-west-1")], [1, 1, 1]);
        const diff = await run.diff(up.outputs, inputs);
        const all = [...warnings, ...diff.warnings].join("\n");
        assert.match(all, /txt-other-identity/);
        assert.doesNotMatch(all, /says Success|revocation-pending/);
        assert.match(all, /said Success/);
      });
    }

    it("in two regions for two reasons: each", async () => {
      const up = await world.run().up(args());
      world.emulator.faults.http({ service: "ses", region: "us-east-1" }, { kind: "error", status: 503 });
      world.emulator.faults.http({ service: "ses", region: "eu-west-1" }, { kind: "deny" });
      const { warnings } = await world.run().preview(args(), up.inputs);
      assert.equal(warnings.length, 2);
      assert.deepEqual(warnings.map((text) => text.split(":")[0]).sort(), ["ses-permission-missing", "ses-unknown"]);
    });

    it("in one of two regions: its value at the name servers is not called another program's", async () => {
      const up = await world.run().up(args());
      const token = "YW5vdGhlciB0b2tlbiBvZiB0aGUgc2FtZSBzaXplLi4=";
      const ours = { accountId: ACCOUNT, ...US, name: DOMAIN, status: "Pending", token } as const;
      world.emulator.cloud.ses.inject([ours]);
      for (const fault of [{ kind: "error", status: 503 }, { kind: "deny" }, { kind: "throttle" }] as const) {
        world.emulator.faults.http({ service: "ses", region: "eu-west-1" }, fault);
        const { inputs, warnings } = await world.run().preview(args(), up.inputs);
        assert.match([String(inputs.verification), ...warnings].join("\n"), /txt-other-identity/);
        assert.doesNotMatch([String(inputs.verification), ...warnings].join("\n"), /not in this program/);
        world.emulator.faults.clear();
      }
    });

    it("of DNS: once", async () => {
      const up = await world.run().up(args());
      for (const { name } of servers()) world.emulator.faults.dns(name, { lame: "SERVFAIL" });
      const { warnings } = await world.run().preview(args(), up.inputs);
      assert.equal(warnings.filter((text) => text.includes(NAME)).length <= 1, true, warnings.join("\n"));
      const strict = await world.run().preview(args({ previewCheck: "strict" }), up.inputs);
      assert.equal(strict.failures.length, 1, JSON.stringify(strict.failures));
    });

    it("under strict: once, blamed on what set it", async () => {
      const up = await world.run().up(args());
      world.emulator.faults.http({ service: "ses" }, { kind: "error", status: 503 });
      const own = await world.run().preview(args({ previewCheck: "strict" }), up.inputs);
      assert.deepEqual(
        own.failures.map(({ property }) => property),
        ["previewCheck"],
      );
      const configured = await world.run({ previewCheck: "strict" }).preview(args(), up.inputs);
      assert.deepEqual(
        configured.failures.map(({ property }) => property),
        ["sesdomain:previewCheck"],
      );
    });
  });

  describe("of a refresh", () => {
    it("that SES cannot be asked in: one warning for both regions, and the status stays", async () => {
      const up = await world.run().up(args());
      world.emulator.faults.http({ service: "ses" }, { kind: "error", status: 503 });
      const run = world.run();
      const outputs = await run.read(up);
      assert.deepEqual(outputs?.verifications, up.outputs.verifications);
      const warnings = run.lines.filter((line) => line.startsWith("warning: "));
      assert.deepEqual([warnings.length, naming(warnings, "us-east-1"), naming(warnings, "eu-west-1")], [1, 1, 1]);
    });
  });

  describe("of records that a person keeps", () => {
    const one = (dns: unknown, more: object = {}) => ({ domain: DOMAIN, identities: [US], dns, ...more });
    const tables = (lines: readonly string[]) => lines.filter((line) => line.includes("NAME "));

    it("is no advice against what every server serves, and the program wants: to manual and back, and at a later update", async () => {
      const up = await world.run().up(one({ kind: "route53" }));
      const there = world.run();
      const byHand = await there.up(one({ kind: "manual" }), up);
      assert.deepEqual([byHand.failed, tables(there.lines)], [undefined, []]);
      const again = world.run();
      const later = await again.up(one({ kind: "manual" }, { ttl: 120 }), byHand);
      assert.deepEqual([later.failed, tables(again.lines)], [undefined, []]);
      const back = world.run();
      const home = await back.up(one({ kind: "route53" }), later);
      assert.deepEqual([home.failed, tables(back.lines)], [undefined, []]);
      const values = world.at(NAME)?.values ?? [];
      assert.equal(values.length, 2, "what is wanted is there, in addition to the other team's");
    });

    it("is not what `up` publishes: a preview says who does", async () => {
      const up = await world.run().up(one({ kind: "route53" }));
      world.setValues(NAME, [OTHER_TEAM]);
      const preview = async (dns: unknown) =>
        String((await world.run().preview(one(dns), up.inputs)).inputs.verification).split("`pulumi up`")[1] ?? "";
      assert.match(await preview({ kind: "manual" }), /by hand/);
      assert.doesNotMatch(await preview({ kind: "route53" }), /by hand/);
      assert.match(await preview([{ kind: "manual" }, { kind: "route53" }]), /publish what is missing.* by hand/);
    });

    it("is to be deleted, after a destroy, only where a server still serves it", async () => {
      for (const deleted of [false, true]) {
        const late = await world.run().up(one({ kind: "manual" }, { timeout: "1m" }));
        const tokens = world.emulator.cloud.ses.identities().flatMap(({ token }) => token ?? []);
        world.setValues(NAME, [OTHER_TEAM, ...tokens]);
        const done = await world.run().up(one({ kind: "manual" }), late);
        assert.equal(done.failed, undefined);
        if (deleted) world.setValues(NAME, [OTHER_TEAM]);
        const run = world.run();
        await run.destroy(done);
        assert.equal(tables(run.lines).length, deleted ? 0 : 1, run.lines.join("\n"));
      }
    });

    it("is not called served nowhere, after a destroy, at a name where another value of ours is to be deleted", async () => {
      const two = args({ dns: { kind: "manual" } });
      const late = await world.run().up({ ...two, timeout: "1m" });
      const tokens = world.emulator.cloud.ses.identities().flatMap(({ token }) => token ?? []);
      world.setValues(NAME, [OTHER_TEAM, ...tokens]);
      const up = await world.run().up(two, late);
      assert.equal(up.failed, undefined);
      world.setValues(NAME, tokens.slice(0, 1));
      const run = world.run();
      await run.destroy(up);
      assert.equal(tables(run.lines).length, 1, run.lines.join("\n"));
      assert.doesNotMatch(run.lines.join("\n"), /nothing has to be deleted/);
    });

    it("is not to be deleted, after a destroy, while an identity of the same value stays", async () => {
      for (const [dns, values] of [
        [{ kind: "route53" }, 2],
        [{ kind: "manual" }, 2],
      ] as const) {
        const made = await world.run().up({ domain: DOMAIN, identities: [EU], dns: { kind: "route53" } });
        const token = world.emulator.cloud.ses.identities().find(({ region }) => region === EU.region)?.token;
        assert.ok(token);
        const byHand = { accountId: ACCOUNT, ...US, name: DOMAIN, status: "Success", token } as const;
        world.emulator.cloud.ses.inject([byHand]);
        const both = await world.run().up({ domain: DOMAIN, identities: [EU, US], dns }, made);
        assert.equal(both.failed, undefined);
        const run = world.run();
        await run.destroy(both);
        assert.deepEqual(Object.keys(world.statuses()), [`${ACCOUNT}/${US.region}`]);
        assert.equal(world.at(NAME)?.values.length, values, "the value of the identity that stays");
        assert.ok(world.at(NAME)?.values.includes(token));
        assert.deepEqual(tables(run.lines), []);
        world.emulator.cloud.ses.remove({ accountId: ACCOUNT, ...US }, DOMAIN);
        world.setValues(NAME, [OTHER_TEAM]);
      }
    });

    it("is neither published nor deleted where only the order of the hosts changes", async () => {
      const hosts = [{ kind: "manual" }, { kind: "route53" }];
      const up = await world.run().up(one(hosts));
      const before = world.at(NAME);
      const swap = world.run();
      const { inputs, warnings } = await swap.preview(one(hosts.toReversed()), up.inputs);
      assert.deepEqual([warnings, (await swap.diff(up.outputs, inputs)).changes], [[], false]);
      const run = world.run();
      const swapped = await run.up(one(hosts.toReversed()), up);
      assert.deepEqual([swapped.failed, tables(run.lines), world.at(NAME)], [undefined, [], before]);
    });

    it("goes under the name of another placement by hand, and the value under the old name is to be deleted only where it is served", async () => {
      const up = await world.run().up(one({ kind: "route53" }));
      const token = world.emulator.cloud.ses.identities().flatMap(({ token }) => token ?? [])[0] ?? "";
      const there = world.run();
      const late = await there.up(one({ kind: "manual" }, { placement: "apex", timeout: "1m" }), up);
      assert.ok(late.failed);
      assert.equal(tables(there.lines).length, 1, there.lines.join("\n"));
      assert.ok(world.at(NAME)?.values.includes(token), "the value that SES sees stays until the other is there");
      const again = world.run();
      const back = await again.up(one({ kind: "manual" }, { placement: "underscore" }), late);
      assert.deepEqual([back.failed, tables(again.lines)], [undefined, []]);
    });

    it("is not called revoked soon under another placement's name, nor to be deleted where this run has deleted it", async () => {
      const hosts = [{ kind: "manual" }, { kind: "route53" }];
      const up = await world.run().up(one(hosts));
      const moved = one(hosts, { placement: "apex" });
      const { warnings } = await world.run().preview(inPreview(moved), up.inputs);
      assert.doesNotMatch(warnings.join("\n"), /revocation-pending|on no name server/);
      const run = world.run();
      const there = await run.up(inUp(moved), up);
      assert.equal(there.failed, undefined);
      assert.deepEqual(world.at(NAME)?.values, [OTHER_TEAM]);
      assert.deepEqual(
        tables(run.lines).filter((line) => line.includes("no longer")),
        [],
      );
    });

    it("is told where a server lacks it, once", async () => {
      const up = await world.run().up(one({ kind: "route53" }));
      world.setValues(NAME, [OTHER_TEAM]);
      const run = world.run();
      const late = await run.up(one({ kind: "manual" }, { timeout: "2m" }), up);
      assert.ok(late.failed);
      assert.equal(tables(run.lines).length, 1, run.lines.join("\n"));
      assert.doesNotMatch(run.lines.join("\n"), /written again/);
    });
  });

  describe("of a domain that never was verified", () => {
    const holding = async <T>(status: "Pending" | "Failed", work: () => Promise<T>): Promise<T> => {
      const stop = world.emulator.onRequest(({ action, phase }) => {
        if (action === "VerifyDomainIdentity" && phase === "after") setStatus(status);
      });
      return work().finally(stop);
    };
    const waits = args({ timeout: "1m" });

    it("is no revocation, and no success of the past: after a run that timed out", async () => {
      const late = await holding("Pending", () => world.run().up(inUp(waits)));
      assert.ok(late.failed);
      setStatus("Failed");
      const { inputs, warnings } = await world.run().preview(inPreview(waits), late.inputs);
      const told = [String(inputs.verification), ...warnings].join("\n");
      assert.match(told, /verification-failed/);
      assert.doesNotMatch(told, /revo[ck]|verified before/);
      for (const { region } of [US, EU]) world.emulator.cloud.ses.remove({ accountId: ACCOUNT, region }, DOMAIN);
      const gone = await world.run().preview(inPreview(waits), late.inputs);
      assert.doesNotMatch([String(gone.inputs.verification), ...gone.warnings].join("\n"), /verified before/);
    });

    it("nor where another resource waits for it", async () => {
      const identity = await holding("Pending", () =>
        world.run({ kind: "DomainIdentity" }).up(inUp({ domain: DOMAIN, identities: [US] })),
      );
      const of = [identity.outputs];
      const given = { of, timeout: "1m" };
      const own = () => world.run({ kind: "DomainVerification" });
      const late = await own().up(inUp(given));
      assert.ok(late.failed);
      setStatus("Failed");
      const { inputs, warnings } = await own().preview(inPreview(given), late.inputs);
      const told = [String(inputs.verification), ...warnings].join("\n");
      assert.match(told, /verification-failed/);
      assert.doesNotMatch(told, /revo[ck]|verified before/);
    });

    it("is one where it was seen verified", async () => {
      const first = await world.run().up(inUp(args()));
      const second = await world.run().up(inUp(args()), first);
      world.setValues(NAME, [OTHER_TEAM]);
      setStatus("Failed");
      world.emulator.faults.http({ service: "ses", action: "GetEmailIdentity" }, { kind: "deny" });
      const { inputs } = await world.run().preview(inPreview(args()), second.inputs);
      assert.match(String(inputs.verification), /verification-revoked/);
    });
  });

  describe("of an identity that is there already", () => {
    it("names its users, and says so also where none is registered any more", async () => {
      await world.run().up(args());
      const shared = await world.run({ stack: "other" }).preview(args());
      assert.equal(shared.warnings.filter((text) => text.includes("demo/test/mail")).length, 1);
      const { ses } = world.emulator.cloud;
      for (const { region } of [US, EU]) {
        const scope = { accountId: ACCOUNT, region };
        const kept = [...(ses.tags(scope, DOMAIN) ?? [])].filter(([key]) => !key.startsWith("sesdomain:user:"));
        ses.setTags(scope, DOMAIN, new Map(kept));
      }
      const left = await world.run({ stack: "other" }).preview(args());
      assert.equal(naming(left.warnings, "us-east-1"), 1, left.warnings.join("\n"));
    });
  });

  describe("as the property `verification`", () => {
    const shown = async (more: object, before?: Awaited<ReturnType<ReturnType<DomainWorld["run"]>["up"]>>) => {
      const run = world.run();
      const { inputs } = await run.preview(inPreview(args(more)), before?.inputs);
      const changes = before === undefined ? undefined : (await run.diff(before.outputs, inputs)).changes;
      return { verification: inputs.verification, changes };
    };
    const up = (more: object = {}, before?: Awaited<ReturnType<ReturnType<DomainWorld["run"]>["up"]>>) =>
      world.run().up(inUp(args(more)), before);

    it("is not known before anything exists, of whatever kind the resource is", async () => {
      assert.equal((await shown({})).verification, WIRE_UNKNOWN);
      assert.equal((await shown({ previewCheck: "off" })).verification, WIRE_UNKNOWN);
      assert.equal((await shown({ ttl: WIRE_UNKNOWN })).verification, WIRE_UNKNOWN);
      const address = await world
        .run({ kind: "VerifiedEmailAddress" })
        .preview(inPreview({ address: `a@${DOMAIN}`, identities: [US] }));
      assert.equal(address.inputs.verification, WIRE_UNKNOWN);
      const identity = await world
        .run({ kind: "DomainIdentity" })
        .preview(inPreview({ domain: DOMAIN, identities: [US] }));
      assert.equal(identity.inputs.verification, WIRE_UNKNOWN);
      const verification = await world.run({ kind: "DomainVerification" }).preview(inPreview({ of: [] }));
      assert.equal(verification.inputs.verification, WIRE_UNKNOWN);
    });

    it("is as before where all is well, and says what is wrong in a preview alone: nothing of it stays in the state", async () => {
      const first = await up();
      const second = await up({}, first);
      assert.deepEqual(await shown({}, second), { verification: "verified", changes: false });
      world.setValues(NAME, [OTHER_TEAM]);
      const drift = await shown({}, second);
      assert.match(String(drift.verification), /^publish: txt-/);
      const healed = await up({}, second);
      assert.equal(healed.failed, undefined);
      assert.equal(healed.inputs.verification, "verified");
    });

    it("differs from the last run's wherever Diff finds a change, with the reason in it or as a warning", async () => {
      const stop = world.emulator.onRequest(({ action, phase }) => {
        if (action === "VerifyDomainIdentity" && phase === "after") setStatus("Pending");
      });
      const late = await up({ timeout: "1m" });
      stop();
      assert.ok(late.failed);
      const pending = await shown({ timeout: "1m" }, late);
      assert.equal(pending.changes, true);
      assert.match(String(pending.verification), /^incomplete: .*verification-pending/);
      const again = await up({ timeout: "1m" }, late);
      assert.ok(again.failed);
      assert.match(String((await shown({}, again)).verification), /^incomplete: /);

      setStatus("Success");
      const run = world.run();
      const { inputs } = await run.preview(inPreview(args()), again.inputs);
      const diff = await run.diff(again.outputs, inputs);
      assert.equal(diff.changes, true);
      assert.notEqual(inputs.verification, again.inputs.verification);
      assert.equal(diff.warnings.length, 1, diff.warnings.join("\n"));
    });

    it("differs after SES gave another token, also where this resource writes no DNS", async () => {
      const own = () => world.run({ kind: "DomainIdentity" });
      const given = { domain: DOMAIN, identities: [US] };
      const first = await own().up(inUp(given));
      const second = await own().up(inUp(given), first);
      const quiet = await own().preview(inPreview(given), second.inputs);
      assert.equal(quiet.inputs.verification, second.inputs.verification);
      const token = "YW5vdGhlciB0b2tlbiBvZiB0aGUgc2FtZSBzaXplLi4=";
      world.emulator.cloud.ses.inject([{ accountId: ACCOUNT, ...US, name: DOMAIN, status: "Pending", token }]);
      const run = own();
      const { inputs } = await run.preview(inPreview(given), second.inputs);
      const diff = await run.diff(second.outputs, inputs);
      assert.equal(diff.changes, true);
      assert.notEqual(inputs.verification, second.inputs.verification);
      assert.equal(diff.warnings.length, 1, diff.warnings.join("\n"));
    });
  });
});
