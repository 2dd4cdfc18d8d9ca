import { homedir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

/** The repository's root. */
export const root = join(dirname(fileURLToPath(import.meta.url)), "..", "..");

/** Where this user's machine keeps what can be made again, by its own custom. */
export function cacheFolder(env = process.env, platform = process.platform) {
  if (platform === "win32") return join(env.LOCALAPPDATA || join(homedir(), "AppData", "Local"), "sesdomain");
  if (env.XDG_CACHE_HOME) return join(env.XDG_CACHE_HOME, "sesdomain");
  if (platform === "darwin") return join(homedir(), "Library", "Caches", "sesdomain");
  return join(homedir(), ".cache", "sesdomain");
}
