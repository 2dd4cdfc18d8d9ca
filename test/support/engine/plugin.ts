import { chmodSync, mkdirSync, writeFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import { CustomResource, type CustomResourceOptions, type Inputs } from "@pulumi/pulumi";
import { root } from "./setup";

/** A folder with the plugin's program, for PATH: the engine looks there before it looks among those that are installed. */
export function pluginFolder(): string {
  const folder = join(root, ".tmp", "plugin");
  mkdirSync(folder, { recursive: true });
  const file = join(folder, "pulumi-resource-sesdomain");
  writeFileSync(
    file,
    `#!/bin/sh\nexec "${process.execPath}" "${join(root, "dist/provider/pulumi/plugin/main.js")}" "$@"\n`,
  );
  chmodSync(file, 0o755);
  return folder;
}

export function pluginPath(): string {
  return `${pluginFolder()}${delimiter}${process.env.PATH ?? ""}`;
}

/** A resource of the plugin, as a program of any language declares it. */
export class PluginResource extends CustomResource {
  constructor(kind: string, name: string, args: Inputs, opts?: CustomResourceOptions) {
    super(`sesdomain:index:${kind}`, name, args, opts);
  }
}
