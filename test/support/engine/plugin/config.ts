import { CONFIG_KEYS } from "../../../../provider/pulumi/plugin/config-keys";
import type { Config } from "../stack";

/** Stack config as a plugin gets it: the `sesdomain:` keys alone, so `aws:region` is `sesdomain:region`. */
export function pluginConfig(config: Config): Config {
  return Object.fromEntries(Object.entries(config).map(([key, value]) => [pluginKey(key), value]));
}

/** What means nothing to the plugin stays as it is. */
function pluginKey(key: string): string {
  const found = CONFIG_KEYS.find((one) => one.key === key || one.also?.includes(key));
  return found === undefined ? key : `sesdomain:${found.name}`;
}
