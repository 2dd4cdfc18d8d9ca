import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

interface Bench {
  readonly run: () => Promise<object>;
  readonly recorded?: (latest: object, before: object | undefined) => object;
}

// `main.ts NAME [--json] [--record]`: runs bench/NAME.ts. Its result is the only thing on standard output, one line with
// --json. --record writes it into bench/recorded too; a bench that exports `recorded` says what of the last record stays.
async function main([name, ...flags]: readonly string[]): Promise<void> {
  const { run, recorded = (latest) => latest }: Bench = await import(`../${name}`);
  const result = await run();
  const text = `${JSON.stringify(result, null, 2)}\n`;
  process.stdout.write(flags.includes("--json") ? `${JSON.stringify(result)}\n` : text);
  if (!flags.includes("--record")) return;
  const file = join(__dirname, "..", "recorded", `${name}.json`);
  const before = existsSync(file) ? JSON.parse(readFileSync(file, "utf8")) : undefined;
  writeFileSync(file, `${JSON.stringify(recorded(result, before), null, 2)}\n`);
}

main(process.argv.slice(2)).catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
