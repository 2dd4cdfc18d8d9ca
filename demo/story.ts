import { mayColour } from "../provider/cli/terminal/colour";

const started = Date.now();
let failed = 0;

const colour = mayColour(process.stdout.isTTY === true, process.env);
const paint = (code: number, text: string) => (colour ? `\x1b[${code}m${text}\x1b[0m` : text);

/** A chapter of the demo: what happens now, in a sentence. */
export function chapter(title: string): void {
  const seconds = ((Date.now() - started) / 1000).toFixed(0).padStart(3);
  console.log(`\n${paint(2, `${seconds} s`)}  ${paint(1, title)}`);
}

export function tell(text: string): void {
  for (const line of text.split("\n")) console.log(`       ${line}`);
}

/** Says whether something holds; the demo goes on either way, and ends with the count. */
export function check(what: string, holds: boolean, evidence = ""): void {
  if (!holds) failed += 1;
  console.log(`     ${holds ? paint(32, "✓") : paint(31, "✗")} ${what}`);
  if (!holds && evidence !== "") tell(evidence);
}

/** The exit code. */
export function ending(): number {
  const seconds = ((Date.now() - started) / 1000).toFixed(0);
  console.log(
    failed === 0
      ? `\n${paint(32, "The demo succeeded")}: every check passed, in ${seconds} s.`
      : `\n${paint(31, "The demo FAILED")}: ${failed} of its checks failed.`,
  );
  return failed === 0 ? 0 : 1;
}
