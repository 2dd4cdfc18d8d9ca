import { setTimeout as pause } from "node:timers/promises";
import { type Emulator, openEmulator, type ZoneInit } from "../../../emulator";
import type { RecordSet } from "../../../emulator/records";
import { txt } from "../../../emulator/text";
import type { NameServer } from "../../../provider/authority/authority";
import type { RunProgram } from "../../../provider/cli/doctor/stack";
import type { Clock } from "../../../provider/core/clock";
import { fqdn } from "../../../provider/core/fqdn";
import { doctorReport } from "../../../provider/doctor/schema";
import { partOf } from "../../../provider/doctor/sending/parts";
import { encodeState } from "../../../provider/lifecycle/domain/state";
import { digKeys } from "../servers/dig";
import { freePort } from "../servers/nameserver";
import { openDohFront, startValidator } from "../servers/unbound";
import { diagnoseSending } from "./case-sending";
import { addressesOn, type RealGround, serveOn, serversOn } from "./case-servers";
import { stateOf } from "./case-state";
import type { Ground, SecondServer, Told, WorldCase } from "./case-types";
import { otherViews } from "./case-views";
import { doctor } from "./doctor";
import { countQuestions } from "./question-count";
import type { ServedZone } from "./zone-file";

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

/** These worlds are about the verification: what else a sender lacks has worlds of its own. */
function isOfVerification({ code }: { readonly code: string }): boolean {
  return partOf(code) === "verification";
}

function filled(text: string): string {
  return text.replace(/\{([A-C])(?::(\w+))?\}/g, (whole, letter: string, copy: string | undefined) => {
    const token = TOKENS[letter] ?? whole;
    return copy === undefined ? token : (COPIES[copy]?.(token) ?? whole);
  });
}

const tokenOf = (letter: string) => filled(`{${letter}}`);

function setOf(set: RecordSet): RecordSet {
  return set.type === "TXT" ? { ...set, values: set.values.map((value) => txt(filled(value))) } : set;
}

/** Builds the case and asks the doctor. */
export async function diagnoseWorld(name: string, given: WorldCase, ground: Ground, withViews: boolean): Promise<Told> {
  const servers = ground === "emulator" ? undefined : serversFor(given, ground);
  const port =
    ground === "emulator" || servers === undefined ? 0 : await freePort([...addressesOn(ground, servers), ...NEARBY]);
  const emulator = await openEmulator({
    clock: { mode: "manual" },
    rateLimits: false,
    dnsPort: port,
    serversPerZone: 3,
  });
  const closing: (() => Promise<unknown>)[] = [() => emulator.close()];
  const before = { ...process.env };
  try {
    const zones = await addZones(emulator, given, servers);
    if (ground !== "emulator" && servers !== undefined) {
      const serving = await serveOn(ground, {
        zones: servedOf(given, servers),
        servers,
        port,
        second: secondOf(given),
        relayed: given.faults !== undefined,
        faults: emulator.faults,
        resolver: emulator.dns.resolver,
      });
      closing.push(() => serving.stop());
    }
    await setStage(emulator, given, zones[0]);
    if (given.sending !== undefined) {
      return await diagnoseSending(given.domain, given.sending, { emulator, clock: clockOf(emulator) });
    }
    Object.assign(process.env, emulator.env, given.env);
    const resolver: string[] = [];
    if (given.validator) {
      const validator = await startValidator(
        given.anchor ?? given.domain,
        emulator.dns.resolver,
        await anchorOf(given, servers, port),
      );
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
      stdout: what === "stack" ? exportOf(given, emulator.clock.now()) : "{}",
      stderr: "",
      exitCode: 0,
    });
    const subject = ofStack ? undefined : (given.address ?? given.domain);
    const port53 = given.validator === "https" ? undefined : emulator.dns.port;
    const views =
      withViews && given.address === undefined
        ? await otherViews({ given, tokenOf, resolver: ask.resolver, port: port53 }, emulator)
        : undefined;
    const startedMs = performance.now();
    const { result: told, questions } = await countQuestions(() =>
      doctor(
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
      ),
    );
    const seconds = (performance.now() - startedMs) / 1_000;
    if (told.out === "") throw new Error(`${name}: the doctor has nothing to report: ${told.err}`);
    const report = doctorReport.parse(JSON.parse(told.out));
    const subjects = [...report.domains, ...report.addresses].map((one) => one.findings.filter(isOfVerification));
    return { subjects, exitCode: told.code, questions, seconds, views };
  } finally {
    for (const key of Object.keys(process.env)) if (!(key in before)) delete process.env[key];
    Object.assign(process.env, before);
    for (const close of closing.reverse()) await close();
  }
}

/** The case's world on the emulator, for a look of the caller's. */
export async function openCaseWorld(given: WorldCase): Promise<Emulator> {
  const emulator = await openEmulator({ clock: { mode: "manual" }, rateLimits: false, serversPerZone: 3 });
  const zones = await addZones(emulator, given, undefined);
  await setStage(emulator, given, zones[0]);
  return emulator;
}

/** What `pulumi stack export` prints of a stack that declares the domain. */
function exportOf(given: WorldCase, nowMs: number): string {
  const outputs = encodeState(stateOf(given, tokenOf, nowMs));
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

/** The addresses of the emulator's that are to have the same port. */
const NEARBY = ["127.77.0.53", "127.77.0.1", "127.77.1.1", "127.77.1.2", "127.77.9.1"];

/** Every server of the first zone on a real ground. */
function serversFor({ zones: [zone], faults }: WorldCase, ground: RealGround): readonly NameServer[] {
  return zone?.servers ?? serversOn(ground, faults !== undefined);
}

/** Whether real servers hold it where the case is on some: other zones are only the emulator's. */
function isServed({ delegated, private: hidden }: ZoneInit): boolean {
  return delegated !== false && hidden !== true;
}

/** The zones in the emulator; of those that real programs serve, only the delegation. */
async function addZones(emulator: Emulator, given: WorldCase, servers: readonly NameServer[] | undefined) {
  const ids: string[] = [];
  for (const [index, { sets: own = [], ...init }] of given.zones.entries()) {
    const real = servers !== undefined && isServed(init);
    const sets = index === 0 ? [...own, ...crowdOf(given), ...ownServersOf(given)] : own;
    const delegated = init.delegated ?? init.servers ?? servers;
    const where = real ? { servers: [], ...(delegated && { delegated }) } : { sets: sets.map(setOf) };
    ids.push((await emulator.addZone({ account: ACCOUNT, ...init, ...where })).id);
  }
  if (servers !== undefined) nameHosts(emulator, servers);
  return ids;
}

/** Servers that only the zone's own NS records name have addresses, too. */
function nameHosts(emulator: Emulator, servers: readonly NameServer[]): void {
  for (const { name, addresses } of servers) {
    const home = emulator.zones.named(fqdn(name.slice(name.indexOf(".") + 1)));
    if (home === undefined || emulator.zones.view(home.id).find({ name: fqdn(name), type: "A" })) continue;
    const values = addresses.filter((address) => !address.includes(":"));
    if (values.length === 0) continue;
    emulator.zones.change(home.id, [{ action: "put", set: { name: fqdn(name), type: "A", ttl: 300, values } }]);
  }
}

function ownServersOf({ zones: [zone], ownServers }: WorldCase): RecordSet[] {
  if (zone === undefined || ownServers === undefined) return [];
  return [{ name: fqdn(zone.name), type: "NS", ttl: 300, values: ownServers.map((name) => `${name}.`) }];
}

function servedOf(given: WorldCase, servers: readonly NameServer[]): ServedZone[] {
  const served = given.zones.filter(isServed).map((zone, index) => ({
    name: zone.name,
    sets: [...(zone.sets ?? []).map(setOf), ...(index === 0 ? ownServersOf(given) : [])],
    servers: zone.servers ?? servers,
    signed: index === 0 ? given.signed : undefined,
  }));
  const parentOf = ({ name }: ServedZone) =>
    served.filter((one) => name.endsWith(`.${one.name}`)).sort((a, b) => b.name.length - a.name.length)[0]?.name;
  return served.map((zone) => ({ ...zone, children: served.filter((one) => parentOf(one) === zone.name) }));
}

/** The signed zone's own key, and its servers. */
async function anchorOf({ domain, signed }: WorldCase, servers: readonly NameServer[] = [], port: number) {
  const addresses = servers.flatMap((one) => one.addresses);
  const [first] = addresses;
  if (signed === undefined || first === undefined) return {};
  for (let tries = 0; tries < 50; tries++) {
    const [key] = await digKeys(domain, first, port);
    if (key !== undefined) return { record: `DNSKEY ${key}`, servers: addresses.map((at) => `${at}:${port}`) };
    await pause(100);
  }
  throw new Error(`${domain} is not signed`);
}

function secondOf({ second }: WorldCase): SecondServer | undefined {
  return second?.sets === undefined ? second : { ...second, sets: second.sets.map(setOf) };
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
  const delegated = zone === undefined ? [] : (emulator.zones.get(zone)?.delegatedTo ?? []);
  for (const { at, fault } of given.faults ?? []) {
    const { lie } = fault;
    const filledIn = lie ? { ...fault, lie: { ...lie, values: lie.values.map(filled) } } : fault;
    for (const target of targetsOf(at, delegated)) emulator.faults.dns(target, filledIn);
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

function targetsOf(at: string | number, delegated: readonly NameServer[]): readonly string[] {
  if (at === "every") return delegated.map(({ name }) => name);
  if (typeof at === "string") return [at];
  const server = delegated[at];
  if (server === undefined) throw new RangeError(`the zone is not delegated to a server ${at}`);
  return [server.name];
}
