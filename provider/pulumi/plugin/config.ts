import { type ReadConfig, readSettings } from "../../aws/settings";
import { inputName } from "../../core/config-names";
import { explain, SesDomainError } from "../../core/errors";
import { nearest } from "../../core/suggest";
import { clip } from "../../core/text";
import { type Failure, isUnknown, isWhollyKnown } from "../../lifecycle/arguments/types";
import type { Props } from "../../lifecycle/lifecycle";
import { CONFIG_KEYS, type ConfigKey, UNUSED_KEYS } from "./config-keys";
import { canonical, textOf, valueFault } from "./config-values";
import { openConfigWords } from "./config-words";

/** Where the configuration of a provider comes from. */
export interface ConfigOrigin {
  /** The stack's own provider, which the engine makes of the stack's `sesdomain:` keys; otherwise the program made it. */
  readonly isDefault: boolean;
  readonly env: NodeJS.ProcessEnv;
}

/** What the engine adds to the inputs of a provider (pulumi/pulumi, resource/deploy/providers/registry.go). */
const OF_ENGINE: ReadonlySet<string> = new Set([
  "version",
  "pluginDownloadURL",
  "pluginChecksums",
  "parameterization",
  "name",
  "envVarMappings",
  "__internal",
  "__defaults",
]);
const BY_NAME: ReadonlyMap<string, ConfigKey> = new Map(CONFIG_KEYS.map((key) => [key.name, key]));
const NAMES = [...BY_NAME.keys()];
/** The largest environment of a process on Linux is smaller (Linux, MAX_ARG_STRLEN). */
const LONGEST_CONFIG = 1_048_576;

/** Whether the URN is of a provider that the engine made: `default`, `default_1_2_3` (pulumi/pulumi, sdk/go/common/providers). */
export function isDefaultProvider(urn: string): boolean {
  return /::pulumi:providers:[^:]+::default(_|$)/.test(urn);
}

export interface CheckedConfig {
  /** As they came. */
  readonly inputs: Props;
  /** The names of inputs that the state keeps as secrets, whether or not the program marked them. */
  readonly secrets: readonly string[];
  /** Each names its key, and quotes no value. */
  readonly failures: readonly Failure[];
  readonly warnings: readonly string[];
}

/** CheckConfig. `news`: secrets unwrapped, unknown values as `UNKNOWN`. */
export function checkConfig(
  news: Props,
  { isDefault }: Pick<ConfigOrigin, "isDefault"> = { isDefault: true },
): CheckedConfig {
  const failures: Failure[] = [];
  const warnings: string[] = [];
  for (const [name, value] of Object.entries(news)) {
    const key = BY_NAME.get(name);
    if (key === undefined) {
      if (OF_ENGINE.has(name)) continue;
      const property = clip(name, 80);
      const meant = meantBy(name);
      if (meant === undefined) warnings.push(`${property} is not an input of the provider, and has no effect.`);
      else
        failures.push({
          property,
          reason: `is not an input of the provider; did you mean "${meant}"?`,
          valueFree: true,
        });
    } else if (isWhollyKnown(value)) {
      const reason = valueFault(key, value);
      if (reason !== undefined) failures.push({ property: name, reason, valueFree: true });
    }
  }
  if (failures.length === 0) failures.push(...settingsFaults(news, isDefault));
  const secrets = CONFIG_KEYS.filter(({ name, secret }) => secret && Object.hasOwn(news, name)).map(({ name }) => name);
  return { inputs: news, secrets, failures, warnings };
}

/** What is wrong with the settings of AWS together, as reading them will say it. */
function settingsFaults(news: Props, isDefault: boolean): Failure[] {
  const known = Object.entries(news).filter(([, value]) => isWhollyKnown(value));
  // One of a pair may not be known yet.
  const pair = ["accessKey", "secretKey"];
  const half = pair.some((name) => isUnknown(news[name]));
  const whole = Object.fromEntries(known.filter(([name]) => !half || !pair.includes(name)));
  try {
    readSettings(readerOf(whole));
    return [];
  } catch (error) {
    if (!(error instanceof SesDomainError)) throw error;
    return [{ property: "", reason: openConfigWords({ isDefault })(explain(error)), valueFree: true }];
  }
}

/** The input that a key was meant for: by the key of another provider, or of the dynamic one, or by its spelling. */
function meantBy(name: string): string | undefined {
  const spelt = name.replace(/^(sesdomain:)+/, "");
  const moved = CONFIG_KEYS.find(({ key, also = [] }) => [key, ...also].includes(spelt));
  const plain = spelt.slice(spelt.indexOf(":") + 1);
  const unused = UNUSED_KEYS.some((key) => key === spelt || inputName(key) === spelt);
  if (unused) return undefined;
  const own = CONFIG_KEYS.filter(({ key, also = [] }) => [key, ...also].some((one) => one.endsWith(`:${plain}`)));
  return moved?.name ?? BY_NAME.get(spelt)?.name ?? (own.length === 1 ? own[0]?.name : undefined) ?? near(plain);
}

function near(name: string): string | undefined {
  return name.length > 80 ? undefined : nearest(name, NAMES);
}

/**
 * DiffConfig: the inputs that changed. No change of them ever replaces a provider, for that would replace every resource of
 * it. `olds` may be the config of the dynamic provider, with full keys (`sesdomain:rfc2136Server`), after a move by alias.
 */
export function diffConfig(olds: Props, news: Props): { readonly changed: readonly string[] } {
  const changed = CONFIG_KEYS.filter(
    (key) => !isWhollyKnown(news[key.name]) || valueIn(olds, key) !== valueIn(news, key),
  );
  // The engine keeps the configuration of a provider that did not change, with the version in it.
  const version = olds.version !== undefined && news.version !== undefined && olds.version !== news.version;
  return { changed: [...changed.map(({ name }) => name), ...(version ? ["version"] : [])] };
}

function valueIn(props: Props, key: ConfigKey): string | undefined {
  const spelt = [key.name, key.key, ...(key.also ?? [])].find((name) => canonical(key, props[name]) !== undefined);
  return spelt === undefined ? undefined : canonical(key, props[spelt]);
}

/**
 * Reads a provider's configuration by the full keys that all else asks for (`aws:region`), structured values as JSON text.
 * Of the default provider the stack's present config counts, which the engine puts into the plugin's environment. In a
 * refresh and a destroy it configures a provider with what the state holds, where a key may have been rotated since.
 */
export function configReader(configured: Props, { isDefault, env }: ConfigOrigin): ReadConfig {
  return readerOf((isDefault ? presentConfig(env) : undefined) ?? configured);
}

function readerOf(props: Props): ReadConfig {
  const texts = new Map<string, string>();
  for (const { name, key } of CONFIG_KEYS) {
    const value = Object.hasOwn(props, name) ? props[name] : undefined;
    const text = isWhollyKnown(value) ? textOf(value) : undefined;
    if (text !== undefined) texts.set(key, text);
  }
  return (key) => texts.get(key);
}

/**
 * The stack's config of this package by key without namespace, every value a text (pulumi/pulumi, host/host.go, `Provider`).
 * Undefined where it is not there: the engine was attached to a running plugin, or the variable is of a Node.js program, which has full keys.
 */
function presentConfig({ PULUMI_CONFIG: text }: NodeJS.ProcessEnv): Props | undefined {
  if (text === undefined || text.length > LONGEST_CONFIG) return undefined;
  let config: unknown;
  try {
    config = JSON.parse(text);
  } catch {
    // The parser's message quotes the text, which holds secrets.
    return undefined;
  }
  if (typeof config !== "object" || config === null || Array.isArray(config)) return undefined;
  const entries = Object.entries(config);
  const ofPlugin = entries.every(([name, value]) => !name.includes(":") && typeof value === "string");
  return ofPlugin ? Object.fromEntries(entries) : undefined;
}
