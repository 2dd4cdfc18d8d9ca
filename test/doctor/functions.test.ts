import assert from "node:assert/strict";
import type { Emulator } from "../../emulator";
import { type Ctx, silentLog } from "../../provider/core/ctx";
import { jsonText, visible } from "../../provider/core/text";
import { doctorReport } from "../../provider/doctor/schema";
import { verificationStatus } from "../../provider/doctor/verification-status";
import { UNKNOWN } from "../../provider/lifecycle/arguments/types";
import { openClients, openForOneLook } from "../../provider/pulumi/clients";
import { invokeFunction } from "../../provider/pulumi/plugin/functions";
import type { FunctionPorts, Props } from "../../provider/pulumi/plugin/functions/declaration";
import type { WorldCase } from "../support/doctor/case-types";
import { openCaseWorld } from "../support/doctor/case-world";
import { doctor, useEnvironment } from "../support/doctor/doctor";
import { readCases } from "../support/doctor/problem-cases";

/** Verified and not, with one cause and another, for all kinds of answers; domains and addresses. */
const CASES = [
  "healthy-plain",
  "healthy-two-regions",
  "healthy-idn",
  "covered-by-parent",
  "identity-missing",
  "identity-in-other-region",
  "verification-pending",
  "verification-failed",
  "verification-revoked",
  "success-without-txt",
  "txt-missing",
  "txt-wrong-level-www",
  "txt-other-identity",
  "txt-wrong-value-bidi",
  "txt-wrong-value-line-break",
  "servers-disagree",
  "server-lame-refused",
  "delegation-mismatch-lacks",
  "zone-unknown",
  "address-expired",
  "address-misspelt",
  "address-looks-alike",
  "healthy-address",
];

function worldCase(name: string): WorldCase {
  const given = readCases().find((one) => one.name === name)?.given;
  if (given === undefined || "arguments" in given) throw new Error(`no world is called ${name}`);
  return given;
}

/** Each request that the emulator got, but those that read. */
const writes = (emulator: Emulator) =>
  emulator.requests.log().filter(({ action }) => !/^(Get|List|Assume)/.test(action));

describe("the plugin's functions", () => {
  let emulator: Emulator;
  let given: WorldCase;
  afterEach(() => emulator?.close());
  useEnvironment(() => ({}));

  const open = async (name: string) => {
    given = worldCase(name);
    emulator = await openCaseWorld(given);
    Object.assign(process.env, emulator.env, given.env);
  };
  const ctx = (signal = new AbortController().signal): Ctx => ({
    clock: { now: () => emulator.clock.now(), sleep: (ms) => emulator.clock.advance(ms) },
    log: silentLog,
    signal,
  });
  const ports = (): FunctionPorts => {
    const opened = openClients(() => undefined, process.env);
    return { open: () => openForOneLook(opened), env: process.env };
  };
  const invoke = (name: string, args: Props, own = ports(), signal?: AbortSignal) =>
    invokeFunction(`sesdomain:index:${name}`, args, own, ctx(signal));
  const resultOf = async (name: string, args: Props, own = ports()) => {
    const invoked = await invoke(name, args, own);
    assert.ok("result" in invoked, JSON.stringify(invoked));
    return invoked.result;
  };
  const regions = () => [...new Set(given.identities.map(({ region }) => region))];
  const subject = (): Props => ({
    ...(given.address === undefined ? { domain: given.domain } : { address: given.address }),
    ...(regions().length > 0 && { identities: regions().map((region) => ({ region })) }),
  });
  const printed = async () => {
    const world = { clock: ctx().clock };
    const told = await doctor(world, given.address ?? given.domain, { identity: regions(), json: true });
    return told.out;
  };

  for (const name of CASES) {
    it(`return what the doctor prints, and change nothing: ${name}`, async () => {
      await open(name);
      const out = await printed();
      const { json, ...report } = await resultOf("getDiagnosis", subject());
      assert.deepEqual(timeless(JSON.parse(String(json))), timeless(JSON.parse(out)));
      const shown = JSON.parse(out, (_key, value) => (typeof value === "string" ? visible(value) : value));
      assert.deepEqual(timeless(report), timeless(shown));
      doctorReport.parse(report);
      assert.equal(visible(JSON.stringify(report)), JSON.stringify(report), "nothing in it acts on a terminal");

      const status = verificationStatus.strict().parse(await resultOf("getVerificationStatus", subject()));
      const [asked] = [...shown.domains, ...shown.addresses];
      assert.deepEqual(
        status.identities.map(({ verified: _, token: __, dkim, mailFrom, ...word }) => ({
          ...word,
          ...(dkim && { dkim, mailFrom }),
        })),
        asked.identities.map((one: Readonly<Record<string, unknown>>) => statusOf(one)),
      );
      assert.deepEqual(writes(emulator), []);
    });
  }

  it("see in a later call of the same process what has changed since", async () => {
    await open("identity-missing");
    const own = ports();
    const parent = { domain: "sub.case-example.com", identities: [{ region: "us-east-1" }] };
    const before = await resultOf("getVerificationStatus", parent, own);
    assert.equal(before.state, "not-verified");
    emulator.cloud.ses.inject([
      { accountId: "000000000000", region: "us-east-1", name: "case-example.com", status: "Success" },
    ]);
    const after = verificationStatus.parse(await resultOf("getVerificationStatus", parent, own));
    assert.deepEqual([after.state, after.identities[0]?.coveredBy], ["verified", "case-example.com"]);
  });

  it("ask about many domains together", async () => {
    await open("healthy-plain");
    const own = ports();
    const asked = Array.from({ length: 40 }, (_, index) =>
      resultOf(
        "getVerificationStatus",
        { domain: `d${index}.case-example.com`, identities: [{ region: "us-east-1" }] },
        own,
      ),
    );
    await Promise.all(asked);
    const { http } = emulator.requests.counts();
    assert.ok((http["ses:GetIdentityVerificationAttributes"] ?? 0) <= 4, JSON.stringify(http));
  });

  it("ask in the provider's own region where no identity is named", async () => {
    await open("healthy-plain");
    const status = verificationStatus.parse(await resultOf("getVerificationStatus", { domain: given.domain }));
    assert.deepEqual(
      status.identities.map(({ region }) => region),
      [process.env.AWS_REGION],
    );
  });

  it("answer without SES where only DNS is asked, or a token is given", async () => {
    await open("healthy-plain");
    emulator.requests.reset();
    for (const args of [{ dnsOnly: true }, { tokens: ["fmxqxT/icOYx4aA+bEUrDPMeax9/s3frblS+niixmqk="] }]) {
      doctorReport.parse(await resultOf("getDiagnosis", { domain: given.domain, ...args }));
    }
    assert.deepEqual(emulator.requests.log(), []);
  });

  it("say what could not be learned where there are no credentials, and keep them to themselves", async () => {
    await open("healthy-plain");
    const env = { AWS_REGION: "us-east-1", SESDOMAIN_DNS_RESOLVERS: emulator.dns.resolver };
    for (const name of ["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"]) delete process.env[name];
    Object.assign(process.env, { AWS_EC2_METADATA_DISABLED: "true" });
    const opened = openClients(() => undefined, { ...process.env, ...env });
    const own = { open: () => openForOneLook(opened), env: {} };
    const status = verificationStatus.parse(await resultOf("getVerificationStatus", { domain: given.domain }, own));
    assert.equal(status.state, "unknown");
    assert.ok(status.sesNotAsked !== undefined);
  });

  it("end with their signal, also while a request is under way", async () => {
    await open("healthy-plain");
    for (const name of ["getDiagnosis", "getVerificationStatus"]) {
      const control = new AbortController();
      const reason = new Error("cancelled");
      const stop = emulator.onRequest(() => control.abort(reason));
      await assert.rejects(invoke(name, subject(), ports(), control.signal), reason);
      stop();
    }
  });
});

describe("a function that looks something up", () => {
  const TWO = { domain: "ses-example.com", address: "a@ses-example.com" };
  const MANY = Array.from({ length: 5_000 }, () => ({ region: "us-east-1" }));
  for (const [name, args, paths] of [
    ["getDiagnosis", {}, ["domain"]],
    ["getDiagnosis", TWO, ["address"]],
    ["getDiagnosis", { domain: "a@ses-example.com" }, ["domain"]],
    ["getDiagnosis", { domain: "not a domain" }, ["domain"]],
    ["getDiagnosis", { domain: 1, identities: {}, dnsOnly: "yes" }, ["dnsOnly", "domain", "identities"]],
    ["getDiagnosis", { Domain: "ses-example.com" }, ["Domain", "domain"]],
    ["getDiagnosis", { domain: "ses-example.com", identities: MANY }, ["identities"]],
    ["getDiagnosis", { domain: "ses-example.com", tokens: MANY }, ["tokens"]],
    ["getDiagnosis", { domain: "ses-example.com", identities: [{ region: "us-east-l" }] }, ["identities[0].region"]],
    ["getDiagnosis", { domain: "ses-example.com", identities: [{ Region: "us-east-1" }] }, ["identities[0].Region"]],
    ["getDiagnosis", { domain: "ses-example.com", identities: [{ dkim: true }] }, ["identities[0].dkim"]],
    ["getDiagnosis", { domain: "ses-example.com", dnsCheck: { mode: "off" } }, ["dnsCheck.mode"]],
    ["getDiagnosis", { domain: "ses-example.com", dnsCheck: { port: 0 } }, ["dnsCheck.port"]],
    ["getDiagnosis", { domain: "ses-example.com", timeout: 60 }, ["timeout"]],
    ["getDiagnosis", { domain: "ses-example.com", timeout: "1ms" }, ["timeout"]],
    ["getDiagnosis", { domain: "ses-example.com", timeout: "99h" }, ["timeout"]],
    ["getDiagnosis", { domain: "ses-example.com", dnsOnly: true, identities: [{}] }, ["dnsOnly"]],
    ["getDiagnosis", { address: "a@ses-example.com", dnsOnly: true, tokens: ["x"] }, ["dnsOnly", "tokens"]],
    ["getDiagnosis", { domain: UNKNOWN }, ["domain"]],
    ["getDiagnosis", { domain: "ses-example.com", identities: UNKNOWN }, ["identities"]],
    ["getDiagnosis", { domain: "ses-example.com", dnsCheck: { port: UNKNOWN } }, ["dnsCheck.port"]],
    [
      "getVerificationStatus",
      { domain: "ses-example.com", identities: [{ region: UNKNOWN }] },
      ["identities[0].region"],
    ],
    ["getVerificationStatus", { domain: "ses-example.com", dnsOnly: true }, ["dnsOnly"]],
    ["getVerificationStatus", { address: "not an address" }, ["address"]],
    ["getVerificationStatus", { domain: "ses-example.com", secretKey: "hush-hush-hush" }, ["secretKey"]],
  ] as const) {
    it(`refuses by path, without a look: ${name} ${JSON.stringify(args).slice(0, 90)}`, async () => {
      const closed = { open: () => assert.fail("nothing is to be asked"), env: {} };
      const clock = { now: () => 0, sleep: () => Promise.resolve() };
      const signal = new AbortController().signal;
      const invoked = await invokeFunction(`sesdomain:index:${name}`, args, closed, { clock, log: silentLog, signal });
      assert.ok("failures" in invoked, JSON.stringify(invoked));
      assert.deepEqual(invoked.failures.map(({ property }) => property).sort(), paths);
      assert.ok(!JSON.stringify(invoked).includes("hush"));
    });
  }
});

/** A look turns the emulator's clock, so that the next one is later. */
function timeless({ at: _, ...report }: Props): Props {
  return report;
}

/** Of one identity in the doctor's report what `getVerificationStatus` has, too. */
function statusOf(one: Readonly<Record<string, unknown>>) {
  const { name, region, accountId, status, unknownBecause, coveredBy, dkim, mailFrom } = one;
  const ofSes = (part: unknown) => {
    if (typeof part !== "object" || part === null) return undefined;
    const { state: _, codes: __, ...seen } = part as Readonly<Record<string, unknown>>;
    return seen;
  };
  const all = {
    name,
    region,
    accountId,
    status,
    unknownBecause,
    coveredBy,
    dkim: ofSes(dkim),
    mailFrom: ofSes(mailFrom),
  };
  return JSON.parse(jsonText(all));
}
