#!/usr/bin/env node
import { Command } from "commander";
import { explain } from "../core/errors";
import { printable } from "../core/text";
import { addCompletion } from "./completion/command";
import { addDoctor } from "./doctor/command";
import { addEmulator } from "./emulator/command";
import { addHelp, setManners, USAGE_EXIT_CODE } from "./help";
import { addIamPolicy } from "./iam-policy/command";

const program = setManners(new Command("sesdomain")).description("Verified Amazon SES domains as code.");

addEmulator(program);
addDoctor(program);
addIamPolicy(program);
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
