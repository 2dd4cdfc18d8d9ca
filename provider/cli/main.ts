#!/usr/bin/env node
import { Command } from "commander";
import { explain } from "../core/errors";
import { printable, visible } from "../core/text";
import { addCompletion } from "./completion/command";
import { addDoctor } from "./doctor/command";
import { collect, portFrom, region } from "./flags";
import { addExamples, addHelp, setManners, USAGE_EXIT_CODE } from "./help";

const program = setManners(new Command("sesdomain")).description("Verified Amazon SES domains as code.");

const emulator = program
  .command("emulator")
  .description("run a loopback cloud (SES, STS, Route 53 and name servers) and print the environment that leads to it")
  .option("--port <port>", "port of the endpoints (0: any)", portFrom(0), 0)
  .option("--dns-port <port>", "port of all name servers and the resolver (0: any)", portFrom(0), 0)
  .option("--control-port <port>", "port of the control endpoint (0: any)", portFrom(0), 0)
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
addExamples(emulator, [
  ["npx sesdomain emulator --zone example.com", "One zone, on free ports, until it is interrupted."],
  ["npx sesdomain emulator --port 4566 --region eu-west-1", "The endpoints on a port of your choice."],
]);

addDoctor(program);
addCompletion(program);
addHelp(program);

/** A reader may have had enough (`| head`): that is no failure. A full disk is one. */
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
