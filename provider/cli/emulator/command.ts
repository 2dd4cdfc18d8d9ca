import { Command, type ErrorOptions } from "commander";
import { visible } from "../../core/text";
import { accounts, portFrom, region, zones } from "../flags";
import { addExamples } from "../help";
import type { EmulatorCommand } from "./run";

/** The command that stands after `--`; undefined where there is no `--`. */
function commandAfterDashes(argv: readonly string[]): readonly string[] | undefined {
  const dashes = argv.indexOf("--");
  return dashes === -1 ? undefined : argv.slice(dashes + 1);
}

/** Where "--" is forgotten, an option of the command is no unknown option of this one. */
class EmulatorCommandLine extends Command {
  override error(message: string, options?: ErrorOptions): never {
    const [first] = this.args;
    const forgotten = options?.code === "commander.unknownOption" && first !== undefined && !first.startsWith("-");
    super.error(forgotten ? withoutDashes(first) : message, options);
  }
}

function withoutDashes(operand: string): string {
  return `error: "${operand}" is no option; a command stands after "--"`;
}

/** Adds `sesdomain emulator`; what it does is loaded when it is called. */
export function addEmulator(program: Command): void {
  const emulator = new EmulatorCommandLine("emulator")
    .copyInheritedSettings(program)
    .description(
      "run a loopback cloud (SES, STS, Route 53, other DNS hosts and name servers): for one command, or until interrupted",
    )
    .usage("[options] [-- command args...]")
    .argument("[command...]", "after --: run with the environment that leads to the emulator, which stops after it")
    .option("--port <port>", "port of the endpoints (0: any)", portFrom(0), 0)
    .option("--dns-port <port>", "port of all name servers and the resolver (0: any)", portFrom(0), 0)
    .option("--control-port <port>", "port of the control endpoint (0: any)", portFrom(0), 0)
    .option("--zone <name>", "a hosted zone of the first account, served and delegated; may be repeated", zones, [])
    .option("--account <id>", "an account, twelve digits; may be repeated", accounts, [])
    .option("--region <region>", "the AWS_REGION to set or print", region, "us-east-1")
    .option("--until-stdin-ends", "stop when standard input ends; not with a command, whose input it is")
    .action(async (operands: readonly string[], flags: EmulatorCommand, command: Command) => {
      const wanted = commandAfterDashes(process.argv.slice(2));
      if (operands.length > (wanted?.length ?? 0)) {
        command.error(withoutDashes(String(operands[0])));
      }
      if (wanted?.length === 0) command.error('error: no command after "--"');
      if (wanted && flags.untilStdinEnds) {
        command.error("error: --until-stdin-ends does not go with a command: standard input is the command's");
      }
      const { runEmulator, runWithEmulator } = await import("./run.js");
      if (wanted) {
        process.exitCode = await runWithEmulator(flags, wanted);
        return;
      }
      const stop = new AbortController();
      for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => stop.abort());
      await runEmulator(flags, { print: (line) => console.log(visible(line)), stdin: process.stdin }, stop.signal);
      process.stdin.destroy();
    });
  program.addCommand(emulator);
  addExamples(emulator, [
    ["npx sesdomain emulator --zone example.com -- pulumi up", "For one command, whose exit code is kept."],
    ["npx sesdomain emulator --zone example.com --zone example.org -- bash", "For a shell, with two zones."],
    ["npx sesdomain emulator --zone example.com", "Prints the environment; runs until it is interrupted."],
    ["npx sesdomain emulator --port 4566 --region eu-west-1", "The endpoints on a port of your choice."],
  ]);
}
