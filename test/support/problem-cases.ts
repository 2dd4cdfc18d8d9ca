import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import {
  type DnsFault,
  type Emulator,
  type HttpFault,
  type HttpMatch,
  openEmulator,
  type ZoneInit,
} from "../../emulator";
import type { RecordSet } from "../../emulator/records";
import { txt } from "../../emulator/text";
import type { DoctorOptions } from "../../provider/cli/doctor/options";
import { doctorReport } from "../../provider/cli/doctor/schema";
import type { Clock } from "../../provider/core/clock";
import { fqdn } from "../../provider/core/fqdn";
import type { VerificationStatus } from "../../provider/ses/port";
import { startBind } from "./bind";
import { doctor } from "./doctor";
import { startKnot } from "./knot";
import { freePort } from "./nameserver";
import { startValidator } from "./unbound";

export type Ground = "emulator" | "knot" | "bind";

/**
 * A world and what the doctor has to say of it: one JSON file in test/zones. In values, `{A}`, `{B}` and `{C}` are tokens
 * of SES, `{A:lower}` and the like damaged copies. TXT values are plain text, one string or several of 255 octets.
 */
export interface ProblemCase {
  readonly about: string;
  /** The code that has to be named; null: nothing may be said. */
  readonly expect: string | null;
  /** Codes that may stand beside it. */
  readonly also?: readonly string[];
  readonly domain: string;
  /** Where the first zone is served. Default: the emulator only. */
  readonly on?: readonly Ground[];
  readonly identities: readonly CaseIdentity[];
  readonly zones: readonly ZoneInit[];
  readonly faults?: readonly { readonly at: string; readonly fault: DnsFault }[];
  readonly http?: readonly { readonly match: HttpMatch; readonly fault: HttpFault }[];
  /** After SES has looked and the faults are on: what is put into the first zone, and the TXT sets that go. */
  readonly then?: readonly RecordSet[];
  readonly remove?: readonly string[];
  readonly ask?: Partial<DoctorOptions>;
  readonly env?: Readonly<Record<string, string>>;
  /** A real validating resolver that holds a DS record of the domain. */
  readonly validator?: boolean;
}

interface CaseIdentity {
  readonly region: string;
  readonly status: VerificationStatus;
  readonly token?: string;
  readonly dkimOnly?: boolean;
  /** SES looks once; then its status is forced to this. */
  readonly looked?: boolean;
  readonly then?: VerificationStatus;
  /** A token is asked for, without any other effect. */
  readonly asked?: boolean;
}

export interface Diagnosed {
  readonly name: string;
  readonly ground: Ground;
  readonly expect: string | null;
  /** The codes that were named. */
  readonly codes: readonly string[];
  readonly named: boolean;
  /** Codes that have no business there. */
  readonly wrong: readonly string[];
  readonly exitCode: number | undefined;
}

const FOLDER = join(__dirname, "..", "zones");
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

export function readCases(): readonly { readonly name: string; readonly given: ProblemCase }[] {
  return readdirSync(FOLDER)
    .filter((file) => file.endsWith(".json"))
    .sort()
    .map((file) => ({ name: file.slice(0, -5), given: JSON.parse(readFileSync(join(FOLDER, file), "utf8")) }));
}

function filled(text: string): string {
  return text.replace(/\{([A-C])(?::(\w+))?\}/g, (whole, letter: string, copy: string | undefined) => {
    const token = TOKENS[letter] ?? whole;
    return copy === undefined ? token : (COPIES[copy]?.(token) ?? whole);
  });
}

function setOf(set: RecordSet): RecordSet {
  return set.type === "TXT" ? { ...set, values: set.values.map((value) => txt(filled(value))) } : set;
}

/** A case on each of its grounds. */
export function jobsOf({ name, given }: { readonly name: string; readonly given: ProblemCase }) {
  return (given.on ?? (["emulator"] as const)).map((ground) => ({ name, given, ground }));
}

const PROGRAMS: Readonly<Record<Ground, readonly string[]>> = { emulator: [], knot: ["knotd"], bind: ["named"] };

/** What has to be installed for it. */
export function programsOf({ validator }: ProblemCase, ground: Ground): readonly string[] {
  return [...PROGRAMS[ground], ...(validator ? ["unbound"] : [])];
}

/** Builds the world, asks the doctor, and holds what it names against what the case expects. */
export async function diagnoseCase(name: string, given: ProblemCase, ground: Ground): Promise<Diagnosed> {
  const addresses = ground === "bind" ? ["127.0.0.1"] : ["127.70.9.1", "127.70.9.2"];
  const nearby = ["127.77.0.53", "127.77.0.1", "127.77.1.1", "127.77.1.2", "127.77.9.1"];
  const port = ground === "emulator" ? 0 : await freePort([...addresses, ...nearby]);
  const emulator = await openEmulator({ clock: { mode: "manual" }, rateLimits: false, dnsPort: port });
  const closing: (() => Promise<unknown>)[] = [() => emulator.close()];
  const before = { ...process.env };
  try {
    const zones = await addZones(emulator, given, ground === "emulator" ? undefined : addresses);
    if (ground !== "emulator") {
      const server = await serve(ground, given, addresses, port);
      closing.push(() => server.stop());
    }
    await setStage(emulator, given, zones[0]);
    Object.assign(process.env, emulator.env, given.env);
    const resolver: string[] = [];
    if (given.validator) {
      const validator = await startValidator(given.domain, emulator.dns.resolver);
      closing.push(validator.stop);
      resolver.push(validator.at);
    }
    const ask = { resolver, ...given.ask, ...(given.ask?.token && { token: given.ask.token.map(filled) }) };
    const regions = [...new Set(given.identities.map(({ region }) => region))];
    const identity = ask.token || regions.length === 0 ? [] : ["us-east-1"];
    const told = await doctor({ clock: clockOf(emulator) }, given.domain, {
      identity,
      ...ask,
      port: emulator.dns.port,
      json: true,
      timeout: "40s",
    });
    if (told.out === "") throw new Error(`${name}: the doctor has nothing to report: ${told.err}`);
    const report = doctorReport.parse(JSON.parse(told.out));
    const codes = [...new Set(report.domains.flatMap(({ findings }) => findings.map(({ code }) => code)))];
    const allowed = new Set([given.expect, ...(given.also ?? [])]);
    return {
      name,
      ground,
      expect: given.expect,
      codes,
      named: given.expect === null ? codes.length === 0 && told.code === 0 : codes.includes(given.expect),
      wrong: codes.filter((code) => !allowed.has(code)),
      exitCode: told.code,
    };
  } finally {
    for (const key of Object.keys(process.env)) if (!(key in before)) delete process.env[key];
    Object.assign(process.env, before);
    for (const close of closing.reverse()) await close();
  }
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
async function addZones(emulator: Emulator, { zones }: ProblemCase, addresses: readonly string[] | undefined) {
  const ids: string[] = [];
  for (const [index, { sets, ...init }] of zones.entries()) {
    const real = index === 0 && addresses !== undefined;
    const where = real ? { servers: [], delegated: serversAt(addresses) } : { sets: (sets ?? []).map(setOf) };
    ids.push((await emulator.addZone({ account: ACCOUNT, ...init, ...where })).id);
  }
  return ids;
}

function serversAt(addresses: readonly string[]) {
  return addresses.map((address, index) => ({ name: `ns${index + 1}.real-example.net`, addresses: [address] }));
}

/** The first zone as a zone file (RFC 1035 section 5) on a real name server. */
function serve(ground: "knot" | "bind", { zones: [zone] }: ProblemCase, addresses: readonly string[], port: number) {
  if (zone === undefined) throw new RangeError("a real server needs a zone");
  const names = serversAt(addresses).map(({ name }) => `${name}.`);
  const lines = [
    `$ORIGIN ${zone.name}.`,
    "$TTL 300",
    `@ SOA ${names[0]} hostmaster.real-example.net. 1 7200 900 1209600 60`,
    ...names.map((name) => `@ NS ${name}`),
    ...(zone.sets ?? [])
      .map(setOf)
      // Zone files escape octets in decimal, the emulator's text in octal.
      .flatMap(({ name, type, ttl, values }) =>
        values.map(
          (value) =>
            `${name}. ${ttl} ${type} ${value.replace(/\\([0-7]{3})/g, (_, octal: string) => `\\${String(Number.parseInt(octal, 8)).padStart(3, "0")}`)}`,
        ),
      ),
    "",
  ];
  const options = { addresses, port, zones: [{ name: zone.name, text: lines.join("\n") }] };
  return ground === "knot" ? startKnot(options) : startBind(options);
}

async function setStage(emulator: Emulator, given: ProblemCase, zone: string | undefined): Promise<void> {
  const { ses } = emulator.cloud;
  for (const { region, status, token, dkimOnly, asked } of given.identities) {
    const { domain: name } = given;
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
  for (const { region, looked, then } of given.identities) {
    if (looked) await ses.checkNow({ region });
    if (then) ses.setStatus(ACCOUNT, region, given.domain, then);
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
