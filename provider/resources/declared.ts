import * as pulumi from "@pulumi/pulumi";

/** The engine asks for resources in an order that differs from the program's by about so many places. */
const OUT_OF_ORDER = 64;
/** SES tells of so many domains in one request. */
const AT_ONCE = 100;
/** One resource of so many carries the list. */
const EACH = 16;

/** By the connection to the engine: one process may run several programs. */
const declared = new WeakMap<object, string[]>();

/**
 * Domains that the program declares around this one, a line each: Pulumi has the provider check one resource after
 * another, and so it can ask about all of them at once. Names that are known only later are left out. The first resources
 * carry the list, for one of them is asked for first, and a few of the others.
 */
export async function declaredNear(domain: unknown): Promise<string | undefined> {
  const engine = pulumi.runtime.getMonitor();
  if (engine === undefined || typeof domain !== "string") return undefined;
  const names = declared.get(engine) ?? [];
  declared.set(engine, names);
  const at = names.push(domain) - 1;
  // What the program declares in one go is declared by then. All wait alike, or those that carry the list would come last.
  await new Promise((resolve) => setImmediate(resolve));
  if (at >= OUT_OF_ORDER && at % EACH !== 0) return undefined;
  return names.slice(Math.max(0, at - OUT_OF_ORDER), at + OUT_OF_ORDER + AT_ONCE).join("\n");
}
