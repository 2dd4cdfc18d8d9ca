import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { inspect } from "node:util";
import type { EngineRun, EngineStack } from "./stack";

/** Everything that operations of a stack have told and left behind, to be searched for what must not be there. */
export interface Spill {
  /** Keeps what an operation told: display, log, events, outputs. */
  keep(what: string, run: EngineRun): EngineRun;
  /** Keeps every file of the stack as it stands on the disk: the state, its history and backups, the settings. */
  keepFiles(what: string, stack: EngineStack): void;
  /** Which of what was kept holds the text. */
  holding(text: string): readonly string[];
  /** Neither the secrets nor what they look like in base64, in a URL or in a JSON string stands anywhere. */
  assertNone(secrets: readonly string[]): void;
}

export function openSpill(): Spill {
  const kept: { readonly what: string; readonly text: string }[] = [];
  const keep = (what: string, text: string) => void kept.push({ what, text });
  const holding = (text: string) => kept.filter((one) => one.text.includes(text)).map(({ what }) => what);
  return {
    keep(what, run) {
      keep(`${what}: display`, run.stdout);
      keep(`${what}: log`, run.stderr);
      keep(`${what}: events`, JSON.stringify(run.events));
      keep(`${what}: outputs`, inspect(run.outputs, { depth: 20 }));
      return run;
    },
    keepFiles(what, stack) {
      for (const name of readdirSync(stack.workDir, { recursive: true, withFileTypes: true })) {
        if (!name.isFile()) continue;
        const path = join(name.parentPath, name.name);
        keep(`${what}: ${path.slice(stack.workDir.length + 1)}`, readFileSync(path, "latin1"));
      }
    },
    holding,
    assertNone(secrets) {
      for (const secret of secrets) {
        for (const form of formsOf(secret)) {
          const found = kept.flatMap(({ what, text }) =>
            text.includes(form) ? [`${what}: ${around(text, form)}`] : [],
          );
          assert.deepEqual(found, [], "a secret stands there");
        }
      }
    },
  };
}

function formsOf(secret: string): ReadonlySet<string> {
  const base64 = Buffer.from(secret).toString("base64");
  return new Set([secret, base64, encodeURIComponent(secret), JSON.stringify(secret).slice(1, -1)]);
}

function around(text: string, form: string): string {
  const at = text.indexOf(form);
  const part = text.slice(Math.max(0, at - 200), at + form.length + 200);
  return part.replaceAll(form, "«HERE»");
}
