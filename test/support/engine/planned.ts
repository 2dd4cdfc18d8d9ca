import assert from "node:assert/strict";

const HEALTHY: ReadonlySet<string> = new Set(["verified", "requested"]);

/**
 * What there is to do, in words, as a preview or an update with `--diff` prints it. Of a dynamic resource it is the input that
 * changes. The plugin's refresh finds it as an output, which the update changes back.
 */
export function planShown(stdout: string): string {
  const [plan] = plansShown(stdout);
  assert.ok(plan !== undefined, `no plan in:\n${stdout}`);
  return plan;
}

/** The same of each resource: the plugin's are read at the same time, and so in any order. */
export function plansShown(stdout: string): readonly string[] {
  const sides = [...stdout.matchAll(/^\s*~ verification: "(.*)" => "(.*)"$/gm)].flatMap(([, ...both]) => both);
  assert.ok(
    sides.some((text) => HEALTHY.has(text)),
    `no plan in:\n${stdout}`,
  );
  return sides.filter((text) => !HEALTHY.has(text));
}
