import assert from "node:assert/strict";
import {
  ACCOUNT,
  DOMAIN,
  type DomainWorld,
  HOUR_MS,
  NAME,
  OTHER_TEAM,
  openDomainWorld,
} from "../support/emulator/domain";

const ARGS = { domain: DOMAIN, identities: [{ region: "us-east-1" }] };
const here = { accountId: ACCOUNT, region: "us-east-1" };

describe("a domain identity whose record another provider writes", () => {
  let world: DomainWorld;
  beforeEach(async () => {
    world = await openDomainWorld();
  });
  afterEach(() => world.close());

  const identity = () => world.run({ kind: "DomainIdentity" });
  const verification = () => world.run({ kind: "DomainVerification" });
  const records = (outputs: Readonly<Record<string, unknown>>) =>
    outputs.records as readonly { readonly name: string; readonly values: readonly string[] }[];

  it("asks SES, puts out the records, and writes nothing", async () => {
    const up = await identity().up(ARGS);
    assert.equal(up.failed, undefined);
    assert.deepEqual(
      records(up.outputs).map(({ name }) => name),
      [NAME],
    );
    assert.deepEqual(world.at(NAME)?.values, [OTHER_TEAM]);
    assert.equal(world.emulator.requests.counts().http["route53:ChangeResourceRecordSets"], undefined);
    const later = identity();
    const { inputs, warnings } = await later.preview(ARGS, up.inputs);
    assert.deepEqual(warnings, []);
    assert.equal((await later.diff(up.outputs, inputs)).changes, false);
  });

  it("outputs the record of the token that SES has now, after a refresh", async () => {
    const up = await identity().up(ARGS);
    const token = "YW5vdGhlciB0b2tlbiBvZiB0aGUgc2FtZSBzaXplLi4=";
    world.emulator.cloud.ses.remove(here, DOMAIN);
    world.emulator.cloud.ses.inject([{ ...here, name: DOMAIN, status: "Pending", token }]);
    const refreshed = await identity().read(up);
    assert.ok(refreshed);
    assert.deepEqual(
      records(refreshed).map(({ name, values }) => ({ name, values })),
      [{ name: NAME, values: [token] }],
    );
  });

  it("waits until the record is served and SES says Success, then watches", async () => {
    const up = await identity().up(ARGS);
    const of = [up.outputs];
    world.setValues(NAME, [OTHER_TEAM, ...(records(up.outputs)[0]?.values ?? [])]);
    const verified = await verification().up({ of });
    assert.equal(verified.failed, undefined);
    assert.equal(verified.outputs.verified, true);
    const quiet = await verification().preview({ of }, verified.inputs);
    assert.equal(quiet.inputs.verification, "verified");
    world.setValues(NAME, [OTHER_TEAM]);
    const { inputs } = await verification().preview({ of }, verified.inputs);
    assert.match(String(inputs.verification), /^wait: txt-/);
    assert.equal((await verification().diff(verified.outputs, inputs)).changes, true);
  });

  it("waits for a domain that writes its record and does not wait itself", async () => {
    const domain = await world.run().up({ ...ARGS, dns: { kind: "route53" }, wait: false });
    assert.equal(domain.failed, undefined);
    assert.equal(domain.outputs.verified, false);
    const { domain: name, verifications, records: sets } = domain.outputs;
    const of = [{ domain: name, identities: ARGS.identities, verifications, records: sets }];
    const all = await verification().up({ of });
    assert.equal(all.failed, undefined);
    assert.equal(all.outputs.verified, true);
    assert.equal((await verification().diff(all.outputs, all.inputs)).changes, false);
  });

  it("says what is missing when the record never comes, and goes on afterwards", async () => {
    const up = await identity().up(ARGS);
    const cut = await verification().up({ of: [up.outputs], timeout: "1m" });
    assert.match(cut.failed ?? "", /was not verified within 1m/);
    world.setValues(NAME, records(up.outputs)[0]?.values ?? []);
    const done = await verification().up({ of: [up.outputs] }, cut);
    assert.equal(done.failed, undefined);
  });

  it("waits for the records that the program names also where none of them holds the token", async () => {
    const up = await identity().up(ARGS);
    const values = records(up.outputs)[0]?.values ?? [];
    world.setValues(NAME, [OTHER_TEAM, ...values]);
    const of = [{ ...up.outputs, records: [{ name: NAME, type: "TXT", ttl: 300, values: [OTHER_TEAM] }] }];
    const done = await verification().up({ of });
    assert.equal(done.failed, undefined);
    assert.equal(done.outputs.verified, true);
  });

  it("looks at one domain by each resource's own credentials", async () => {
    const up = await identity().up(ARGS);
    world.setValues(NAME, [OTHER_TEAM, ...(records(up.outputs)[0]?.values ?? [])]);
    const done = await verification().up({ of: [up.outputs] });
    const run = verification();
    assert.deepEqual((await run.preview({ of: [up.outputs] }, done.inputs)).failures, []);
    const elsewhere = { ...up.outputs, identities: [{ region: "us-east-1", accountId: "999999999999" }] };
    const { failures } = await run.preview({ of: [elsewhere] }, done.inputs);
    assert.deepEqual(
      failures.map(({ property }) => property),
      ["of[0].identities"],
    );
  });

  it("asks SES again after a revocation, and leaves the waiting to the other resource", async () => {
    const up = await identity().up(ARGS);
    await world.emulator.clock.advance(80 * HOUR_MS);
    assert.equal(world.emulator.cloud.ses.identity(ACCOUNT, "us-east-1", DOMAIN)?.status, "Failed");
    const { inputs } = await identity().preview(ARGS, up.inputs);
    assert.match(String(inputs.verification), /^restart: verification-(failed|revoked)/);
    const again = await identity().up(ARGS, up);
    assert.equal(again.failed, undefined);
    assert.equal(world.emulator.cloud.ses.identity(ACCOUNT, "us-east-1", DOMAIN)?.status, "Pending");
    await identity().destroy(again);
    assert.equal(world.emulator.cloud.ses.identity(ACCOUNT, "us-east-1", DOMAIN), undefined);
  });

  it("says gone on refresh when SES has it no more, whatever DNS holds", async () => {
    const up = await identity().up(ARGS);
    assert.deepEqual(await identity().read(up), up.outputs);
    world.emulator.cloud.ses.remove(here, DOMAIN);
    assert.equal(await identity().read(up), undefined);
  });

  it("waits for many domains at once, and tells of those that are not done", async () => {
    const others = ["a-example.com", "b-example.com"];
    for (const name of others) await world.emulator.addZone({ name, account: ACCOUNT });
    const all = await Promise.all(
      [DOMAIN, ...others].map((domain) => world.run({ kind: "DomainIdentity", name: domain }).up({ ...ARGS, domain })),
    );
    world.setValues(NAME, records(all[0]?.outputs ?? {})[0]?.values ?? []);
    const run = verification();
    const cut = await run.up({ of: all.map(({ outputs }) => outputs), timeout: "1m" });
    assert.match(cut.failed ?? "", /a-example\.com was not verified/);
    assert.match(cut.failed ?? "", /b-example\.com was not verified/);
    assert.doesNotMatch(cut.failed ?? "", /ses-example\.com was not verified/);
    assert.match(run.lines.join("\n"), /1 of 3 domains verified/);
  });

  it("waits for values at the domain itself, where they are to be there", async () => {
    const up = await identity().up({ ...ARGS, placement: "apex" });
    const [set] = records(up.outputs);
    assert.equal(set?.name, DOMAIN);
    assert.match(set.values[0] ?? "", /^amazonses:/);
    const of = [up.outputs];
    assert.match((await verification().up({ of, timeout: "1m" })).failed ?? "", /was not verified/);
    world.setValues(DOMAIN, set.values);
    const verified = await verification().up({ of });
    assert.equal(verified.failed, undefined);
    assert.equal((await verification().preview({ of }, verified.inputs)).inputs.verification, "verified");
  });

  it("joins two identities of one domain, and refuses two of one name", async () => {
    const ups = [];
    for (const region of ["us-east-1", "eu-west-1"]) {
      ups.push(await world.run({ kind: "DomainIdentity", name: region }).up({ ...ARGS, identities: [{ region }] }));
    }
    world.setValues(
      NAME,
      ups.flatMap(({ outputs }) => records(outputs)[0]?.values ?? []),
    );
    const of = ups.map(({ outputs }) => outputs);
    const { outputs } = await verification().up({ of });
    const arn = (region: string) => `arn:aws:ses:${region}:${ACCOUNT}:identity/${DOMAIN}`;
    assert.deepEqual(outputs.domains, [DOMAIN]);
    assert.deepEqual(outputs.identityArns, {
      [DOMAIN]: { "us-east-1": arn("us-east-1"), "eu-west-1": arn("eu-west-1") },
    });
    const { failures } = await verification().preview({ of: [...of, of[0]] });
    assert.deepEqual(
      failures.map(({ property }) => property),
      ["of[2].identities"],
    );
  });

  it("says a fault of the arguments once, and where it stands", async () => {
    const up = await identity().up(ARGS);
    const of = [up.outputs, { ...up.outputs, domain: "a b" }];
    const { failures } = await verification().preview({ of, timeout: "soon" });
    assert.deepEqual(failures.map(({ property }) => property).sort(), ["of[1].domain", "timeout"]);
  });

  it("plans where something of a domain is not known yet, at any depth", async () => {
    const unknown = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";
    const up = await identity().up(ARGS);
    const [known] = up.outputs.verifications as readonly object[];
    const of = [{ ...up.outputs, verifications: [{ ...known, token: unknown }] }, unknown];
    const { inputs, failures } = await verification().preview({ of }, { verification: "verified" });
    assert.deepEqual(failures, []);
    assert.equal((await verification().diff({}, inputs)).changes, true);
  });

  it("changes nothing on preview when it cannot be learned who asks, and says so", async () => {
    const up = await identity().up(ARGS);
    world.setValues(NAME, records(up.outputs)[0]?.values ?? []);
    const verified = await verification().up({ of: [up.outputs] });
    world.emulator.faults.http({ service: "sts" }, { kind: "cut-before" });
    const of = [up.outputs];
    const { inputs, failures, warnings } = await verification().preview({ of }, verified.inputs);
    assert.deepEqual(failures, []);
    assert.equal(inputs.verification, "verified");
    assert.notEqual(warnings.length, 0);
    assert.equal((await verification().diff(verified.outputs, inputs)).changes, false);
    const strict = await verification().preview({ of, previewCheck: "strict" }, verified.inputs);
    assert.match(strict.failures[0]?.reason ?? "", /could not be learned/);
  });
});
