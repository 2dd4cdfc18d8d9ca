import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fqdn } from "../../provider/core/fqdn";
import { awsConfig } from "../support/aws/cloud";
import {
  ACCOUNT,
  DOMAIN,
  type DomainWorld,
  openDomainWorld,
  type Run,
  type Standing,
} from "../support/emulator/domain";
import { ARGS, type BlackHole, openBlackHole, SILENCE_MS, silencing, timed } from "../support/lifecycle/silence";

const STRICT = { previewCheck: "strict" };

describe("a preview with an endpoint that never answers", () => {
  let world: DomainWorld;
  let hole: BlackHole;
  let up: Standing;
  beforeEach(async () => {
    world = await openDomainWorld();
    hole = await openBlackHole();
    up = await world.run().up(ARGS);
    assert.equal(up.failed, undefined);
  });
  afterEach(async () => {
    hole.close();
    await world.close();
  });

  const endpoints = (...services: readonly string[]) => silencing(world, hole, ...services);
  /** As the engine asks for several resources: check, then diff, one after the other. */
  const previewAll = async (run: Run, count: number, more: object = {}) => {
    const seen = [];
    for (let resource = 0; resource < count; resource += 1) {
      const { inputs, warnings, failures } = await run.preview({ ...ARGS, ...more }, up.inputs);
      const { changes, warnings: later } = await run.diff(up.outputs, { ...up.inputs, ...inputs });
      // What could not be learned changes nothing.
      if (failures.length === 0) assert.deepEqual(inputs, up.inputs);
      seen.push({ changes, warnings: [...warnings, ...later], failures });
    }
    return seen;
  };

  for (const [what, services, name] of [
    ["SES", ["ses", "sesv2"], /^SES in us-east-1/],
    ["STS", ["sts"], /^AWS STS in us-east-1/],
  ] as const) {
    it(`goes on without ${what}, says it once, and waits once for all resources`, async () => {
      const run = world.run({ silenceMs: SILENCE_MS, config: endpoints(...services) });
      const seen = await timed(() => previewAll(run, 8));
      assert.ok(seen.every(({ changes, failures }) => !changes && failures.length === 0));
      assert.deepEqual(
        seen.map(({ warnings }) => warnings.filter((text) => name.test(text)).length),
        [1, 0, 0, 0, 0, 0, 0, 0],
      );
    });

    it(`fails a strict preview without ${what}`, async () => {
      const run = world.run({ silenceMs: SILENCE_MS, config: endpoints(...services) });
      const seen = await timed(() => previewAll(run, 3, STRICT));
      for (const { failures } of seen) assert.ok(failures.length > 0);
    });
  }

  it("goes on without the DNS host", async () => {
    const run = world.run({ silenceMs: SILENCE_MS, config: endpoints("route53") });
    const names = ["a", "b", "c", "d", "e"].map((label) => fqdn(`${label}-example.com`));
    const seen = await timed(async () => {
      const all = [];
      for (const domain of names) all.push(await run.preview({ ...ARGS, domain }));
      return all;
    });
    assert.ok(seen.every(({ failures }) => failures.length === 0));
    assert.equal(seen.flatMap(({ warnings }) => warnings.filter((text) => /^Route 53 gave/.test(text))).length, 1);
    const strict = await run.preview({ ...ARGS, ...STRICT, domain: names[0] });
    assert.ok(strict.failures.length > 0);
  });

  it("is bounded where `diff` looks at a host by other credentials", async () => {
    const run = world.run({ silenceMs: SILENCE_MS, config: endpoints("route53") });
    const moved = { ...up.inputs, dns: { kind: "route53", zoneId: "Z0000000000" } };
    const outputs = { ...up.outputs, dns: [{ kind: "route53", zoneId: "Z0000000000", profile: "old" }] };
    const { changes } = await timed(() => run.diff(outputs, moved));
    assert.equal(changes, false);
  });

  it("goes on without DNS", async () => {
    const config = { "sesdomain:dnsResolvers": `127.0.0.1:${hole.port}` };
    const run = world.run({ silenceMs: SILENCE_MS, config });
    const seen = await timed(() => previewAll(run, 4));
    assert.ok(seen.every(({ changes, failures }) => !changes && failures.length === 0));
    assert.equal(seen.flatMap(({ warnings }) => warnings.filter((text) => /^DNS gave/.test(text))).length, 1);
    for (const { failures } of await previewAll(run, 1, STRICT)) assert.ok(failures.length > 0);
  });

  it("bounds what an address and a wait by another resource ask, too", async () => {
    const run = world.run({ kind: "DomainVerification", silenceMs: SILENCE_MS, config: endpoints("ses", "sesv2") });
    const seen = await timed(() => run.preview({ of: [up.outputs] }, { verification: "verified" }));
    assert.deepEqual([seen.failures, seen.inputs.verification], [[], "verified"]);
    assert.equal(seen.warnings.length, 1);
    const address = world.run({
      kind: "VerifiedEmailAddress",
      silenceMs: SILENCE_MS,
      config: endpoints("ses", "sesv2"),
    });
    const args = { address: `somebody@${DOMAIN}`, identities: ARGS.identities };
    const told = await timed(() => address.preview(args));
    assert.deepEqual(told.failures, []);
    assert.equal(told.warnings.length, 1);
    assert.ok((await timed(() => address.preview({ ...args, ...STRICT }))).failures.length > 0);
  });

  it("waits for credentials whose process takes its time, and does not blame STS", async () => {
    const folder = await mkdtemp(join(tmpdir(), "sesdomain-credentials-"));
    try {
      const keys = { Version: 1, AccessKeyId: "test", SecretAccessKey: "test" };
      const given = awsConfig(world.emulator.cloud);
      const answer = { ...keys, AccessKeyId: given["aws:accessKey"], SecretAccessKey: given["aws:secretKey"] };
      const script = join(folder, "process.cjs");
      const text = JSON.stringify(JSON.stringify(answer));
      await writeFile(script, `setTimeout(() => console.log(${text}), ${2 * SILENCE_MS});`);
      const configFile = join(folder, "config");
      await writeFile(configFile, `[profile slow]\ncredential_process = "${process.execPath}" "${script}"\n`);
      const config = { "aws:sharedConfigFiles": JSON.stringify([configFile]) };
      const identities = [{ region: "us-east-1", profile: "slow" }];
      const run = world.run({ silenceMs: SILENCE_MS, config });
      const { failures, warnings } = await timed(() => run.preview({ ...ARGS, identities }, up.inputs));
      assert.deepEqual([failures, warnings], [[], []]);
    } finally {
      await rm(folder, { recursive: true });
    }
  });

  it("bounds a refresh too, and leaves what is silent as it was", async () => {
    for (const services of [["ses", "sesv2"], ["sts"], ["route53"]]) {
      const run = world.run({ silenceMs: SILENCE_MS, config: endpoints(...services) });
      for (let resource = 0; resource < 3; resource += 1) {
        const state = await timed(() => run.read(up));
        assert.equal(state?.verified, up.outputs.verified);
      }
      assert.ok(run.lines.some((line) => line.startsWith("warning: ")));
    }
  });

  it("waits for an endpoint that is slow but answers", async () => {
    const scope = { accountId: ACCOUNT, region: "us-east-1" };
    world.emulator.cloud.ses.inject(
      Array.from({ length: 5_000 }, (_, index) => ({ ...scope, name: `d${index}.example` })),
    );
    world.emulator.faults.http({ service: "ses" }, { kind: "delay", delayMs: 800 });
    const startedMs = performance.now();
    const run = world.run({ silenceMs: SILENCE_MS });
    // None of these is in the list, so that each takes a page or a question of its own.
    for (const label of ["a", "b", "c", "d", "e"]) {
      const domain = fqdn(`${label}-example.com`);
      const { failures, warnings } = await run.preview({ ...ARGS, domain, dns: { kind: "manual" } });
      assert.deepEqual(failures, []);
      assert.deepEqual(
        warnings.filter((text) => /^SES in/.test(text)),
        [],
      );
    }
    assert.ok(performance.now() - startedMs > 2 * SILENCE_MS);
    const [seen] = await previewAll(run, 1);
    assert.deepEqual(seen, { changes: false, warnings: [], failures: [] });
  });
});
