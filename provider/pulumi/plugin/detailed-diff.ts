import { isDeepStrictEqual } from "node:util";
import { isIn, joinPath } from "../../core/path";
import type { Props } from "../../lifecycle/lifecycle";

/** One property that an update changes. `isInput`: the engine compares inputs with inputs; else the outputs with the new inputs. */
export interface PropertyChange {
  readonly kind: "add" | "delete" | "update";
  readonly isInput: boolean;
  readonly replaces: boolean;
}

/** Differences of the program's arguments, at the deepest path that has one. */
export function inputChanges(before: Props, now: Props, replaces: readonly string[]): Map<string, PropertyChange> {
  const changes = new Map<string, PropertyChange>();
  const compare = (a: unknown, b: unknown, path: string): void => {
    if (isDeepStrictEqual(a ?? undefined, b ?? undefined)) return;
    const members = membersOf(a, b, path);
    if (members === undefined) {
      const kind = a === undefined || a === null ? "add" : b === undefined || b === null ? "delete" : "update";
      changes.set(path, { kind, isInput: true, replaces: replaces.some((one) => isIn(path, one)) });
      return;
    }
    for (const [at, left, right] of members) compare(left, right, at);
  };
  compare(before, now, "");
  return changes;
}

/** The members of two values of one shape, with their paths; undefined where they have none to compare. */
function membersOf(a: unknown, b: unknown, path: string): readonly (readonly [string, unknown, unknown])[] | undefined {
  if (Array.isArray(a) && Array.isArray(b)) {
    const length = Math.max(a.length, b.length);
    return Array.from({ length }, (_, index) => [`${path}[${index}]`, a[index], b[index]] as const);
  }
  if (!isObject(a) || !isObject(b)) return undefined;
  const keys = new Set([...Object.keys(a), ...Object.keys(b)]);
  return [...keys].map((key) => [joinPath(path, key), a[key], b[key]] as const);
}

function isObject(value: unknown): value is Props {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
