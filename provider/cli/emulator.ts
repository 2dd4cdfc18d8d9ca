import type { Readable } from "node:stream";
import { openEmulator } from "../../emulator";
import { openControl } from "../../emulator/control";
import { shellQuoted } from "../core/words";

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

/** Runs until `stop` aborts, or stdin ends where that was wished for. Prints what to export once everything listens. */
export async function runEmulator(
  command: EmulatorCommand,
  terminal: EmulatorOutput,
  stop: AbortSignal,
): Promise<void> {
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
    const control = await openControl(emulator, command.controlPort);
    try {
      for (const [name, value] of Object.entries({ ...emulator.env, SESDOMAIN_EMULATOR_CONTROL: control.url })) {
        terminal.print(`export ${name}=${shellQuoted(value)}`);
      }
      terminal.print(
        `# It runs until it is interrupted. GET ${control.url} says how to turn its clock and what else it can do.`,
      );
      await ended(terminal.stdin, stop, command.untilStdinEnds ?? false);
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
