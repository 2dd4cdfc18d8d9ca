import { type Env, resolveRegion } from "../../aws/region";
import type { AwsSettings } from "../../aws/settings";
import { silentLog } from "../../core/ctx";
import { openClients } from "../../pulumi/clients";
import { type AddressSubject, checkUpAddress } from "./address/checkup";
import { type CheckupPorts, checkUp, type Depth } from "./checkup";
import type { Looked } from "./json";
import { type DoctorPorts, INVESTIGATED_AT_MOST, inTurns, settled, within } from "./looks";
import { addressSubjectOf, checkTogether, type DoctorOptions, LOOK_MS, subjectOf, timeoutOf } from "./options";
import type { DomainReport } from "./report";
import { openSendingPorts } from "./sending/ask";
import { openSparing } from "./sparing";
import { askStatus, domainsByPort } from "./status-board";
import { namesOf, type Subject } from "./subject";
import type { Terminal } from "./terminal";
import { UsageError } from "./usage";
import { USERS_AT_MOST } from "./users";
import { watch } from "./watch";

type Examined = { readonly domain: Looked["domains"][number] } | { readonly address: Looked["addresses"][number] };
type Given = { readonly domain: Subject } | { readonly address: AddressSubject };

/** Looks at the domains and addresses of the command line, each once. Throws `UsageError`, before anything is asked. */
export async function examine(
  names: readonly string[],
  options: DoctorOptions,
  terminal: Terminal,
  ports: DoctorPorts,
): Promise<Looked> {
  const timeoutMs = timeoutOf(options);
  const opened = openClients(() => undefined, ports.env, "shell");
  const { clients, aws, defaults, dnsCheck } = opened;
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
  const subjects = given.flatMap((one) => ("domain" in one ? [one.domain] : []));
  const shared = { clock: ports.clock, log: silentLog, signal: ports.signal };
  const together =
    given.length > USERS_AT_MOST
      ? { domains: domainsByPort(subjects, clients), deepAtMost: INVESTIGATED_AT_MOST, shared }
      : undefined;
  const own: CheckupPorts = {
    clients,
    aws,
    status: askStatus,
    depthBudget: { left: INVESTIGATED_AT_MOST },
    users: given.length <= USERS_AT_MOST,
    sending: openSendingPorts(together),
  };
  const [first] = given;
  if (options.watch && first !== undefined && "domain" in first) {
    const report = await watchOne(first.domain, { own, timeoutMs, options, terminal }, ports);
    return { domains: [{ subject: first.domain, report }], addresses: [], skipped: [] };
  }
  const looked = await inTurns(
    given,
    (one): Promise<Examined> =>
      within(timeoutMs, ports, async (ctx) =>
        "domain" in one
          ? { domain: { subject: one.domain, report: await checkUp(one.domain, own, "full", ctx) } }
          : {
              address: {
                subject: one.address,
                report: await checkUpAddress(one.address, clients, { fresh: true, users: own.users }, ctx),
              },
            },
      ),
  );
  return {
    domains: looked.flatMap((one) => ("domain" in one ? [one.domain] : [])),
    addresses: looked.flatMap((one) => ("address" in one ? [one.address] : [])),
    skipped: [],
  };
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
