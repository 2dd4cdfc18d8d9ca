import assert from "node:assert/strict";
import type { EngineRun } from "./stack";
import { succeeded } from "./world";

/** Of an update there is a property that changes, or a warning that says what for. */
export function assertExplained(run: EngineRun) {
  succeeded(run);
  assert.equal(run.changes.update, 1, run.stdout);
  const detailed = run.events.flatMap(({ resourcePreEvent }) => {
    const { op, detailedDiff, diffs } = resourcePreEvent?.metadata ?? {};
    return op === "update" ? [...Object.keys(detailedDiff ?? {}), ...(diffs ?? [])] : [];
  });
  const shown = detailed.length > 0 || /^ +~ \w+: /m.test(run.stdout);
  const warned = run.diagnostics.some(({ severity, urn }) => severity === "warning" && urn?.includes("VerifiedDomain"));
  assert.ok(shown || warned, run.stdout);
}

/** In what a person reads, and in the lines of any one error. */
export function assertToldOnce(run: EngineRun, words: string) {
  assert.doesNotMatch(run.stdout, /^\s+at .*:\d+:\d+\)?$/m);
  const errors = run.diagnostics.filter(({ severity, message }) => severity === "error" && message.includes(words));
  assert.equal(errors.length, 1, run.stdout);
  assert.equal(errors[0]?.message.split(words).length, 2, errors[0]?.message);
}
