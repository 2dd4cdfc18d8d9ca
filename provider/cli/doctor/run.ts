import { existsSync } from "node:fs";
import { join, resolve } from "node:path";
import type { AuthorityOptions } from "../../authority/authority";
import type { ReadConfig } from "../../aws/settings";
import type { Clock } from "../../core/clock";
import { type Ctx, type Log, silentLog } from "../../core/ctx";
import { AuthorityError, explain, SesDomainError } from "../../core/errors";
import { clip, jsonText } from "../../core/text";
import { formatDuration } from "../../lifecycle/arguments";
import { openClients } from "../../pulumi/clients";
import type { Activity } from "../terminal/spinner";
import { checkUpAddress } from "./address/checkup";
import { type CheckupPorts, checkUp, type Depth } from "./checkup";
import { explainCode, unknownCodeText } from "./explain";
import { exitCodeFor, type Looked, toJson } from "./json";
import { addressSubjectOf, type DoctorOptions, dnsCheckOf, LOOK_MS, subjectOf, timeoutOf } from "./options";
import { printReports } from "./print";
import type { DomainReport } from "./report";
import { openSparing } from "./sparing";
import { type RunProgram, readStack } from "./stack";
import { askStatus, openStatusBoard } from "./status-board";
import { namesOf, type Subject } from "./subject";
import { guarded, type Terminal } from "./terminal";
import { UsageError } from "./usage";
import { USERS_AT_MOST } from "./users";
import { watch } from "./watch";

export interface DoctorPorts {
  readonly env: NodeJS.ProcessEnv;
  readonly clock: Clock;
  /** Interrupts: what was seen so far is reported. */
  readonly signal: AbortSignal;
  readonly run: RunProgram;
  readonly cwd: string;
  /** Something that takes a while begins, which a terminal may show; left out where none does. */
  readonly begin?: (() => Activity) | undefined;
}

/** Domains of a stack that are looked at at once. */
const AT_ONCE = 64;
/** How many sick domains are looked into, with requests to AWS for each: what is wrong with more has mostly one cause. */
const SICK_AT_MOST = 20;

/** Runs `sesdomain doctor`; the exit code: 0 verified and published, 1 problems found, 2 wrong usage or nothing could be learned. */
export async function runDoctor(
  domain: string | undefined,
  options: DoctorOptions,
  output: Terminal,
  ports: DoctorPorts,
): Promise<0 | 1 | 2> {
  const terminal = guarded(output);
  try {
    return await run(domain, options, terminal, ports);
  } catch (error) {
    if (!(error instanceof SesDomainError) && !ports.signal.aborted) throw error;
    terminal.say(`sesdomain doctor: ${explain(error)}`);
    return 2;
  }
}

async function run(domain: string | undefined, options: DoctorOptions, terminal: Terminal, ports: DoctorPorts) {
  if (options.explain !== undefined) return explainTo(options.explain, terminal);
  const cwd = resolve(ports.cwd, options.cwd ?? ".");
  const ofStack = options.stack !== undefined && options.stack !== false;
  if (domain !== undefined && ofStack) {
    throw new UsageError("--stack takes its domains from the stack's state: leave the domain out.");
  }
  if (domain?.includes("@")) return examineAddress(domain, options, terminal, ports);
  if (domain !== undefined) return examineOne(domain, options, terminal, ports);
  if (ofStack || existsSync(join(cwd, "Pulumi.yaml"))) return examineStack(cwd, options, terminal, ports);
  throw new UsageError("Which domain?", "Name one, or call it with --stack in the folder of a Pulumi project.");
}

function explainTo(code: string, terminal: Terminal): 0 | 2 {
  const page = explainCode(code, terminal);
  if (page === undefined) terminal.say(unknownCodeText(code, terminal.width));
  else terminal.write(`${page}\n`);
  return page === undefined ? 2 : 0;
}

async function examineOne(domain: string, options: DoctorOptions, terminal: Terminal, ports: DoctorPorts) {
  const timeoutMs = timeoutOf(options);
  const { clients, aws, defaults, dnsCheck } = openClients(() => undefined, ports.env);
  const from = { region: defaults.region, profile: ports.env.AWS_PROFILE };
  const subject = settled(subjectOf(domain, options, from), dnsCheck);
  const watched = openSparing(clients, namesOf(subject));
  const look = (depth: Depth, withinMs: number) =>
    within(withinMs, ports, (ctx) => {
      const own: CheckupPorts = {
        clients: depth === "quick" ? watched : clients,
        aws,
        status: askStatus,
        depthBudget: { left: SICK_AT_MOST },
        users: true,
      };
      return checkUp(subject, own, depth, ctx);
    });
  let report: DomainReport | undefined;
  if (options.watch) {
    const ctx = { clock: ports.clock, log: silentLog, signal: ports.signal };
    const shown = options.json ? { ...terminal, height: undefined, write: () => undefined } : terminal;
    report = await watch(() => look("quick", LOOK_MS), timeoutMs, shown, ctx);
    if (report?.outcome !== "healthy" && !ports.signal.aborted) report = await look("full", LOOK_MS);
  } else report = await look("full", timeoutMs);
  if (report === undefined) throw new UsageError("Interrupted before the first look was over.");
  return conclude({ domains: [{ subject, report }], addresses: [], skipped: [] }, options, terminal, ports);
}

async function examineAddress(text: string, options: DoctorOptions, terminal: Terminal, ports: DoctorPorts) {
  const { clients, defaults, dnsCheck } = openClients(() => undefined, ports.env);
  const from = { region: defaults.region, profile: ports.env.AWS_PROFILE };
  const subject = settled(addressSubjectOf(text, options, from), dnsCheck);
  const report = await within(timeoutOf(options), ports, (ctx) =>
    checkUpAddress(subject, clients, { fresh: true, users: true }, ctx),
  );
  return conclude({ domains: [], addresses: [{ subject, report }], skipped: [] }, options, terminal, ports);
}

async function examineStack(cwd: string, options: DoctorOptions, terminal: Terminal, ports: DoctorPorts) {
  if (options.watch) throw new UsageError("--watch watches one domain: name it.");
  if (options.identity.length + options.token.length > 0) {
    throw new UsageError("--identity and --token go with a domain; with --stack the state names the identities.");
  }
  const timeoutMs = timeoutOf(options);
  const name = typeof options.stack === "string" ? options.stack : undefined;
  const reading = ports.begin?.();
  reading?.status("reading the stack's state: pulumi stack export");
  const { domains, addresses, skipped, config, configFault } = await readStack(
    ports.run,
    cwd,
    name,
    dnsCheckOf(options),
  ).finally(() => reading?.end());
  if (configFault !== undefined) {
    terminal.say(
      `The stack's config could not be read, so credentials come from the environment: ${clip(configFault, 400)}`,
    );
  }
  const { clients, aws, dnsCheck } = openClients(config satisfies ReadConfig, ports.env);
  const shared = { clock: ports.clock, log: silentLog, signal: ports.signal };
  const status = openStatusBoard(
    domains.map(({ subject }) => subject),
    clients,
    shared,
  );
  const users = domains.length + addresses.length <= USERS_AT_MOST;
  const own: CheckupPorts = { clients, aws, status, depthBudget: { left: SICK_AT_MOST }, users };
  const look = <S extends HasDnsCheck, R>(
    all: readonly { readonly resource: string; readonly subject: S }[],
    work: (subject: S, ctx: Ctx) => Promise<R>,
  ) =>
    inTurns(all, async ({ resource, subject: declared }) => {
      const subject = settled(declared, dnsCheck);
      return { resource, subject, report: await within(timeoutMs, ports, (ctx) => work(subject, ctx)) };
    });
  const looked = {
    domains: await look(domains, (subject, ctx) => checkUp(subject, own, "full", ctx)),
    addresses: await look(addresses, (subject, ctx) => checkUpAddress(subject, clients, { fresh: false, users }, ctx)),
    skipped,
  };
  return conclude(looked, options, terminal, ports);
}

type HasDnsCheck = Pick<Subject, "dnsCheck">;

/** With the ports and resolvers that are really asked, so that the lines for the shell ask the same. */
function settled<S extends HasDnsCheck>(subject: S, settle: (options: AuthorityOptions) => AuthorityOptions): S {
  return { ...subject, dnsCheck: settle(subject.dnsCheck) };
}

/** All of them in their order, so many at once. */
async function inTurns<T, R>(all: readonly T[], work: (one: T) => Promise<R>): Promise<R[]> {
  const waiting = [...all.entries()];
  const results: R[] = [];
  const next = async () => {
    for (let turn = waiting.shift(); turn; turn = waiting.shift()) results[turn[0]] = await work(turn[1]);
  };
  await Promise.all(Array.from({ length: Math.min(AT_ONCE, waiting.length) }, next));
  return results;
}

/** A look that ends in time: what is not known by then counts as unknown, with that reason. */
async function within<T>(ms: number, ports: DoctorPorts, work: (ctx: Ctx) => Promise<T>): Promise<T> {
  const control = new AbortController();
  const late = () =>
    control.abort(
      new AuthorityError("timed-out", `There was no answer within ${formatDuration(ms)}.`, { retryable: true }),
    );
  const timer = setTimeout(late, ms);
  const activity = ports.begin?.();
  const log: Log = { ...silentLog, status: (text) => activity?.status(text) };
  try {
    return await work({ clock: ports.clock, log, signal: AbortSignal.any([ports.signal, control.signal]) });
  } finally {
    activity?.end();
    clearTimeout(timer);
  }
}

function conclude(looked: Looked, options: DoctorOptions, terminal: Terminal, { clock }: DoctorPorts): 0 | 1 | 2 {
  const code = exitCodeFor(looked);
  if (options.json) terminal.write(`${jsonText(toJson(looked, clock.now()))}\n`);
  else printReports(looked, options.commands ?? false, terminal);
  return code;
}
