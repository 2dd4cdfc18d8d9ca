import { chmodSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { VerifiedDomain } from "../../test/support/engine/plugin/resources";
import { root } from "../../test/support/engine/setup";
import type { EngineStack } from "../../test/support/engine/stack";
import type { BenchCloud } from "./cloud";
import { MAIL_FROM_LABEL, REGION } from "./cloud-names";
import type { Entry, Parts } from "./cloud-process";
import { type Named, openCopied, openMultiplied } from "./stacks";

const OURS: Readonly<Record<Parts, (named: Named) => void>> = {
  verification: ({ name, domain }) => {
    new VerifiedDomain(name, { domain, identities: [{ region: REGION }], dns: { kind: "route53" } });
  },
  sending: ({ name, domain }) => {
    const sending = { dkim: true, mailFrom: MAIL_FROM_LABEL };
    new VerifiedDomain(name, { domain, identities: [{ region: REGION }], dns: { kind: "route53" }, ...sending });
  },
};

/** As `openOurs`, with the plugin. */
export function openPluginStack(cloud: BenchCloud, entries: readonly Entry[], parts: Parts): Promise<EngineStack> {
  return openMultiplied(cloud, entries, OURS[parts], { ups: 2 });
}

/** The same program and the same state, with a plugin that answers at once. The engine has it read each resource too. */
export function openPluginFloor(
  cloud: BenchCloud,
  entries: readonly Entry[],
  parts: Parts,
  ours: EngineStack,
): Promise<EngineStack> {
  return openCopied(cloud, entries, OURS[parts], { from: ours, pluginFolder: bareFolder() });
}

/** The engine runs the program of this name in it. */
function bareFolder(): string {
  const folder = join(root, ".tmp", "bench-plugin");
  mkdirSync(folder, { recursive: true });
  const program = join(folder, "pulumi-resource-sesdomain");
  writeFileSync(program, `#!/bin/sh\nexec "${process.execPath}" "${join(__dirname, "bare-plugin.cjs")}" "$@"\n`);
  chmodSync(program, 0o755);
  return folder;
}
