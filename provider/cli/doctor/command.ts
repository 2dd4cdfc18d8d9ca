import { execFile } from "node:child_process";
import type { Command } from "commander";
import { systemClock } from "../../core/clock";
import { collect, portFrom } from "../flags";
import { addExamples } from "../help";
import { mayLink } from "../terminal/hyperlink";
import { openSpinner, type Spinner } from "../terminal/spinner";
import { linkToPage } from "./links";
import type { DoctorOptions } from "./options";
import { paintFor } from "./paint";
import type { RunProgram } from "./stack";
import type { Terminal } from "./terminal";

const PAGE_COLUMNS = 100;
const NARROWEST = 40;
const STATE_BYTES_AT_MOST = 1 << 30;

/** Adds `sesdomain doctor`; what it does is loaded when it is called. */
export function addDoctor(program: Command): void {
  const doctor = program
    .command("doctor")
    .description(
      "look at a domain's verification: SES, and every name server; names what is wrong, and changes nothing",
    )
    .argument("[domains...]", "domains or addresses; left out: those of the stack in this folder")
    .option(
      "--identity <region[@profile]>",
      "ask SES there (@profile: in the profile's region); may be repeated (default: AWS_REGION, AWS_DEFAULT_REGION, the profile's region)",
      collect,
      [],
    )
    .option("--token <token>", "look for this value instead of asking SES; may be repeated", collect, [])
    .option(
      "--resolver <address>",
      "a recursive resolver, or an https URL (DNS over HTTPS); may be repeated",
      collect,
      [],
    )
    .option("--dns-only", "do not ask SES: report what DNS serves, and exit by that alone")
    .option("--doh", "ask resolvers over HTTPS instead of the name servers: where port 53 is blocked; proves less")
    .option("--port <port>", "the port of the name servers", portFrom(1))
    .option("--timeout <duration>", "how long to look (default: 60s), or to watch (default: 45m)")
    .option("--json", "print the report as JSON (docs/doctor.md)")
    .option("--watch", "look again and again until the domain is verified")
    .option("--commands", "also print the dig and aws lines that ask the same")
    .option("--explain <code>", "print the page of a problem")
    .option("--stack [name]", "look at all domains of a Pulumi stack")
    .option("--cwd <folder>", "the folder of the Pulumi project")
    .action(async (domains: readonly string[], options: DoctorOptions) => {
      const { runDoctor } = await import("./run.js");
      const spinner = openSpinner(process.stderr, process.env);
      const stop = new AbortController();
      const interrupt = () => stop.abort(new Error("Interrupted."));
      for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, interrupt);
      process.exitCode = await runDoctor(domains, options, standardTerminal(spinner), {
        env: process.env,
        clock: systemClock,
        signal: stop.signal,
        run: runProgram,
        cwd: process.cwd(),
        begin: spinner.begin,
      });
      spinner.stop();
    });
  addExamples(doctor, [
    ["npx sesdomain doctor example.com", "SES in the environment's region, and every name server."],
    ["npx sesdomain doctor example.com --identity eu-west-1@mail", "SES in that region, with the profile mail."],
    ["npx sesdomain doctor example.com example.org", "Several domains, the worst last."],
    ["npx sesdomain doctor example.com --dns-only", "What DNS serves, without AWS."],
    ["npx sesdomain doctor example.com --watch", "Until it is verified and published."],
    ["npx sesdomain doctor --stack prod --json", "All domains of a stack, as JSON."],
    ["npx sesdomain doctor --explain txt-missing", "What a problem means, and what to do."],
  ]);
  doctor.addHelpText(
    "after",
    `
Exit codes:
  0  all verified and published
  1  a problem was found
  2  wrong usage, or no problem was found and something could not be learned`,
  );
}

/** What is written takes the spinner's line; on a screen that shows the output itself, for good. */
function standardTerminal(spinner: Spinner): Terminal {
  const { stdout } = process;
  return {
    write(text) {
      if (stdout.isTTY) spinner.stop();
      else spinner.clear();
      stdout.write(text);
    },
    say(line) {
      spinner.clear();
      console.error(line);
    },
    // Read for each frame: windows change.
    get width() {
      return stdout.isTTY ? Math.max(NARROWEST, stdout.columns || 80) : PAGE_COLUMNS;
    },
    get height() {
      return stdout.isTTY ? stdout.rows || 24 : undefined;
    },
    paint: paintFor(stdout.isTTY === true, process.env),
    link: mayLink(stdout.isTTY === true, process.env) ? linkToPage : undefined,
  };
}

const runProgram: RunProgram = (command, args, cwd) =>
  new Promise((resolve, reject) => {
    execFile(command, args, { cwd, maxBuffer: STATE_BYTES_AT_MOST }, (error, stdout, stderr) => {
      if (error !== null && typeof error.code === "string") reject(error);
      else
        resolve({ stdout, stderr, exitCode: error === null ? 0 : typeof error.code === "number" ? error.code : null });
    });
  });
