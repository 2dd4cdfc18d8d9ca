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

interface PassedOver {
  /** What stands between the brackets. */
  readonly section: string;
  /** Whether the name itself is one that the SDK reads, in another section. */
  readonly readable: boolean;
}

/** AWS's shared config and credentials files, as the SDK takes them together. */
export interface SharedFiles {
  readonly files: readonly SharedFile[];
  readonly profiles: ReadonlyMap<string, Section>;
  readonly ssoSessions: ReadonlyMap<string, Section>;
  /** Profiles in a section that the SDK ignores because of how its name is written, by the name that is meant. */
  readonly passedOver: ReadonlyMap<string, PassedOver>;
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
  const passedOver = new Map<string, PassedOver>();
  for (const kind of ["config", "credentials"] as const) {
    for (const path of paths[kind]) {
      const text = readText(path);
      files.push({ path, kind, state: typeof text === "string" ? "read" : text.state });
      if (typeof text !== "string") continue;
      for (const [name, section] of sectionsOf(text)) {
        const { type, named, meant } = titleOf(name, kind);
        if (type === "profile") merge(profiles, named, section);
        else if (type === "sso-session" && kind === "config") merge(ssoSessions, named, section);
        else if (meant !== undefined) passedOver.set(meant, { section: name, readable: NAME.test(meant) });
      }
    }
  }
  for (const name of profiles.keys()) passedOver.delete(name);
  return { files, profiles, ssoSessions, passedOver };
}

/** A name that the SDK reads after the word `profile` or `sso-session`. */
const NAME = /^[\w\-@+.%:/]+$/;

interface Title {
  readonly type: "profile" | "sso-session" | "none";
  readonly named: string;
  /** Of a section that stands for nothing: the profile that was probably meant. */
  readonly meant?: string | undefined;
}

/** What a section stands for to the SDK (@smithy/core, parseIni and getConfigData), which is strict on blanks. */
function titleOf(section: string, kind: SharedFile["kind"]): Title {
  const [, word, , name = ""] = /^([\w-]+)\s(["'])?([\w\-@+.%:/]+)\2$/.exec(section) ?? [];
  if (word !== undefined) {
    if (kind === "config" && word === "profile") return { type: "profile", named: name };
    if (word === "sso-session") return { type: "sso-session", named: name };
    if (kind === "config" || word === "profile" || word === "services") return { type: "none", named: name };
  } else if (kind === "credentials" || section === "default") return { type: "profile", named: section };
  const [, quotedName, bareName] = /^\s*(?:profile\s+)?(?:["'](.+)["']|(.+?))\s*$/.exec(section) ?? [];
  return { type: "none", named: section, meant: quotedName ?? bareName };
}

/** Whether the profile has endpoints of its own: `endpoint_url`, or a `services` section. */
export function namesEndpoints(profile: string | undefined, settings: SharedPaths, env: Env): boolean {
  const section = readSharedFiles(settings, env).profiles.get(profile ?? (env.AWS_PROFILE || "default"));
  return (section?.endpoint_url ?? section?.services) !== undefined;
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
    const name = /^\[(.*)\]$/.exec(bare)?.[1];
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
