import { DnsHostError } from "../core/errors";

/** Where a host's address and credentials are read at run time: stack config by full key, and the environment. */
export interface HostSettings {
  /** Structured values arrive as JSON text. */
  get(key: string): string | undefined;
  readonly env: NodeJS.ProcessEnv;
}

/** One set of `sesdomain:credentials`: its members that are text and not empty. */
export type NamedSet = Readonly<Record<string, string>>;

const KEY = "sesdomain:credentials";

/**
 * The set of that name in `sesdomain:credentials`, a JSON object of objects. `host` is how errors name the host. Throws
 * `DnsHostError` `credentials-missing`, which names key and set and holds nothing of what is in them.
 */
export function readNamedSet(settings: HostSettings, name: string, host: string): NamedSet {
  const missing = (fault: string) =>
    new DnsHostError("credentials-missing", `${host}: the stack config ${KEY} ${fault}.`, {
      hint: `Set it with: pulumi config set --secret --path '${KEY}.${name}.MEMBER' VALUE`,
    });
  const raw = settings.get(KEY)?.trim();
  if (!raw) throw missing(`is not set, but the program asks for its set "${name}"`);
  const sets = readObject(raw);
  if (sets === undefined) throw missing("is not a JSON object");
  const set = Object.hasOwn(sets, name) ? sets[name] : undefined;
  if (typeof set !== "object" || set === null || Array.isArray(set)) throw missing(`holds no set "${name}"`);
  return Object.fromEntries(
    Object.entries(set).flatMap(([member, value]) => {
      const text = typeof value === "string" ? value.trim() : "";
      return text === "" ? [] : [[member, text]];
    }),
  );
}

function readObject(raw: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(raw);
    if (typeof value === "object" && value !== null && !Array.isArray(value)) return value as Record<string, unknown>;
  } catch {
    // The parser's message quotes the text, which may hold a secret.
  }
  return undefined;
}

/** Stack config before environment; `undefined` where both are empty. */
export function readSetting(settings: HostSettings, key: string, variable: string): string | undefined {
  return settings.get(key)?.trim() || settings.env[variable]?.trim() || undefined;
}

/** Names the zone in an error of `read`: what is wrong with the settings is found before the zone is asked for. */
export function forZone<T>(zone: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof DnsHostError)) throw error;
    const { code, message, hint, retryable } = error;
    const details = hint === undefined ? { retryable } : { retryable, hint };
    throw new DnsHostError(code, `${message} The zone is ${zone}.`, details);
  }
}
