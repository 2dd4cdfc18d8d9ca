import type { DynamicOnlyReason } from "./dynamic-only";

/** The provider that serves this package's resources in a run. */
export type Door = "dynamic" | "plugin";

/** `SESDOMAIN_DOOR`: the tests of `test/engine/` are written once, and run with either. */
const DOOR: Door = doorIn(process.env.SESDOMAIN_DOOR);
export const isPlugin = DOOR === "plugin";

/** Names of the resources. */
export type ResourceName = "VerifiedDomain" | "DomainIdentity" | "DomainVerification" | "VerifiedEmailAddress";

/** The type in a URN. */
export function typeOf(resource: ResourceName, door: Door = DOOR): string {
  return `${door === "plugin" ? "sesdomain:index" : "pulumi-nodejs:dynamic/sesdomain"}:${resource}`;
}

interface Definitions {
  readonly describe: Mocha.SuiteFunction | ((title: string, suite: (this: Mocha.Suite) => void) => void);
  readonly it: (title: string, test: Mocha.Func | Mocha.AsyncFunc) => void;
}

const none: Definitions = { describe: () => undefined, it: () => undefined };

/**
 * Defines tests for dynamic resources alone; `DYNAMIC_ONLY` has the reasons. With the plugin they are not defined at
 * all, since CI counts a test that was left out as a failure.
 */
export function dynamicOnly(_reason: DynamicOnlyReason): Definitions {
  return isPlugin ? none : { describe, it };
}

/** Defines tests for the plugin alone. */
export function pluginOnly(): Definitions {
  return isPlugin ? { describe, it } : none;
}

function doorIn(value: string | undefined): Door {
  if (value === undefined || value === "" || value === "dynamic") return "dynamic";
  if (value === "plugin") return "plugin";
  throw new Error(`SESDOMAIN_DOOR is "${value}": it takes dynamic and plugin`);
}
