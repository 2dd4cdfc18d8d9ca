import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { recordLine } from "../../provider/diagnosis/publish";
import { pageAddress } from "../../provider/doctor/page-address";
import { doctorReport } from "../../provider/doctor/schema";
import { encodeState } from "../../provider/lifecycle/domain/state";
import { stateOf } from "../support/doctor/case-state";
import { doctor, T1, T2, useEnvironment } from "../support/doctor/doctor";
import { ACCOUNT, DOMAIN, type DomainWorld, NAME, openDomainWorld } from "../support/emulator/domain";

const VARIABLES = ["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_REGION", "AWS_DEFAULT_REGION", "AWS_PROFILE"];

describe("what the doctor is asked for", () => {
  let world: DomainWorld;
  let home: string;
  let configs = 0;
  before(async () => {
    world = await openDomainWorld({ rateLimits: false });
    home = mkdtempSync(join(tmpdir(), "sesdomain-doctor-"));
  });
  after(async () => {
    rmSync(home, { recursive: true });
    await world.close();
  });
  useEnvironment(() => world.emulator.env);
  beforeEach(() => {
    const { ses } = world.emulator.cloud;
    for (const { accountId, region, name } of ses.identities()) ses.remove({ accountId, region }, name);
    ses.inject([
      { accountId: ACCOUNT, region: "us-east-1", name: DOMAIN, token: T1 },
      { accountId: ACCOUNT, region: "eu-west-1", name: DOMAIN, token: T2 },
    ]);
    world.setValues(NAME, [T1, T2]);
    world.emulator.requests.reset();
  });
  afterEach(async () => {
    await world.emulator.clock.advance(120_000);
  });

  const without = (...names: readonly string[]) => {
    for (const name of names) delete process.env[name];
  };
  const config = (text: string) => {
    // The SDK reads a file once.
    const file = join(home, `config-${configs++}`);
    writeFileSync(file, text);
    Object.assign(process.env, { AWS_CONFIG_FILE: file, AWS_SHARED_CREDENTIALS_FILE: join(home, "none"), HOME: home });
  };
  const report = ({ out }: { readonly out: string }) => doctorReport.parse(JSON.parse(out));

  describe("the region", () => {
    const keys = "[profile eu]\nregion = eu-west-1\n[default]\nregion = eu-west-1\n";
    const sources: readonly [string, Readonly<Record<string, string>>, string][] = [
      ["AWS_REGION", { AWS_REGION: "eu-west-1", AWS_DEFAULT_REGION: "us-east-1" }, ""],
      ["AWS_DEFAULT_REGION", { AWS_DEFAULT_REGION: "eu-west-1" }, ""],
      ["the profile", { AWS_PROFILE: "eu" }, keys],
      ["the default profile", {}, keys],
    ];
    for (const [source, env, text] of sources) {
      it(`comes from ${source}`, async () => {
        const keysOf = { ...process.env };
        without("AWS_REGION", "AWS_DEFAULT_REGION");
        config(
          text.replaceAll(
            "region =",
            `aws_access_key_id = ${keysOf.AWS_ACCESS_KEY_ID}\naws_secret_access_key = ${keysOf.AWS_SECRET_ACCESS_KEY}\nregion =`,
          ),
        );
        Object.assign(process.env, env);
        const told = report(await doctor(world, DOMAIN, { json: true }));
        assert.deepEqual(
          told.domains[0]?.identities.map(({ region, status }) => [region, status]),
          [["eu-west-1", "Success"]],
        );
      });
    }

    it("of a profile alone is the profile's, whatever the environment says", async () => {
      config("[profile eu]\nregion = eu-west-1\n");
      const told = report(await doctor(world, DOMAIN, { identity: ["@eu"], json: true }));
      assert.equal(told.domains[0]?.identities[0]?.region, "eu-west-1");
      const unknown = await doctor(world, DOMAIN, { identity: ["@nowhere"] });
      assert.equal(unknown.code, 2);
      assert.match(unknown.err, /--identity @nowhere/);
    });
  });

  describe("where SES cannot be asked", () => {
    it("it says which region was meant by the environment's, at once and without asking there", async () => {
      for (const name of ["AWS_REGION", "AWS_DEFAULT_REGION"]) {
        without("AWS_REGION", "AWS_DEFAULT_REGION");
        process.env[name] = "us-esat-1";
        const told = await doctor(world, DOMAIN);
        assert.equal(told.code, 2);
        assert.match(told.out.split("\n").slice(0, 4).join(" "), /us-esat-1.*us-east-1/);
      }
    });

    it("it exits with 2, and says what to set at the command line, and nothing of stack config", async () => {
      without(...VARIABLES);
      config("");
      for (const options of [{}, { identity: ["us-east-1"] }]) {
        const told = await doctor(world, DOMAIN, options);
        assert.equal(told.code, 2);
        assert.match(told.out.split("\n").slice(0, 10).join("\n"), /--identity|AWS_REGION|AWS_PROFILE/);
        assert.doesNotMatch(told.out, /\baws:[a-z]|stack config|pulumi config|identities\[/);
      }
    });

    it("it exits with 1 where DNS itself shows a problem", async () => {
      without(...VARIABLES);
      config("");
      world.setValues(NAME, ["v=spf1 -all"]);
      assert.equal((await doctor(world, DOMAIN)).code, 1);
    });

    it("one region of two is enough for 2, and a problem in the other for 1", async () => {
      const fault = world.emulator.faults.http({ service: "ses", region: "eu-west-1" }, { kind: "deny" });
      const both = { identity: ["us-east-1", "eu-west-1"] };
      assert.equal((await doctor(world, DOMAIN, both)).code, 2);
      world.setValues(NAME, []);
      assert.equal((await doctor(world, DOMAIN, both)).code, 1);
      fault.off();
    });
  });

  describe("--dns-only", () => {
    it("asks AWS nothing, and exits by what DNS serves", async () => {
      const codes: number[] = [];
      for (const [values, token] of [
        [[T1, T2], [T1]],
        [[T2], [T1]],
        [[T1], []],
        [["v=spf1 -all"], []],
      ] as const) {
        world.setValues(NAME, [...values]);
        codes.push((await doctor(world, DOMAIN, { dnsOnly: true, token })).code);
      }
      assert.deepEqual(codes, [0, 1, 0, 1]);
      world.emulator.faults.dns("*", { silent: "both", refuseTcp: true });
      assert.equal((await doctor(world, DOMAIN, { dnsOnly: true, timeout: "1s" })).code, 2);
      world.emulator.faults.clear();
      assert.deepEqual(world.emulator.requests.counts().http, {});
    });

    it("takes the values of a stack from its state", async () => {
      const identities = [{ region: "us-east-1", status: "Success" as const, token: "A" }];
      const state = stateOf(
        { about: "", expect: "txt-missing", domain: DOMAIN, identities, zones: [] },
        () => T1,
        world.clock.now(),
      );
      const type = "pulumi-nodejs:dynamic/sesdomain:VerifiedDomain";
      const resources = [{ urn: `urn:pulumi:dev::demo::${type}::mail`, type, inputs: {}, outputs: encodeState(state) }];
      const run = async (_program: string, [what]: readonly string[]) => ({
        stdout: what === "stack" ? JSON.stringify({ version: 3, deployment: { resources } }) : "{}",
        stderr: "",
        exitCode: 0,
      });
      assert.equal((await doctor(world, undefined, { stack: true, dnsOnly: true }, { run })).code, 0);
      world.setValues(NAME, [T2]);
      const gone = await doctor(world, undefined, { stack: true, dnsOnly: true, json: true }, { run });
      assert.equal(gone.code, 1);
      assert.deepEqual(report(gone).domains[0]?.records[0]?.expected, [
        { identity: "us-east-1", value: T1, purpose: "verification" },
      ]);
      assert.deepEqual(world.emulator.requests.counts().http, {});
    });

    it("is refused with what contradicts it", async () => {
      for (const [name, options] of [
        [DOMAIN, { identity: ["us-east-1"] }],
        [`user@${DOMAIN}`, {}],
        [undefined, { identity: ["us-east-1"], stack: true }],
      ] as const) {
        const told = await doctor(world, name, { ...options, dnsOnly: true });
        assert.deepEqual([told.code, told.out], [2, ""]);
        assert.match(told.err, /--dns-only/);
      }
    });
  });

  describe("several names", () => {
    const OTHER = "not-there-example.com";

    it("are each looked at once, in JSON in their order, with the worst exit code", async () => {
      const names = [OTHER, DOMAIN, `user@${DOMAIN}`, `${DOMAIN.toUpperCase()}.`, OTHER];
      const told = await doctor(world, names, { identity: ["us-east-1"], json: true });
      assert.equal(told.code, 1);
      const { domains, addresses, exitCode } = report(told);
      assert.deepEqual([domains.map(({ domain }) => domain), exitCode], [[OTHER, DOMAIN], 1]);
      assert.deepEqual(
        addresses.map(({ address, outcome }) => [address, outcome]),
        [[`user@${DOMAIN}`, "healthy"]],
      );
    });

    it("end with the worst", async () => {
      const told = await doctor(world, [OTHER, DOMAIN, `user@${DOMAIN}`], { identity: ["us-east-1"] });
      assert.ok(told.out.lastIndexOf(`\n${OTHER}:`) > told.out.indexOf(`${DOMAIN}:`), told.out);
    });

    it("count as unknown together where one is, and none has a problem", async () => {
      world.emulator.faults.http({ service: "ses" }, { kind: "deny" });
      const told = await doctor(world, [DOMAIN, `user@${DOMAIN}`], { identity: ["us-east-1"] });
      world.emulator.faults.clear();
      assert.equal(told.code, 2);
    });

    it("are refused where an option is of one domain, or any of them is wrong, before anything is asked", async () => {
      for (const [names, options, why] of [
        [[DOMAIN, OTHER], { token: [T1] }, /--token/],
        [[DOMAIN, OTHER], { watch: true }, /--watch/],
        [[DOMAIN, "gmail.com", "co.uk"], {}, /domain-web-mail.*domain-public-suffix/],
        [[DOMAIN, ""], {}, /\S/],
      ] as const) {
        const told = await doctor(world, names, options);
        assert.deepEqual([told.code, told.out], [2, ""]);
        assert.match(told.err, why);
      }
      assert.deepEqual(world.emulator.requests.counts().http, {});
    });

    it("are one where all are the same", async () => {
      const told = await doctor(world, [DOMAIN, `${DOMAIN}.`], { token: [T1] });
      assert.equal(told.code, 0, told.err);
    });
  });

  describe("a finding", () => {
    it("names its page, in the text and as data", async () => {
      world.setValues(NAME, [T2]);
      const told = await doctor(world, DOMAIN, { identity: ["us-east-1"], json: true });
      const text = await doctor(world, DOMAIN, { identity: ["us-east-1"] });
      const findings = report(told).domains[0]?.findings ?? [];
      assert.ok(findings.length > 0);
      for (const { code, page } of findings) {
        assert.equal(page, pageAddress(code));
        assert.ok(page?.endsWith(`docs/problems/${code}.md`));
        assert.equal(text.out.split("\n").filter((line) => line.includes(`--explain ${code}`)).length, 1);
      }
    });

    it("stands with its fix and its record in what a watch prints, once while nothing changes", async () => {
      world.setValues(NAME, []);
      const watched = { identity: ["us-east-1"], watch: true, timeout: "1m" };
      const piped = await doctor(world, DOMAIN, watched);
      const record = recordLine({ name: NAME, type: "TXT", value: T1 });
      const end = piped.out.indexOf(`\n${DOMAIN}: `);
      const during = piped.out.slice(0, end).split("\n");
      assert.equal(during.filter((line) => line === record).length, 1, piped.out);
      assert.equal(during.filter((line) => line.includes("txt-missing")).length, 1);
      const screen = await doctor(world, DOMAIN, { ...watched, timeout: "20s" }, { height: 24 });
      const [frame = ""] = screen.out.split("\u001b[J");
      assert.ok(frame.split("\n").includes(record), frame);
    });
  });
});
