#!/usr/bin/env node
import { Command, InvalidArgumentError } from "commander";
import { explain } from "../core/errors";
import { printable, visible } from "../core/text";
import { addDoctor } from "./doctor/command";

/** One word for all that goes wrong in how the command was called or could start. */
const USAGE_EXIT_CODE = 2;

function port(text: string): number {
  const value = Number(text);
  if (!/^\d+$/.test(text) || value > 65535) throw new InvalidArgumentError("A port is a number from 0 to 65535.");
  return value;
}

/** By shape: the line that is printed is for a shell to read. */
function region(text: string): string {
  if (/^[a-z0-9-]{1,40}$/.test(text)) return text;
  throw new InvalidArgumentError("A region looks like us-east-1.");
}

const collect = (value: string, all: readonly string[]) => [...all, value];

const program = new Command("sesdomain")
  // Commander quotes what it does not understand.
  .configureOutput({
    writeOut: (text) => void process.stdout.write(printable(text)),
    writeErr: (text) => void process.stderr.write(printable(text)),
    outputError: (text, write) => write(`${text.trim().replace(/\s*\n\s*/g, " ")}\n`),
  })
  .description("Verified Amazon SES domains as code.")
  .exitOverride((error) => process.exit(error.exitCode === 0 ? 0 : USAGE_EXIT_CODE));

program
  .command("emulator")
  .description("run a loopback cloud (SES, STS, Route 53 and name servers) and print the environment that leads to it")
  .option("--port <port>", "port of the endpoints (0: any)", port, 0)
  .option("--dns-port <port>", "port of all name servers and the resolver (0: any)", port, 0)
  .option("--control-port <port>", "port of the control endpoint (0: any)", port, 0)
  .option("--zone <name>", "a hosted zone of the first account, served and delegated; may be repeated", collect, [])
  .option("--account <id>", "an account, twelve digits; may be repeated", collect, [])
  .option("--region <region>", "the AWS_REGION to print", region, "us-east-1")
  .option("--until-stdin-ends", "stop when standard input ends")
  .action(async (command) => {
    const { runEmulator } = await import("./emulator.js");
    const stop = new AbortController();
    for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => stop.abort());
    await runEmulator(command, { print: (line) => console.log(visible(line)), stdin: process.stdin }, stop.signal);
    process.stdin.destroy();
  });

addDoctor(program);

/** Who reads may have had enough (`| head`): that is no failure. A full disk is one. */
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  if (error.code === "EPIPE") return;
  console.error(`sesdomain: The output could not be written: ${printable(error.message)}`);
  process.once("exit", () => {
    process.exitCode = USAGE_EXIT_CODE;
  });
});
process.stderr.on("error", () => undefined);

program.parseAsync().catch((error: unknown) => {
  console.error(`sesdomain: ${printable(explain(error))}`);
  process.exit(USAGE_EXIT_CODE);
});
