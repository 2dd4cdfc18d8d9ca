import assert from "node:assert/strict";
import { DOMAIN, type DomainWorld, openDomainWorld, type Standing } from "../support/emulator/domain";
import { ARGS, type BlackHole, openBlackHole, SILENCE_MS, silencing } from "../support/lifecycle/silence";

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

  for (const [what, silent] of [
    ["SES", ["ses", "sesv2"]],
    ["STS", ["sts"]],
    ["all of AWS, and DNS", ["ses", "sesv2", "sts", "route53"]],
  ] as const) {
    it(`ends a strict preview of every kind of resource in a little more than one silence, without ${what}`, async () => {
      const { dns: _dns, ...own } = ARGS;
      const config = {
        ...silencing(world, hole, ...silent),
        ...(silent.length > 2 && { "sesdomain:dnsResolvers": `127.0.0.1:${hole.port}` }),
      };
      const identities = [{ region: "us-east-1" }, { region: "eu-west-1" }];
      const asked: readonly (readonly [Parameters<DomainWorld["run"]>[0], object, object])[] = [
        [{ kind: "VerifiedDomain" }, { ...ARGS, identities }, up.inputs],
        [{ kind: "VerifiedDomain" }, { ...ARGS, identities, domain: "new-example.com" }, {}],
        [{ kind: "DomainIdentity" }, { ...own, identities }, up.inputs],
        [{ kind: "DomainVerification" }, { of: [up.outputs] }, { verification: "verified" }],
        [{ kind: "VerifiedEmailAddress" }, { address: `somebody@${DOMAIN}`, identities }, {}],
      ];
      for (const [settings, args, olds] of asked) {
        const run = world.run({ ...settings, silenceMs: SILENCE_MS, config, previewCheck: "strict" });
        const startedMs = performance.now();
        const { failures } = await run.preview({ ...args }, { ...olds });
        const again = await run.preview({ ...args }, { ...olds });
        const tookMs = performance.now() - startedMs;
        assert.ok(failures.length > 0 && again.failures.length > 0, settings?.kind);
        assert.ok(tookMs < 2 * SILENCE_MS, `${settings?.kind}: ${tookMs} ms`);
      }
    });
  }
});
