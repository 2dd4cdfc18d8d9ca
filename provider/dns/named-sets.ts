import { DnsHostError } from "../core/errors";
import { NAMED_SETS_KEY, type NamedSet, readNamedSets } from "../core/named-sets";

/** Where a host's address and credentials are read at run time: stack config by full key, and the environment. */
export interface HostSettings {
  /** Structured values arrive as JSON text. */
  get(key: string): string | undefined;
  readonly env: NodeJS.ProcessEnv;
}

/**
 * The set of that name in `sesdomain:credentials`, a JSON object of objects. `host` is how errors name the host. Throws
 * `DnsHostError` `credentials-missing`, which names key and set and holds nothing of what is in them.
 */
export function readNamedSet(settings: HostSettings, name: string, host: string): NamedSet {
  const missing = (fault: string) =>
    new DnsHostError("credentials-missing", `${host}: the stack config ${NAMED_SETS_KEY} ${fault}.`, {
      hint: `Set it with: pulumi config set --secret --path '${NAMED_SETS_KEY}.${name}.MEMBER' VALUE`,
    });
  const raw = settings.get(NAMED_SETS_KEY);
  if (!raw?.trim()) throw missing(`is not set, but the program asks for its set "${name}"`);
  const read = readNamedSets(raw);
  if ("fault" in read) throw missing(read.fault);
  const set = read.sets.get(name);
  if (set === undefined) throw missing(`holds no set "${name}"`);
  return set;
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
