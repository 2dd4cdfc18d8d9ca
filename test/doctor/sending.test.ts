import assert from "node:assert/strict";
import { txt } from "../../emulator/text";
import type { RunProgram } from "../../provider/cli/doctor/stack";
import { child, type Fqdn, fqdn } from "../../provider/core/fqdn";
import { doctorReport } from "../../provider/doctor/schema";
import { type DomainState, encodeState, type Verification } from "../../provider/lifecycle/domain/state";
import { requirementsOf, SES_SPF } from "../../provider/lifecycle/records/requirements";
import { doctor, matchSnapshot, T1, useEnvironment } from "../support/doctor/doctor";
import { ACCOUNT, DOMAIN, type DomainWorld, NAME, openDomainWorld } from "../support/emulator/domain";
import { txtFor } from "../support/lifecycle/required";

const SCOPE = { accountId: ACCOUNT, region: "us-east-1" };
const BOUNCE = fqdn(`bounce.${DOMAIN}`);
const MX = "10 feedback-smtp.us-east-1.amazonses.com.";
const DMARC = fqdn(`_dmarc.${DOMAIN}`);
const ONE = { identity: ["us-east-1"] };

describe("sesdomain doctor on what makes a domain ready to send", () => {
  let world: DomainWorld;
  let zoneId = "";
  before(async () => {
    world = await openDomainWorld({ rateLimits: false });
    zoneId = world.emulator.zones.list().find(({ name }) => name === DOMAIN)?.id ?? "";
  });
  after(() => world.close());
  useEnvironment(() => world.emulator.env);

  const put = (name: Fqdn, type: string, ...values: readonly string[]) =>
    world.emulator.zones.change(zoneId, [{ action: "put", set: { name, type, ttl: 300, values } }]);
  const remove = (name: Fqdn, type: string) =>
    world.emulator.zones.change(zoneId, [{ action: "delete", key: { name, type } }]);
  const cnameOf = (token: string) => child(token, child("_domainkey", DOMAIN));
  const tokens = () => world.emulator.cloud.ses.dkim(SCOPE, DOMAIN).tokens;
  const firstCname = () => cnameOf(tokens()[0] ?? "");

  /** An identity with Easy DKIM and a MAIL FROM domain, and every record of it. */
  beforeEach("all is ready", async () => {
    const { ses } = world.emulator.cloud;
    for (const { accountId, region, name } of ses.identities()) ses.remove({ accountId, region }, name);
    ses.accounts.set(SCOPE, { productionAccess: true, sendingEnabled: true });
    ses.inject([{ ...SCOPE, name: DOMAIN, token: T1, dkim: {}, mailFrom: { domain: BOUNCE } }]);
    world.setValues(NAME, [T1]);
    const { zone } = ses.dkim(SCOPE, DOMAIN);
    for (const token of tokens()) put(cnameOf(token), "CNAME", `${token}.${zone}.`);
    put(BOUNCE, "MX", MX);
    put(BOUNCE, "TXT", txt(SES_SPF));
    put(DMARC, "TXT", txt("v=DMARC1; p=none"));
    // A domain's allowance of questions grows with time.
    await world.emulator.clock.advance(120_000);
    world.emulator.requests.reset();
  });
  afterEach(() => world.emulator.faults.clear());

  async function look(domain: string = DOMAIN, options: Parameters<typeof doctor>[2] = ONE) {
    const { code, out } = await doctor(world, domain, { ...options, json: true });
    const [report] = doctorReport.parse(JSON.parse(out)).domains;
    assert.ok(report?.sending, out);
    const { sending, identities, findings, records } = report;
    const states = Object.fromEntries(
      Object.entries(sending).map(([part, said]) => [part, typeof said === "string" ? said : said.state]),
    );
    const grave = findings.filter(({ severity }) => severity !== "note").map((one) => one.code);
    return { code, grave, sending, states, identities, records, codes: findings.map((one) => one.code), findings };
  }

  const READY = {
    state: "ready",
    verification: "ready",
    dkim: "ready",
    mailFrom: "ready",
    spf: "ready",
    dmarc: "ready",
  };

  it("says that a domain is ready whose parts all are", async () => {
    const { code, states, identities } = await look();
    assert.deepEqual(states, READY);
    assert.equal(code, 0);
    assert.equal(identities[0]?.dkim?.status, "Success");
    assert.equal(identities[0]?.mailFrom?.domain, BOUNCE);
    const told = await doctor(world, DOMAIN, ONE);
    matchSnapshot("sending-ready.txt", told.out);
  });

  it("names the CNAME that is missing, and who says so", async () => {
    remove(firstCname(), "CNAME");
    const { code, sending, states, records } = await look();
    assert.deepEqual(states, { ...READY, state: "not-ready", dkim: "not-ready" });
    assert.deepEqual(sending.dkim.codes, ["dkim-cname-partial", "dkim-revocation-pending"]);
    assert.equal(code, 1);
    const lacking = records.filter(({ state }) => state === "missing");
    assert.deepEqual(
      lacking.map(({ name, type, expected }) => [name, type, expected[0]?.purpose]),
      [[firstCname(), "CNAME", "dkim"]],
    );
    assert.equal(lacking[0]?.servers[0]?.answer, "absent");
    const told = await doctor(world, DOMAIN, ONE);
    matchSnapshot("sending-cname-missing.txt", told.out.split("\nerror ")[0] ?? "");
  });

  it("sees that a CNAME is proxied by the addresses in its place", async () => {
    remove(firstCname(), "CNAME");
    put(firstCname(), "A", "203.0.113.7");
    const { code, sending, states } = await look();
    remove(firstCname(), "A");
    assert.equal(states.dkim, "not-ready");
    assert.deepEqual(sending.dkim.codes, ["dkim-cname-flattened", "dkim-revocation-pending"]);
    assert.equal(code, 1);
  });

  it("sees a second MX, which the answer of each server shows", async () => {
    put(BOUNCE, "MX", MX, "20 mx.example.net.");
    const { code, sending, states, records } = await look();
    assert.equal(states.mailFrom, "not-ready");
    assert.deepEqual(sending.mailFrom.codes, ["mail-from-mx-several"]);
    assert.equal(code, 1);
    const mx = records.find(({ type }) => type === "MX");
    assert.equal(mx?.state, "with-others");
    assert.deepEqual(
      mx?.servers.map(({ answer, others }) => [answer, others]),
      [1, 2, 3].map(() => ["with-others", ["20 mx.example.net."]]),
    );
    const told = await doctor(world, DOMAIN, ONE);
    assert.match(told.out, /serves it and 1 value too many/);
  });

  it("is not ready without SPF, and content with another text that lets SES send", async () => {
    remove(BOUNCE, "TXT");
    const without = await look();
    assert.equal(without.states.spf, "not-ready");
    assert.equal(without.states.mailFrom, "ready");
    put(BOUNCE, "TXT", txt("v=spf1 include:amazonses.com -all"));
    const other = await look();
    assert.deepEqual(other.states, READY);
    assert.equal(other.code, 0);
    assert.equal(other.records.find(({ name, type }) => name === BOUNCE && type === "TXT")?.state, "published");
  });

  it("is not ready without DMARC, which is no error", async () => {
    remove(DMARC, "TXT");
    const { code, states } = await look();
    assert.deepEqual(states, { ...READY, state: "not-ready", dmarc: "not-ready" });
    assert.equal(code, 0);
  });

  it("asks little where nothing is set, and says that it is off", async () => {
    world.emulator.cloud.ses.remove(SCOPE, DOMAIN);
    world.emulator.cloud.ses.inject([{ ...SCOPE, name: DOMAIN, token: T1 }]);
    remove(DMARC, "TXT");
    const { code, states, findings, codes, sending } = await look();
    assert.deepEqual(codes, ["not-ready-to-send"]);
    assert.deepEqual(sending.dmarc.codes, ["dmarc-missing"]);
    assert.deepEqual(states, {
      state: "not-ready",
      verification: "ready",
      dkim: "off",
      mailFrom: "off",
      spf: "off",
      dmarc: "not-ready",
    });
    assert.equal(code, 0);
    assert.ok(findings.every(({ severity }) => severity === "note"));
    assert.deepEqual(world.emulator.requests.counts().http, {
      "sts:GetCallerIdentity": 1,
      "ses:GetIdentityVerificationAttributes": 1,
      "ses:GetEmailIdentity": 1,
      "ses:GetAccount": 1,
      "ses:ListTagsForResource": 1,
    });
  });

  it("says where two regions differ", async () => {
    const { ses } = world.emulator.cloud;
    const other = { accountId: ACCOUNT, region: "eu-west-1" };
    ses.inject([{ ...other, name: DOMAIN, token: T1, dkim: { signingEnabled: false } }]);
    const { tokens: more, zone } = ses.dkim(other, DOMAIN);
    for (const token of more) put(cnameOf(token), "CNAME", `${token}.${zone}.`);
    const both = { identity: ["us-east-1", "eu-west-1"] };
    const { code, states, identities } = await look(DOMAIN, both);
    assert.deepEqual(
      identities.map(({ dkim, mailFrom }) => [dkim?.state, mailFrom?.state]),
      [
        ["ready", "ready"],
        ["not-ready", "off"],
      ],
    );
    assert.deepEqual([states.dkim, states.mailFrom, states.state], ["not-ready", "ready", "not-ready"]);
    assert.equal(code, 1);
    const told = await doctor(world, DOMAIN, both);
    assert.match(told.out, /^ {2}DKIM {10}us-east-1 ready; eu-west-1 not ready: /m);
    assert.match(told.out, /^ {2}MAIL FROM {5}us-east-1 ready; eu-west-1 off$/m);
  });

  it("takes SES's status for an own key, and asks for no record of Easy DKIM", async () => {
    const { ses } = world.emulator.cloud;
    ses.remove(SCOPE, DOMAIN);
    const method = { kind: "own", selector: "s1", publicKey: "MFwwDQYJKoZIhvcNAQEBBQADSwAwSAJBAK" } as const;
    ses.inject([{ ...SCOPE, name: DOMAIN, token: T1, dkim: { method, held: true } }]);
    const { code, states, identities, records } = await look();
    assert.deepEqual([states.dkim, states.dmarc, states.state], ["ready", "ready", "ready"]);
    assert.equal(identities[0]?.dkim?.origin, "EXTERNAL");
    assert.deepEqual(
      records.map(({ type }) => type),
      ["TXT"],
    );
    assert.equal(code, 0);
  });

  it("is unknown, and no error, where SES may not be asked for it", async () => {
    const { faults } = world.emulator;
    for (const action of ["GetEmailIdentity", "GetIdentityDkimAttributes", "GetIdentityMailFromDomainAttributes"]) {
      faults.http({ action }, { kind: "deny" });
    }
    const { code, states, identities } = await look();
    assert.deepEqual([states.dkim, states.mailFrom, states.state], ["unknown", "unknown", "unknown"]);
    assert.ok(identities[0]?.dkim?.unknownBecause !== undefined);
    assert.equal(code, 0);
  });

  it("falls back on the questions that travel together where GetEmailIdentity is refused", async () => {
    world.emulator.faults.http({ action: "GetEmailIdentity" }, { kind: "deny" });
    const { states, identities } = await look();
    assert.equal(identities[0]?.dkim?.status, "Success");
    // Where the CNAME records lead is not known, and so not looked at.
    assert.equal(identities[0]?.dkim?.zone, undefined);
    assert.equal(states.mailFrom, "ready");
  });

  it("tells that the account is in the sandbox, or paused", async () => {
    const { accounts } = world.emulator.cloud.ses;
    accounts.set(SCOPE, { productionAccess: false, sendingEnabled: true });
    const sandbox = await look();
    assert.deepEqual([sandbox.grave, sandbox.code], [["sandbox"], 0]);
    accounts.set(SCOPE, { productionAccess: true, sendingEnabled: false });
    const paused = await look();
    assert.deepEqual([paused.grave, paused.code], [["sending-paused"], 1]);
    accounts.set(SCOPE, { productionAccess: true, sendingEnabled: true });
  });

  it("tells of addresses inside the domain that have settings of their own, and of no others", async () => {
    const { ses } = world.emulator.cloud;
    ses.inject([
      { ...SCOPE, name: `team@${DOMAIN}` },
      { ...SCOPE, name: "team@elsewhere-example.com" },
    ]);
    const { grave, findings } = await look();
    assert.deepEqual(grave, ["address-overrides"]);
    assert.match(findings[0]?.seen ?? "", /team@ses-example\.com/);
    assert.doesNotMatch(findings[0]?.seen ?? "", /elsewhere/);
  });

  it("says nothing of the account where GetAccount is refused", async () => {
    world.emulator.faults.http({ action: "GetAccount" }, { kind: "deny" });
    const { code, states, codes } = await look();
    assert.deepEqual(states, READY);
    assert.equal(code, 0);
    assert.ok(!codes.includes("sandbox"));
  });

  describe("of a stack", () => {
    const KIND = "pulumi-nodejs:dynamic/sesdomain:VerifiedDomain";

    /** The stack of a program, as its last `up` left it. */
    function stack(more: Partial<DomainState>, inputs: object): { readonly run: RunProgram } {
      const verification: Verification = {
        name: "us-east-1",
        region: "us-east-1",
        accountId: ACCOUNT,
        identityArn: `arn:aws:ses:us-east-1:${ACCOUNT}:identity/${DOMAIN}`,
        token: T1,
        status: "Success",
        adopted: false,
      };
      const outputs = encodeState({
        domain: DOMAIN,
        identities: [{ name: "us-east-1", region: "us-east-1" }],
        dns: [{ kind: "route53" }],
        verifications: [verification],
        requirements: [txtFor("us-east-1", NAME, T1, verification.identityArn)],
        verified: true,
        verifiedAt: "2026-01-01T00:00:00.000Z",
        leaving: [],
        mark: "0123456789abcdef",
        unmarked: [],
        asked: {},
        ...more,
      });
      const resources = [{ urn: `urn:pulumi:dev::demo::${KIND}::mail`, type: KIND, custom: true, inputs, outputs }];
      const state = JSON.stringify({ version: 3, deployment: { resources } });
      return {
        run: async (_command, [what]) => ({ stdout: what === "config" ? "{}" : state, stderr: "", exitCode: 0 }),
      };
    }

    /** A program that asks for DKIM and MAIL FROM, and what SES held then. */
    function asking(inputs: object, held: readonly string[] = tokens()) {
      const arn = `arn:aws:ses:us-east-1:${ACCOUNT}:identity/${DOMAIN}`;
      const zone = fqdn("dkim.amazonses.com");
      const holder = {
        name: "us-east-1",
        identityArn: arn,
        token: T1,
        dkim: { tokens: held, zone },
        mailFrom: { domain: BOUNCE, exchange: fqdn("feedback-smtp.us-east-1.amazonses.com") },
      };
      const verification: Verification = {
        name: "us-east-1",
        region: "us-east-1",
        accountId: ACCOUNT,
        identityArn: arn,
        token: T1,
        status: "Success",
        adopted: false,
        dkim: { method: "AWS_SES", tokens: held, zone, signing: true, status: "Success" },
        mailFrom: { domain: BOUNCE, onMxFailure: "default", status: "Success" },
      };
      const places = { "us-east-1": { name: NAME, prefix: "" as const } };
      return stack(
        { verifications: [verification], requirements: requirementsOf(DOMAIN, [holder], places, 300) },
        inputs,
      );
    }

    async function lookAt(ports: { readonly run: RunProgram }, options: Parameters<typeof doctor>[2] = {}) {
      const { code, out } = await doctor(world, undefined, { stack: true, json: true, ...options }, ports);
      const [report] = doctorReport.parse(JSON.parse(out)).domains;
      assert.ok(report?.sending, out);
      const { sending, findings, records } = report;
      return { code, sending, findings, records, codes: findings.map((one) => one.code) };
    }

    const ASKED = { dkim: true, mailFrom: "bounce" };

    it("is ready where all that the program asks for is", async () => {
      const { code, sending } = await lookAt(asking(ASKED));
      assert.equal(sending.state, "ready");
      assert.equal(code, 0);
    });

    it("says what a sender lacks where the program asks for neither, and is healthy", async () => {
      world.emulator.cloud.ses.remove(SCOPE, DOMAIN);
      world.emulator.cloud.ses.inject([{ ...SCOPE, name: DOMAIN, token: T1 }]);
      const { code, codes, sending } = await lookAt(stack({}, {}));
      assert.ok(codes.includes("not-ready-to-send"));
      assert.equal(sending.dkim.state, "off");
      assert.equal(code, 0);
    });

    it("is not ready where SES has lost what the program asks for", async () => {
      const ports = asking(ASKED);
      world.emulator.cloud.ses.remove(SCOPE, DOMAIN);
      world.emulator.cloud.ses.inject([{ ...SCOPE, name: DOMAIN, token: T1 }]);
      const { code, sending } = await lookAt(ports);
      assert.deepEqual([sending.dkim.state, sending.mailFrom.state], ["not-ready", "not-ready"]);
      assert.equal(code, 1);
    });

    it("looks for no DMARC where the program wants none", async () => {
      const { code, sending, codes } = await lookAt(asking({ ...ASKED, dmarc: false }));
      assert.equal(sending.dmarc.state, "off");
      assert.ok(!codes.some((one) => one.startsWith("dmarc-")));
      assert.equal(code, 0);
    });

    it("cannot say where SES may not be asked, and exits with 2", async () => {
      for (const action of ["GetEmailIdentity", "GetIdentityDkimAttributes", "GetIdentityMailFromDomainAttributes"]) {
        world.emulator.faults.http({ action }, { kind: "deny" });
      }
      const { code, sending } = await lookAt(asking(ASKED));
      assert.deepEqual([sending.dkim.state, sending.mailFrom.state], ["unknown", "unknown"]);
      assert.equal(code, 2);
    });

    it("takes the records from the state where SES is not to be asked", async () => {
      const ports = asking(ASKED);
      remove(firstCname(), "CNAME");
      const { sending, records, code } = await lookAt(ports, { dnsOnly: true });
      assert.equal(sending.dkim.state, "not-ready");
      assert.equal(sending.mailFrom.state, "unknown");
      assert.equal(records.filter(({ state }) => state === "missing").length, 1);
      assert.equal(code, 1);
      assert.deepEqual(world.emulator.requests.counts().http, {});
    });

    it("tells records of tokens that SES no longer names", async () => {
      const old = "oldtokenoldtokenoldtokenoldtoken";
      put(cnameOf(old), "CNAME", `${old}.dkim.amazonses.com.`);
      const { code, codes, sending } = await lookAt(asking(ASKED, [old, ...tokens().slice(1)]));
      remove(cnameOf(old), "CNAME");
      assert.equal(sending.state, "ready");
      assert.ok(codes.includes("dkim-stale"));
      assert.equal(code, 0);
    });

    it("is no problem where the program itself switches signing off", async () => {
      const { ses } = world.emulator.cloud;
      const ports = asking({ dkim: { signing: false }, mailFrom: "bounce" });
      ses.remove(SCOPE, DOMAIN);
      ses.inject([
        { ...SCOPE, name: DOMAIN, token: T1, dkim: { signingEnabled: false }, mailFrom: { domain: BOUNCE } },
      ]);
      const { code, sending, findings } = await lookAt(ports);
      assert.deepEqual(
        findings.filter(({ severity }) => severity !== "note"),
        [],
      );
      assert.deepEqual([sending.dkim.state, sending.state], ["not-ready", "not-ready"]);
      assert.equal(code, 0);
    });
  });
});
