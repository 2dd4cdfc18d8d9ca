import { type Emulator, openEmulator } from "../../../emulator";
import type { RecordSet } from "../../../emulator/records";
import { txt } from "../../../emulator/text";
import type { NameServer } from "../../../provider/authority/authority";
import { doctorReport } from "../../../provider/cli/doctor/schema";
import type { RunProgram } from "../../../provider/cli/doctor/stack";
import type { Clock } from "../../../provider/core/clock";
import { fqdn } from "../../../provider/core/fqdn";
import { encodeState } from "../../../provider/lifecycle/domain/state";
import { txtFor } from "../lifecycle/required";
import { freePort } from "../servers/nameserver";
import { openDohFront, startValidator } from "../servers/unbound";
import { type ServedZone, serveOn, serversOn } from "./case-servers";
import type { Ground, Told, WorldCase } from "./case-types";
import { doctor } from "./doctor";

const ACCOUNT = "000000000000";
const TOKENS: Readonly<Record<string, string>> = {
  A: "fmxqxT/icOYx4aA+bEUrDPMeax9/s3frblS+niixmqk=",
  B: "QTKknzFg2J4ygwa+XvHAxUl1hyHoY0gVfZdfjIedHZ0=",
  C: "b3RoZXIgdGVhbSdzIHRva2VuLCAzMiBvY3RldHMuLi4=",
};
const COPIES: Readonly<Record<string, (token: string) => string>> = {
  lower: (token) => token.toLowerCase(),
  plus: (token) => token.replaceAll("+", " "),
  padding: (token) => token.replace(/=+$/, ""),
  break: (token) => `${token.slice(0, 20)}\n${token.slice(20)}`,
  encoded: (token) => encodeURIComponent(token),
  head: (token) => token.slice(0, 20),
  tail: (token) => token.slice(20),
};

function filled(text: string): string {
  return text.replace(/\{([A-C])(?::(\w+))?\}/g, (whole, letter: string, copy: string | undefined) => {
    const token = TOKENS[letter] ?? whole;
    return copy === undefined ? token : (COPIES[copy]?.(token) ?? whole);
  });
}

function setOf(set: RecordSet): RecordSet {
  return set.type === "TXT" ? { ...set, values: set.values.map((value) => txt(filled(value))) } : set;
}

/** Builds the case and asks the doctor. */
export async function diagnoseWorld(name: string, given: WorldCase, ground: Ground): Promise<Told> {
  const servers = ground === "emulator" ? undefined : serversOn(ground);
  const nearby = ["127.77.0.53", "127.77.0.1", "127.77.1.1", "127.77.1.2", "127.77.9.1"];
  const addresses = servers?.flatMap((server) => server.addresses);
  const port = addresses === undefined ? 0 : await freePort([...addresses, ...nearby]);
  const emulator = await openEmulator({ clock: { mode: "manual" }, rateLimits: false, dnsPort: port });
  const closing: (() => Promise<unknown>)[] = [() => emulator.close()];
  const before = { ...process.env };
  try {
    const zones = await addZones(emulator, given, servers);
    if (ground !== "emulator") {
      const server = await serveOn(ground, servedOf(given), port);
      closing.push(() => server.stop());
    }
    await setStage(emulator, given, zones[0]);
    Object.assign(process.env, emulator.env, given.env);
    const resolver: string[] = [];
    if (given.validator) {
      const validator = await startValidator(given.domain, emulator.dns.resolver);
      closing.push(validator.stop);
      const front = given.validator === "https" ? await openDohFront(validator.at) : undefined;
      if (front !== undefined) closing.push(front.close);
      resolver.push(front?.url ?? validator.at);
    }
    const ask = { resolver, ...given.ask, ...(given.ask?.token && { token: given.ask.token.map(filled) }) };
    const regions = [...new Set(given.identities.map(({ region }) => region))];
    const identity = ask.token || regions.length === 0 ? [] : ["us-east-1"];
    const ofStack = given.identities.some(({ restarts }) => restarts !== undefined);
    const run: RunProgram = async (_command, [what]) => ({
      stdout: what === "stack" ? stateOf(given, emulator.clock.now()) : "{}",
      stderr: "",
      exitCode: 0,
    });
    const subject = ofStack ? undefined : (given.address ?? given.domain);
    const told = await doctor(
      { clock: clockOf(emulator) },
      subject,
      {
        ...(ofStack && { stack: true }),
        identity: ofStack ? [] : identity,
        ...ask,
        ...(given.validator !== "https" && { port: emulator.dns.port }),
        json: true,
        timeout: "40s",
      },
      { run },
    );
    if (told.out === "") throw new Error(`${name}: the doctor has nothing to report: ${told.err}`);
    const report = doctorReport.parse(JSON.parse(told.out));
    const findings = [...report.domains, ...report.addresses].flatMap((one) => one.findings);
    return { codes: [...new Set(findings.map(({ code }) => code))], exitCode: told.code };
  } finally {
    for (const key of Object.keys(process.env)) if (!(key in before)) delete process.env[key];
    Object.assign(process.env, before);
    for (const close of closing.reverse()) await close();
  }
}

/** What `pulumi stack export` prints of a stack that declares the domain. */
function stateOf({ domain, identities }: WorldCase, nowMs: number): string {
  const name = fqdn(`_amazonses.${domain}`);
  const verifications = identities.map(({ region, token = "A" }) => ({
    name: region,
    region,
    accountId: ACCOUNT,
    identityArn: `arn:aws:ses:${region}:${ACCOUNT}:identity/${domain}`,
    token: filled(`{${token}}`),
    status: "Pending" as const,
    adopted: false,
  }));
  const asked = identities.map(({ restarts = 0 }, index) => [
    verifications[index]?.identityArn,
    { at: new Date(nowMs - 1_000).toISOString(), restarts },
  ]);
  const outputs = encodeState({
    domain: fqdn(domain),
    identities: verifications.map(({ region }) => ({ name: region, region })),
    dns: [{ kind: "route53" }],
    leaving: [],
    mark: "0123456789abcdef",
    unmarked: [],
    verifications,
    requirements: verifications.map((one) => txtFor(one.name, name, one.token, one.identityArn)),
    verified: false,
    verifiedAt: undefined,
    asked: Object.fromEntries(asked),
  });
  const type = "pulumi-nodejs:dynamic/sesdomain:VerifiedDomain";
  const resources = [{ urn: `urn:pulumi:dev::demo::${type}::mail`, type, custom: true, inputs: {}, outputs }];
  return JSON.stringify({ version: 3, deployment: { resources } });
}

function clockOf({ clock }: Emulator): Clock {
  return {
    now: () => clock.now(),
    async sleep(ms, signal) {
      signal?.throwIfAborted();
      await clock.advance(ms);
      signal?.throwIfAborted();
    },
  };
}

/** The zones in the emulator; where the first is served by a real program, only its delegation. */
async function addZones(emulator: Emulator, given: WorldCase, servers: readonly NameServer[] | undefined) {
  const { zones } = given;
  const ids: string[] = [];
  for (const [index, { sets: own, ...init }] of zones.entries()) {
    const sets = index === 0 ? [...(own ?? []), ...crowdOf(given)] : own;
    const real = index === 0 && servers !== undefined;
    const where = real ? { servers: [], delegated: [...servers] } : { sets: (sets ?? []).map(setOf) };
    ids.push((await emulator.addZone({ account: ACCOUNT, ...init, ...where })).id);
  }
  return ids;
}

function servedOf({ zones: [zone], second, ownServers }: WorldCase): ServedZone {
  if (zone === undefined) throw new RangeError("a real server needs a zone");
  const sets = second?.sets?.map(setOf);
  return {
    servers: ownServers,
    name: zone.name,
    sets: (zone.sets ?? []).map(setOf),
    second: second && { ...second, ...(sets && { sets }) },
  };
}

function crowdOf({ domain, crowd = 0 }: WorldCase): RecordSet[] {
  return Array.from({ length: crowd }, (_, index) => ({
    name: fqdn(`_amazonses.${domain}`),
    type: "TXT",
    ttl: 300,
    values: [index === 0 ? "{A}" : Buffer.from(`token ${index}`.padEnd(32, ".")).toString("base64")],
    routing: { setIdentifier: String(index), multiValueAnswer: true },
  }));
}

async function setStage(emulator: Emulator, given: WorldCase, zone: string | undefined): Promise<void> {
  const { ses } = emulator.cloud;
  const subject = given.address ?? given.domain;
  for (const { region, status, token, dkimOnly, asked, named: name = subject } of given.identities) {
    ses.inject([
      {
        accountId: ACCOUNT,
        region,
        name,
        status,
        ...(token && { token: filled(`{${token}}`) }),
        ...(dkimOnly && { dkimOnly }),
      },
    ]);
    if (asked) ses.verifyDomain({ accountId: ACCOUNT, region }, name);
  }
  for (const { region, looked, then, named: name = subject } of given.identities) {
    if (looked) await ses.checkNow({ region });
    if (then) ses.setStatus(ACCOUNT, region, name, then);
  }
  for (const { at, fault } of given.faults ?? []) {
    const { lie } = fault;
    emulator.faults.dns(at, lie ? { ...fault, lie: { ...lie, values: lie.values.map(filled) } } : fault);
  }
  for (const { match, fault } of given.http ?? []) emulator.faults.http(match, fault);
  if (zone === undefined) return;
  // What is frozen stands as it was before this moment.
  if (given.then !== undefined || given.remove !== undefined) await emulator.clock.advance(1);
  emulator.zones.change(zone, [
    ...(given.then ?? []).map((set) => ({ action: "put" as const, set: setOf(set) })),
    ...(given.remove ?? []).map((name) => ({ action: "delete" as const, key: { name: fqdn(name), type: "TXT" } })),
  ]);
}
