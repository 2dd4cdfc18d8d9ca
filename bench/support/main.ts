// `main.ts NAME [--json]`: runs bench/NAME.ts. Its result is the only thing on standard output, one line with --json.
async function main([name, ...flags]: readonly string[]): Promise<void> {
  const { run }: { run: () => Promise<object> } = await import(`../${name}`);
  const result = await run();
  process.stdout.write(`${JSON.stringify(result, null, flags.includes("--json") ? 0 : 2)}\n`);
}

main(process.argv.slice(2)).catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
