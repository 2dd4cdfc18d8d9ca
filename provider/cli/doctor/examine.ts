import { type Env, resolveRegion } from "../../aws/region";
import type { AwsSettings } from "../../aws/settings";
import { silentLog } from "../../core/ctx";
import { type CheckupPorts, checkUp, type Depth } from "../../doctor/checkup";
import { type Given, lookAtAll, openCheckup } from "../../doctor/examine";
import type { Looked } from "../../doctor/json";
import { LOOK_MS, settled, within } from "../../doctor/looks";
import type { DomainReport } from "../../doctor/report";
import { namesOf, type Subject } from "../../doctor/subject";
import { openClients } from "../../pulumi/clients";
import { addressSubjectOf, checkTogether, type DoctorOptions, subjectOf, timeoutOf } from "./options";
import type { DoctorPorts } from "./ports";
import { openSparing } from "./sparing";
import type { Terminal } from "./terminal";
import { UsageError } from "./usage";
import { watch } from "./watch";

/** Looks at the domains and addresses of the command line, each once. Throws `UsageError`, before anything is asked. */
export async function examine(
  names: readonly string[],
  options: DoctorOptions,
  terminal: Terminal,
  ports: DoctorPorts,
): Promise<Looked> {
  const timeoutMs = timeoutOf(options);
  const opened = openClients(() => undefined, ports.env, "shell");
  const { aws, defaults, dnsCheck } = opened;
  const from = {
    region: defaults.region,
    profile: ports.env.AWS_PROFILE,
    regionOf: profileRegionIn(aws.settings, ports.env),
  };
  const given = eachOnce(
    readAll(names, (name) =>
      name.includes("@")
        ? { address: settled(addressSubjectOf(name, options, from), dnsCheck) }
        : { domain: settled(subjectOf(name, options, from), dnsCheck) },
    ),
  );
  checkTogether(given.length, options);
  const own = openCheckup(given, opened, ports);
  const [first] = given;
  if (options.watch && first !== undefined && "domain" in first) {
    const report = await watchOne(first.domain, { own, timeoutMs, options, terminal }, ports);
    return { domains: [{ subject: first.domain, report }], addresses: [], skipped: [] };
  }
  return lookAtAll(given, own, timeoutMs, ports);
}

async function watchOne(
  subject: Subject,
  {
    own,
    timeoutMs,
    options,
    terminal,
  }: {
    readonly own: CheckupPorts;
    readonly timeoutMs: number;
    readonly options: DoctorOptions;
    readonly terminal: Terminal;
  },
  ports: DoctorPorts,
): Promise<DomainReport> {
  const watched = openSparing(own.clients, namesOf(subject));
  const look = (depth: Depth) =>
    within(LOOK_MS, ports, (ctx) =>
      checkUp(subject, { ...own, clients: depth === "quick" ? watched : own.clients }, depth, ctx),
    );
  const ctx = { clock: ports.clock, log: silentLog, signal: ports.signal };
  const shown = options.json ? { ...terminal, height: undefined, write: () => undefined } : terminal;
  const last = await watch(() => look("quick"), timeoutMs, shown, ctx);
  const report = last?.outcome !== "healthy" && !ports.signal.aborted ? await look("full") : last;
  if (report === undefined) throw new UsageError("Interrupted before the first look was over.");
  return report;
}

/** A profile that is named with an "@" alone is asked in its own region, whatever the environment's is. */
function profileRegionIn(settings: AwsSettings, env: Env) {
  const bare = { ...env, AWS_REGION: undefined, AWS_DEFAULT_REGION: undefined };
  return (whose: { readonly profile: string }) => resolveRegion(whose, settings, bare);
}

/** What is wrong with any of the names is said at once. */
function readAll(names: readonly string[], read: (name: string) => Given): Given[] {
  const faults: UsageError[] = [];
  const given = names.flatMap((name) => {
    try {
      return [read(name)];
    } catch (error) {
      if (!(error instanceof UsageError)) throw error;
      if (!faults.some(({ message }) => message === error.message)) faults.push(error);
      return [];
    }
  });
  const [first, ...more] = faults;
  if (first === undefined) return given;
  throw more.length === 0 ? first : new UsageError(faults.map(({ message }) => message).join(" "));
}

function eachOnce(given: readonly Given[]): readonly Given[] {
  const nameOf = (one: Given) => ("domain" in one ? one.domain.domain : one.address.address);
  return given.filter((one, index) => given.findIndex((other) => nameOf(other) === nameOf(one)) === index);
}
