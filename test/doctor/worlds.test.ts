import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { txt } from "../../emulator/text";
import type { RunProgram } from "../../provider/cli/doctor/stack";
import { fqdn } from "../../provider/core/fqdn";
import { recordLine } from "../../provider/diagnosis/publish";
import { doctorReport } from "../../provider/doctor/schema";
import { encodeState } from "../../provider/lifecycle/domain/state";
import { stateOf } from "../support/doctor/case-state";
import { doctor, matchSnapshot, T1, T2, useEnvironment } from "../support/doctor/doctor";
import { ACCOUNT, DOMAIN, type DomainWorld, NAME, openDomainWorld } from "../support/emulator/domain";

const PARENT = "many-example.com";
const domainOf = (index: number) => `d${index}.${PARENT}`;
const tokenOf = (index: number) => Buffer.from(`token ${index}`.padEnd(32, ".")).toString("base64");
const DOMAINS = Array.from({ length: 20 }, (_, index) => index);
const scope = (region: string) => ({ accountId: ACCOUNT, region });

/** `pulumi`, in whose state SES was asked again that often in a row for the one domain. */
function stackThatAsked(restarts: number, nowMs: number): RunProgram {
  const identities = [{ region: "us-east-1", status: "Failed" as const, token: "A", restarts }];
  const state = stateOf(
    { about: "", expect: "verification-failing", domain: DOMAIN, identities, zones: [] },
    () => T1,
    nowMs,
  );
  const type = "pulumi-nodejs:dynamic/sesdomain:VerifiedDomain";
  const urn = `urn:pulumi:dev::demo::${type}::mail`;
  const resources = [{ urn, type, custom: true, inputs: {}, outputs: encodeState(state) }];
  const exported = JSON.stringify({ version: 3, deployment: { resources } });
  return async (_program, [what]) => ({ stdout: what === "stack" ? exported : "{}", stderr: "", exitCode: 0 });
}

/** What the first ten lines of the report hold: a reader at night reads no more. */
const beginning = (text: string) => text.split("\n").slice(0, 10).join("\n");

describe("the doctor's first ten lines", () => {
  let world: DomainWorld;
  before(async () => {
    world = await openDomainWorld({ rateLimits: false });
    const sets = DOMAINS.map((index) => ({
      name: fqdn(`_amazonses.${domainOf(index)}`),
      type: "TXT",
      ttl: 300,
      values: [txt(tokenOf(index))],
    }));
    await world.emulator.addZone({ name: PARENT, account: ACCOUNT, sets });
  });
  after(() => world.close());
  useEnvironment(() => world.emulator.env);
  afterEach(async () => {
    // A domain's allowance of questions grows with time.
    await world.emulator.clock.advance(120_000);
    const { ses } = world.emulator.cloud;
    for (const { accountId, region, name } of ses.identities()) ses.remove({ accountId, region }, name);
    world.setValues(NAME, [T1, T2]);
  });

  it("tell of a success without a token", async () => {
    world.emulator.cloud.ses.inject([{ ...scope("us-east-1"), name: DOMAIN, dkimOnly: true }]);
    world.setValues(NAME, []);
    const told = await doctor(world, DOMAIN, { identity: ["us-east-1"] });
    assert.equal(told.code, 1);
    // The records that hold the verification up are gone, which comes first.
    assert.match(beginning(told.out), /^cause {2}dkim-cname-missing \(us-east-1\): /m);
    assert.match(told.out, /^(error|warning) success-without-txt \(us-east-1\)$/m);
    assert.match(told.out.replace(/\s+/g, " "), /aws ses verify-domain-identity --domain ses-example\.com/);
    matchSnapshot("world-success-without-token.txt", told.out);
  });

  it("tell of a verification that fails again and again, without naming the doctor", async () => {
    const { ses } = world.emulator.cloud;
    ses.inject([{ ...scope("us-east-1"), name: DOMAIN, token: T1, status: "Failed" }]);
    world.setValues(NAME, [T1]);
    const run = stackThatAsked(3, world.clock.now());
    const told = await doctor(world, undefined, { stack: true }, { run });
    assert.equal(told.code, 1);
    assert.match(beginning(told.out), /^cause {2}verification-(failed|failing|revoked)/m);
    assert.match(told.out, /^error verification-failing \(us-east-1\)$/m);
    assert.doesNotMatch(told.out, /sesdomain doctor/);
    matchSnapshot("world-verification-failing.txt", told.out.replace(/\d{4}-\d\d-\d\d \d\d:\d\d UTC/g, "TIME"));
  });

  it("tell of a revocation, with the record on a line of its own at any width", async () => {
    world.emulator.cloud.ses.inject([{ ...scope("us-east-1"), name: DOMAIN, token: T1 }]);
    world.setValues(NAME, []);
    const record = recordLine({ name: NAME, type: "TXT", value: T1 });
    for (const width of [40, 80, 120]) {
      const told = await doctor(world, DOMAIN, { identity: ["us-east-1"] }, { width });
      assert.equal(told.out.split("\n").filter((line) => line === record).length, 1, told.out);
    }
    const told = await doctor(world, DOMAIN, { identity: ["us-east-1"] });
    assert.equal(told.code, 1);
    assert.ok(beginning(told.out).includes(record), told.out);
    assert.match(told.out, /^ses-example\.com: verified now; SES will revoke it: its value is gone/);
    matchSnapshot("world-revocation-pending.txt", told.out);
    const json = await doctor(world, DOMAIN, { identity: ["us-east-1"], json: true });
    const [first] = doctorReport.parse(JSON.parse(json.out)).domains[0]?.findings ?? [];
    assert.deepEqual(first?.records, [{ name: NAME, type: "TXT", value: T1 }]);
  });

  it("tell of two regions of which one is published, and nothing to wait for", async () => {
    world.emulator.cloud.ses.inject([
      { ...scope("us-east-1"), name: DOMAIN, token: T1 },
      { ...scope("eu-west-1"), name: DOMAIN, token: T2, status: "Pending" },
    ]);
    world.setValues(NAME, [T1]);
    const told = await doctor(world, DOMAIN, { identity: ["us-east-1", "eu-west-1"] });
    assert.equal(told.code, 1);
    assert.match(told.out, /^ses-example\.com: in us-east-1: verified; in eu-west-1: pending, value missing/);
    assert.ok(beginning(told.out).includes(recordLine({ name: NAME, type: "TXT", value: T2 })), told.out);
    assert.doesNotMatch(told.out, /verification-pending/);
    matchSnapshot("world-two-regions.txt", told.out);
  });

  it("tell of a login that has ended, and exit with 2", async () => {
    world.emulator.cloud.ses.inject([{ ...scope("us-east-1"), name: DOMAIN, token: T1 }]);
    const home = mkdtempSync(join(tmpdir(), "sesdomain-login-"));
    const config = join(home, "config");
    writeFileSync(
      config,
      "[profile mail]\nregion = us-east-1\nsso_session = work\nsso_account_id = 000000000000\nsso_role_name = reader\n[sso-session work]\nsso_start_url = https://sso.example.com/start\nsso_region = us-east-1\n",
    );
    try {
      delete process.env.AWS_ACCESS_KEY_ID;
      delete process.env.AWS_SECRET_ACCESS_KEY;
      Object.assign(process.env, {
        AWS_CONFIG_FILE: config,
        AWS_SHARED_CREDENTIALS_FILE: join(home, "none"),
        HOME: home,
      });
      const told = await doctor(world, DOMAIN, { identity: ["@mail"] });
      assert.equal(told.code, 2);
      assert.match(beginning(told.out), /^cause {2}ses-credentials /m);
      assert.match(beginning(told.out), /aws sso login --profile mail/);
      matchSnapshot("world-expired-login.txt", told.out);
    } finally {
      rmSync(home, { recursive: true });
    }
  });

  it("tell of the three of twenty that are ill, the worst first, and its report comes last", async () => {
    const { ses } = world.emulator.cloud;
    ses.inject(DOMAINS.map((index) => ({ ...scope("us-east-1"), name: domainOf(index), token: tokenOf(index) })));
    ses.setStatus(ACCOUNT, "us-east-1", domainOf(4), "Pending");
    ses.setStatus(ACCOUNT, "us-east-1", domainOf(9), "Failed");
    ses.remove(scope("us-east-1"), domainOf(14));
    const names = DOMAINS.map(domainOf);
    const told = await doctor(world, names, { identity: ["us-east-1"] });
    assert.equal(told.code, 1);
    for (const [index, code] of [
      [4, "verification-pending"],
      [9, "verification-failed"],
      [14, "identity-missing"],
    ]) {
      assert.match(
        beginning(told.out),
        new RegExp(`^ {2}${domainOf(Number(index)).replaceAll(".", "\\.")} +${code} +\\S`, "m"),
      );
    }
    const heads = [...told.out.matchAll(/^cause {2}(\S+)/gm)].map(([, code]) => code);
    assert.equal(heads[0], "verification-pending");
    assert.match(told.out, /^17 of 20 domains are verified and published\.$/m);
    matchSnapshot("world-three-of-twenty.txt", told.out);
    const json = await doctor(world, names, { identity: ["us-east-1"], json: true });
    assert.deepEqual(
      doctorReport.parse(JSON.parse(json.out)).domains.map(({ domain }) => domain),
      names,
    );
  });
});
