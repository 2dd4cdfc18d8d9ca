import { writeFileSync } from "node:fs";
import { join } from "node:path";

// `main.ts NAME [--json] [--record]`: runs bench/NAME.ts. Its result is the only thing on standard output, one line with
// --json. --record writes it into bench/recorded too.
async function main([name, ...flags]: readonly string[]): Promise<void> {
  const { run }: { run: () => Promise<object> } = await import(`../${name}`);
  const result = await run();
  const text = `${JSON.stringify(result, null, 2)}\n`;
  process.stdout.write(flags.includes("--json") ? `${JSON.stringify(result)}\n` : text);
  if (flags.includes("--record")) writeFileSync(join(__dirname, "..", "recorded", `${name}.json`), text);
}

main(process.argv.slice(2)).catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
