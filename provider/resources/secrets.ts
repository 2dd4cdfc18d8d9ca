import * as pulumi from "@pulumi/pulumi";
import { joinPath } from "../core/path";

/**
 * The hidden input with the paths of the arguments that are secrets, `dns.credentials`; none where none can be. Pulumi hands
 * a dynamic resource its arguments without that mark, so they are named separately: what is secret is quoted in no message.
 * Each input that is a promise costs Pulumi time, so plain arguments get none.
 */
export function secretsOf(args: object): { readonly __secrets?: Promise<readonly string[] | undefined> } {
  return isPlain(args) ? {} : { __secrets: secretPaths(args) };
}

/** Whether nothing of it is known only later. */
function isPlain(value: unknown): boolean {
  if (typeof value !== "object" || value === null) return true;
  if (Array.isArray(value)) return value.every(isPlain);
  return Object.getPrototypeOf(value) === Object.prototype && Object.values(value).every(isPlain);
}

async function secretPaths(args: object): Promise<readonly string[] | undefined> {
  const paths = await within(args, "");
  return paths.length === 0 ? undefined : paths;
}

async function within(value: unknown, path: string): Promise<readonly string[]> {
  // Within an output a secret makes the whole of it one.
  if (pulumi.Output.isInstance(value)) return (await isSecret(value)) ? [path] : [];
  if (value instanceof Promise) return value.then((known) => within(known, path)).catch(() => [path]);
  if (Array.isArray(value)) {
    return (await Promise.all(value.map((entry, index) => within(entry, `${path}[${index}]`)))).flat();
  }
  if (typeof value !== "object" || value === null || Object.getPrototypeOf(value) !== Object.prototype) return [];
  return (await Promise.all(Object.entries(value).map(([key, entry]) => within(entry, joinPath(path, key))))).flat();
}

/** An output that fails takes the resource with it; until then it counts as one. */
async function isSecret(output: pulumi.Output<unknown>): Promise<boolean> {
  try {
    return await pulumi.isSecret(output);
  } catch {
    return true;
  }
}
