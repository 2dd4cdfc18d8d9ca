// Runs one operation of a stack whose program is a TypeScript file: inline.ts PROGRAM OPERATION [--expect-no-changes].
import { resolve } from "node:path";
import { LocalWorkspace } from "@pulumi/pulumi/automation";

const { TEST_STACK: stackName = "", TEST_PROJECT: projectName = "" } = process.env;
const [file = "", operation, ...flags] = process.argv.slice(2);
const display = { onOutput: (text: string) => void process.stdout.write(text), color: "never" as const };
const changes = { ...display, diff: true, expectNoChanges: flags.includes("--expect-no-changes") };

async function operate(): Promise<unknown> {
  // As Pulumi's own host for Node.js does; what the file exports are the stack's outputs.
  const program = async () => require(resolve(file));
  const placed = { workDir: process.cwd() };
  const stack = await LocalWorkspace.createOrSelectStack({ stackName, projectName, program }, placed);
  switch (operation) {
    case "up":
      return await stack.up(changes);
    case "preview":
      return await stack.preview(changes);
    case "refresh":
      return await stack.refresh(display);
    case "destroy":
      return await stack.destroy(display);
    default:
      throw new Error(`no such operation: ${operation}`);
  }
}

operate().then(
  () => process.exit(0),
  (error) => {
    console.error(String(error));
    process.exit(1);
  },
);
