import assert from "node:assert/strict";
import { inputName } from "../../../provider/core/config-names";
import type { Fqdn } from "../../../provider/core/fqdn";
import { awsConfig } from "../../support/aws/cloud";
import { ACCOUNT, DOMAIN, type DomainWorld, NAME, OTHER_TEAM, openDomainWorld } from "../../support/emulator/domain";
import { CallFailed, openTestPlugin, type Stored, type TestPlugin } from "../../support/plugin/plugin";

const ARGS = { domain: DOMAIN, identities: [{ region: "us-east-1" }], dns: { kind: "route53" } };

/** The stack config of the dynamic provider, as the plugin's provider has it. */
function configOf({ emulator }: DomainWorld) {
  const entries = Object.entries(awsConfig(emulator.cloud)).map(([key, value]) => [inputName(key), value]);
  return Object.fromEntries(entries) as Readonly<Record<string, string>>;
}

describe("a domain of the plugin", () => {
  let world: DomainWorld;
  beforeEach(async () => {
    world = await openDomainWorld();
  });
  afterEach(() => world.close());

  const open = (more: Partial<Parameters<typeof openTestPlugin>[0]> = {}) =>
    openTestPlugin({
      env: world.emulator.env,
      clock: world.clock,
      ...more,
      config: { ...configOf(world), ...more.config },
    });
  const made = async (plugin: TestPlugin, args: object = ARGS): Promise<Stored> => {
    const { inputs, failures } = await plugin.check({ ...args });
    assert.deepEqual(failures, []);
    return plugin.create(inputs);
  };
  /** What each preview and `up` begins with, in a process of its own. */
  const seen = async (stored: Stored, args: object = ARGS, more: Parameters<typeof open>[0] = {}) => {
    const plugin = await open(more);
    const read = stored.watched ? await plugin.read(stored) : stored;
    assert.ok(read !== undefined);
    const { inputs, failures } = await plugin.check({ ...args }, read.inputs);
    assert.deepEqual(failures, []);
    return { plugin, read, inputs };
  };
  const changing = () =>
    world.emulator.requests
      .log()
      .filter(({ action }) => /^(Verify|Delete|Tag|Untag|Change|Create|Put|Update|Set)/.test(action ?? ""));

  it("is read before each preview, and has no difference as long as nothing is lost", async () => {
    const stored = await made(await open());
    assert.equal(stored.watched, true);
    assert.equal(stored.outputs.verified, true);
    const { plugin, read, inputs } = await seen(stored);
    assert.deepEqual(read.outputs, stored.outputs);
    assert.deepEqual(inputs, { ...stored.inputs, verified: true, verification: "verified" });
    assert.deepEqual(await plugin.diff(read, inputs), { changes: false, properties: {}, replaces: [] });
    assert.deepEqual(plugin.lines, []);
  });

  it("shows a lost record as an output that is wanted otherwise, and an update brings it back", async () => {
    const stored = await made(await open());
    world.setValues(NAME, [OTHER_TEAM]);
    const { plugin, read, inputs } = await seen(stored);
    assert.equal(read.outputs.verified, false);
    assert.match(String(read.outputs.verification), /^publish: /);
    const { changes, properties } = await plugin.diff(read, inputs);
    assert.equal(changes, true);
    assert.deepEqual(properties, { verified: "update", verification: "update" });
    const updated = await plugin.update(read, inputs);
    assert.equal(updated.outputs.verified, true);
    assert.equal(updated.outputs.verification, "verified");
    assert.equal(world.at(NAME)?.values.length, 2);
    const again = await seen(updated);
    assert.equal((await again.plugin.diff(again.read, again.inputs)).changes, false);
  });

  it("shows a lost DKIM record by what is ready to send, and the verification as it is", async () => {
    const args = { ...ARGS, dkim: true };
    const stored = await made(await open(), args);
    assert.equal(stored.outputs.readyToSend, true);
    const records = stored.outputs.records as readonly { readonly name: Fqdn; readonly type: string }[];
    const cname = records.find(({ type }) => type === "CNAME");
    const zone = world.emulator.zones.named(DOMAIN);
    assert.ok(cname !== undefined && zone !== undefined);
    world.emulator.zones.change(zone.id, [{ action: "delete", key: { name: cname.name, type: "CNAME" } }]);
    const { plugin, read, inputs } = await seen(stored, args);
    assert.deepEqual([read.outputs.verified, read.outputs.readyToSend], [true, false]);
    const { properties } = await plugin.diff(read, inputs);
    assert.deepEqual(properties, { readyToSend: "update", verification: "update" });
    assert.equal((await plugin.update(read, inputs)).outputs.readyToSend, true);
  });

  it("that is not waited for has no difference while SES is pending", async () => {
    const args = { ...ARGS, wait: false };
    const lag = world.emulator.faults.dns("*", { lagMs: "frozen" });
    const stored = await made(await open(), args);
    assert.equal(stored.outputs.verified, false);
    lag.off();
    for (let run = 0; run < 2; run++) {
      const { plugin, read, inputs } = await seen(stored, args);
      assert.equal((await plugin.diff(read, inputs)).changes, false, JSON.stringify(plugin.lines));
    }
  });

  it("has no difference where SES has failed it and it may not be asked again, and tells it", async () => {
    const args = { ...ARGS, restart: "never" };
    const stored = await made(await open(), args);
    world.emulator.cloud.ses.setStatus(ACCOUNT, "us-east-1", DOMAIN, "Failed", { held: true });
    const failed = await seen(stored, args);
    assert.equal(failed.read.outputs.verified, false);
    assert.deepEqual(
      await failed.plugin.diff(failed.read, failed.inputs),
      { changes: false, properties: {}, replaces: [] },
      JSON.stringify([failed.read.outputs, failed.plugin.lines]),
    );
    world.emulator.cloud.ses.setStatus(ACCOUNT, "us-east-1", DOMAIN, "Success");
    const { read } = await seen(failed.read, args);
    assert.equal(read.outputs.verified, true);
    assert.equal(read.outputs.verifiedAt, stored.outputs.verifiedAt);
  });

  it("made known by an id alone is read as an import, whatever else a program says of it", async () => {
    const stored = await made(await open());
    const got = await (await open()).read({ ...stored, inputs: {}, outputs: { domain: DOMAIN } });
    assert.equal(got?.outputs.verified, true);
  });

  it("is left alone where the program ignores what drifts", async () => {
    const stored = await made(await open());
    world.setValues(NAME, [OTHER_TEAM]);
    const { plugin, read, inputs } = await seen(stored);
    for (const ignored of [["verified"], ["*"]]) {
      assert.equal((await plugin.diff(read, inputs, ignored)).changes, false, ignored.join());
    }
    assert.equal((await plugin.diff(read, inputs, ["ttl"])).changes, true);
  });

  it("is gone for the engine once SES and DNS have nothing of it", async () => {
    const stored = await made(await open());
    world.setValues(NAME, [OTHER_TEAM]);
    world.emulator.cloud.ses.remove({ accountId: ACCOUNT, region: "us-east-1" }, DOMAIN);
    assert.equal(await (await open()).read(stored), undefined);
  });

  it("keeps its state, with a warning, where nothing can be learned or the account is another one", async () => {
    const stored = await made(await open());
    const faults = ["ses", "sesv2", "sts"].map((service) =>
      world.emulator.faults.http({ service }, { kind: "error", status: 400, code: "AccessDeniedException" }),
    );
    const plugin = await open();
    assert.deepEqual((await plugin.read(stored))?.outputs, stored.outputs);
    assert.ok(
      plugin.lines.some((line) => line.startsWith("warning: ")),
      JSON.stringify(plugin.lines),
    );
    for (const fault of faults) fault.off();
  });

  it("fails a strict preview that cannot learn something, and not the difference that a refresh draws", async () => {
    const args = { ...ARGS, previewCheck: "strict" };
    const stored = await made(await open(), args);
    const faults = ["ses", "sesv2"].map((service) =>
      world.emulator.faults.http({ service }, { kind: "error", status: 400, code: "AccessDeniedException" }),
    );
    const refresh = await open();
    const read = await refresh.read(stored);
    assert.deepEqual(read?.outputs, stored.outputs);
    assert.equal((await refresh.diff(stored, stored.inputs)).changes, false);
    const plugin = await open();
    const { inputs } = await plugin.check(args, stored.inputs);
    await assert.rejects(plugin.diff(stored, inputs), CallFailed);
    for (const fault of faults) fault.off();
  });

  it("looks in Diff where the engine cannot read before a preview", async () => {
    const old = { canWatch: false };
    const stored = await made(await open(old));
    assert.equal(stored.watched, false);
    world.setValues(NAME, [OTHER_TEAM]);
    const { plugin, read, inputs } = await seen(stored, ARGS, old);
    assert.equal((await plugin.diff(read, inputs)).changes, true);
    assert.ok(plugin.lines.some((line) => line.includes("publish: ")));
  });

  it("is read no more with previewCheck off, and again after that", async () => {
    const stored = await made(await open(), { ...ARGS, previewCheck: "off" });
    assert.equal(stored.watched, false);
    const { plugin, read, inputs } = await seen(stored);
    assert.equal((await plugin.diff(read, inputs)).changes, true);
    assert.equal((await plugin.update(read, inputs)).watched, true);
    const off = await seen({ ...stored, watched: true }, ARGS, { config: { previewCheck: "off" } });
    assert.equal(off.read.watched, false);
  });

  it("keeps secret what repeats a secret argument, and no more with each read", async () => {
    const secret = (value: string) => ({
      "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270",
      value,
    });
    const args = { ...ARGS, identities: [{ region: "us-east-1", accountId: secret(ACCOUNT) }] };
    const stored = await made(await open(), args);
    assert.ok(
      !JSON.stringify({ ...stored.outputs, identityArns: "", verifications: "", identities: "" }).includes(ACCOUNT),
    );
    const first = await (await open()).read(stored);
    assert.deepEqual(first?.outputs, stored.outputs);
    assert.equal(stored.outputs.verified, true);
    assert.equal(stored.outputs.domain, DOMAIN);
  });

  it("comes from the dynamic provider by one update, which changes nothing but its mark", async () => {
    const run = world.run({});
    const before = await run.up(ARGS);
    const urn = "urn:pulumi:test::demo::pulumi-nodejs:dynamic/sesdomain:VerifiedDomain::mail";
    const outputs = { ...before.outputs, __urn: urn, __provider: "exports.handler = …" };
    const stored = { id: DOMAIN, inputs: before.inputs, outputs, watched: false };
    const { plugin, inputs } = await seen(stored);
    assert.deepEqual(await plugin.diff(stored, inputs), {
      changes: true,
      properties: { __provider: "delete", __urn: "delete" },
      replaces: [],
    });
    const marked = changing().length;
    const moved = await plugin.update(stored, inputs);
    assert.deepEqual(
      changing()
        .slice(marked)
        .map(({ action }) => action),
      ["TagResource"],
    );
    assert.equal(moved.outputs.__mark, before.outputs.__mark);
    assert.deepEqual([moved.outputs.__provider, moved.outputs.__urn, moved.watched], [undefined, undefined, true]);
    await (await open()).delete(moved);
    assert.deepEqual(world.statuses(), {});
    assert.deepEqual(world.at(NAME)?.values, [OTHER_TEAM]);
  });

  it("is unfinished where its time is over, and goes on from there", async () => {
    const lag = world.emulator.faults.dns("*", { lagMs: "frozen" });
    const plugin = await open();
    const { inputs } = await plugin.check(ARGS);
    const failed = await plugin.create(inputs, { timeout: 60 }).catch((error: unknown) => error);
    assert.ok(failed instanceof CallFailed && failed.unfinished !== undefined, String(failed));
    assert.equal(failed.unfinished.id, DOMAIN);
    assert.equal(failed.unfinished.watched, true);
    assert.equal(failed.unfinished.outputs.verified, false);
    lag.off();
    const again = await seen({ ...failed.unfinished, inputs });
    assert.equal((await again.plugin.diff(again.read, again.inputs)).changes, true);
    assert.equal((await again.plugin.update(again.read, again.inputs)).outputs.verified, true);
  });

  it("tells on a preview what is known, and marks the rest as unknown", async () => {
    const plugin = await open();
    const { inputs } = await plugin.check(ARGS);
    const foreseen = await plugin.create(inputs, { preview: true });
    assert.equal(foreseen.outputs.domain, DOMAIN);
    assert.deepEqual(foreseen.outputs.identityArns, inputs.identityArns);
    assert.equal(foreseen.outputs.records, "04da6b54-80e4-46f7-96ec-b56ff0331ba9");
    assert.equal(changing().length, 0);
  });
});
