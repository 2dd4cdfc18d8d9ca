import * as pulumi from "@pulumi/pulumi";

/** The engine asks for resources in an order that differs from the program's by so many places. */
const OUT_OF_ORDER = 32;
/** SES tells of so many domains in one request. */
const AT_ONCE = 100;

/** By the connection to the engine: one process may run several programs. */
const declared = new WeakMap<object, string[]>();

/**
 * Domains that the program declares around this one: Pulumi has the provider check one resource after another, and so it
 * can ask about all of them at once. Names that are known only later are left out. Only some resources carry the list.
 */
export function declaredNear(domain: unknown): Promise<readonly string[]> | undefined {
  const engine = pulumi.runtime.getMonitor();
  if (engine === undefined || typeof domain !== "string") return undefined;
  const names = declared.get(engine) ?? [];
  declared.set(engine, names);
  const at = names.push(domain) - 1;
  if (at >= OUT_OF_ORDER && at % OUT_OF_ORDER !== 0) return undefined;
  const from = Math.max(0, at - OUT_OF_ORDER);
  return whenDeclared(() => names.slice(from, at + OUT_OF_ORDER + AT_ONCE));
}

/** What the program declares in one go is declared by then. */
async function whenDeclared<T>(read: () => T): Promise<T> {
  await new Promise((resolve) => setImmediate(resolve));
  return read();
}
