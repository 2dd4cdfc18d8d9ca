import type { ReadConfig } from "../../aws/settings";
import { type Ctx, silentLog } from "../../core/ctx";
import { clip } from "../../core/text";
import { checkUpAddress } from "../../doctor/address/checkup";
import { type CheckupPorts, checkUp } from "../../doctor/checkup";
import type { Looked } from "../../doctor/json";
import { INVESTIGATED_AT_MOST, inTurns, settled, within } from "../../doctor/looks";
import { openSendingPorts } from "../../doctor/sending/ask";
import { domainsByPort, openStatusBoard } from "../../doctor/status-board";
import { dnsOnly, type Subject } from "../../doctor/subject";
import { USERS_AT_MOST } from "../../doctor/users";
import { openClients } from "../../pulumi/clients";
import { type DoctorOptions, dnsCheckOf, timeoutOf } from "./options";
import type { DoctorPorts } from "./ports";
import { readStack } from "./stack";
import type { Terminal } from "./terminal";
import { UsageError } from "./usage";

/** Looks at all domains and addresses of a stack. Throws `UsageError`. */
export async function examineStack(
  cwd: string,
  options: DoctorOptions,
  terminal: Terminal,
  ports: DoctorPorts,
): Promise<Looked> {
  if (options.watch) throw new UsageError("--watch watches one domain: name it.");
  if (options.identity.length + options.token.length > 0) {
    throw new UsageError("--identity and --token go with a domain; with --stack the state names the identities.");
  }
  const timeoutMs = timeoutOf(options);
  const name = typeof options.stack === "string" ? options.stack : undefined;
  const reading = ports.begin?.();
  reading?.status("reading the stack's state: pulumi stack export");
  const stack = await readStack(ports.run, cwd, name, dnsCheckOf(options)).finally(() => reading?.end());
  const { skipped, config, configFault } = stack;
  const domains = options.dnsOnly
    ? stack.domains.map((one) => ({ ...one, subject: dnsOnly(one.subject) }))
    : stack.domains;
  const addresses = options.dnsOnly ? [] : stack.addresses;
  if (options.dnsOnly && stack.domains.length === 0 && skipped.length === 0) {
    throw new UsageError("The stack holds addresses alone, which DNS does not verify: leave --dns-only out.");
  }
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
  const subjects = domains.map(({ subject }) => subject);
  const sending = openSendingPorts(
    users ? undefined : { domains: domainsByPort(subjects, clients), deepAtMost: INVESTIGATED_AT_MOST, shared },
  );
  const own: CheckupPorts = { clients, aws, status, depthBudget: { left: INVESTIGATED_AT_MOST }, users, sending };
  const look = <S extends Pick<Subject, "dnsCheck">, R>(
    all: readonly { readonly resource: string; readonly subject: S }[],
    work: (subject: S, ctx: Ctx) => Promise<R>,
  ) =>
    inTurns(all, async ({ resource, subject: declared }) => {
      const subject = settled(declared, dnsCheck);
      return { resource, subject, report: await within(timeoutMs, ports, (ctx) => work(subject, ctx)) };
    });
  return {
    domains: await look(domains, (subject, ctx) => checkUp(subject, own, "full", ctx)),
    addresses: await look(addresses, (subject, ctx) => checkUpAddress(subject, clients, { fresh: false, users }, ctx)),
    skipped,
  };
}
