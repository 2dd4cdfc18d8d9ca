import type { Readable } from "node:stream";
import { openEmulator } from "../../../emulator";
import { openControl } from "../../../emulator/control";
import { shellQuoted } from "../../core/words";
import { openChild } from "./child";

/** The command's options, as commander names them. */
export interface EmulatorCommand {
  readonly port: number;
  readonly dnsPort: number;
  readonly controlPort: number;
  readonly zone: readonly string[];
  readonly account: readonly string[];
  readonly region: string;
  readonly untilStdinEnds?: boolean;
}

export interface EmulatorOutput {
  print(line: string): void;
  readonly stdin: Readable;
}

interface Served {
  readonly env: Readonly<Record<string, string>>;
  readonly controlUrl: string;
}

/** Runs until `stop` aborts, or stdin ends where that was requested. Prints what to export once everything listens. */
export async function runEmulator(
  command: EmulatorCommand,
  terminal: EmulatorOutput,
  stop: AbortSignal,
): Promise<void> {
  await serveDuring(command, async ({ env, controlUrl }) => {
    for (const [name, value] of Object.entries(env)) terminal.print(`export ${name}=${shellQuoted(value)}`);
    terminal.print(
      `# It runs until it is interrupted. GET ${controlUrl} says how to turn its clock and what else it can do.`,
    );
    await ended(terminal.stdin, stop, command.untilStdinEnds ?? false);
  });
}

/** What a developer's shell may hold, and what the SDKs of AWS prefer to the emulator's keys and endpoints. */
const LEADS_ELSEWHERE = [
  "AWS_PROFILE",
  "AWS_DEFAULT_PROFILE",
  "AWS_SESSION_TOKEN",
  "AWS_SECURITY_TOKEN",
  "AWS_CREDENTIAL_EXPIRATION",
  "AWS_ACCOUNT_ID",
  "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS",
  "AWS_USE_FIPS_ENDPOINT",
  "AWS_USE_DUALSTACK_ENDPOINT",
];

/** Runs a program while the emulator serves. Returns the exit code to end with: the program's, or a shell's for how it ended. */
export async function runWithEmulator(command: EmulatorCommand, words: readonly string[]): Promise<number> {
  // From here on: a signal that comes while the emulator starts must close it too.
  const child = openChild(words);
  try {
    return await serveDuring(command, ({ env }) => {
      const inherited = Object.entries(process.env).filter(([name]) => !LEADS_ELSEWHERE.includes(name));
      return child.run({ ...Object.fromEntries(inherited), ...env });
    });
  } finally {
    child.close();
  }
}

async function serveDuring<Result>(
  command: EmulatorCommand,
  use: (served: Served) => Promise<Result>,
): Promise<Result> {
  const accounts = command.account.map((id) => ({ id }));
  const emulator = await openEmulator({
    httpPort: command.port,
    dnsPort: command.dnsPort,
    region: command.region,
    ...(accounts.length > 0 && { accounts }),
  });
  try {
    const [account] = emulator.cloud.accounts.list();
    for (const name of command.zone) await emulator.addZone({ name, ...(account && { account }) });
    const control = await openControl(emulator, command.controlPort, {
      model: emulator.cloud.ses,
      account: () => emulator.cloud.accounts.list()[0] ?? "",
    });
    try {
      const env = { ...emulator.env, SESDOMAIN_EMULATOR_CONTROL: control.url };
      return await use({ env, controlUrl: control.url });
    } finally {
      await control.close();
    }
  } finally {
    await emulator.close();
  }
}

function ended(stdin: Readable, stop: AbortSignal, watchStdin: boolean): Promise<void> {
  return new Promise((resolve) => {
    if (stop.aborted) resolve();
    stop.addEventListener("abort", () => resolve(), { once: true });
    if (!watchStdin) return;
    stdin.once("end", resolve);
    stdin.once("close", resolve);
    stdin.resume();
  });
}
