import { readFileSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { clip, quoted } from "../core/text";

export type Env = Readonly<Record<string, string | undefined>>;

/** The files that stack config names (`aws:sharedConfigFiles`, `aws:sharedCredentialsFiles`). */
export interface SharedPaths {
  readonly configFiles: readonly string[];
  readonly credentialsFiles: readonly string[];
}

/** The members of one section. */
type Section = Readonly<Record<string, string>>;

interface SharedFile {
  readonly path: string;
  readonly kind: "config" | "credentials";
  /** `missing`: there is none, which is no fault by itself. `unreadable`: there is one, and it could not be read. */
  readonly state: "read" | "missing" | "unreadable";
}

/** AWS's shared config and credentials files, as the SDK takes them together. */
export interface SharedFiles {
  readonly files: readonly SharedFile[];
  readonly profiles: ReadonlyMap<string, Section>;
  readonly ssoSessions: ReadonlyMap<string, Section>;
  /** Names in the config file that lack the word `profile`, so that they stand for nothing. */
  readonly unprefixed: ReadonlySet<string>;
}

/** Where the files are: stack config, then the environment, then the home folder. */
export function sharedPaths(settings: SharedPaths, env: Env) {
  const folder = join(homedir(), ".aws");
  return {
    config: settings.configFiles.length > 0 ? settings.configFiles : [env.AWS_CONFIG_FILE || join(folder, "config")],
    credentials:
      settings.credentialsFiles.length > 0
        ? settings.credentialsFiles
        : [env.AWS_SHARED_CREDENTIALS_FILE || join(folder, "credentials")],
  };
}

/** Reads the files again at each call: a profile that was corrected counts at once. */
export function readSharedFiles(settings: SharedPaths, env: Env): SharedFiles {
  const paths = sharedPaths(settings, env);
  const files: SharedFile[] = [];
  const profiles = new Map<string, Record<string, string>>();
  const ssoSessions = new Map<string, Record<string, string>>();
  const unprefixed = new Set<string>();
  for (const kind of ["config", "credentials"] as const) {
    for (const path of paths[kind]) {
      const text = readText(path);
      files.push({ path, kind, state: typeof text === "string" ? "read" : text.state });
      if (typeof text !== "string") continue;
      for (const [name, section] of sectionsOf(text)) {
        const [, prefix, named = ""] = /^(profile|sso-session|services)\s+["']?(.+?)["']?$/.exec(name) ?? [];
        const profile = kind === "credentials" ? name : prefix === "profile" ? named : name;
        if (prefix === "sso-session" && kind === "config") merge(ssoSessions, named, section);
        else if (kind === "config" && prefix === undefined && name !== "default") unprefixed.add(name);
        else if (prefix === undefined || (prefix === "profile" && kind === "config")) merge(profiles, profile, section);
      }
    }
  }
  for (const name of profiles.keys()) unprefixed.delete(name);
  return { files, profiles, ssoSessions, unprefixed };
}

function merge(into: Map<string, Record<string, string>>, name: string, section: Section): void {
  into.set(name, { ...into.get(name), ...section });
}

/** Sections with their members; what is indented below a member without a value is a part of that, and left out. */
function sectionsOf(text: string): [string, Section][] {
  const sections: [string, Record<string, string>][] = [];
  let nested = false;
  for (const line of text.replace(/^\uFEFF/, "").split(/\r?\n/)) {
    const bare = (line.split(/(?:^|\s)[;#]/)[0] ?? "").trim();
    const name = /^\[\s*(.*?)\s*\]$/.exec(bare)?.[1];
    if (name !== undefined) {
      sections.push([name, {}]);
      nested = false;
      continue;
    }
    const [, key, value] = /^([^=]+?)\s*=\s*(.*)$/.exec(bare) ?? [];
    const current = sections.at(-1)?.[1];
    if (key === undefined || value === undefined || current === undefined) continue;
    nested = value === "" || (nested && /^\s/.test(line));
    if (!nested) current[key] = value;
  }
  return sections;
}

/** A profile's name in a sentence. */
export function shown(name: string): string {
  return /^[\w.@+-]+$/.test(name) ? clip(name) : quoted(name);
}

/** As the SDK does it. */
export function expanded(path: string): string {
  return path.replace(/^~(?=\/|$)/, homedir());
}

export function readText(path: string): string | { readonly state: "missing" | "unreadable" } {
  try {
    return readFileSync(expanded(path), "utf8");
  } catch (error) {
    const code = error instanceof Error ? (error as NodeJS.ErrnoException).code : undefined;
    return { state: code === "ENOENT" || code === "ENOTDIR" ? "missing" : "unreadable" };
  }
}
