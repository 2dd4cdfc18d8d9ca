import assert from "node:assert/strict";
import { isPlugin } from "./door";

const HEALTHY: ReadonlySet<string> = new Set(["verified", "requested"]);

/**
 * What there is to do, in words, as a preview or an update with `--diff` prints it. Of a dynamic resource it is the input that
 * changes. The plugin's output has it since the refresh, and the update changes it back.
 */
export function planShown(stdout: string): string {
  const shown = [...stdout.matchAll(/^\s*~ verification: "(.*)" => "(.*)"$/gm)].map(([, before = "", after = ""]) => ({
    before,
    after,
  }));
  const [first] = shown;
  assert.ok(first, `no line with verification in:\n${stdout}`);
  const [healthy, text] = isPlugin ? [first.after, first.before] : [first.before, first.after];
  if (isPlugin) assert.ok(HEALTHY.has(healthy), healthy);
  return text;
}
