import assert from "node:assert/strict";
import { txt } from "../../emulator/text";
import { fqdn } from "../../provider/core/fqdn";
import {
  ACCOUNT,
  DOMAIN,
  type DomainWorld,
  HOUR_MS,
  NAME,
  OTHER_TEAM,
  openDomainWorld,
  SPF,
  type Standing,
  stepsOf,
} from "../support/emulator/domain";

const ARGS = {
  domain: DOMAIN,
  identities: [{ region: "us-east-1" }, { region: "eu-west-1" }],
  dns: { kind: "route53" },
};
const both = (status: string) => ({ [`${ACCOUNT}/us-east-1`]: status, [`${ACCOUNT}/eu-west-1`]: status });

interface Verification {
  readonly name: string;
  readonly token: string;
  readonly adopted: boolean;
}
const verifications = ({ outputs }: Standing) => outputs.verifications as readonly Verification[];
const tokens = (standing: Standing) => verifications(standing).map(({ token }) => token);

describe("the life of a verified domain", () => {
  let world: DomainWorld;
  beforeEach(async () => {
    world = await openDomainWorld();
  });
  afterEach(() => world.close());

  it("asks SES, publishes beside what is there, and returns when it is verified", async () => {
    const up = await world.run().up(ARGS);
    assert.equal(up.failed, undefined);
    assert.deepEqual(world.statuses(), both("Success"));
    assert.deepEqual(world.at(NAME), { ttl: 1800, values: [OTHER_TEAM, ...tokens(up)].sort() });
    assert.deepEqual(world.at(DOMAIN)?.values, [SPF]);
    assert.equal(up.outputs.verified, true);
    assert.deepEqual(up.outputs.identityArns, {
      "us-east-1": `arn:aws:ses:us-east-1:${ACCOUNT}:identity/${DOMAIN}`,
      "eu-west-1": `arn:aws:ses:eu-west-1:${ACCOUNT}:identity/${DOMAIN}`,
    });
    assert.deepEqual(up.outputs.identityArns, up.inputs.identityArns);
  });

  it("sees nothing to do afterwards", async () => {
    const up = await world.run().up(ARGS);
    const later = world.run();
    const { inputs, warnings } = await later.preview(ARGS, up.inputs);
    assert.deepEqual(inputs, up.inputs);
    assert.deepEqual(warnings, []);
    assert.equal((await later.diff(up.outputs, inputs)).changes, false);
  });

  it("shows what is gone, and heals it without asking SES while SES holds", async () => {
    const up = await world.run().up(ARGS);
    world.setValues(NAME, [OTHER_TEAM]);
    const preview = await world.run().preview(ARGS, up.inputs);
    assert.match(String(preview.inputs.verification), /^publish: txt-/);
    assert.match(String(preview.inputs.verification), /_amazonses\.ses-example\.com/);
    world.emulator.requests.reset();
    const healed = await world.run().up(ARGS, up);
    assert.equal(healed.failed, undefined);
    assert.deepEqual(tokens(healed), tokens(up));
    assert.equal(world.emulator.requests.counts().http["ses:VerifyDomainIdentity"], undefined);
    assert.deepEqual(world.at(NAME)?.values, [OTHER_TEAM, ...tokens(up)].sort());
  });

  it("tells another team's token from ours, though it is the only one left where one should be", async () => {
    const one = { ...ARGS, identities: [{ region: "us-east-1" }] };
    const up = await world.run().up(one);
    world.emulator.requests.reset();
    assert.equal((await world.run().preview(one, up.inputs)).inputs.verification, "verified");
    world.setValues(NAME, [OTHER_TEAM]);
    const { inputs } = await world.run().preview(one, up.inputs);
    assert.deepEqual(stepsOf(inputs), ["publish us-east-1", "wait"]);
  });

  it("shows that SES holds no TXT token any more, though it says Success: an identity made again for DKIM", async () => {
    const one = { ...ARGS, identities: [{ region: "us-east-1" }] };
    const up = await world.run().up(one);
    const where = { accountId: ACCOUNT, region: "us-east-1" };
    world.emulator.cloud.ses.remove(where, DOMAIN);
    world.emulator.cloud.ses.inject([{ ...where, name: DOMAIN, status: "Success", dkimOnly: true }]);
    const run = world.run();
    const { inputs } = await run.preview(one, up.inputs);
    assert.deepEqual(stepsOf(inputs), ["request us-east-1", "wait"]);
    assert.notEqual(inputs.verification, up.inputs.verification);
    assert.equal((await run.diff(up.outputs, inputs)).changes, true);
    const healed = await world.run().up(one, up);
    assert.equal(healed.failed, undefined);
    assert.equal(healed.inputs.__asked, undefined, "it is no restart after a failure");
    assert.notDeepEqual(tokens(healed), tokens(up));
    assert.deepEqual(world.at(NAME)?.values, [OTHER_TEAM, ...tokens(healed)].sort());
  });

  it("shows a token of another shape-alike in place of ours as a property, and diff agrees", async () => {
    const one = { ...ARGS, identities: [{ region: "us-east-1" }] };
    const up = await world.run().up(one);
    world.setValues(NAME, [OTHER_TEAM, `${"A".repeat(43)}=`]);
    const run = world.run();
    const { inputs } = await run.preview(one, up.inputs);
    assert.deepEqual(stepsOf(inputs), ["publish us-east-1", "wait"]);
    assert.notEqual(inputs.verification, up.inputs.verification);
    assert.deepEqual(await run.diff(up.outputs, inputs), { changes: true, replaces: [], warnings: [] });
  });

  it("publishes what is missing though SES does not answer: the state has the tokens", async () => {
    const up = await world.run().up(ARGS);
    world.setValues(NAME, [OTHER_TEAM]);
    for (const action of ["ListEmailIdentities", "GetIdentityVerificationAttributes"]) {
      world.emulator.faults.http({ action }, { kind: "error" });
    }
    const run = world.run({ silenceMs: 500 });
    const { inputs } = await run.preview(ARGS, up.inputs);
    assert.deepEqual(stepsOf(inputs), []);
    const { changes, warnings } = await run.diff(up.outputs, inputs);
    assert.equal(changes, true);
    // Check could not know: only this warning tells why there is an update.
    assert.ok(
      warnings.some((text) => text.startsWith("txt-")),
      warnings.join("\n"),
    );
  });

  it("publishes what is missing though the account of the credentials is not known now", async () => {
    const up = await world.run().up(ARGS);
    world.emulator.faults.http({ action: "GetCallerIdentity" }, { kind: "error" });
    const quiet = world.run({ silenceMs: 500 });
    const healthy = await quiet.preview(ARGS, up.inputs);
    assert.equal((await quiet.diff(up.outputs, healthy.inputs)).changes, false);
    world.setValues(NAME, [OTHER_TEAM]);
    const run = world.run({ silenceMs: 500 });
    const { inputs } = await run.preview(ARGS, up.inputs);
    const { changes, warnings } = await run.diff(up.outputs, inputs);
    assert.equal(changes, true);
    assert.ok(
      warnings.some((text) => text.startsWith("txt-")),
      warnings.join("\n"),
    );
  });

  it("tells of the identity alone that one region does not answer for, and knows the value of the other", async () => {
    const up = await world.run().up(ARGS);
    const [ours] = tokens(up);
    world.setValues(NAME, [OTHER_TEAM, ours ?? ""]);
    const action = "GetIdentityVerificationAttributes";
    world.emulator.faults.http({ action, region: "eu-west-1" }, { kind: "error" });
    const run = world.run({ silenceMs: 500 });
    const { inputs } = await run.preview(ARGS, up.inputs);
    const { changes, warnings } = await run.diff(up.outputs, inputs);
    assert.equal(changes, true);
    const said = warnings.join("\n");
    assert.ok(said.includes("eu-west-1") && !said.includes(ours ?? ""), said);
  });

  it("is known to be healthy by the account's list where SES may not be asked about one identity", async () => {
    const up = await world.run().up(ARGS);
    world.emulator.faults.http({ action: "GetIdentityVerificationAttributes" }, { kind: "deny" });
    const strict = { ...ARGS, previewCheck: "strict" };
    const run = world.run();
    const { inputs, failures, warnings } = await run.preview(strict, up.inputs);
    assert.deepEqual([inputs.verification, failures, warnings], ["verified", [], []]);
    assert.equal((await run.diff(up.outputs, inputs)).changes, false);
    world.setValues(NAME, [OTHER_TEAM]);
    const drifted = world.run();
    const { changes, warnings: reasons } = await drifted.diff(
      up.outputs,
      (await drifted.preview(ARGS, up.inputs)).inputs,
    );
    assert.equal(changes, true);
    assert.match(reasons.join(), /^txt-other-identity/);
  });

  it("tells the same fault of two runs apart, so that each preview shows it", async () => {
    let standing = await world.run().up(ARGS);
    const told = new Set([standing.inputs.verification]);
    for (const _run of [1, 2, 3]) {
      world.setValues(NAME, [OTHER_TEAM]);
      standing = await world.run().up(ARGS, standing);
      assert.equal(standing.failed, undefined);
      told.add(standing.inputs.verification);
    }
    assert.equal(told.size, 4);
  });

  for (const tokenAfterFailure of ["same", "new"] as const) {
    it(`restarts what SES has revoked, and replaces the value where SES gives ${tokenAfterFailure === "new" ? "a new token" : "the same token"}`, async () => {
      world.emulator.cloud.ses.tokenAfterFailure = tokenAfterFailure;
      const up = await world.run().up(ARGS);
      world.setValues(NAME, [OTHER_TEAM]);
      await world.emulator.clock.advance(24 * 7 * HOUR_MS);
      assert.deepEqual(world.statuses(), both("Failed"));
      const { inputs } = await world.run().preview(ARGS, up.inputs);
      assert.match(String(inputs.verification), /^restart: /);
      const healed = await world.run().up(ARGS, up);
      assert.equal(healed.failed, undefined);
      assert.deepEqual(world.statuses(), both("Success"));
      assert.deepEqual(world.at(NAME)?.values, [OTHER_TEAM, ...tokens(healed)].sort());
      assert.equal(tokens(healed).join() === tokens(up).join(), tokenAfterFailure === "same");
    });
  }

  it("says so and stops where restart is never", async () => {
    const args = { ...ARGS, restart: "never" };
    const up = await world.run().up(args);
    world.emulator.cloud.ses.setStatus(ACCOUNT, "us-east-1", DOMAIN, "Failed");
    const { inputs, warnings } = await world.run().preview(args, up.inputs);
    assert.equal(inputs.verification, "verified");
    assert.match(warnings.join("\n"), /restart is "never"/);
  });

  it("publishes what is missing before it stops where restart is never", async () => {
    const args = { ...ARGS, restart: "never" };
    const up = await world.run().up(args);
    world.setValues(NAME, [OTHER_TEAM]);
    world.emulator.cloud.ses.setStatus(ACCOUNT, "us-east-1", DOMAIN, "Failed");
    const { inputs } = await world.run().preview(args, up.inputs);
    assert.deepEqual(stepsOf(inputs), ["publish us-east-1", "publish eu-west-1", "wait"]);
    const stopped = await world.run().up(args, up);
    assert.match(stopped.failed ?? "", /restart is "never"/);
    assert.deepEqual(world.at(NAME)?.values, [OTHER_TEAM, ...tokens(up)].sort());
  });

  it("takes over the token of a run that was killed once its value was verified", async () => {
    const first = await world.run().up(ARGS);
    world.emulator.cloud.ses.tokenAfterFailure = "new";
    world.emulator.cloud.ses.setStatus(ACCOUNT, "us-east-1", DOMAIN, "Failed");
    const killed = new AbortController();
    const stop = world.emulator.onRequest(({ action, phase }) => {
      if (phase === "after" && action === "ChangeResourceRecordSets") killed.abort(new Error("killed"));
    });
    await world.run({ signal: killed.signal }).up(ARGS, first);
    stop();
    await world.emulator.clock.advance(120_000);
    assert.deepEqual(world.statuses(), both("Success"));
    assert.equal(world.at(NAME)?.values.length, 4);

    // The state is the previous one.
    const run = world.run();
    const { inputs } = await run.preview(ARGS, first.inputs);
    const { changes, warnings } = await run.diff(first.outputs, inputs);
    assert.equal(changes, true);
    assert.match(warnings.join("\n"), /us-east-1/);
    const up = await world.run().up(ARGS, first);
    assert.deepEqual(world.at(NAME)?.values, [OTHER_TEAM, ...tokens(up)].sort());
    assert.equal(tokens(up).includes(tokens(first)[0] ?? ""), false);
    const later = world.run();
    const next = await later.preview(ARGS, up.inputs);
    assert.equal((await later.diff(up.outputs, next.inputs)).changes, false);
  });

  it("asks three times in a row, then reports the domain and asks once a week", async () => {
    const one = { ...ARGS, identities: [{ region: "us-east-1" }], wait: false };
    world.emulator.faults.dns("*", { lie: { type: "TXT", values: [] } });
    let standing = await world.run().up(one);
    const { ses } = world.emulator.cloud;
    const asked = () => world.emulator.requests.counts().http["ses:VerifyDomainIdentity"];
    for (let time = 1; time <= 3; time += 1) {
      await world.emulator.clock.advance(80 * HOUR_MS);
      assert.equal(ses.identity(ACCOUNT, "us-east-1", DOMAIN)?.status, "Failed");
      standing = await world.run().up(one, standing);
      assert.equal(standing.failed, undefined);
      assert.equal(asked(), 1 + time);
    }
    await world.emulator.clock.advance(80 * HOUR_MS);
    const held = await world.run().preview(one, standing.inputs);
    assert.match(held.warnings.join("\n"), /verification-failing: SES in us-east-1 .* 3 times/);
    const stopped = await world.run().up(one, standing);
    assert.match(
      stopped.failed ?? "",
      /was asked again 3 times in a row, the last time on .*, and is not asked before/,
    );
    assert.equal(asked(), 4);
    await world.emulator.clock.advance(7 * 24 * HOUR_MS);
    world.emulator.faults.clear();
    const healed = await world.run().up({ ...one, wait: true }, stopped);
    assert.equal(healed.failed, undefined);
    assert.equal(asked(), 5);
    const quiet = await world.run().preview({ ...one, wait: true }, healed.inputs);
    assert.equal(quiet.inputs.__asked, undefined);
    assert.equal(healed.outputs.__asked, undefined);
  });

  it("tells a domain that never was verified from one that was revoked", async () => {
    world.emulator.faults.dns("*", { lie: { type: "TXT", values: [] } });
    const args = { ...ARGS, identities: [{ region: "us-east-1" }], wait: false };
    const up = await world.run().up(args);
    await world.emulator.clock.advance(80 * HOUR_MS);
    const { inputs } = await world.run().preview(args, up.inputs);
    assert.match(String(inputs.verification), /verification-failed/);
    assert.doesNotMatch(String(inputs.verification), /revoked|verified before/);
  });

  it("ends the wait where somebody deletes the identity meanwhile", async () => {
    world.emulator.faults.dns("*", { lie: { type: "TXT", values: [] } });
    const started = world.emulator.clock.now();
    world.emulator.onRequest(({ action, phase }) => {
      if (action !== "GetIdentityVerificationAttributes" || phase !== "after") return;
      if (world.emulator.clock.now() - started > 60_000) {
        world.emulator.cloud.ses.remove({ accountId: ACCOUNT, region: "us-east-1" }, DOMAIN);
      }
    });
    const cut = await world.run().up({ ...ARGS, timeout: "2h" });
    assert.match(cut.failed ?? "", /ses-example\.com in us-east-1/);
    assert.ok(world.emulator.clock.now() - started < 10 * 60_000);
  });

  it("ends the wait where the credentials lose their permission meanwhile", async () => {
    world.emulator.faults.dns("*", { lie: { type: "TXT", values: [] } });
    const started = world.emulator.clock.now();
    world.emulator.onRequest(({ action, phase }) => {
      if (action !== "GetIdentityVerificationAttributes" || phase !== "after") return;
      if (world.emulator.clock.now() - started > 60_000) {
        world.emulator.faults.http({ action: "GetIdentityVerificationAttributes" }, { kind: "deny" });
      }
    });
    const cut = await world.run().up({ ...ARGS, timeout: "2h" });
    assert.match(cut.failed ?? "", /ses:GetIdentityVerificationAttributes/);
    assert.ok(world.emulator.clock.now() - started < 10 * 60_000);
  });

  it("waits on while the zone is being set up: its servers refuse, or the zone above denies it", async () => {
    for (const { name } of world.emulator.zones.named(DOMAIN)?.servers ?? []) {
      world.emulator.faults.dns(name, { lame: "REFUSED" });
    }
    const cut = await world.run().up({ ...ARGS, timeout: "5m" });
    assert.match(cut.failed ?? "", /was not verified within 5m/);
    assert.doesNotMatch(cut.failed ?? "", /port 53/);
  });

  it("tells once, on destroy, of a zone that is gone", async () => {
    const up = await world.run().up(ARGS);
    const zone = world.emulator.zones.named(DOMAIN);
    world.emulator.zones.remove(zone?.id ?? "");
    const run = world.run();
    await run.destroy(up);
    assert.equal(run.lines.filter((text) => text.includes("route53")).length, 1, run.lines.join("\n"));
  });

  it("takes the same zone in other words for the same: no value of ours is ever gone", async () => {
    const up = await world.run().up(ARGS);
    const wanted = world.at(NAME);
    const zone = world.emulator.zones.named(DOMAIN);
    world.emulator.zones.subscribe((event) => {
      if (event.kind === "changed") assert.deepEqual(world.at(NAME), wanted);
    });
    const byId = { ...ARGS, dns: { kind: "route53", zoneId: zone?.id } };
    const moved = await world.run().up(byId, up);
    assert.equal(moved.failed, undefined);
    assert.deepEqual(world.at(NAME), wanted);
    const back = await world.run().up(ARGS, moved);
    assert.deepEqual([back.failed, world.at(NAME)], [undefined, wanted]);
  });

  it("asks the host where only some servers lack the value, and publishes what the host has lost", async () => {
    const up = await world.run().up(ARGS);
    const [first] = world.emulator.zones.named(DOMAIN)?.servers ?? [];
    world.emulator.faults.dns(first?.name ?? "", { lagMs: "frozen" });
    await world.emulator.clock.advance(1_000);
    world.setValues(NAME, [OTHER_TEAM]);
    const { inputs } = await world.run().preview(ARGS, up.inputs);
    assert.match(String(inputs.verification), /^publish: txt-partial/);
    world.emulator.faults.clear();
    const healed = await world.run().up(ARGS, up);
    assert.deepEqual(world.at(NAME)?.values, [OTHER_TEAM, ...tokens(healed)].sort());
  });

  it("only warns where a server lags behind a host that has everything", async () => {
    const [first] = world.emulator.zones.named(DOMAIN)?.servers ?? [];
    world.emulator.faults.dns(first?.name ?? "", { lagMs: "frozen" });
    await world.emulator.clock.advance(1_000);
    const cut = await world.run().up({ ...ARGS, timeout: "1m" });
    assert.match(cut.failed ?? "", /txt-partial/);
    world.emulator.faults.clear();
    const up = await world.run().up(ARGS, cut);
    world.emulator.faults.dns(first?.name ?? "", { lie: { type: "TXT", name: NAME, values: [] } });
    const { inputs, warnings } = await world.run().preview(ARGS, up.inputs);
    assert.equal(inputs.verification, "verified");
    assert.match(warnings.join("\n"), /txt-partial/);
  });

  it("writes to the zone that the world asks, though a longer one stands beside it that nobody delegated", async () => {
    const below = `mail.${DOMAIN}`;
    await world.emulator.addZone({ name: below, account: ACCOUNT, delegated: false });
    const args = { domain: below, identities: [{ region: "us-east-1" }], dns: { kind: "route53" } };
    const { warnings } = await world.run().preview(args);
    assert.deepEqual(warnings, []);
    const up = await world.run().up(args);
    assert.equal(up.failed, undefined);
    assert.equal(world.at(fqdn(`_amazonses.${below}`))?.values.length, 1);
  });

  it("says before it waits that the world does not ask the zone that is written to", async () => {
    const zone = world.emulator.zones.named(DOMAIN);
    world.emulator.zones.delegate(zone?.id ?? "", [{ name: "ns1.another-host.net", addresses: ["127.77.99.1"] }]);
    await world.emulator.zones.settled();
    const { warnings, failures } = await world.run().preview(ARGS);
    assert.deepEqual(failures, []);
    assert.match(warnings.join("\n"), /zone-not-delegated: route53 writes to the zone ses-example\.com/);
  });

  it("asks SES little about many domains that one dead server makes doubtful", async () => {
    const many = Array.from({ length: 30 }, (_, index) => `d${index}-example.com`);
    const tokenOf = (domain: string) => `${domain.padEnd(43, "0").replace(/[^a-z0-9]/g, "0")}=`;
    for (const name of many) {
      const sets = [{ name: fqdn(`_amazonses.${name}`), type: "TXT", ttl: 300, values: [txt(tokenOf(name))] }];
      await world.emulator.addZone({ name, account: ACCOUNT, sets });
      world.emulator.cloud.ses.inject([
        { accountId: ACCOUNT, region: "us-east-1", name, status: "Success", token: tokenOf(name) },
      ]);
    }
    const servers = new Set(
      world.emulator.zones.list().flatMap((zone) => (zone.account === ACCOUNT ? (zone.servers[0]?.name ?? []) : [])),
    );
    for (const server of servers) world.emulator.faults.dns(server, { silent: "both" });
    world.emulator.requests.reset();
    const run = world.run();
    for (const domain of many) {
      const args = { domain, identities: [{ region: "us-east-1" }], dns: { kind: "route53" } };
      const identityArns = { "us-east-1": `arn:aws:ses:us-east-1:${ACCOUNT}:identity/${domain}` };
      const { inputs, warnings } = await run.preview(args, {
        ...args,
        verification: "verified",
        identityArns,
        __register: 1,
      });
      assert.equal(inputs.verification, "verified");
      assert.match(warnings.join("\n"), /server-unreachable/);
    }
    const asked = world.emulator.requests.counts().http;
    assert.equal(asked["ses:GetEmailIdentity"], undefined);
    assert.ok((asked["ses:GetIdentityVerificationAttributes"] ?? 0) <= 2, JSON.stringify(asked));
    assert.equal(asked["ses:ListEmailIdentities"], 1, JSON.stringify(asked));
  });

  it("asks again for an identity that somebody deleted", async () => {
    const up = await world.run().up(ARGS);
    world.emulator.cloud.ses.remove({ accountId: ACCOUNT, region: "us-east-1" }, DOMAIN);
    const { inputs } = await world.run().preview(ARGS, up.inputs);
    assert.match(String(inputs.verification), /^restart: verification-revoked: SES in us-east-1 .* has no identity/);
    const healed = await world.run().up(ARGS, up);
    assert.deepEqual(world.statuses(), both("Success"));
    assert.deepEqual(world.at(NAME)?.values, [OTHER_TEAM, ...tokens(healed)].sort());
  });

  it("asks for a token where the identity was made for DKIM", async () => {
    const args = { ...ARGS, identities: [{ region: "us-east-1" }] };
    world.emulator.cloud.ses.createForDkim({ accountId: ACCOUNT, region: "us-east-1" }, DOMAIN);
    const up = await world.run().up(args);
    assert.equal(up.failed, undefined);
    assert.equal(tokens(up)[0]?.length, 44);
    assert.deepEqual(world.at(NAME)?.values, [OTHER_TEAM, ...tokens(up)].sort());
  });

  it("destroys our identities and our values, and nothing else", async () => {
    const up = await world.run().up(ARGS);
    await world.run().destroy(up);
    assert.deepEqual(world.statuses(), {});
    assert.deepEqual(world.at(NAME), { ttl: 1800, values: [OTHER_TEAM] });
    assert.deepEqual(world.at(DOMAIN)?.values, [SPF]);
    await world.run().destroy(up);
  });

  it("adds and removes regions in place", async () => {
    const one = { ...ARGS, identities: [{ region: "us-east-1" }] };
    const up = await world.run().up(one);
    const more = await world.run().up(ARGS, up);
    assert.deepEqual(world.statuses(), both("Success"));
    assert.equal(tokens(more)[0], tokens(up)[0]);
    const other = { ...ARGS, identities: [{ region: "eu-west-1" }] };
    const preview = await world.run().preview(other, more.inputs);
    assert.deepEqual(await world.run().diff(more.outputs, preview.inputs), {
      changes: true,
      replaces: [],
      warnings: [],
    });
    const less = await world.run().up(other, more);
    assert.deepEqual(world.statuses(), { [`${ACCOUNT}/eu-west-1`]: "Success" });
    assert.deepEqual(world.at(NAME)?.values, [OTHER_TEAM, ...tokens(less)].sort());
  });

  it("leaves the value of an identity that is not ours also where the run that released it failed", async () => {
    const of = (...regions: readonly string[]) => ({ ...ARGS, identities: regions.map((region) => ({ region })) });
    world.emulator.cloud.ses.createForDkim({ accountId: ACCOUNT, region: "eu-west-1" }, DOMAIN);
    const up = await world.run().up(of("us-east-1", "eu-west-1", "eu-central-1"));
    assert.equal(up.failed, undefined);
    const [kept, adopted] = tokens(up);
    world.emulator.faults.http({ action: "ChangeResourceRecordSets" }, { kind: "error" });
    const cut = await world.run().up(of("us-east-1"), up);
    assert.ok(cut.failed);
    world.emulator.faults.clear();
    const done = await world.run().up(of("us-east-1"), cut);
    assert.equal(done.failed, undefined);
    assert.deepEqual(world.at(NAME)?.values, [OTHER_TEAM, kept, adopted].sort());
  });

  it("replaces the resource for another domain", async () => {
    const up = await world.run().up(ARGS);
    await world.emulator.addZone({ name: "other-example.com", account: ACCOUNT });
    const { inputs } = await world.run().preview({ ...ARGS, domain: "other-example.com" }, up.inputs);
    assert.deepEqual((await world.run().diff(up.outputs, inputs)).replaces, ["domain"]);
  });

  describe("an identity that was there before", () => {
    const here = { accountId: ACCOUNT, region: "us-east-1" };
    const args = { ...ARGS, identities: [{ region: "us-east-1" }] };

    it("is used, and left with its value on destroy", async () => {
      const token = world.emulator.cloud.ses.verifyDomain(here, DOMAIN);
      const up = await world.run().up(args);
      assert.deepEqual(
        verifications(up).map(({ adopted }) => adopted),
        [true],
      );
      assert.deepEqual(tokens(up), [token]);
      await world.run().destroy(up);
      assert.deepEqual(world.statuses(), { [`${ACCOUNT}/us-east-1`]: "Success" });
      assert.deepEqual(world.at(NAME)?.values, [OTHER_TEAM, token].sort());
    });

    it("is taken over where adopt is own", async () => {
      world.emulator.cloud.ses.verifyDomain(here, DOMAIN);
      const up = await world.run().up({ ...args, adopt: "own" });
      await world.run().destroy(up);
      assert.deepEqual(world.statuses(), {});
    });

    it("is refused on preview where adopt is refuse", async () => {
      world.emulator.cloud.ses.verifyDomain(here, DOMAIN);
      const { failures } = await world.run().preview({ ...args, adopt: "refuse" });
      assert.equal(failures[0]?.property, "identities[0]");
      assert.match(failures[0]?.reason ?? "", /already.*adopt/);
    });
  });

  it("stays verified when its resource is renamed without an alias", async () => {
    const up = await world.run().up(ARGS);
    const renamed = await world.run({ name: "post" }).up(ARGS);
    assert.equal(
      verifications(renamed).some(({ adopted }) => adopted),
      false,
    );
    const before = world.at(NAME);
    await world.run().destroy(up);
    assert.deepEqual(world.statuses(), both("Success"));
    assert.deepEqual(world.at(NAME), before);
    await world.run({ name: "post" }).destroy(renamed);
    assert.deepEqual(world.statuses(), {});
  });

  it("leaves an identity to another stack that has it", async () => {
    const up = await world.run().up(ARGS);
    const other = await world.run({ project: "another" }).up(ARGS);
    await world.run({ project: "another" }).destroy(other);
    assert.deepEqual(world.statuses(), both("Success"));
    assert.deepEqual(world.at(NAME)?.values, [OTHER_TEAM, ...tokens(up)].sort());
  });

  it("does not wait where wait is false, and takes Pending for healthy", async () => {
    world.emulator.faults.http({ action: "GetIdentityVerificationAttributes" }, { kind: "delay" });
    const args = { ...ARGS, wait: false };
    const up = await world.run().up(args);
    assert.equal(up.outputs.verified, false);
    const later = world.run();
    const { inputs, warnings } = await later.preview(args, up.inputs);
    assert.equal(inputs.verification, "requested");
    assert.deepEqual(warnings, []);
    assert.equal((await later.diff(up.outputs, inputs)).changes, false);
  });

  it("keeps what exists when the wait ends, and goes on with the same tokens", async () => {
    world.emulator.faults.dns("*", { lie: { type: "TXT", values: [] } });
    const cut = await world.run().up({ ...ARGS, timeout: "2m" });
    assert.match(cut.failed ?? "", /was not verified within 2m/);
    assert.match(cut.failed ?? "", /txt-missing|txt-/);
    for (const { name } of world.emulator.zones.named(DOMAIN)?.servers ?? []) {
      assert.match(cut.failed ?? "", new RegExp(`${name} \\([\\d.]+\\): no TXT record at _amazonses`));
    }
    for (const region of ["us-east-1", "eu-west-1"])
      assert.match(cut.failed ?? "", new RegExp(`SES for ${region}: Pending`));
    assert.doesNotMatch(cut.failed ?? "", /undefined|null/);
    assert.equal(cut.outputs.verified, false);
    world.emulator.faults.clear();
    const done = await world.run().up(ARGS, cut);
    assert.equal(done.failed, undefined);
    assert.deepEqual(tokens(done), tokens(cut));
  });

  it("writes again, and says, what another controller erases during the wait", async () => {
    let erased = 0;
    world.emulator.onRequest(({ action, phase }) => {
      if (action !== "GetIdentityVerificationAttributes" || phase !== "after") return;
      if (erased >= 2 || (world.at(NAME)?.values.length ?? 0) < 3) return;
      erased += 1;
      world.setValues(NAME, [OTHER_TEAM]);
    });
    const run = world.run();
    const up = await run.up(ARGS);
    assert.equal(up.failed, undefined);
    assert.ok(erased > 0);
    assert.match(run.lines.join("\n"), /erased/);
    assert.equal(world.at(NAME)?.values.length, 3);
  });

  it("never takes a failing SES or silent servers for a revocation", async () => {
    const up = await world.run().up(ARGS);
    world.emulator.faults.http({ service: "ses" }, { kind: "error" });
    world.emulator.faults.dns("*", { lame: "SERVFAIL" });
    const { inputs, warnings, failures } = await world.run().preview(ARGS, up.inputs);
    assert.equal(inputs.verification, "verified");
    assert.deepEqual(failures, []);
    assert.notDeepEqual(warnings, []);
    const strict = await world.run().preview({ ...ARGS, previewCheck: "strict" }, up.inputs);
    assert.equal(strict.failures[0]?.property, "previewCheck");
  });

  it("refuses another account's credentials, by name, and changes nothing", async () => {
    await world.close();
    world = await openDomainWorld({ accounts: [{ id: ACCOUNT }, { id: "222222222222" }] });
    const up = await world.run().up(ARGS);
    const { failures } = await world.run({ account: "222222222222" }).preview(ARGS, up.inputs);
    assert.match(failures[0]?.reason ?? "", new RegExp(`${ACCOUNT}.*222222222222`));
    await assert.rejects(world.run({ account: "222222222222" }).destroy(up), /222222222222/);
    await assert.rejects(world.run({ account: "222222222222" }).read(up), /222222222222/);
    assert.deepEqual(world.statuses(), both("Success"));
  });

  describe("a refresh", () => {
    it("changes nothing where nothing has changed", async () => {
      const up = await world.run().up(ARGS);
      assert.deepEqual(await world.run().read(up), up.outputs);
    });

    it("says gone only when every identity and every value is gone", async () => {
      const up = await world.run().up(ARGS);
      world.setValues(NAME, [OTHER_TEAM]);
      const read = await world.run().read(up);
      assert.equal(read?.verified, false);
      assert.deepEqual(read?.records, up.outputs.records);
      for (const region of ["us-east-1", "eu-west-1"]) {
        world.emulator.cloud.ses.remove({ accountId: ACCOUNT, region }, DOMAIN);
      }
      assert.equal(await world.run().read(up), undefined);
    });

    it("still removes with its identity a value that was gone and is back", async () => {
      const up = await world.run().up(ARGS);
      const values = world.at(NAME)?.values ?? [];
      world.setValues(NAME, [OTHER_TEAM]);
      const read = await world.run().read(up);
      world.setValues(NAME, values);
      await world.run().destroy({ ...up, outputs: read ?? {} });
      assert.deepEqual(world.at(NAME)?.values, [OTHER_TEAM]);
    });

    it("leaves the state as it was where SES cannot be asked", async () => {
      const up = await world.run().up(ARGS);
      world.emulator.faults.http({ action: "GetIdentityVerificationAttributes" }, { kind: "error" });
      assert.deepEqual(await world.run().read(up), up.outputs);
    });
  });

  describe("placement", () => {
    for (const placement of ["apex", "split"] as const) {
      it(`${placement} is verified, and moving there leaves no moment without a value`, async () => {
        const up = await world.run().up(ARGS);
        const held: boolean[] = [];
        world.emulator.zones.subscribe(() => {
          const all = [...(world.at(NAME)?.values ?? []), ...(world.at(DOMAIN)?.values ?? [])];
          held.push(tokens(up).every((token) => all.includes(token) || all.includes(`amazonses:${token}`)));
        });
        const args = { ...ARGS, placement };
        const { inputs } = await world.run().preview(args, up.inputs);
        assert.equal((await world.run().diff(up.outputs, inputs)).changes, true);
        const moved = await world.run().up(args, up);
        assert.equal(moved.failed, undefined);
        assert.ok(held.length > 0 && held.every(Boolean));
        const [first, second] = tokens(up);
        const expected =
          placement === "apex"
            ? { under: [OTHER_TEAM], apex: [SPF, `amazonses:${first}`, `amazonses:${second}`] }
            : { under: [OTHER_TEAM, first], apex: [SPF, `amazonses:${second}`] };
        assert.deepEqual(world.at(NAME)?.values, expected.under.sort());
        assert.deepEqual(world.at(DOMAIN)?.values, expected.apex.sort());
        await world.run().destroy(moved);
        assert.deepEqual(world.at(DOMAIN)?.values, [SPF]);
        assert.deepEqual(world.at(NAME)?.values, [OTHER_TEAM]);
      });
    }
  });
});
