import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { txt } from "../../emulator/text";
import { allowedActions } from "../../provider/aws/policy";
import { coloured } from "../../provider/cli/doctor/paint";
import { CATALOGUE } from "../../provider/diagnosis/catalogue";
import { doctorReport } from "../../provider/doctor/schema";
import { doctor, matchFile, matchSnapshot, T1, T2, useEnvironment } from "../support/doctor/doctor";
import { ACCOUNT, DOMAIN, type DomainWorld, NAME, OTHER_TEAM, openDomainWorld } from "../support/emulator/domain";

const DOCS = join(__dirname, "..", "..", "docs");
const ESC = String.fromCharCode(27);
const BACK = new RegExp(`${ESC}\\[\\d+A\\r${ESC}\\[J`);
const COLOUR = new RegExp(`${ESC}\\[\\d*m`, "g");
/** The list of identities is for stacks and addresses; the questions that travel together are for many domains. */
const NOT_OF_ONE_DOMAIN: ReadonlySet<string> = new Set([
  "ses:ListEmailIdentities",
  "ses:GetIdentityDkimAttributes",
  "ses:GetIdentityMailFromDomainAttributes",
  "sts:AssumeRole",
]);
const BOTH = { identity: ["us-east-1", "eu-west-1"] };

describe("sesdomain doctor", () => {
  let world: DomainWorld;
  before(async () => {
    world = await openDomainWorld({ rateLimits: false });
  });
  after(() => world.close());
  useEnvironment(() => world.emulator.env);

  beforeEach("a domain verified in two regions", () => {
    const { ses } = world.emulator.cloud;
    for (const { accountId, region, name } of ses.identities()) ses.remove({ accountId, region }, name);
    ses.inject([
      { accountId: ACCOUNT, region: "us-east-1", name: DOMAIN, token: T1 },
      { accountId: ACCOUNT, region: "eu-west-1", name: DOMAIN, token: T2 },
    ]);
    world.setValues(NAME, [OTHER_TEAM, T1, T2]);
    world.emulator.requests.reset();
  });
  afterEach(() => world.emulator.faults.clear());

  describe("exit codes and words", () => {
    it("are 0 and a short table for a domain that is verified and published", async () => {
      const told = await doctor(world, DOMAIN, BOTH);
      assert.equal(told.code, 0);
      assert.equal(told.err, "");
      matchSnapshot("healthy.txt", told.out);
    });

    it("asks SES in the environment's region where no identity is named", async () => {
      const told = await doctor(world, DOMAIN);
      assert.equal(told.code, 0);
      assert.match(told.out, /^ {2}us-east-1 {2}000000000000 {2}Success$/m);
      assert.doesNotMatch(told.out, /eu-west-1/);
    });

    it("are 1 and the finding where one region's value is missing", async () => {
      world.setValues(NAME, [OTHER_TEAM, T1]);
      const told = await doctor(world, DOMAIN, BOTH);
      assert.equal(told.code, 1);
      matchSnapshot("one-missing.txt", told.out);
    });

    it("names the server that lags, the lame one and the dead one", async () => {
      world.setValues(NAME, [OTHER_TEAM]);
      world.emulator.faults.dns("ns-0.awsdns-00.com", { lagMs: "frozen" });
      await world.emulator.clock.advance(1);
      world.setValues(NAME, [OTHER_TEAM, T1, T2]);
      world.emulator.faults.dns("ns-1.awsdns-00.net", { lame: "REFUSED" });
      const told = await doctor(world, DOMAIN, BOTH);
      assert.equal(told.code, 1);
      matchSnapshot("servers.txt", told.out.replace(/serial \d+; the newest is \d+/, "serial M; the newest is N"));
    });

    it("are 1 for a domain that does not exist", async () => {
      const told = await doctor(world, "nobody-has-this.com", { token: [T1] });
      assert.equal(told.code, 1);
      // Either of the registry's servers may be the one that said so.
      matchSnapshot("unregistered.txt", told.out.replace(/[ab]\.nic\.com, 127\.77\.1\.\d/, "a.nic.com, 127.77.1.1"));
    });

    it("names the other region that has the domain", async () => {
      const told = await doctor(world, DOMAIN, { identity: ["eu-central-1"] });
      assert.equal(told.code, 1);
      assert.match(told.out, /^error identity-missing \(eu-central-1\)$/m);
      assert.match(told.out, /SES in eu-west-1 has ses-example\.com: Success\./);
      assert.match(told.out, /SES in us-east-1 has ses-example\.com: Success\./);
    });

    it("are 2 where nothing could be learned", async () => {
      world.emulator.faults.dns("*", { silent: "both" });
      world.emulator.faults.http({ service: "ses" }, { kind: "deny" });
      const told = await doctor(world, DOMAIN, { ...BOTH, timeout: "300ms" });
      assert.equal(told.code, 2);
      assert.match(told.out, /^ses-example\.com: nothing could be learned/);
      assert.match(told.out, /ses-unknown|ses-permission-missing/);
    });

    it("takes tokens instead of asking SES", async () => {
      assert.equal((await doctor(world, DOMAIN, { token: [T1, T2] })).code, 0);
      assert.equal((await doctor(world, DOMAIN, { token: [`"${T1}"`] })).code, 0);
      const gone = await doctor(world, DOMAIN, { token: ["AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="] });
      assert.equal(gone.code, 1);
      assert.match(gone.out, /txt-other-identity/);
      assert.deepEqual(world.emulator.requests.counts().http, {});
    });

    it("finds a value that stands at the domain itself in the form that SES takes", async () => {
      world.setValues(NAME, [OTHER_TEAM]);
      world.setValues(DOMAIN, ["v=spf1 -all", `amazonses:${T1}`]);
      const told = await doctor(world, DOMAIN, { identity: ["us-east-1"] });
      world.setValues(DOMAIN, ["v=spf1 -all"]);
      assert.equal(told.code, 0, told.out);
      assert.match(told.out, /^TXT ses-example\.com \(zone ses-example\.com\)$/m);
    });

    it("says which zone of the account holds the value that the world does not see", async () => {
      world.setValues(NAME, [OTHER_TEAM]);
      const zone = await world.emulator.addZone({
        name: DOMAIN,
        account: ACCOUNT,
        private: true,
        sets: [{ name: NAME, type: "TXT", ttl: 300, values: [txt(T1)] }],
      });
      const told = await doctor(world, DOMAIN, { identity: ["us-east-1"] });
      world.emulator.zones.remove(zone.id);
      assert.equal(told.code, 1);
      assert.match(told.out, /^error zone-private \(us-east-1\)$/m);
      assert.doesNotMatch(told.out, /txt-missing/);
    });

    it("tells that DKIM holds the verification up", async () => {
      const { ses } = world.emulator.cloud;
      ses.inject([{ accountId: ACCOUNT, region: "us-east-2", name: DOMAIN, dkimOnly: true }]);
      ses.verifyDomain({ accountId: ACCOUNT, region: "us-east-2" }, DOMAIN);
      const told = await doctor(world, DOMAIN, { identity: ["us-east-2"] });
      assert.match(told.out, /^warning success-without-txt \(us-east-2\)$/m);
      assert.doesNotMatch(told.out, /^(error|warning) revocation-pending/m);
    });

    it("tells a revocation from a verification that never was, by SES's last success", async () => {
      await world.emulator.cloud.ses.checkNow({ region: "us-east-1" });
      world.emulator.cloud.ses.setStatus(ACCOUNT, "us-east-1", DOMAIN, "Failed");
      const told = await doctor(world, DOMAIN, { identity: ["us-east-1"] });
      assert.match(told.out, /^error verification-revoked \(us-east-1\)$/m);
    });

    it("only reports what DNS serves where there are no credentials", async () => {
      delete process.env.AWS_ACCESS_KEY_ID;
      delete process.env.AWS_SECRET_ACCESS_KEY;
      const told = await doctor(world, DOMAIN);
      const alone = await doctor(world, DOMAIN, { dnsOnly: true });
      world.setValues(NAME, [OTHER_TEAM.slice(1)]);
      const gone = await doctor(world, DOMAIN);
      assert.deepEqual([told.code, alone.code, gone.code], [2, 0, 1]);
      assert.match(told.out, /^SES was not asked: /m);
      assert.match(told.out, new RegExp(`3 of 3 {2}${T1.replace(/[+/]/g, "\\$&")}`));
    });

    it("takes an address instead of a domain", async () => {
      const { ses } = world.emulator.cloud;
      const address = `somebody@${DOMAIN}`;
      ses.inject([{ accountId: ACCOUNT, region: "us-east-2", name: address, status: "Failed" }]);
      const told = await doctor(world, address, { identity: ["us-east-2"], commands: true });
      assert.equal(told.code, 1);
      matchSnapshot("address.txt", told.out);
      const covered = await doctor(world, address, { identity: ["us-east-1"] });
      assert.equal(covered.code, 0);
      assert.match(
        covered.out,
        /^ {2}us-east-1 {2}000000000000 {2}absent; ses-example\.com is verified, which is enough$/m,
      );
    });

    it("says unknown where SES could not be asked, and where DNS could not be read", async () => {
      world.emulator.faults.http({ service: "ses", region: "eu-west-1" }, { kind: "deny" });
      const half = await doctor(world, DOMAIN, { ...BOTH });
      assert.equal(half.code, 2);
      assert.match(half.out, /^ses-example\.com: in us-east-1: verified; in eu-west-1: status\s+unknown/m);
      world.emulator.faults.http({ service: "ses" }, { kind: "deny" });
      const none = await doctor(world, DOMAIN, { ...BOTH, token: [T1] });
      assert.match(none.out, /^ses-example\.com: in us-east-1 and eu-west-1: status unknown.*for\s+token: published/ms);
      world.emulator.faults.clear();
      world.emulator.faults.dns("*", { silent: "both" });
      const unread = await doctor(world, DOMAIN, { ...BOTH, timeout: "1s" });
      assert.match(unread.out, /^ses-example\.com: verified, what is published is unknown /m);
    });

    it("leaves SES out only where neither the command line nor the environment names whom to ask", async () => {
      delete process.env.AWS_ACCESS_KEY_ID;
      delete process.env.AWS_SECRET_ACCESS_KEY;
      process.env.AWS_PROFILE = "nobody";
      const unnamed = await doctor(world, DOMAIN);
      delete process.env.AWS_PROFILE;
      process.env.AWS_REGION = "mars";
      const mars = await doctor(world, DOMAIN);
      assert.equal(unnamed.code, 2);
      assert.match(unnamed.out, /^warning ses-credentials \(us-east-1\)$/m);
      assert.equal(mars.code, 2);
      assert.match(mars.out, /^warning ses-region \(mars\)$/m);
    });

    it("refuses what cannot be looked at, with exit code 2", async () => {
      const wrong: readonly [string | undefined, Parameters<typeof doctor>[2], RegExp][] = [
        ["somebody@", {}, /^sesdomain doctor: The address "somebody@" has no domain/],
        ["somebody@example.com", { watch: true }, /--watch watches a domain/],
        ["somebody@example.com", { token: [T1] }, /--token goes with a domain/],
        ["gmail.com", {}, /^sesdomain doctor: domain-web-mail: "gmail\.com" belongs to a web-mail service/],
        ["co.uk", {}, /^sesdomain doctor: domain-public-suffix: /],
        [DOMAIN, { identity: ["useast1"] }, /"useast1" is not an AWS region/],
        [DOMAIN, { identity: ["us-east-1@"] }, /profile after "@" is empty/],
        [DOMAIN, { identity: ["us-east-1", "us-east-1"] }, /given twice/],
        [DOMAIN, { timeout: "10" }, /no unit/],
        [DOMAIN, { timeout: "600h" }, /--timeout is 600h; it is at most 168h/],
        [DOMAIN, { resolver: ["garbage"] }, /--resolver: "garbage" is a name; write the resolver's IP address/],
        [
          DOMAIN,
          { resolver: ["http://dns.example/"] },
          /--resolver: "http:\/\/dns\.example\/" is not an https address/,
        ],
        [DOMAIN, { doh: true, port: 5300 }, /--port is the name servers'/],
        [DOMAIN, { token: [" "] }, /--token is empty/],
        [DOMAIN, { resolver: ["192.0.2.1", "https://dns.example/dns-query"] }, /not both/],
        [DOMAIN, { stack: true }, /leave the domain out/],
        [undefined, {}, /Which domain\?/],
      ];
      for (const [domain, options, why] of wrong) {
        const told = await doctor(world, domain, options);
        assert.equal(told.code, 2, `${domain} ${JSON.stringify(options)}`);
        assert.match(told.err, why);
        assert.equal(told.out, "");
      }
    });
  });

  describe("reads only", () => {
    it("sends no changing request, whatever is wrong", async () => {
      const { emulator } = world;
      const before = JSON.stringify([
        emulator.cloud.ses.identities(),
        emulator.zones.list().map(({ serial }) => serial),
      ]);
      await doctor(world, DOMAIN, BOTH);
      await doctor(world, DOMAIN, { identity: ["us-east-1", "eu-central-1"], json: true });
      const lie = emulator.faults.dns("*", { lie: { type: "TXT", name: NAME, values: [] } });
      await doctor(world, DOMAIN, { ...BOTH, commands: true });
      lie.off();
      const seen = JSON.stringify([emulator.cloud.ses.identities(), emulator.zones.list().map(({ serial }) => serial)]);
      assert.equal(seen, before);
      const reading = allowedActions({
        resources: ["VerifiedDomain"],
        route53: true,
        readOnly: true,
        requiredOnly: false,
        verificationOnly: true,
      })
        .map(({ action }) => action)
        .filter((action) => !NOT_OF_ONE_DOMAIN.has(action));
      const asked = Object.keys(emulator.requests.counts().http);
      assert.deepEqual(asked.sort(), [...reading, "ses:GetAccount", "sts:GetCallerIdentity"].sort());
    });
  });

  describe("the way out of an outage", () => {
    for (const [what, options] of [
      ["name servers", {}],
      ["recursive resolvers", { resolver: ["127.0.0.1:9"] }],
      ["resolvers over HTTPS", { doh: true, resolver: ["https://127.0.0.1:9/dns-query"] }],
    ] as const) {
      it(`of ${what} is an option, and no argument of a program that is not there`, async () => {
        world.emulator.faults.dns("*", { silent: "both", refuseTcp: true });
        const own = { ...BOTH, ...options, resolver: [...("resolver" in options ? options.resolver : [])] };
        const { out } = await doctor(world, DOMAIN, own);
        const json = await doctor(world, DOMAIN, { ...own, json: true });
        assert.match(out, /--(doh|resolver)/);
        assert.doesNotMatch(out + json.out, /dnsCheck/);
      });
    }
  });

  describe("--json", () => {
    it("is what the schema says, for good and for bad", async () => {
      const good = await doctor(world, DOMAIN, { ...BOTH, json: true });
      const report = doctorReport.parse(JSON.parse(good.out));
      assert.equal(report.exitCode, 0);
      assert.equal(report.domains[0]?.records[0]?.servers.length, 3);
      assert.deepEqual(
        report.domains[0]?.records[0]?.servers.map(({ answer, serial }) => [answer, typeof serial]),
        [1, 2, 3].map(() => ["match", "number"]),
      );
      world.setValues(NAME, [OTHER_TEAM, T1]);
      world.emulator.faults.dns("ns-2.awsdns-00.org", { lame: "SERVFAIL" });
      const bad = await doctor(world, DOMAIN, { identity: ["us-east-1", "eu-west-1", "eu-central-1"], json: true });
      const wrong = z.strictObject(doctorReport.shape).parse(JSON.parse(bad.out));
      assert.equal(bad.code, 1);
      assert.equal(wrong.exitCode, 1);
      const codes = new Set(wrong.domains[0]?.findings.map(({ code }) => code));
      assert.deepEqual(
        [...codes].sort(),
        [
          "identity-in-other-region",
          "identity-missing",
          "not-ready-to-send",
          "revocation-pending",
          "server-lame",
          "txt-other-identity",
        ].filter((code) => code !== "identity-in-other-region"),
      );
      assert.ok([...codes].every((code) => CATALOGUE.some((entry) => entry.code === code)));
      assert.deepEqual(
        wrong.domains[0]?.records[0]?.servers.map(({ answer }) => answer),
        ["lacks", "lacks", "lame"],
      );
    });

    it("keeps a server that fails at the name alone apart from one without authority, and from one that is silent", async () => {
      const own = world.emulator.zones.list().find(({ name }) => name === DOMAIN);
      const [one, two, three] = own?.servers.map(({ name }) => name) ?? [];
      world.emulator.faults.dns(one ?? "", { lame: "REFUSED", only: "TXT" });
      world.emulator.faults.dns(two ?? "", { silent: "both", refuseTcp: true, within: NAME });
      world.emulator.faults.dns(three ?? "", { lame: "REFUSED" });
      const { out } = await doctor(world, DOMAIN, { ...BOTH, json: true });
      const servers = doctorReport.parse(JSON.parse(out)).domains[0]?.records[0]?.servers;
      assert.deepEqual(
        new Map(servers?.map(({ server, answer }) => [server, answer])),
        new Map([
          [one, "fails"],
          [two, "fails"],
          [three, "lame"],
        ]),
      );
    });

    it("has every member told of in docs/doctor.md", () => {
      const page = readFileSync(join(DOCS, "doctor.md"), "utf8");
      const untold = membersOf(z.toJSONSchema(doctorReport)).filter((member) => !page.includes(member));
      assert.deepEqual(untold, []);
    });

    it("has its schema beside the docs", () => {
      const schema = JSON.stringify(z.toJSONSchema(doctorReport), null, 2);
      matchFile(join(DOCS, "doctor.schema.json"), `${schema}\n`);
    });
  });

  describe("--commands", () => {
    it("prints the lines for every address and identity", async () => {
      const told = await doctor(world, DOMAIN, { identity: ["us-east-1"], commands: true });
      matchSnapshot("commands.txt", told.out.slice(told.out.indexOf("By hand")));
    });
  });

  describe("--explain", () => {
    it("prints the page of every code within 80 columns, and says which codes there are", async () => {
      for (const { code, title, command } of CATALOGUE as readonly {
        code: string;
        title: string;
        command?: string;
      }[]) {
        const told = await doctor(world, undefined, { explain: code });
        assert.equal(told.code, 0, code);
        assert.ok(told.out.includes(title.slice(0, 20)), code);
        const wide = told.out.split("\n").filter((line) => line.length > 80 && !/^ {2}\S|https?:/.test(line));
        assert.deepEqual(wide, [], `${code} ${command}`);
      }
      matchSnapshot("explain.txt", (await doctor(world, undefined, { explain: "TXT-partial" })).out);
      const unknown = await doctor(world, undefined, { explain: "txt-absent" });
      assert.equal(unknown.code, 2);
      assert.match(unknown.err, /txt-missing/);
    });
  });

  describe("--watch", () => {
    it("prints what is awaited when it changes, and ends with 0 once it is verified", async () => {
      const { ses } = world.emulator.cloud;
      world.setValues(NAME, [OTHER_TEAM]);
      ses.setStatus(ACCOUNT, "us-east-1", DOMAIN, "Pending");
      let looks = 0;
      const clock = {
        now: world.clock.now,
        async sleep(ms: number, signal?: AbortSignal) {
          looks += 1;
          if (looks === 3) world.setValues(NAME, [OTHER_TEAM, T1]);
          await world.clock.sleep(ms, signal);
        },
      };
      const told = await doctor(world, DOMAIN, { identity: ["us-east-1"], watch: true }, { clock });
      assert.equal(told.code, 0, told.out);
      assert.match(told.out, /^0s of 45m gone: DNS \(ns-0\.awsdns-00\.com lacks, .*\), SES \(us-east-1 Pending\)$/m);
      assert.match(told.out, /^ses-example\.com: verified, published on 3 of 3 name servers \(1 note\)$/m);
      assert.ok(!told.out.includes("\u001b"));
    });

    it("ends at once where SES fixes nothing by itself, and says so", async () => {
      const { ses } = world.emulator.cloud;
      for (const status of ["Failed", "absent"] as const) {
        if (status === "Failed") ses.setStatus(ACCOUNT, "us-east-1", DOMAIN, "Failed");
        else ses.remove({ accountId: ACCOUNT, region: "us-east-1" }, DOMAIN);
        const started = world.clock.now();
        const told = await doctor(world, DOMAIN, { identity: ["us-east-1"], watch: true });
        assert.equal(told.code, 1);
        assert.equal(told.err, `No longer watched: us-east-1 ${status}, which SES does not fix by itself.\n`);
        assert.match(told.out, /^error (verification-failed|identity-missing) /m);
        assert.ok(world.clock.now() - started < 600_000);
      }
    });

    it("ends with 1 and the whole report when the time is up", async () => {
      world.setValues(NAME, [OTHER_TEAM]);
      const told = await doctor(world, DOMAIN, { identity: ["us-east-1"], watch: true, timeout: "20s" });
      assert.equal(told.code, 1);
      assert.match(told.out, /^error /m);
    });

    it("draws over itself on a terminal, within its lines and columns, and ends when it is interrupted", async () => {
      world.setValues(NAME, [OTHER_TEAM]);
      const stop = new AbortController();
      let ticks = 0;
      const clock = {
        now: world.clock.now,
        async sleep(ms: number, signal?: AbortSignal) {
          ticks += 1;
          if (ticks === 4) stop.abort(new Error("Interrupted."));
          await world.clock.sleep(ms, signal);
        },
      };
      const screen = { clock, signal: stop.signal, height: 12, paint: coloured };
      const told = await doctor(world, DOMAIN, { ...BOTH, watch: true, timeout: "1h" }, screen);
      assert.equal(told.code, 1);
      const frames = told.out.split(BACK);
      assert.ok(frames.length >= 4);
      for (const frame of frames.slice(0, -1)) {
        const lines = frame.replace(COLOUR, "").trimEnd().split("\n");
        assert.ok(lines.length <= 11, frame);
        assert.ok(
          lines.every((line) => line.length <= 80),
          frame,
        );
        assert.match(frame, /of 1h gone, next look in/);
      }
    });
  });
});

/** The names of all members of an object's schema, at any depth. */
function membersOf(schema: object): string[] {
  return Object.entries(schema).flatMap(([key, value]) => {
    if (typeof value !== "object" || value === null) return [];
    return [...(key === "properties" ? Object.keys(value) : []), ...membersOf(value)];
  });
}
