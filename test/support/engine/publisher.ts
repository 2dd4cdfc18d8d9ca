import assert from "node:assert/strict";
import { txt } from "../../../emulator/text";
import { type Fqdn, fqdn } from "../../../provider/core/fqdn";
import { unquoteText } from "../../../provider/dns/txt";
import type { EngineRun, Running } from "./stack";
import { type EngineWorld, succeeded } from "./world";

/** A record as a zone-file line says it. */
interface Line {
  readonly name: Fqdn;
  readonly value: string;
}

/** The person at the panel, who sees what is printed and types it in. */
export interface Publisher {
  /** Lets an operation run, publishes what it prints while it waits, and hands back the lines and how it ended. */
  obey(running: Running, lines: number): Promise<{ readonly lines: readonly Line[]; readonly run: EngineRun }>;
  /** Values by name. */
  values(...names: readonly Fqdn[]): readonly (readonly string[])[];
  put(name: Fqdn, values: readonly string[]): void;
}

const ZONE_FILE_LINE = /(\S+)\.\s+\d+ IN TXT ("(?:[^"\\]|\\.)*"(?: "(?:[^"\\]|\\.)*")*)/g;

export function openPublisher({ emulator }: EngineWorld, zoneId: string): Publisher {
  const { zones } = emulator;
  const held = (name: Fqdn) =>
    zones
      .view(zoneId)
      .find({ name, type: "TXT" })
      ?.values.map((value) => unquoteText(value, "octal")) ?? [];
  const put = (name: Fqdn, values: readonly string[]) =>
    zones.change(zoneId, [
      values.length === 0
        ? { action: "delete", key: { name, type: "TXT" } }
        : { action: "put", set: { name, type: "TXT", ttl: 300, values: values.map((value) => txt(value)) } },
    ]);
  return {
    async obey(running, wanted) {
      let ended = false;
      const done = running.done.finally(() => {
        ended = true;
      });
      let lines = linesIn(running.output());
      while (lines.length < wanted && !ended) {
        await new Promise((resolve) => setTimeout(resolve, 50));
        lines = linesIn(running.output());
      }
      assert.equal(ended, false, `it ended before ${wanted} lines were printed:\n${running.output()}`);
      for (const { name, value } of lines) if (!held(name).includes(value)) put(name, [...held(name), value]);
      return { lines, run: succeeded(await done) };
    },
    values: (...names) => names.map((name) => [...held(name)].sort()),
    put,
  };
}

function linesIn(output: string): readonly Line[] {
  const found = new Map<string, Line>();
  for (const [whole, name = "", value = ""] of output.matchAll(ZONE_FILE_LINE)) {
    found.set(whole, { name: fqdn(name), value: unquoteText(value, "decimal") });
  }
  return [...found.values()];
}
