/** Namespaces of Pulumi's stack config whose keys keep their name as an input of this package's own provider. */
const OWN: ReadonlySet<string> = new Set(["aws", "sesdomain"]);
/** Pulumi's Google Cloud provider reads both; DNS settings of this package are named after the company. */
const PREFIXES: ReadonlyMap<string, string> = new Map([["gcp", "google"]]);

/**
 * The name of the plugin's input for a key of stack config: `region` for `aws:region`, `cloudflareApiToken` for
 * `cloudflare:apiToken`, `googleProject` for `gcp:project`. A plugin receives the stack's `sesdomain:` keys alone.
 */
export function inputName(key: string): string {
  const colon = key.indexOf(":");
  const namespace = key.slice(0, Math.max(colon, 0));
  const name = key.slice(colon + 1);
  if (colon === -1 || OWN.has(namespace)) return name;
  return `${PREFIXES.get(namespace) ?? namespace}${name.charAt(0).toUpperCase()}${name.slice(1)}`;
}
