import { existsSync } from "node:fs";
import { join, resolve } from "node:path";
import { explain, SesDomainError } from "../../core/errors";
import { jsonText } from "../../core/text";
import { exitCodeFor, type Looked, toJson } from "../../doctor/json";
import { examine } from "./examine";
import { examineStack } from "./examine-stack";
import { explainCode, unknownCodeText } from "./explain";
import { checkOptions, type DoctorOptions } from "./options";
import { moreOf } from "./page";
import type { DoctorPorts } from "./ports";
import { printReports } from "./print";
import { guarded, type Terminal } from "./terminal";
import { UsageError } from "./usage";

export type { DoctorPorts } from "./ports";

/**
 * Runs `sesdomain doctor`; the exit code: 0 all verified and published, 1 a problem was found, 2 wrong usage, or no problem
 * was found and something could not be learned.
 */
export async function runDoctor(
  names: string | readonly string[] | undefined,
  options: DoctorOptions,
  output: Terminal,
  ports: DoctorPorts,
): Promise<0 | 1 | 2> {
  const terminal = guarded(output);
  try {
    return await run([names ?? []].flat(), options, terminal, ports);
  } catch (error) {
    if (!(error instanceof SesDomainError) && !ports.signal.aborted) throw error;
    terminal.say(`sesdomain doctor: ${explain(error)}`);
    return 2;
  }
}

async function run(names: readonly string[], options: DoctorOptions, terminal: Terminal, ports: DoctorPorts) {
  if (options.explain !== undefined) return explainTo(options.explain, terminal);
  const cwd = resolve(ports.cwd, options.cwd ?? ".");
  const ofStack = options.stack !== undefined && options.stack !== false;
  if (names.length > 0 && ofStack) {
    throw new UsageError("--stack takes its domains from the stack's state: leave the domain out.");
  }
  checkOptions(options);
  if (names.length > 0) return conclude(await examine(names, options, terminal, ports), options, terminal, ports);
  if (ofStack || existsSync(join(cwd, "Pulumi.yaml"))) {
    return conclude(await examineStack(cwd, options, terminal, ports), options, terminal, ports);
  }
  throw new UsageError("Which domain?", "Name one, or call it with --stack in the folder of a Pulumi project.");
}

function explainTo(code: string, terminal: Terminal): 0 | 2 {
  const page = explainCode(code, terminal);
  if (page === undefined) terminal.say(unknownCodeText(code, terminal.width));
  else terminal.write(`${page}\n`);
  return page === undefined ? 2 : 0;
}

function conclude(looked: Looked, options: DoctorOptions, terminal: Terminal, { clock, cwd }: DoctorPorts): 0 | 1 | 2 {
  const code = exitCodeFor(looked);
  if (options.json) terminal.write(`${jsonText(toJson(looked, clock.now()))}\n`);
  else printReports(looked, options.commands ?? false, terminal, (problem) => moreOf(problem, cwd));
  return code;
}
